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
    verify(algorithm.hash, signedBytes, keyFor(key, algorithm), signature, (error, isValid) =>
      resolve(error === null && isValid),
    );
  });
}

function fits(key: KeyObject, { keyKind }: SignatureAlgorithm): boolean {
  return key.asymmetricKeyType === keyKind || (keyKind === 'rsa' && key.asymmetricKeyType === 'rsa-pss');
}

/** The key alone means PKCS #1 v1.5 or a DER signature, and costs half of what the same with options does. */
function keyFor(key: KeyObject, { pssSaltBytes }: SignatureAlgorithm) {
  if (pssSaltBytes === null && key.asymmetricKeyType !== 'rsa-pss') return key;
  const padding = pssSaltBytes === null ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING;
  return { key, padding, ...(pssSaltBytes === null ? {} : { saltLength: pssSaltBytes }) };
}
