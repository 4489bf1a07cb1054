// Takes a submission and carries out what was judged of it: issue at once, wait for an agent, or keep the refusal.
import type { AuditEvent } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import type { CertificateIssuer } from '../issuance/issue-certificate.ts';
import type { Caller, EnrollmentSubmission, RequestRecord } from '../model/index.ts';
import type { Store } from '../store.ts';
import {
  type CmcCredentials,
  type JudgedRequest,
  judgeSubmission,
  refusedRequest,
  type SubmissionServices,
} from './judge-submission.ts';

export interface EnrollmentServices extends SubmissionServices {
  readonly store: Store;
  readonly issuer: CertificateIssuer;
}

/** As `RaClient.submitEnrollment` says. */
export async function submitEnrollment(
  submission: EnrollmentSubmission,
  caller: Caller,
  services: EnrollmentServices,
  cmc: CmcCredentials | null = null,
): Promise<readonly RequestRecord[]> {
  const { store } = services;
  let judged: readonly JudgedRequest[];
  try {
    const circumstances = { nextRequestId: () => store.issuance.reserveRequestId(), observedValidity: () => null };
    judged = await judgeSubmission(submission, caller, services, circumstances, cmc);
  } catch (error) {
    if (isAccessRefusal(error)) await store.audit.record([accessRefusedEvent(submission, caller, error)]);
    throw error;
  }
  const records: RequestRecord[] = [];
  for (const one of judged) records.push(await carryOut(one, caller, services));
  return records;
}

async function carryOut(judged: JudgedRequest, caller: Caller, services: EnrollmentServices): Promise<RequestRecord> {
  if (judged.request.state !== 'approved') return keep(judged.request, caller, services.store);
  try {
    const { request } = await services.issuer.issue({
      authority: judged.authority,
      draft: judged.draft,
      request: judged.request,
      issuedBy: judged.issuedBy,
      auditEvents: [],
      remoteAddress: caller.remoteAddress,
    });
    return request;
  } catch (error) {
    if (!(error instanceof CaError)) throw error;
    if (error.code === 'malformed-request') return keep(refusedRequest(judged, error), caller, services.store);
    // The issuer has put it back into an agent's hands; the requester is told so as Dogtag would.
    const kept = error.code === 'internal' ? await services.store.requests.find(judged.request.id) : null;
    if (kept === null) throw error;
    return kept;
  }
}

async function keep(
  request: RequestRecord,
  caller: Caller,
  store: EnrollmentServices['store'],
): Promise<RequestRecord> {
  const isRefused = request.state !== 'pending';
  await store.requests.record(request, [
    {
      name: isRefused ? 'enrollment-rejected' : 'enrollment-submitted',
      outcome: isRefused ? 'failure' : 'success',
      actor: caller.userId ?? 'anonymous',
      remoteAddress: caller.remoteAddress,
      details: {
        requestId: String(request.id),
        profileId: request.profileId ?? '',
        kind: request.kind,
        ...(request.errorMessage === null ? {} : { reason: request.errorMessage }),
      },
    },
  ]);
  return request;
}

function isAccessRefusal(error: unknown): error is CaError {
  return error instanceof CaError && (error.code === 'authentication-required' || error.code === 'not-authorized');
}

function accessRefusedEvent({ profileId }: EnrollmentSubmission, caller: Caller, error: CaError): AuditEvent {
  return {
    name: 'access-refused',
    outcome: 'failure',
    actor: caller.userId ?? 'anonymous',
    remoteAddress: caller.remoteAddress,
    details: { operation: 'enroll', profileId, reason: error.message },
  };
}
