// The record of having been asked to revoke or release: what both deeds keep of it, in the words in which imported ones have it.
import type { Clock } from '#platform';
import type { Caller, CertificateRecord, RequestId, RequestRecord } from '../model/index.ts';

/** A request that is decided as soon as it is made. `attributes` are added to those that every such request has. */
export function statusChangeRequest(
  id: RequestId,
  kind: 'revocation' | 'release',
  certificate: CertificateRecord,
  caller: Caller,
  clock: Clock,
  attributes: Readonly<Record<string, string>> = {},
): RequestRecord {
  const now = clock.now();
  return {
    id,
    kind,
    state: 'complete',
    createdAt: now,
    modifiedAt: now,
    owner: null,
    authorityId: certificate.authorityId,
    profileId: null,
    policySetId: null,
    inputs: {},
    attributes: {
      requestorType: 'Agent',
      ...(caller.userId === null ? {} : { updatedBy: caller.userId }),
      ...attributes,
    },
    draftDer: null,
    errorMessage: null,
    failed: false,
    certificateSerials: [certificate.serialNumber],
    origin: 'native',
  };
}

/** Dogtag keeps and shows whole seconds; so do CRLs and OCSP answers. */
export function wholeSecondsNow(clock: Clock): Date {
  return new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
}
