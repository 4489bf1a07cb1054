// The key of a new authority, and the request by which it proves that it is there: both are made where keys are kept.
import {
  type KeyKeeper,
  type KeyKind,
  prepareForSigning,
  type Signer,
  SignerError,
  type SignerKey,
} from '#ca-core/signer';
import { assembleCertificationRequest, encodeCertificationRequestInfo } from '#codecs/pkcs';
import { findSignatureAlgorithm } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { IssuingAuthority } from './issuing-authority.ts';

const rsaBits = [2048, 3072, 4096, 8192] as const;
/** What Dogtag takes below an authority whose key is of another kind. */
const rsaBitsElse = 3072;
const algorithmName = 'SHA256withRSA';

/** An RSA key as long as that of the authority above. */
export function keyKindBelow({ publicKey }: Pick<IssuingAuthority, 'publicKey'>): KeyKind {
  const length = publicKey.asymmetricKeyDetails?.modulusLength;
  return { type: 'rsa', bits: rsaBits.find((bits) => bits === length) ?? rsaBitsElse };
}

/** Throws CaError `signer-unavailable`; the key may have been made then. */
export async function createAuthorityKey(keyId: string, kind: KeyKind, keys: KeyKeeper): Promise<SignerKey> {
  try {
    return await keys.createKey(keyId, kind);
  } catch (error) {
    throw asCaError(error, 'The key of the authority could not be made');
  }
}

/** Throws CaError `signer-unavailable`; the key may be gone then. */
export async function destroyAuthorityKey(keyId: string, keys: KeyKeeper): Promise<void> {
  try {
    await keys.destroyKey(keyId);
  } catch (error) {
    throw asCaError(error, 'The key of the authority could not be destroyed');
  }
}

/** PKCS#10 in PEM, signed by the key itself. Throws CaError `signer-unavailable`. */
export async function requestCertificateFor(key: SignerKey, subjectDer: Uint8Array, signer: Signer): Promise<string> {
  const informationDer = encodeCertificationRequestInfo({
    subjectDer,
    subjectPublicKeyInfoDer: key.publicKeyDer,
  });
  const algorithm = findSignatureAlgorithm(algorithmName);
  if (algorithm === null) throw new CaError('internal', `${algorithmName} is not known`);
  try {
    const prepared = prepareForSigning('certification-request', informationDer);
    const signature = await signer.sign(key.keyId, algorithmName, prepared);
    const requestDer = assembleCertificationRequest(informationDer, algorithm.der, signature);
    const lines = requestDer.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
  } catch (error) {
    throw asCaError(error, 'The request of the authority could not be signed');
  }
}

function asCaError(error: unknown, message: string): CaError {
  if (!(error instanceof SignerError)) throw error;
  return new CaError(error.code === 'unavailable' ? 'signer-unavailable' : 'internal', message, { cause: error });
}
