// Certificate requests as text, as carelessly armoured as Dogtag takes them (Dogtag CertUtil.parseCSR).
import { findBase64Bytes } from '#codecs/pem';

/** A request larger than this is refused unread; long lists of names and post-quantum keys stay far below. */
const textLengthMax = 2 * 1024 * 1024;

const armour = [
  '-----BEGIN CERTIFICATE REQUEST-----',
  '-----BEGIN NEW CERTIFICATE REQUEST-----',
  '-----END CERTIFICATE REQUEST-----',
  '-----END NEW CERTIFICATE REQUEST-----',
];

/**
 * Bytes of a request (PKCS#10 or CRMF) given as text: with or without armour, line ends of any kind or none, base64 or base64url.
 * Null when that leaves no base64.
 */
export function findRequestBytes(text: string): Buffer | null {
  if (text.length > textLengthMax) return null;
  let body = text;
  for (const line of armour) body = body.replaceAll(line, '');
  const der = findBase64Bytes(body.replace(/[\r\n ]/g, ''));
  return der === null || der.length === 0 ? null : der;
}
