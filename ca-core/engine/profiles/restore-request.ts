// Brings a recorded request back to where its profile left it, whether it was made here or imported from Dogtag.
import { DerError } from '#codecs/der';
import { CaError } from '../errors.ts';
import type { DraftExtension } from '../issuance/certificate-draft.ts';
import type { RequestRecord } from '../model/index.ts';
import { getPolicySet } from './apply-profile.ts';
import type { CompiledProfile } from './compiled-profile.ts';
import { decodeDraft } from './draft-codec.ts';
import { RequestAttributes } from './request-attributes.ts';
import type { RequestContext } from './request-context.ts';
import { decodeRequestedExtensions } from './requested-extensions.ts';

/** Facts that a record keeps in members of its own; the profile language knows them as any other (`$request.requestId$`). */
export const memberFacts = ['requestId', 'requestType', 'profileId', 'profileSetId', 'req_authority_id'] as const;

/** Throws CaError `malformed-request` when the record holds no draft, or the profile no longer has the policy set. */
export function restoreRequest(profile: CompiledProfile, record: RequestRecord): RequestContext {
  const attributes = RequestAttributes.from({ ...record.attributes, ...record.inputs });
  const policySetId = record.policySetId ?? attributes.find('profileSetId');
  if (record.draftDer === null) {
    throw new CaError('malformed-request', `Request ${record.id} has no certificate content`, {
      subject: String(record.id),
    });
  }
  const members: Readonly<Record<(typeof memberFacts)[number], string | null>> = {
    requestId: String(record.id),
    requestType: record.kind,
    profileId: record.profileId,
    profileSetId: policySetId,
    req_authority_id: record.authorityId,
  };
  for (const name of memberFacts) {
    const value = members[name];
    if (value !== null) attributes.set(name, value);
  }
  return {
    policySetId: getPolicySet(profile, policySetId).id,
    sequenceNumber: Number(attributes.find('req_seq_num') ?? '0'),
    kind: record.kind === 'renewal' ? 'renewal' : 'enrollment',
    attributes,
    requestedExtensions: readRequestedExtensions(attributes),
    draft: decodeDraft(record.draftDer),
    dogtagVersion: profile.dogtagVersion,
    signerSubjectDer: null,
    clockDifferenceMs: 0,
    owner: record.owner,
    realm: attributes.find('realm'),
  };
}

function readRequestedExtensions(attributes: RequestAttributes): DraftExtension[] {
  const bytes = attributes.findBytes('req_extensions');
  if (bytes === null) return [];
  try {
    return decodeRequestedExtensions(bytes);
  } catch (error) {
    // Only defaults look at them, and those have run.
    if (error instanceof DerError) return [];
    throw error;
  }
}
