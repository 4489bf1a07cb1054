// Steps 5 and 6 of an enrolment: authentication, defaults, constraints; what is to become of a submission, before anything is recorded.
import type { Clock } from '#platform';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import type { IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import { internalErrorMessage } from '../issuance/issue-certificate.ts';
import type { Caller, CertificateRecord, EnrollmentSubmission, RequestId, RequestRecord } from '../model/index.ts';
import {
  type ApplicationContext,
  assertEnabled,
  authenticateCaller,
  authenticateRenewal,
  type CallerAuthentication,
  type CompiledProfile,
  challengeFact,
  checkRequest,
  encodeDraft,
  isSettledAsAgreed,
  type ObservedValidity,
  type ProfileSubmission,
  parseRenewal,
  parseSubmission,
  populateRequest,
  type Rejection,
  RequestAttributes,
  type RequestContext,
  settleDraft,
} from '../profiles/index.ts';
import type { Store } from '../store.ts';
import { isAgentCertificate } from './agent-certificate.ts';
import { assertSubmissionLimits } from './input-limits.ts';
import { findOriginalOfRenewal, type OriginalOfRenewal } from './original-of-renewal.ts';
import type { ProfileCatalog } from './profile-catalog.ts';
import { newRequestRecord } from './request-record.ts';

/** What is known of a submission before its profile asks: who signed a CMC message, or whom access rules let create an authority; and its format. */
export interface CmcCredentials {
  readonly authentication: CallerAuthentication;
  readonly certificateRequestType: 'cmc' | 'pkcs10';
}

export interface SubmissionServices {
  readonly store: Pick<Store, 'access' | 'certificates' | 'requests'>;
  readonly authorities: AuthorityRegistry;
  readonly profiles: ProfileCatalog;
  readonly clock: Clock;
}

/** What differs between doing and rehearsing. */
export interface SubmissionCircumstances {
  /** The id for the request at that position of the submission. */
  readonly nextRequestId: (sequenceNumber: number) => Promise<RequestId>;
  /** Validity of the certificate that the other side issued for it; null when nothing is compared. */
  readonly observedValidity: (sequenceNumber: number) => ObservedValidity | null;
}

/** One request of a submission, judged. */
export interface JudgedRequest {
  /** `approved` is to be issued at once; the others are to be recorded as they are. */
  readonly request: RequestRecord;
  readonly authority: IssuingAuthority;
  /** Agreed content; complete only when the request is approved. */
  readonly draft: CertificateDraft;
  readonly issuedBy: string | null;
}

/**
 * Judges every request of a submission. Throws CaError as `RaClient.submitEnrollment` says; then no request comes to be, as in Dogtag.
 */
export async function judgeSubmission(
  submission: EnrollmentSubmission,
  caller: Caller,
  services: SubmissionServices,
  circumstances: SubmissionCircumstances,
  cmc: CmcCredentials | null = null,
): Promise<readonly JudgedRequest[]> {
  assertSubmissionLimits(submission);
  const parsed =
    submission.renewalOf === null
      ? await parseEnrollment(submission, caller, services, circumstances, cmc)
      : await parseRenewalOf(submission, submission.renewalOf, caller, services, circumstances, cmc);
  const populated: (ParsedRequest & { readonly id: RequestId })[] = [];
  // Dogtag fills in all requests before it looks at the first: one that fails here leaves no trace of the others.
  for (const { request, context } of parsed.requests) {
    const id = await circumstances.nextRequestId(request.sequenceNumber);
    request.attributes.set('requestId', String(id));
    populateRequest(parsed.profile, request, context);
    populated.push({ id, request, context });
  }
  const judged: JudgedRequest[] = [];
  for (const { id, request, context } of populated)
    judged.push(await judgeRequest(id, request, context, parsed, submission, caller, services));
  return judged;
}

interface ParsedRequest {
  readonly request: RequestContext;
  readonly context: ApplicationContext;
}

interface ParsedSubmission {
  readonly profile: CompiledProfile;
  readonly authority: IssuingAuthority;
  readonly authentication: CallerAuthentication;
  /** Each is made when it is asked for. */
  readonly requests: Iterable<ParsedRequest>;
  /** Names that the inputs of the profile know, of the renewal profile too. */
  readonly inputNames: ReadonlySet<string>;
}

async function parseEnrollment(
  submission: EnrollmentSubmission,
  caller: Caller,
  services: SubmissionServices,
  circumstances: SubmissionCircumstances,
  cmc: CmcCredentials | null,
): Promise<ParsedSubmission> {
  const authority = await getEnabledAuthority(submission.authorityId, services.authorities);
  const profile = await services.profiles.get(submission.profileId);
  assertEnabled(profile);
  const authentication =
    cmc?.authentication ?? authenticateCaller(profile, caller, await services.profiles.environment());
  const context = applicationContext(authority, services);
  const requests = parseSubmission(
    profile,
    profileSubmission(submission, caller, cmc?.certificateRequestType),
    authentication,
    (sequenceNumber) => ({
      ...context,
      observedValidity: circumstances.observedValidity(sequenceNumber),
    }),
  );
  return { profile, authority, authentication, inputNames: inputNamesOf(profile), requests };
}

/** The renewal profile authenticates; profile, inputs and authority are those of the request by which the old certificate was made. */
async function parseRenewalOf(
  submission: EnrollmentSubmission,
  renewalOf: CertificateRecord['serialNumber'],
  caller: Caller,
  services: SubmissionServices,
  circumstances: SubmissionCircumstances,
  known: CmcCredentials | null,
): Promise<ParsedSubmission> {
  const renewalProfile = await services.profiles.get(submission.profileId);
  assertEnabled(renewalProfile);
  const original: OriginalOfRenewal = await findOriginalOfRenewal(renewalOf, services.store, services.clock);
  const profile = await services.profiles.get(original.profileId);
  assertEnabled(profile);
  const attributes = RequestAttributes.from(original.request.attributes);
  const authentication =
    known?.authentication ??
    authenticateRenewal(renewalProfile, caller, attributes, await services.profiles.environment());
  const authority = await getEnabledAuthority(original.request.authorityId, services.authorities);
  const context = applicationContext(authority, services, circumstances.observedValidity(0));
  const request = parseRenewal(
    profile,
    {
      renewalProfileId: submission.profileId,
      originalRequest: original.request,
      originalNotAfter: original.certificate.notAfter,
      originalSubject: original.certificate.subject,
    },
    profileSubmission({ ...submission, authorityId: original.request.authorityId }, caller),
    authentication,
    context,
  );
  const inputNames = inputNamesOf(profile, renewalProfile);
  return { profile, authority, authentication, inputNames, requests: [{ request, context }] };
}

function inputNamesOf(...profiles: readonly CompiledProfile[]): ReadonlySet<string> {
  return new Set(profiles.flatMap(({ inputs }) => inputs.flatMap(({ input }) => input.values.map(({ name }) => name))));
}

async function judgeRequest(
  id: RequestId,
  request: RequestContext,
  context: ApplicationContext,
  { profile, authority, authentication, inputNames }: ParsedSubmission,
  submission: EnrollmentSubmission,
  caller: Caller,
  { clock }: SubmissionServices,
): Promise<JudgedRequest> {
  const rejection = await checkRequest(profile, request, context);
  // A key that has proven nothing is not certified before it has, or an agent answers for it.
  const isChallenged = request.attributes.find(challengeFact) === 'true';
  const isApproved =
    !isChallenged && ((authentication.decidesAtOnce && !profile.needsApproval) || mayApproveAtOnce(submission, caller));
  const settled = rejection === null && isApproved ? settleOrTell(request, context) : null;
  const record = newRequestRecord(id, profile, request, { ...submission, inputNames }, clock.now());
  const judged = { authority, draft: request.draft, issuedBy: issuerOf(authentication, caller) };
  if (settled !== null && !(settled instanceof CaError)) {
    // What the certificate itself says is not kept beside it.
    const draftDer = isSettledAsAgreed(settled, request.draft) ? null : encodeDraft(request.draft);
    return { ...judged, draft: settled, request: { ...record, draftDer, state: 'approved' } };
  }
  const kept = { ...record, draftDer: encodeDraft(request.draft) };
  if (rejection !== null) return { ...judged, request: refuse(kept, rejection) };
  // Dogtag finds an obstacle out when it issues: the request is left to an agent, with the fault noted.
  const errorMessage = settled === null ? null : internalErrorMessage(kept);
  return { ...judged, request: { ...kept, state: 'pending', errorMessage } };
}

/** The request as it is recorded when the certificate turned out to be one that must not be signed. */
export function refusedRequest({ request, draft }: JudgedRequest, { message }: CaError): RequestRecord {
  const draftDer = request.draftDer ?? encodeDraft(draft);
  return { ...request, state: 'rejected', errorMessage: message, draftDer };
}

/** Throws CaError `unknown-authority` or `disabled-authority`. */
export async function getEnabledAuthority(
  id: RequestRecord['authorityId'],
  authorities: AuthorityRegistry,
): Promise<IssuingAuthority> {
  const authority = await authorities.get(id);
  const { description } = authority;
  if (!description.enabled)
    throw new CaError('disabled-authority', `CA not enabled: ${description.id}`, { subject: description.id });
  return authority;
}

/** What a profile may look at when it is applied now. */
export function applicationContext(
  authority: IssuingAuthority,
  { store, clock }: Pick<SubmissionServices, 'store' | 'clock'>,
  observedValidity: ObservedValidity | null = null,
): ApplicationContext {
  return {
    authority: authority.facts,
    now: clock.now(),
    records: store.certificates,
    observedValidity,
    isAgentCertificate: (certificateDer) => isAgentCertificate(certificateDer, store.access),
  };
}

/** What the authority will sign, or what keeps it from signing what the profile allows. */
export function settleOrTell(request: RequestContext, context: ApplicationContext): CertificateDraft | CaError {
  // A key that was sent to be archived must not be taken for archived. Dogtag without a KRA says the same; renewals archive nothing.
  if (request.kind !== 'renewal' && request.attributes.find('req_archive_options') !== null)
    return new CaError('malformed-request', 'KRA connector not configured');
  try {
    return settleDraft(request.draft, context, request.dogtagVersion);
  } catch (error) {
    if (error instanceof CaError) return error;
    throw error;
  }
}

function refuse(record: RequestRecord, { kind, message }: Rejection): RequestRecord {
  return kind === 'rejected'
    ? { ...record, state: 'rejected', errorMessage: message }
    : { ...record, state: 'begin', errorMessage: internalErrorMessage(record) };
}

function mayApproveAtOnce({ approveAtOnce }: EnrollmentSubmission, { groups }: Caller): boolean {
  return approveAtOnce === true && groups.includes('Certificate Manager Agents');
}

function issuerOf({ facts }: CallerAuthentication, { userId }: Caller): string | null {
  return facts.userid ?? userId;
}

function profileSubmission(
  { inputs, authorityId }: EnrollmentSubmission,
  caller: Caller,
  certificateRequestType?: string,
): ProfileSubmission {
  return {
    inputs,
    ...(certificateRequestType === undefined ? {} : { certificateRequestType }),
    authorityId,
    remoteHost: caller.remoteHost,
    remoteAddress: caller.remoteAddress,
    language: 'en',
  };
}
