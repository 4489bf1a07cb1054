// A signer with fresh keys that live and die with it; for lint and rehearsals, where no signature may be the authority's.
import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { isPrepared } from './prepared.ts';
import { findSignatureScheme, mlDsaKeyTypes, schemeNamesFor, signBytes } from './signature-scheme.ts';
import { type Signer, SignerError, type SignerKey } from './signer.ts';

/** One fresh key for each of the given ones, under the same id and of the same kind and size. */
export async function createThrowawaySigner(
  likeKeys: readonly Pick<SignerKey, 'keyId' | 'publicKeyDer'>[],
): Promise<Signer> {
  const keys = new Map<string, KeyPair>();
  for (const { keyId, publicKeyDer } of likeKeys) keys.set(keyId, await generateLike(publicKeyDer));
  return {
    describe: async () =>
      [...keys].map(([keyId, { publicKey }]) => ({
        keyId,
        publicKeyDer: publicKey.export({ type: 'spki', format: 'der' }),
        algorithms: schemeNamesFor(publicKey),
      })),
    sign: async (keyId, algorithm, prepared) => {
      if (!isPrepared(prepared)) throw new SignerError('not-prepared', 'only prepared bytes are signed');
      const key = keys.get(keyId);
      if (key === undefined) throw new SignerError('unknown-key', `no key ${keyId}`);
      const scheme = findSignatureScheme(algorithm);
      if (scheme === null || !schemeNamesFor(key.publicKey).includes(algorithm))
        throw new SignerError('unsuitable-algorithm', `key ${keyId} does not sign with ${algorithm}`);
      return signBytes(key.privateKey, scheme, prepared.der);
    },
  };
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const generate = promisify(generateKeyPair);

async function generateLike(publicKeyDer: Uint8Array): Promise<KeyPair> {
  const model = createPublicKey({ key: Buffer.from(publicKeyDer), format: 'der', type: 'spki' });
  const { asymmetricKeyType, asymmetricKeyDetails } = model;
  if (asymmetricKeyType === 'rsa')
    return generate('rsa', { modulusLength: asymmetricKeyDetails?.modulusLength ?? 2048 });
  if (asymmetricKeyType === 'ec')
    return generate('ec', { namedCurve: asymmetricKeyDetails?.namedCurve ?? 'prime256v1' });
  if (asymmetricKeyType === 'ed25519') return generate('ed25519');
  const mlDsa = mlDsaKeyTypes.find((keyType) => keyType === asymmetricKeyType);
  // Each parameter set has a signature of its own in Node's types.
  if (mlDsa !== undefined) return generate(mlDsa as 'ml-dsa-44');
  throw new SignerError('unsuitable-algorithm', `no throwaway key of kind ${asymmetricKeyType}`);
}
