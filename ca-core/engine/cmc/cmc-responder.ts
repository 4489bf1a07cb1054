// Answers PKI Requests of CMC (RFC 5272), full and simple, as Dogtag's ProfileSubmitCMCServlet does: enrols, revokes, and signs what it says about it.
import { createHash } from 'node:crypto';
import {
  assembleSignedResponse,
  decodeContentInfo,
  decodePkiData,
  encodePkiResponse,
  encodeResponseAttributes,
  encodeSimpleResponse,
  type PkiData,
} from '#codecs/cmc';
import { DerError } from '#codecs/der';
import { escapeScriptText } from '#codecs/dogtag-servlets';
import { findSignatureAlgorithm } from '#codecs/x509';
import type { Clock } from '#platform';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import type { CmcCredentials } from '../enrollment/judge-submission.ts';
import type { ProfileCatalog } from '../enrollment/profile-catalog.ts';
import { CaError } from '../errors.ts';
import type { Caller, CmcSubmission, EnrollmentSubmission, RequestRecord } from '../model/index.ts';
import {
  authenticateCaller,
  type CompiledProfile,
  decodeCertificateRequest,
  invalidRequest,
} from '../profiles/index.ts';
import { answerControls, type ControlServices, type ResponseControl, statusControl } from './answer-controls.ts';
import { authenticateAgentSigned, authenticateRequesterSigned, type CmcAuthentication } from './authenticate-cmc.ts';
import { CmcRefusal } from './cmc-refusal.ts';
import { findControl } from './find-control.ts';
import { assertControls, assertNoWitness } from './judge-controls.ts';
import { outcomeOfRequests } from './outcome-of-requests.ts';
import type { CmcSignature } from './sign-cmc-response.ts';

export interface CmcServices extends ControlServices {
  readonly authorities: AuthorityRegistry;
  readonly profiles: ProfileCatalog;
  readonly clock: Clock;
  submit(submission: EnrollmentSubmission, caller: Caller, cmc: CmcCredentials): Promise<readonly RequestRecord[]>;
  readonly sign: CmcSignature;
  /** Makes what was answered part of the record, before the answer leaves. */
  record(event: AuditEvent): Promise<void>;
}

/** What there is to say, before it is signed. */
interface Answer {
  /** Null for a Simple PKI Response. */
  readonly controls: readonly ResponseControl[] | null;
  /** Besides those of the authority. */
  readonly certificatesDer: readonly Uint8Array[];
  readonly refusal: CmcRefusal | null;
}

/**
 * DER of the response; null where Dogtag answers with an empty body: nothing was asked for that it could give, or a control could not be read. A refusal
 * is a response as well. Throws CaError for what is no answer: `pen-elsewhere`, `signer-unavailable`, `store-unavailable`, `internal`.
 */
export async function answerCmc(
  submission: CmcSubmission,
  caller: Caller,
  services: CmcServices,
): Promise<Uint8Array | null> {
  const answer = await answerOrRefuse(submission, caller, services);
  if (answer === null) return null;
  const response =
    answer.controls === null
      ? encodeSimpleResponse([...answer.certificatesDer, ...(await chainOf(services))])
      : await signResponse(answer.controls, answer.certificatesDer, submission, services);
  await services.record(answeredEvent(submission, caller, answer.refusal, response));
  return response;
}

async function answerOrRefuse(
  submission: CmcSubmission,
  caller: Caller,
  services: CmcServices,
): Promise<Answer | null> {
  try {
    return await answerRequest(submission, caller, services);
  } catch (error) {
    // Whoever sent it cannot be told which control it was: Dogtag breaks off without a word.
    if (error instanceof DerError) return null;
    if (!(error instanceof CmcRefusal)) throw error;
    const { failure, bodyPartIds, text } = error;
    const status = { status: 'failed', bodyPartIds, text, otherInfo: { kind: 'fail', failure } } as const;
    return { controls: [statusControl(status)], certificatesDer: [], refusal: error };
  }
}

async function answerRequest(submission: CmcSubmission, caller: Caller, services: CmcServices): Promise<Answer | null> {
  const profile = await getProfile(submission, services);
  const { authentication, voucher } = await authenticate(profile, submission, caller, services);
  const data = submission.kind === 'full' ? readPkiData(submission) : null;
  if (data !== null) {
    assertControls(data, voucher !== 'nobody');
    assertNoWitness(data);
  } else assertCertificationRequest(submission);
  const cmc = { authentication, certificateRequestType: data === null ? 'pkcs10' : 'cmc' } as const;
  const requests = data?.requests.length === 0 ? [] : await submit(submission, caller, services, cmc);
  const { controls, certificatesDer } = await outcomeOfRequests(requests, services);
  if (data === null) return { controls: null, certificatesDer, refusal: null };
  const { subject } = await services.authorities.get(null);
  const answered = await answerControls(data, subject, { voucher, caller, signer: submission.signer }, services);
  const all = [...answered.certificatesDer, ...certificatesDer];
  if (data.controls.length !== 1 || findControl(data, 'getCert') === null)
    return { controls: [...controls, ...answered.controls], certificatesDer: all, refusal: null };
  // A certificate that was only asked for comes without a word; where it is not there, nothing does.
  return all.length === 0 ? null : { controls: null, certificatesDer: all, refusal: null };
}

async function getProfile({ profileId }: CmcSubmission, { profiles }: CmcServices): Promise<CompiledProfile> {
  const notFound = () => new CmcRefusal('internalCaError', `Profile ${escapeScriptText(profileId)} Not Found`);
  try {
    const profile = await profiles.get(profileId);
    if (profile.enabled) return profile;
  } catch (error) {
    if (!(error instanceof CaError) || error.code !== 'unknown-profile') throw asRefusal(error, 'internalCaError');
  }
  throw notFound();
}

async function authenticate(
  profile: CompiledProfile,
  { requestDer, signer }: CmcSubmission,
  caller: Caller,
  services: CmcServices,
): Promise<CmcAuthentication> {
  const rule = profile.authentication;
  if (rule.kind === 'instance' && rule.instance.kind === 'cmc-message') {
    const certificates = { find: services.findCertificate };
    const now = services.clock.now();
    const evidence = { requestDer, caller, signer, certificates, now, dogtagVersion: profile.dogtagVersion };
    if (rule.instance.signedBy === 'requester') return await authenticateRequesterSigned(evidence);
    const authenticated = await authenticateAgentSigned(evidence);
    // An agent's signature stands for the decision, so that its holder must be one who may decide.
    if (signer?.mayDecide !== true || !authenticated.namesUser)
      throw new CmcRefusal('badRequest', 'ProfileSubmitCMCServlet authorization failure');
    return authenticated;
  }
  try {
    const authentication = authenticateCaller(profile, caller, await services.profiles.environment());
    return { authentication, voucher: 'nobody', namesUser: true };
  } catch (error) {
    throw asRefusal(error, 'badRequest');
  }
}

function readPkiData({ requestDer }: CmcSubmission): PkiData {
  try {
    const message = decodeContentInfo(requestDer);
    if (message.kind !== 'other' && message.content !== null) return decodePkiData(message.content);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  throw new CmcRefusal('internalCaError', invalidRequest);
}

function assertCertificationRequest({ requestDer }: CmcSubmission): void {
  try {
    decodeCertificateRequest('pkcs10', Buffer.from(requestDer).toString('base64'));
  } catch (error) {
    throw asRefusal(error, 'internalCaError');
  }
}

async function submit(
  { profileId, requestDer, inputs }: CmcSubmission,
  caller: Caller,
  services: CmcServices,
  cmc: CmcCredentials,
): Promise<readonly RequestRecord[]> {
  // What is authenticated is what is enrolled: a request in the address does not take the place of the one in the body.
  const own = {
    cert_request_type: cmc.certificateRequestType,
    cert_request: Buffer.from(requestDer).toString('base64'),
  };
  const submission = { profileId, authorityId: null, inputs: { ...inputs, ...own }, renewalOf: null };
  try {
    return await services.submit(submission, caller, cmc);
  } catch (error) {
    if (error instanceof CaError && error.code === 'bad-proof-of-possession') throw asRefusal(error, 'popFailed');
    const isUnruled = error instanceof CaError && error.message === 'Policy Set Not Found';
    throw asRefusal(error, isUnruled ? 'internalCaError' : 'badRequest');
  }
}

/** What the requester is at fault for becomes a refusal; the rest stays what it is. */
function asRefusal(error: unknown, failure: CmcRefusal['failure']): unknown {
  if (!(error instanceof CaError)) return error;
  switch (error.code) {
    case 'pen-elsewhere':
    case 'signer-unavailable':
    case 'store-unavailable':
    case 'internal':
      return error;
    default:
      return new CmcRefusal(failure, error.message);
  }
}

async function chainOf({ authorities }: CmcServices): Promise<readonly Uint8Array[]> {
  return (await authorities.get(null)).description.chainDer;
}

async function signResponse(
  controls: readonly ResponseControl[],
  certificatesDer: readonly Uint8Array[],
  { profileId }: CmcSubmission,
  services: CmcServices,
): Promise<Buffer> {
  const authority = await services.authorities.get(null);
  const algorithm = findSignatureAlgorithm(authority.defaultSigningAlgorithm);
  if (algorithm === null)
    throw new CaError('internal', 'the authority signs with an algorithm that CMC has no name for');
  const responseDer = encodePkiResponse(controls);
  const attributesDer = encodeResponseAttributes(responseDer, algorithm);
  const signature = await services.sign(authority, algorithm.name, attributesDer, profileId);
  const { issuerDer, serialNumber } = authority.certificate;
  const { chainDer } = authority.description;
  const signer = { issuerDer, serialNumber, algorithm, signature };
  return assembleSignedResponse(responseDer, attributesDer, signer, [...certificatesDer, ...chainDer]);
}

function answeredEvent(
  { profileId, kind, requestDer, signer }: CmcSubmission,
  { userId, remoteAddress }: Caller,
  refusal: CmcRefusal | null,
  responseDer: Uint8Array,
): AuditEvent {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return {
    name: 'cmc-answered',
    outcome: refusal === null ? 'success' : 'failure',
    actor: signer?.userId ?? userId ?? 'anonymous',
    remoteAddress,
    details: {
      profileId,
      kind,
      requestSha256: digest(requestDer),
      responseSha256: digest(responseDer),
      ...(refusal === null ? {} : { failure: refusal.failure, reason: refusal.text ?? '' }),
    },
  };
}
