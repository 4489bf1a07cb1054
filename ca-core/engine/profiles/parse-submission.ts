// Turns what a requester sent into request contexts, one per certificate asked for. Ruled by EnrollProfile.createRequests and CertProcessor of Dogtag 10.10.
import { escapeNameValue } from '#codecs/dogtag-text';
import { emptyNameDer } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import type { AuthorityId, ProfileId, RequestRecord } from '../model/index.ts';
import type { CallerAuthentication } from './caller-authentication.ts';
import type { CompiledProfile } from './compiled-profile.ts';
import { type DecodedCertificateRequest, invalidRequest } from './inputs/certificate-request.ts';
import type { ApplicationContext } from './profile-environment.ts';
import { RequestAttributes } from './request-attributes.ts';
import type { RequestContext } from './request-context.ts';
import { encodeRequestedExtensions } from './requested-extensions.ts';
import { SubmittedValues } from './submitted-values.ts';
import { startNear, wholeSeconds } from './validity-values.ts';

/** What an edge was given. */
export interface ProfileSubmission {
  /** By input name; names that the profile's inputs do not know have no effect. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Format of the certificate request where the edge's protocol says it, and not an input. */
  readonly certificateRequestType?: string;
  /** The authority that was asked for by id; null for the host authority. */
  readonly authorityId: AuthorityId | null;
  readonly remoteHost: string;
  readonly remoteAddress: string;
  /** Language of the requester, such as `en`. */
  readonly language: string;
}

/** The certificate to be renewed. */
export interface ProfileRenewal {
  readonly renewalProfileId: ProfileId;
  /** The request by which the certificate was made. */
  readonly originalRequest: RequestRecord;
  readonly originalNotAfter: Date;
  /** Subject as text, most specific first. */
  readonly originalSubject: string;
}

/** Throws CaError `disabled-profile`. */
export function assertEnabled(profile: CompiledProfile): void {
  if (!profile.enabled)
    throw new CaError('disabled-profile', `Profile ${profile.id} not enabled`, { subject: profile.id });
}

/**
 * One context per request, with facts and inputs taken in and an otherwise empty draft. A request is to be populated before the next one is asked
 * for, because what is wrong with the first is told even where there is no policy set for the second. Throws CaError `malformed-request`,
 * `bad-proof-of-possession` or `unsupported-profile`, some of it only when a later one is asked for.
 */
export function* parseSubmission(
  profile: CompiledProfile,
  submission: ProfileSubmission,
  authentication: CallerAuthentication,
  contextOf: (sequenceNumber: number) => ApplicationContext,
): Generator<{ readonly request: RequestContext; readonly context: ApplicationContext }> {
  const submitted = submitValues(profile, submission);
  const count = countRequests(submitted, submission.certificateRequestType !== undefined);
  for (let sequenceNumber = 0; sequenceNumber < count; sequenceNumber++) {
    const context = contextOf(sequenceNumber);
    const request = createRequest(profile, 'enrollment', sequenceNumber, submission, authentication, context);
    addInputs(profile, request, submitted);
    addAuthentication(request, authentication);
    addProfileFacts(profile, request, submission);
    for (const { input } of profile.inputs) input.populate(request, submitted);
    yield { request, context };
  }
}

/** A single context for the renewal of a certificate: `profile` and the inputs are those of its original request. Throws as `parseSubmission`. */
export function parseRenewal(
  profile: CompiledProfile,
  renewal: ProfileRenewal,
  submission: Omit<ProfileSubmission, 'inputs'>,
  authentication: CallerAuthentication,
  context: ApplicationContext,
): RequestContext {
  const original = RequestAttributes.from({ ...renewal.originalRequest.attributes, ...renewal.originalRequest.inputs });
  const submitted = new SubmittedValues(
    new Map(
      inputNames(profile).flatMap((name) => {
        const value = original.find(name);
        return value === null ? [] : [[name, value] as const];
      }),
    ),
    profile.dogtagVersion,
  );
  // The format must be readable before a request exists, as for a new enrolment.
  countRequests(submitted);
  const sequenceNumber = Number(original.find('req_seq_num') ?? '0');
  const request = createRequest(profile, 'renewal', sequenceNumber, submission, authentication, context);
  addInputs(profile, request, submitted);
  request.attributes.set('origNotAfter', renewal.originalNotAfter.getTime().toString());
  request.attributes.set('authenticatedName', renewal.originalSubject);
  addAuthentication(request, authentication);
  request.attributes.set('rprofileId', renewal.renewalProfileId);
  addProfileFacts(profile, request, submission);
  for (const { input } of profile.inputs) input.populate(request, submitted);
  return request;
}

function inputNames(profile: CompiledProfile): string[] {
  return profile.inputs.flatMap(({ input }) => input.values.map((value) => value.name));
}

/** The values that the profile's inputs know; parts of names are escaped here so that no one of them can smuggle in another part. */
function submitValues(
  profile: CompiledProfile,
  { inputs, certificateRequestType }: Pick<ProfileSubmission, 'inputs' | 'certificateRequestType'>,
): SubmittedValues {
  const values = new Map<string, string>();
  for (const name of inputNames(profile)) {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (value !== undefined) values.set(name, name.startsWith('sn_') ? escapeNameValue(value) : value);
  }
  if (certificateRequestType !== undefined) values.set('cert_request_type', certificateRequestType);
  return new SubmittedValues(values, profile.dogtagVersion);
}

// Every message of CRMF and every request of CMC asks for a certificate of its own; the other formats hold one.
function countRequests(submitted: SubmittedValues, isJudged = false): number {
  const type = submitted.find('cert_request_type');
  if (type === null || !/^(pkcs10|crmf|cmc)/.test(type)) return 1;
  const decoded = submitted.certificateRequest(type);
  if (decoded.format === 'crmf') return decoded.messages.length;
  return decoded.format === 'cmc' ? countTagged(decoded, isJudged) : 1;
}

/** A message that comes as an input is nobody's: whoever sends controls with it would have to prove an identity. `isJudged`: the edge speaks CMC. */
function countTagged(
  { requests, hasControls }: Extract<DecodedCertificateRequest, { readonly format: 'cmc' }>,
  isJudged: boolean,
): number {
  if (!isJudged && hasControls)
    throw new CaError(
      'malformed-request',
      'Proof-of-Identification Verification Failed:not pre-signed CMC request; missing Proof of Identification control',
    );
  if (requests.length === 0) throw new CaError('malformed-request', invalidRequest);
  return requests.length;
}

function createRequest(
  profile: CompiledProfile,
  kind: RequestContext['kind'],
  sequenceNumber: number,
  submission: Omit<ProfileSubmission, 'inputs'>,
  authentication: CallerAuthentication,
  context: ApplicationContext,
): RequestContext {
  const policySet = profile.policySets[sequenceNumber];
  if (policySet === undefined) throw new CaError('malformed-request', 'Policy Set Not Found', { subject: profile.id });
  // Dogtag writes dates down before it looks at them again, and what it writes has no fraction of a second.
  const chosen = wholeSeconds(context.now);
  const start = startNear(chosen, context);
  const attributes = new RequestAttributes();
  attributes.set('requestVersion', '1.0.0');
  attributes.set('requestType', kind);
  attributes.set('req_seq_num', sequenceNumber.toString());
  attributes.set('req_locale', submission.language);
  if (submission.authorityId !== null) attributes.set('req_authority_id', submission.authorityId);
  attributes.set('req_extensions', encodeRequestedExtensions([]));
  return {
    policySetId: policySet.id,
    sequenceNumber,
    kind,
    attributes,
    requestedExtensions: [],
    draft: emptyDraft(start, profile, context),
    dogtagVersion: profile.dogtagVersion,
    signerSubjectDer: authentication.signerSubjectDer ?? null,
    clockDifferenceMs: start.getTime() - chosen.getTime(),
    owner: null,
    realm: null,
  };
}

/** Where defaults start from. Dogtag starts with a dummy key, which would end up in certificates of profiles without key default. */
function emptyDraft(now: Date, profile: CompiledProfile, context: ApplicationContext): CertificateDraft {
  return {
    version: 2,
    subjectDer: profile.defaultSubjectDer ?? emptyNameDer,
    issuerDer: context.authority.subjectDer,
    subjectPublicKeyInfoDer: null,
    notBefore: now,
    notAfter: now,
    signatureAlgorithm: 'SHA256withRSA',
    extensions: [],
  };
}

function addInputs(profile: CompiledProfile, request: RequestContext, submitted: SubmittedValues): void {
  for (const name of inputNames(profile)) {
    const value = submitted.find(name);
    if (value !== null) request.attributes.set(name, value);
  }
}

function addAuthentication(request: RequestContext, authentication: CallerAuthentication): void {
  for (const [name, value] of Object.entries(authentication.facts)) request.attributes.set(`auth_token.${name}`, value);
  for (const [name, value] of Object.entries(authentication.requestFacts)) request.attributes.set(name, value);
}

function addProfileFacts(
  profile: CompiledProfile,
  request: RequestContext,
  submission: Omit<ProfileSubmission, 'inputs'>,
): void {
  const { attributes } = request;
  attributes.set('profile', 'true');
  attributes.set('profileId', profile.id);
  attributes.set('profileApprovedBy', profile.description.enabledBy ?? '');
  attributes.set('profileSetId', request.policySetId);
  attributes.set('profileRemoteHost', submission.remoteHost);
  attributes.set('profileRemoteAddr', submission.remoteAddress);
}
