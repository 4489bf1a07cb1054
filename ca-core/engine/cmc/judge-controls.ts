// What the controls of a CMC request demand before any of its certificate requests is looked at, in the order in which Dogtag asks (EnrollProfile.parseCMC).
import { decodeIdentification, decodeLraPopWitness, type PkiData, type TaggedAttribute } from '#codecs/cmc';
import { invalidRequest, proofFailed } from '../profiles/index.ts';
import { CmcRefusal } from './cmc-refusal.ts';
import { findControl } from './find-control.ts';
import { readOrNull } from './read-or-null.ts';

const identityFailed = 'Proof-of-Identification Verification Failed';

/**
 * Whoever sends controls must have been identified by a signature, or prove an identity; a message that revokes is judged by what it revokes. Secrets
 * to prove an identity by are not known here, so every such proof fails. Throws CmcRefusal.
 */
export function assertControls(data: PkiData, isIdentified: boolean): void {
  if (data.controls.length === 0) return;
  const identification = findControl(data, 'identification');
  if (identification !== null) assertText(identification);
  if (!isIdentified && findControl(data, 'revokeRequest') === null) assertIdentity(data, identification !== null);
  const decryptedPop = findControl(data, 'decryptedPop');
  if (decryptedPop !== null) {
    if (findControl(data, 'regInfo') === null)
      throw new CmcRefusal(
        'popFailed',
        `${proofFailed}:id_cmc_decryptedPOP must be accompanied by id_cmc_regInfo for request id per server/client agreement`,
      );
    throw new CmcRefusal('popFailed', `${proofFailed}:DecryptedPOP failed to verify`);
  }
}

/** A registration authority that vouches for the possession of keys: Dogtag takes nobody's word for that unless it is told to. Throws CmcRefusal. */
export function assertNoWitness(data: PkiData): void {
  const [valueDer] = findControl(data, 'lraPopWitness')?.valuesDer ?? [];
  if (valueDer === undefined) return;
  const bodyPartIds = readOrNull(() => decodeLraPopWitness(valueDer));
  throw bodyPartIds === null
    ? new CmcRefusal('internalCaError', invalidRequest)
    : new CmcRefusal('popFailed', null, bodyPartIds);
}

function assertText({ valuesDer: [valueDer] }: TaggedAttribute): void {
  if (valueDer === undefined || readOrNull(() => decodeIdentification(valueDer)) === null)
    throw new CmcRefusal('internalCaError', invalidRequest);
}

function assertIdentity(data: PkiData, hasIdentification: boolean): never {
  if (findControl(data, 'identityProofV2') !== null)
    throw hasIdentification
      ? new CmcRefusal('badIdentity', `${identityFailed} after verifyIdentityProofV2`)
      : new CmcRefusal('badIdentity', `${invalidRequest}:id_cmc_identityProofV2 missing id_cmc_identification`);
  if (findControl(data, 'identityProof') !== null)
    throw new CmcRefusal('badIdentity', `${identityFailed} after verifyIdentityProof`);
  throw new CmcRefusal(
    'badRequest',
    `${identityFailed}:not pre-signed CMC request; missing Proof of Identification control`,
  );
}
