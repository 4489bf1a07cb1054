// The one door for edges (RFC 4210's registration authority): what a protocol handler may ask of the authority, and nothing else.
import type {
  AccessDirectory,
  AuthorityChange,
  AuthorityDescription,
  AuthorityId,
  AuthorityOrder,
  Caller,
  CertificatePage,
  CertificateQuery,
  CertificateRecord,
  CmcSubmission,
  CrlRecord,
  DomainOrder,
  EnrollmentDecision,
  EnrollmentReview,
  EnrollmentSubmission,
  PasswordVerdict,
  ProfileDefinition,
  ProfileDescription,
  ProfileId,
  ProfileOrder,
  RequestId,
  RequestPage,
  RequestQuery,
  RequestRecord,
  RevocationOrder,
  Roster,
  RosterOrder,
  SecurityDomain,
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
  /** The profile with its policies, for those who administer profiles. */
  defineProfile(id: ProfileId): Promise<ProfileDefinition | null>;
  /**
   * Compiles before it stores; every node of the authority applies the profile as it is now at once. Returns the profile as it is afterwards
   * (of one that was removed, as it was). Throws unknown-profile, wrong-profile-state, malformed-profile (in the profile language's own
   * words), unsupported-profile.
   */
  administerProfile(order: ProfileOrder, caller: Caller): Promise<ProfileDefinition>;
  /** The host authority when `id` is null. Throws unknown-authority. */
  describeAuthority(id: AuthorityId | null): Promise<AuthorityDescription>;
  /** All of them, enabled or not; clients may name an authority by its subject. */
  listAuthorities(): Promise<readonly AuthorityDescription[]>;
  /**
   * Makes an authority with a fresh key below another one. Throws unknown-authority and disabled-authority for the one above,
   * authority-conflict when its name is in use, malformed-request for a name that is none or that the profile refuses, disabled-profile,
   * unknown-profile. After signer-unavailable and store-unavailable it may yet come to be.
   */
  createAuthority(order: AuthorityOrder, caller: Caller): Promise<AuthorityDescription>;
  /** Returns it as it is afterwards. Throws unknown-authority; host-authority-protected when the host authority would be disabled. */
  changeAuthority(id: AuthorityId, change: AuthorityChange, caller: Caller): Promise<AuthorityDescription>;
  /** A new certificate for the same name and key. Throws unknown-authority; disabled-authority for the one above; host-authority-protected. */
  renewAuthority(id: AuthorityId, caller: Caller): Promise<void>;
  /**
   * Revokes its certificate and destroys its key. Throws unknown-authority; host-authority-protected; authority-conflict while it is enabled
   * or others are below it.
   */
  deleteAuthority(id: AuthorityId, caller: Caller): Promise<void>;

  /** The newest published CRL of an issuing point (`MasterCRL`); null when none was made yet. Throws unknown-issuing-point. */
  findCrl(issuingPoint: string, kind: 'full' | 'delta'): Promise<CrlRecord | null>;
  /** Makes, signs and publishes a new full CRL now. Throws unknown-issuing-point, pen-elsewhere. */
  generateCrl(issuingPoint: string, caller: Caller): Promise<CrlRecord>;
  /** RFC 6960: DER of an OCSPResponse, or null when the request is malformed or about certificates of no authority here. */
  answerOcsp(ocspRequestDer: Uint8Array): Promise<Uint8Array | null>;

  /** Users and groups for those who administer them. */
  readRoster(): Promise<Roster>;
  /**
   * Returns the roster as it is afterwards; it counts for the next request on every node. Throws unknown-roster-entry, unknown-roster-value,
   * unknown-user-certificate, roster-conflict, last-administrator, malformed-name, malformed-roster-value.
   */
  administerRoster(order: RosterOrder, caller: Caller): Promise<Roster>;
  /** Which servers have which subsystems, for installers. */
  readSecurityDomain(): Promise<SecurityDomain>;
  /**
   * Returns the domain as it is afterwards. With a host goes the user that its server has here. Throws unknown-roster-entry for a subsystem that
   * the domain has no list of, malformed-roster-value, last-administrator.
   */
  administerSecurityDomain(order: DomainOrder, caller: Caller): Promise<SecurityDomain>;
  /** Whether the ACME responder beside this authority is to answer its clients; null where nobody has said so here, so that its own configuration counts. */
  isAcmeEnabled(): Promise<boolean | null>;
  /** Durable, with its audit record in one commit; counts for the next request on every node. */
  switchAcme(enabled: boolean, caller: Caller): Promise<void>;
  /** `unknown` where this side knows of no password of that user: he may have one with the other side. */
  checkPassword(userId: string, password: string): Promise<PasswordVerdict>;

  /** Users, groups and rules; cheap to call when `seenRevision` is still the newest (then null). */
  readAccessDirectory(seenRevision: bigint | null): Promise<AccessDirectory | null>;
}
