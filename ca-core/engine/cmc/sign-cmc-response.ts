// The real signature on CMC responses: only where this side issues for the profile, only with the host authority's key, and verified.
import { findSignatureScheme, prepareForSigning, type Signer, SignerError, verifySignature } from '#ca-core/signer';
import { assertHasKey, type IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { ProfileId } from '../model/index.ts';
import type { Store } from '../store.ts';

/** Signs the attributes of a response; throws CaError `pen-elsewhere` or `signer-unavailable`. */
export type CmcSignature = (
  authority: IssuingAuthority,
  algorithm: string,
  attributesDer: Buffer,
  profileId: ProfileId,
) => Promise<Uint8Array>;

export function createCmcSignature({
  store,
  signer,
}: {
  readonly store: Pick<Store, 'pens'>;
  readonly signer: Signer;
}): CmcSignature {
  return async (authority, algorithm, attributesDer, profileId) => {
    const { id } = authority.description;
    if (!(await store.pens.isHeldHere(id, `certificates:${profileId}`)))
      throw new CaError('pen-elsewhere', 'CMC responses for this profile are not signed here now', { subject: id });
    const keyId = assertHasKey(authority);
    const scheme = findSignatureScheme(algorithm);
    try {
      const signature = await signer.sign(keyId, algorithm, prepareForSigning('cmc-response', attributesDer));
      if (scheme === null || !(await verifySignature(authority.publicKey, scheme, attributesDer, signature)))
        throw new CaError('internal', 'the signature of a CMC response does not verify');
      return signature;
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      const isAbsent = error.code === 'unavailable';
      throw new CaError(isAbsent ? 'signer-unavailable' : 'internal', 'The CMC response could not be signed', {
        cause: error,
      });
    }
  };
}
