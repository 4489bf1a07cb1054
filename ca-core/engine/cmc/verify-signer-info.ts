// Whether a SignerInfo is the signature of a key over a CMC message (RFC 5652 section 5.6), as far as JSS verifies it.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SignedData, SignerInfo } from '#codecs/cmc';
import {
  decodeSubjectPublicKeyInfo,
  findSignatureAlgorithm,
  findSignatureHash,
  type SignatureHash,
} from '#codecs/x509';

const rsaEncryptionOid = '1.2.840.113549.1.1.1';
/** What is not to be trusted any more; SHA-1 is taken because clients of Dogtag 10 sign with it. */
const weakHashes: ReadonlySet<SignatureHash> = new Set(['md5']);

/** Content that is not plain data can only be signed through signed attributes, which name its type and digest. */
export function isSignatureOf(
  keyDer: Uint8Array,
  { signedAttributes, digestAlgorithmOid, signatureAlgorithmOid, signature }: SignerInfo,
  { content, contentType }: SignedData,
): boolean {
  const digestHash = findSignatureHash(digestAlgorithmOid);
  if (signedAttributes === null || content === null || digestHash === null || weakHashes.has(digestHash)) return false;
  const digest = createHash(digestHash).update(content).digest();
  if (signedAttributes.contentType !== contentType || signedAttributes.messageDigest?.equals(digest) !== true)
    return false;
  const { kind } = decodeSubjectPublicKeyInfo(keyDer);
  const algorithm = findSignatureAlgorithm(signatureAlgorithmOid);
  // With RSA the digest algorithm of the SignerInfo counts, whatever the name of the signature says.
  const hash = kind === 'rsa' ? digestHash : (algorithm?.hash ?? null);
  const isOfKey = algorithm?.keyKind === kind || (kind === 'rsa' && signatureAlgorithmOid === rsaEncryptionOid);
  if (!isOfKey || hash === null || weakHashes.has(hash)) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(keyDer), format: 'der', type: 'spki' });
    return verify(hash, signedAttributes.der, key, signature);
  } catch {
    // OpenSSL throws for keys and signatures that it cannot take, which is a no as well.
    return false;
  }
}
