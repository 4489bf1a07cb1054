// The whole authority behind one door: joins profiles, issuance, revocation and the record. What edges may ask is exactly RaClient.
import type { Clock, Log } from '#platform';
import { AuthorityKeeper, type AuthorityKeeperServices } from './authorities/authority-keeper.ts';
import { AuthorityRegistry } from './authorities/authority-registry.ts';
import { answerCmc } from './cmc/cmc-responder.ts';
import { type CmcSignature, createCmcSignature } from './cmc/sign-cmc-response.ts';
import { administerProfile } from './enrollment/administer-profile.ts';
import { decideEnrollment } from './enrollment/decide-enrollment.ts';
import { ProfileCatalog, type ProfileSettings } from './enrollment/profile-catalog.ts';
import { reviewEnrollment } from './enrollment/review-enrollment.ts';
import { submitEnrollment } from './enrollment/submit-enrollment.ts';
import { CaError } from './errors.ts';
import { CertificateIssuer } from './issuance/issue-certificate.ts';
import { type ResumeReport, resumeIssuance } from './issuance/resume-issuance.ts';
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
} from './model/index.ts';
import { revocationReasons } from './model/index.ts';
import { OcspResponder, type OcspSettings } from './revocation/answer-ocsp.ts';
import { createOcspSigning } from './revocation/ocsp-signing.ts';
import { CrlPublisher, type CrlSettings } from './revocation/publish-crl.ts';
import { releaseCertificate } from './revocation/release-certificate.ts';
import { revokeCertificate } from './revocation/revoke-certificate.ts';
import { administerDomain } from './roster/administer-domain.ts';
import { administerRoster } from './roster/administer-roster.ts';
import { isPasswordOf } from './roster/password-hash.ts';
import type { Store } from './store.ts';

export interface CertificationAuthorityServices {
  readonly store: Store;
  readonly signer: AuthorityKeeperServices['signer'];
  /** Where keys of authorities are made and destroyed; without it authorities are neither created nor deleted here. */
  readonly keys?: AuthorityKeeperServices['keys'];
  readonly clock: Clock;
  readonly log: Log;
}

export interface CertificationAuthoritySettings {
  readonly profiles: ProfileSettings;
  readonly crl: CrlSettings;
  readonly ocsp: OcspSettings;
  /** What the host authority signs with by default; null leaves it to its certificate and key. */
  readonly hostSigningAlgorithm: string | null;
}

/** What edges may ask; `RaClient` has the same methods and says what they take, give and throw. */
export type AuthorityOperations = Pick<
  CertificationAuthority,
  | 'submitEnrollment'
  | 'answerCmc'
  | 'reviewEnrollment'
  | 'decideEnrollment'
  | 'findRequest'
  | 'listRequests'
  | 'findCertificate'
  | 'searchCertificates'
  | 'revokeCertificate'
  | 'releaseCertificate'
  | 'listProfiles'
  | 'findProfile'
  | 'defineProfile'
  | 'administerProfile'
  | 'describeAuthority'
  | 'listAuthorities'
  | 'createAuthority'
  | 'changeAuthority'
  | 'renewAuthority'
  | 'deleteAuthority'
  | 'findCrl'
  | 'generateCrl'
  | 'answerOcsp'
  | 'readRoster'
  | 'administerRoster'
  | 'readSecurityDomain'
  | 'administerSecurityDomain'
  | 'isAcmeEnabled'
  | 'switchAcme'
  | 'checkPassword'
  | 'readAccessDirectory'
>;

const resumeDelayMs = 1000;
/** Not longer than somebody would wait for his certificate before he asks what became of it. */
const resumeDelayMaxMs = 15_000;

export class CertificationAuthority {
  readonly services: CertificationAuthorityServices;
  readonly settings: CertificationAuthoritySettings;
  readonly authorities: AuthorityRegistry;
  readonly profiles: ProfileCatalog;
  readonly #issuer: CertificateIssuer;
  readonly #keeper: AuthorityKeeper;
  readonly #crls: CrlPublisher;
  readonly #ocsp: OcspResponder;
  readonly #signCmc: CmcSignature;
  #resumeTimer: NodeJS.Timeout | null = null;
  readonly #stopping = new AbortController();
  readonly #resuming = new Set<Promise<ResumeReport>>();

  constructor(services: CertificationAuthorityServices, settings: CertificationAuthoritySettings) {
    const { store, signer, keys = null, clock, log } = services;
    this.services = services;
    this.settings = settings;
    this.authorities = new AuthorityRegistry({
      authorities: store.authorities,
      listKeys: () => signer.describe(),
      hostSigningAlgorithm: settings.hostSigningAlgorithm,
      clock,
      log,
    });
    const { authorities } = this;
    this.profiles = new ProfileCatalog({ profiles: store.profiles, authorities, clock }, settings.profiles);
    this.#issuer = new CertificateIssuer({ store, signer, clock, log });
    this.#issuer.onUnresolved = () => this.#planResume(resumeDelayMs);
    this.#keeper = new AuthorityKeeper({ ...this.#enrollmentServices(), signer, keys, log });
    this.#crls = new CrlPublisher({ store, signer, authorities, clock, log }, settings.crl);
    const sign = createOcspSigning({ store, signer, clock });
    this.#signCmc = createCmcSignature({ store, signer });
    this.#ocsp = new OcspResponder({ store, authorities, clock, sign }, settings.ocsp);
  }

  /** Finishes what an earlier process left open, then keeps the CRL fresh. Throws CaError `store-unavailable`. */
  async start(): Promise<ResumeReport> {
    const report = await this.resumeIssuance();
    if (report.open > 0) this.#planResume(resumeDelayMs);
    await this.#keeper.start();
    this.#crls.start();
    return report;
  }

  /** Stops timers and waits for the CRL and the certificates that are being made. Callers of the other methods must have been served by then. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#resumeTimer !== null) clearTimeout(this.#resumeTimer);
    await Promise.allSettled([this.#crls.stop(), this.#keeper.stop(), ...this.#resuming]);
  }

  /** Goes through intents that a crash or a lost connection left open. Throws CaError `store-unavailable`. */
  resumeIssuance(): Promise<ResumeReport> {
    const { store, log } = this.services;
    const services = { store, issuer: this.#issuer, authorities: this.authorities, log };
    const resuming = resumeIssuance(services, this.#stopping.signal);
    const forget = () => this.#resuming.delete(resuming);
    this.#resuming.add(resuming);
    resuming.then(forget, forget);
    return resuming;
  }

  submitEnrollment(submission: EnrollmentSubmission, caller: Caller): Promise<readonly RequestRecord[]> {
    return submitEnrollment(submission, caller, this.#enrollmentServices());
  }

  answerCmc(submission: CmcSubmission, caller: Caller): Promise<Uint8Array | null> {
    const { store, clock } = this.services;
    return answerCmc(submission, caller, {
      authorities: this.authorities,
      profiles: this.profiles,
      clock,
      findCertificate: (serial) => this.findCertificate(serial),
      findRequest: (id) => this.findRequest(id),
      submit: (asked, by, cmc) => submitEnrollment(asked, by, this.#enrollmentServices(), cmc),
      revoke: (order, by) => this.revokeCertificate(order, by),
      sign: this.#signCmc,
      record: (event) => store.audit.record([event]),
    });
  }

  // The caller is part of the contract; who may review is decided at the edge, by its access rules.
  reviewEnrollment(id: RequestId, _caller: Caller): Promise<EnrollmentReview> {
    return reviewEnrollment(id, this.#enrollmentServices());
  }

  decideEnrollment(decision: EnrollmentDecision, caller: Caller): Promise<RequestRecord> {
    return decideEnrollment(decision, caller, this.#enrollmentServices());
  }

  findRequest(id: RequestId): Promise<RequestRecord | null> {
    return this.services.store.requests.find(id);
  }

  listRequests(query: RequestQuery): Promise<RequestPage> {
    return this.services.store.requests.list(query);
  }

  findCertificate(serialNumber: SerialNumber): Promise<CertificateRecord | null> {
    return this.services.store.certificates.find(serialNumber);
  }

  searchCertificates(query: CertificateQuery): Promise<CertificatePage> {
    return this.services.store.certificates.search(query, this.services.clock.now());
  }

  /** The reason removeFromCRL asks for a release, as it does in Dogtag. */
  revokeCertificate(order: RevocationOrder, caller: Caller): Promise<RequestRecord> {
    return order.reason === revocationReasons.removeFromCRL
      ? this.releaseCertificate(order.serialNumber, caller)
      : revokeCertificate(order, caller, this.#statusServices());
  }

  releaseCertificate(serialNumber: SerialNumber, caller: Caller): Promise<RequestRecord> {
    return releaseCertificate(serialNumber, caller, this.#statusServices());
  }

  listProfiles(): Promise<readonly ProfileDescription[]> {
    return this.profiles.describeAll();
  }

  findProfile(id: ProfileId): Promise<ProfileDescription | null> {
    return this.profiles.describe(id);
  }

  defineProfile(id: ProfileId): Promise<ProfileDefinition | null> {
    return this.profiles.define(id);
  }

  administerProfile(order: ProfileOrder, caller: Caller): Promise<ProfileDefinition> {
    return administerProfile(order, caller, { store: this.services.store, profiles: this.profiles });
  }

  async describeAuthority(id: AuthorityId | null): Promise<AuthorityDescription> {
    return (await this.authorities.get(id)).description;
  }

  async listAuthorities(): Promise<readonly AuthorityDescription[]> {
    return (await this.authorities.list()).map(({ description }) => description);
  }

  createAuthority(order: AuthorityOrder, caller: Caller): Promise<AuthorityDescription> {
    return this.#keeper.create(order, caller);
  }

  changeAuthority(id: AuthorityId, change: AuthorityChange, caller: Caller): Promise<AuthorityDescription> {
    return this.#keeper.change(id, change, caller);
  }

  renewAuthority(id: AuthorityId, caller: Caller): Promise<void> {
    return this.#keeper.renew(id, caller);
  }

  deleteAuthority(id: AuthorityId, caller: Caller): Promise<void> {
    return this.#keeper.delete(id, caller);
  }

  findCrl(issuingPoint: string, kind: 'full' | 'delta'): Promise<CrlRecord | null> {
    return this.#crls.find(issuingPoint, kind);
  }

  generateCrl(issuingPoint: string, caller: Caller): Promise<CrlRecord> {
    return this.#crls.generate(issuingPoint, caller);
  }

  answerOcsp(ocspRequestDer: Uint8Array): Promise<Uint8Array | null> {
    return this.#ocsp.answer(ocspRequestDer);
  }

  readRoster(): Promise<Roster> {
    return this.services.store.roster.read();
  }

  administerRoster(order: RosterOrder, caller: Caller): Promise<Roster> {
    return administerRoster(order, caller, this.services.store);
  }

  readSecurityDomain(): Promise<SecurityDomain> {
    return this.services.store.securityDomain.read();
  }

  administerSecurityDomain(order: DomainOrder, caller: Caller): Promise<SecurityDomain> {
    return administerDomain(order, caller, this.services.store);
  }

  isAcmeEnabled(): Promise<boolean | null> {
    return this.services.store.acme.isEnabled();
  }

  switchAcme(enabled: boolean, { userId, remoteAddress }: Caller): Promise<void> {
    const name = enabled ? 'acme-enabled' : 'acme-disabled';
    const event = { name, outcome: 'success', actor: userId ?? 'anonymous', remoteAddress, details: {} } as const;
    return this.services.store.acme.switch(enabled, [event]);
  }

  async checkPassword(userId: string, password: string): Promise<PasswordVerdict> {
    const hash = await this.services.store.roster.findPasswordHash(userId);
    if (hash === null) return 'unknown';
    return (await isPasswordOf(hash, password)) ? 'right' : 'wrong';
  }

  readAccessDirectory(seenRevision: bigint | null): Promise<AccessDirectory | null> {
    return this.services.store.access.read(seenRevision);
  }

  #enrollmentServices() {
    const { store, clock } = this.services;
    return { store, authorities: this.authorities, profiles: this.profiles, issuer: this.#issuer, clock };
  }

  #statusServices() {
    const { store, clock } = this.services;
    return { store, authorities: this.authorities, clock };
  }

  /** Tries again, at growing distances, until no intent is open any more. */
  #planResume(delayMs: number): void {
    if (this.#stopping.signal.aborted || this.#resumeTimer !== null) return;
    this.#resumeTimer = setTimeout(() => {
      this.#resumeTimer = null;
      const again = () => this.#planResume(Math.min(delayMs * 2, resumeDelayMaxMs));
      this.resumeIssuance().then(
        ({ open }) => {
          if (open > 0) again();
        },
        (error: unknown) => {
          if (!(error instanceof CaError)) this.services.log.error('open intents could not be gone through', { error });
          again();
        },
      );
    }, delayMs).unref();
  }
}
