// What an agent may do with a pending request, by Dogtag's rules (RequestProcessor.processRequest).
import type { AuditEvent } from '../audit/audit-event.ts';
import type { IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { Caller, EnrollmentDecision, RequestId, RequestRecord } from '../model/index.ts';
import {
  type ApplicationContext,
  applyEdits,
  assertEnabled,
  type CompiledProfile,
  checkRequest,
  type ObservedValidity,
  type RequestContext,
  restoreRequest,
} from '../profiles/index.ts';
import type { Store } from '../store.ts';
import { assertDecisionLimits } from './input-limits.ts';
import { applicationContext, getEnabledAuthority, type SubmissionServices, settleOrTell } from './judge-submission.ts';
import { editedRequestRecord } from './request-record.ts';
import type { EnrollmentServices } from './submit-enrollment.ts';

/** A decision that was found allowed. */
export interface JudgedDecision {
  /** As it is to be recorded; `approved` is to be issued at once. */
  readonly request: RequestRecord;
  readonly authority: IssuingAuthority;
  readonly draft: RequestContext['draft'];
}

/** As `RaClient.decideEnrollment` says. */
export async function decideEnrollment(
  decision: EnrollmentDecision,
  caller: Caller,
  services: EnrollmentServices,
): Promise<RequestRecord> {
  const { store, issuer } = services;
  const judged = await judgeDecision(decision, caller, services);
  const event = decisionEvent(decision, judged.request, caller);
  if (decision.action === 'validate') return judged.request;
  if (decision.action !== 'approve') {
    await store.requests.record(judged.request, [event], 'pending');
    return judged.request;
  }
  try {
    const { authority, draft, request } = judged;
    const order = { authority, draft, request, issuedBy: caller.userId, auditEvents: [event] };
    return (await issuer.issue({ ...order, remoteAddress: caller.remoteAddress })).request;
  } catch (error) {
    // An agent can mend what must not be signed, so the request waits on as it was.
    if (error instanceof CaError && error.code === 'malformed-request')
      throw new CaError('issuance-refused', error.message, { cause: error });
    throw error;
  }
}

/** Everything that can be refused, without recording anything. Throws CaError as `RaClient.decideEnrollment` says. */
export async function judgeDecision(
  decision: EnrollmentDecision,
  caller: Caller,
  services: SubmissionServices,
  observedValidity: ObservedValidity | null = null,
): Promise<JudgedDecision> {
  assertDecisionLimits(decision);
  const record = await getRequest(decision.requestId, services.store);
  if (record.state !== 'pending' || (record.kind !== 'enrollment' && record.kind !== 'renewal'))
    throw new CaError('wrong-request-state', 'Request Not In Pending State', { subject: String(record.id) });
  const profile = await getProfileOf(record, services);
  assertEnabled(profile);
  assertOwn(record, caller);
  const authority = await services.authorities.get(record.authorityId);
  const context = applicationContext(authority, services, observedValidity);
  const request = restoreRequest(profile, record);
  const now = services.clock.now();
  const judged = { authority, draft: request.draft };
  switch (decision.action) {
    case 'assign':
      return { ...judged, request: { ...record, owner: caller.userId, modifiedAt: now } };
    case 'unassign':
      return { ...judged, request: { ...record, owner: null, modifiedAt: now } };
    case 'reject':
      return { ...judged, request: { ...withNotes(record, decision), state: 'rejected', modifiedAt: now } };
    case 'cancel':
      return { ...judged, request: { ...withNotes(record, decision), state: 'canceled', modifiedAt: now } };
    case 'validate':
      await edit(decision, profile, request, context);
      return { ...judged, request: record };
    case 'update':
      assertOlderProfile(profile, record);
      await edit(decision, profile, request, context);
      return { ...judged, request: withNotes(editedRequestRecord(record, request, now), decision) };
    case 'approve':
      assertOlderProfile(profile, record);
      await edit(decision, profile, request, context);
      await getEnabledAuthority(record.authorityId, services.authorities);
      return judgeApproval(decision, record, request, context, authority, now);
  }
}

function judgeApproval(
  decision: EnrollmentDecision,
  record: RequestRecord,
  request: RequestContext,
  context: ApplicationContext,
  authority: IssuingAuthority,
  now: Date,
): JudgedDecision {
  const settled = settleOrTell(request, context);
  if (settled instanceof CaError) throw new CaError('issuance-refused', settled.message, { cause: settled });
  const edited = withNotes(editedRequestRecord(record, request, now), decision);
  return { authority, draft: settled, request: { ...edited, state: 'approved' } };
}

/** Throws CaError `unknown-request`. */
export async function getRequest(id: RequestId, store: Pick<Store, 'requests'>): Promise<RequestRecord> {
  const record = await store.requests.find(id);
  if (record !== null) return record;
  throw new CaError('unknown-request', `Request ID 0x${id.toString(16)} not found`, { subject: String(id) });
}

/** Throws CaError `unknown-profile` or `unsupported-profile`. */
export async function getProfileOf(
  record: RequestRecord,
  { profiles }: Pick<SubmissionServices, 'profiles'>,
): Promise<CompiledProfile> {
  if (record.profileId === null)
    throw new CaError('unknown-profile', 'Profile ID Not Found', { subject: String(record.id) });
  return profiles.get(record.profileId);
}

/** Constraints are asked even when nothing was edited: they may have changed, and so may the record that they look at. */
async function edit(
  { edits }: EnrollmentDecision,
  profile: CompiledProfile,
  request: RequestContext,
  context: ApplicationContext,
): Promise<void> {
  if (edits !== null) return applyEdits(profile, request, edits, context);
  const rejection = await checkRequest(profile, request, context);
  if (rejection !== null) throw new CaError('edit-rejected', rejection.message);
}

/** What was assigned to one agent is nobody else's (Dogtag's `request.assignee.enable`, which is on unless an installation has turned it off). */
function assertOwn({ id, owner }: RequestRecord, caller: Caller): void {
  if (owner === null || owner === '' || owner === caller.userId || caller.isInstallation === true) return;
  throw new CaError('not-authorized', 'Not authorized to do this operation.', { subject: String(id) });
}

/** An agent must not approve under rules that nobody knew when the request was made. */
function assertOlderProfile({ lastModified }: CompiledProfile, { createdAt }: RequestRecord): void {
  if (lastModified !== null && lastModified > createdAt)
    throw new CaError('edit-rejected', 'Profile Newer Than Request');
}

function withNotes(record: RequestRecord, { notes }: EnrollmentDecision): RequestRecord {
  return notes === null ? record : { ...record, attributes: { ...record.attributes, requestNotes: notes } };
}

function decisionEvent(
  { action, edits }: EnrollmentDecision,
  { id, profileId }: RequestRecord,
  { userId, remoteAddress }: Caller,
): AuditEvent {
  return {
    name: 'enrollment-decided',
    outcome: 'success',
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: {
      action,
      requestId: String(id),
      profileId: profileId ?? '',
      edited: edits === null ? '' : edits.map(({ name }) => name).join(','),
    },
  };
}
