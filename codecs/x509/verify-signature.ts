// Verifies signatures of certificates and CRLs on the thread pool, many at once.
import { constants, type KeyObject, verify } from 'node:crypto';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/** False for a signature that does not fit, and for a key that cannot have made one of this algorithm. Never rejects. */
export function verifySignature(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  signedBytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!fits(key, algorithm)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const options = { key, dsaEncoding: 'der' as const, ...paddingOf(algorithm) };
    verify(algorithm.hash, signedBytes, options, signature, (error, isValid) => resolve(error === null && isValid));
  });
}

function fits(key: KeyObject, { keyKind }: SignatureAlgorithm): boolean {
  return key.asymmetricKeyType === keyKind || (keyKind === 'rsa' && key.asymmetricKeyType === 'rsa-pss');
}

function paddingOf({ keyKind, pssSaltBytes }: SignatureAlgorithm) {
  if (keyKind !== 'rsa') return {};
  return pssSaltBytes === null
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pssSaltBytes };
}
