// The one door for edges (RFC 4210's registration authority): what a protocol handler may ask of the authority, and nothing else.
import type {
  AccessDirectory,
  AuthorityDescription,
  AuthorityId,
  Caller,
  CertificatePage,
  CertificateQuery,
  CertificateRecord,
  CmcSubmission,
  CrlRecord,
  EnrollmentDecision,
  EnrollmentReview,
  EnrollmentSubmission,
  ProfileDescription,
  ProfileId,
  RequestId,
  RequestPage,
  RequestQuery,
  RequestRecord,
  RevocationOrder,
  SerialNumber,
} from '#ca-core/engine';

/**
 * Implementations: in process, rehearsal (same answers, no key, no record), over mTLS, fake. One contract suite runs on all.
 * Every method may reject with CaError; nothing else is ever thrown on purpose.
 */
export interface RaClient {
  /**
   * Takes a submission, applies its profile and, where the profile's authentication approves it, issues at once.
   * Returns one record per policy set of the profile: `complete`, `pending`, or `rejected` with its message.
   * Throws: malformed-request, bad-proof-of-possession, unknown-profile, disabled-profile, authentication-required,
   * not-authorized, unknown-authority, disabled-authority, unknown-certificate (renewal), unsupported-profile.
   */
  submitEnrollment(submission: EnrollmentSubmission, caller: Caller): Promise<readonly RequestRecord[]>;
  /**
   * RFC 5272: DER of the response to a PKI Request of CMC, full or simple, with whatever it asks for done and recorded; null when there is nothing to say.
   * A refusal is a response, too. Throws pen-elsewhere, signer-unavailable, store-unavailable.
   */
  answerCmc(submission: CmcSubmission, caller: Caller): Promise<Uint8Array | null>;
  /** What an agent sees before deciding. Throws unknown-request. */
  reviewEnrollment(id: RequestId, caller: Caller): Promise<EnrollmentReview>;
  /**
   * Approves (and issues), rejects, cancels, assigns, unassigns, updates (stores edits) or validates (checks edits only).
   * Returns the record afterwards. Edits that a constraint refuses throw edit-rejected with the constraint's message and leave the request
   * as it was, pending, whatever the action; so does what the authority will not sign, with issuance-refused. Throws unknown-request,
   * wrong-request-state, malformed-edit, edit-rejected, issuance-refused.
   */
  decideEnrollment(decision: EnrollmentDecision, caller: Caller): Promise<RequestRecord>;
  findRequest(id: RequestId): Promise<RequestRecord | null>;
  listRequests(query: RequestQuery): Promise<RequestPage>;

  findCertificate(serialNumber: SerialNumber): Promise<CertificateRecord | null>;
  searchCertificates(query: CertificateQuery): Promise<CertificatePage>;
  /** Returns the revocation request's record. Throws unknown-certificate, already-revoked. */
  revokeCertificate(order: RevocationOrder, caller: Caller): Promise<RequestRecord>;
  /**
   * Takes a certificate off hold. Returns the record of the attempt: `complete`, and `failed` with its message when the certificate was not
   * on hold (clients are told of the attempt by its id). Throws unknown-certificate.
   */
  releaseCertificate(serialNumber: SerialNumber, caller: Caller): Promise<RequestRecord>;

  /** In the order in which they came to be (for imported ones, the source's own order); clients page through it. */
  listProfiles(): Promise<readonly ProfileDescription[]>;
  findProfile(id: ProfileId): Promise<ProfileDescription | null>;
  /** The host authority when `id` is null. Throws unknown-authority. */
  describeAuthority(id: AuthorityId | null): Promise<AuthorityDescription>;
  /** All of them, enabled or not; clients may name an authority by its subject. */
  listAuthorities(): Promise<readonly AuthorityDescription[]>;

  /** The newest published CRL of an issuing point (`MasterCRL`); null when none was made yet. Throws unknown-issuing-point. */
  findCrl(issuingPoint: string, kind: 'full' | 'delta'): Promise<CrlRecord | null>;
  /** Makes, signs and publishes a new full CRL now. Throws unknown-issuing-point, pen-elsewhere. */
  generateCrl(issuingPoint: string, caller: Caller): Promise<CrlRecord>;
  /** RFC 6960: DER of an OCSPResponse, or null when the request is malformed or about certificates of no authority here. */
  answerOcsp(ocspRequestDer: Uint8Array): Promise<Uint8Array | null>;

  /** Users, groups and rules; cheap to call when `seenRevision` is still the newest (then null). */
  readAccessDirectory(seenRevision: bigint | null): Promise<AccessDirectory | null>;
}
