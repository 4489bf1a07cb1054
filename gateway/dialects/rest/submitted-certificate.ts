// A certificate as people paste it: PEM or bare base64, alone or at the end of a chain in PKCS #7.
import { findBase64Bytes } from '#codecs/pem';
import { decodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificate } from '#codecs/x509';
import { badRequest, failure } from './error-response.ts';

/** DER, which can be read. Of a chain only its end counts: nobody becomes an authority by being sent along. Throws RestRefusal. */
export function readSubmittedCertificate(text: string): Uint8Array {
  const bytes = findBase64Bytes(text.replaceAll(/-----[A-Z0-9 #]+-----/g, ''));
  if (bytes === null || bytes.length === 0) throw unreadable('it is neither a certificate nor PKCS #7');
  if (isCertificate(bytes)) return bytes;
  return endOfChain(certificatesIn(bytes));
}

function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    return decodeCertificateChain(bytes);
  } catch {
    throw unreadable('it is neither a certificate nor PKCS #7');
  }
}

/** The first two tell the direction of the chain; a lone certificate must be self-signed, as at Dogtag. */
function endOfChain(chain: readonly Uint8Array[]): Uint8Array {
  const [first, second] = chain;
  const last = chain.at(-1);
  if (first === undefined || last === undefined) throw unreadable('it holds no certificate');
  if (!chain.every(isCertificate)) throw unreadable('it holds a certificate that cannot be read');
  const [head, next] = [
    decodeCertificate(first, { rules: 'ber' }),
    second && decodeCertificate(second, { rules: 'ber' }),
  ];
  if (next === undefined) {
    if (isSame(head.subjectDer, head.issuerDer)) return first;
    throw unreadable('it holds a certificate without its issuer');
  }
  if (isSame(head.issuerDer, next.subjectDer)) return first;
  if (isSame(next.issuerDer, head.subjectDer)) return last;
  throw badRequest('Certificate exception');
}

function isCertificate(bytes: Uint8Array): boolean {
  try {
    decodeCertificate(bytes, { rules: 'ber' });
    return true;
  } catch {
    return false;
  }
}

const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

/** Dogtag's status and beginning; what follows there are the words of Java's parsers. */
const unreadable = (why: string) => failure(`Unable to import user certificate from PKCS #7 data: ${why}`);
