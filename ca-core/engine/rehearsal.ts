// The authority without its key, for one exchange that the other side has answered: same profiles, same rules, same bytes up to the
// signature; numbers and dates are taken from what the other side did, and nothing is recorded.
import { createThrowawaySigner, prepareForSigning, type Signer } from '#ca-core/signer';
import { decodeCertificate } from '#codecs/x509';
import { judgeChange } from './authorities/change-authority.ts';
import { judgeDeletion } from './authorities/delete-authority.ts';
import { rehearseCreation } from './authorities/rehearse-creation.ts';
import { judgeRenewal } from './authorities/renew-authority.ts';
import type { AuthorityOperations, CertificationAuthority } from './certification-authority.ts';
import { answerCmc } from './cmc/cmc-responder.ts';
import { judgeProfileOrder } from './enrollment/administer-profile.ts';
import { judgeDecision } from './enrollment/decide-enrollment.ts';
import {
  type CmcCredentials,
  type JudgedRequest,
  judgeSubmission,
  refusedRequest,
} from './enrollment/judge-submission.ts';
import { reviewEnrollment } from './enrollment/review-enrollment.ts';
import { CaError } from './errors.ts';
import { toCertificateRecord } from './issuance/issue-certificate.ts';
import { type PreparedCertificate, prepareCertificate, signableBytes } from './issuance/prepare-certificate.ts';
import {
  type AuthorityChange,
  type AuthorityDescription,
  type AuthorityId,
  type AuthorityOrder,
  type Caller,
  type CertificateRecord,
  type CmcSubmission,
  type CrlRecord,
  type DomainOrder,
  type EnrollmentDecision,
  type EnrollmentReview,
  type EnrollmentSubmission,
  type ProfileDefinition,
  type ProfileOrder,
  type RequestId,
  type RequestRecord,
  type RevocationOrder,
  type Roster,
  type RosterOrder,
  requestId,
  revocationReasons,
  type SecurityDomain,
  type SerialNumber,
  serialNumber,
} from './model/index.ts';
import type { ObservedValidity } from './profiles/index.ts';
import { OcspResponder, type OcspSigner } from './revocation/answer-ocsp.ts';
import { isOnHold, notReleased } from './revocation/release-certificate.ts';
import { getCertificate, judgeRevocation } from './revocation/revoke-certificate.ts';
import { statusChangeRequest } from './revocation/status-change-request.ts';
import { applyDomainChange, judgeDomainOrder } from './roster/judge-domain-order.ts';
import { applyRosterChange, isDoneAlready, judgeRosterOrder } from './roster/judge-roster-order.ts';

/** What the other side's answer says it did; ours takes these instead of deciding them. */
export interface ObservedFacts {
  /** In the order of the answer. */
  readonly requestIds: readonly RequestId[];
  /** Certificates that it issued, in the order of the answer. */
  readonly certificates: readonly ObservedCertificate[];
  /** Whether it changed users or groups. */
  readonly changesRoster?: boolean;
  /** An authority that it made. */
  readonly authorityId?: AuthorityId | null;
  /** Dates that it shows of requests without a certificate, in the order of the answer, where they are known. */
  readonly validities?: readonly (Pick<ObservedValidity, 'notBefore' | 'notAfter'> | null)[];
}

export interface ObservedCertificate {
  readonly serialNumber: SerialNumber;
  readonly certificateDer: Uint8Array;
}

/** One rehearsal serves one exchange and is then dropped. */
export interface Rehearsal {
  /** Answers as the authority would have; later calls see what earlier ones would have recorded. */
  readonly ra: AuthorityOperations;
  /** The TBSCertificates that would have been signed, in order. */
  tbsCertificatesDer(): readonly Uint8Array[];
}

/** How far from our own choice an observed notBefore may lie: the mirror comes later than the exchange. */
const notBeforeToleranceMs = 5 * 60_000;
/** Stand for numbers that the other side did not give because it refused what we would have granted. */
const noRequestId = requestId(0n);
const noSerialNumber = serialNumber(1n);

/** Makes rehearsals of `authority`, which needs no key for them. */
export function createRehearsalFactory(authority: CertificationAuthority): (observed: ObservedFacts) => Rehearsal {
  const signer = new RehearsalSigner();
  return (observed) => {
    const ra = new RehearsedAuthority(authority, signer, observed);
    return { ra, tbsCertificatesDer: () => ra.tbsCertificatesDer };
  };
}

/** Signs with keys of the same kind and size as the real ones, each made when it is first needed. */
class RehearsalSigner {
  readonly #signers = new Map<string, Promise<Signer>>();

  async sign(
    publicKeyDer: Uint8Array,
    algorithm: string,
    prepared: ReturnType<typeof prepareForSigning>,
  ): Promise<Uint8Array> {
    const keyId = Buffer.from(publicKeyDer).toString('base64');
    const known = this.#signers.get(keyId) ?? createThrowawaySigner([{ keyId, publicKeyDer }]);
    this.#signers.set(keyId, known);
    return (await known).sign(keyId, algorithm, prepared);
  }
}

class RehearsedAuthority implements AuthorityOperations {
  readonly tbsCertificatesDer: Buffer[] = [];
  readonly #authority: CertificationAuthority;
  readonly #signer: RehearsalSigner;
  readonly #observed: ObservedFacts;
  readonly #certificates = new Map<SerialNumber, CertificateRecord>();
  readonly #requests = new Map<RequestId, RequestRecord>();
  #roster: Roster | null = null;

  constructor(authority: CertificationAuthority, signer: RehearsalSigner, observed: ObservedFacts) {
    this.#authority = authority;
    this.#signer = signer;
    this.#observed = observed;
  }

  submitEnrollment(submission: EnrollmentSubmission, caller: Caller): Promise<readonly RequestRecord[]> {
    return this.#submit(submission, caller, null);
  }

  answerCmc(submission: CmcSubmission, caller: Caller): Promise<Uint8Array | null> {
    return answerCmc(submission, caller, {
      authorities: this.#authority.authorities,
      profiles: this.#authority.profiles,
      clock: this.#authority.services.clock,
      findCertificate: (serial) => this.findCertificate(serial),
      findRequest: (id) => this.findRequest(id),
      submit: (asked, by, cmc) => this.#submit(asked, by, cmc),
      revoke: (order, by) => this.revokeCertificate(order, by),
      sign: ({ certificate }, algorithm, attributesDer) =>
        this.#signer.sign(
          certificate.subjectPublicKeyInfoDer,
          algorithm,
          prepareForSigning('cmc-response', attributesDer),
        ),
      record: async () => {},
    });
  }

  async #submit(
    submission: EnrollmentSubmission,
    caller: Caller,
    cmc: CmcCredentials | null,
  ): Promise<readonly RequestRecord[]> {
    const circumstances = {
      nextRequestId: async (sequenceNumber: number) => this.#observed.requestIds[sequenceNumber] ?? noRequestId,
      observedValidity: (sequenceNumber: number) => this.#observedValidity(sequenceNumber),
    };
    const judged = await judgeSubmission(submission, caller, this.#services(), circumstances, cmc);
    const records: RequestRecord[] = [];
    for (const one of judged) {
      if (one.request.state !== 'approved') records.push(this.#keep(one.request));
      else records.push(await this.#issueOrRefuse(one));
    }
    return records;
  }

  reviewEnrollment(id: RequestId, _caller: Caller): Promise<EnrollmentReview> {
    return reviewEnrollment(id, this.#services());
  }

  async decideEnrollment(decision: EnrollmentDecision, caller: Caller): Promise<RequestRecord> {
    const { authority, draft, request } = await judgeDecision(
      decision,
      caller,
      this.#services(),
      this.#observedValidity(0),
    );
    if (decision.action === 'validate') return request;
    if (decision.action !== 'approve') return this.#keep(request);
    try {
      return await this.#issue({ authority, draft, request, issuedBy: caller.userId });
    } catch (error) {
      if (error instanceof CaError && error.code === 'malformed-request')
        throw new CaError('issuance-refused', error.message, { cause: error });
      throw error;
    }
  }

  async findRequest(id: RequestId): Promise<RequestRecord | null> {
    return this.#requests.get(id) ?? this.#authority.findRequest(id);
  }

  async findCertificate(serial: SerialNumber): Promise<CertificateRecord | null> {
    return this.#certificates.get(serial) ?? this.#authority.findCertificate(serial);
  }

  async revokeCertificate(order: RevocationOrder, caller: Caller): Promise<RequestRecord> {
    if (order.reason === revocationReasons.removeFromCRL) return this.releaseCertificate(order.serialNumber, caller);
    const { certificate, revocation } = await judgeRevocation(order, caller, this.#services());
    this.#certificates.set(certificate.serialNumber, { ...certificate, revocation });
    const { clock } = this.#authority.services;
    return this.#keep(statusChangeRequest(this.#firstRequestId(), 'revocation', certificate, caller, clock));
  }

  async releaseCertificate(serial: SerialNumber, caller: Caller): Promise<RequestRecord> {
    const { store, clock } = this.#authority.services;
    const certificate = this.#certificates.get(serial) ?? (await getCertificate(serial, store));
    const request = statusChangeRequest(this.#firstRequestId(), 'release', certificate, caller, clock);
    if (!isOnHold(certificate)) return this.#keep({ ...request, failed: true, errorMessage: notReleased });
    this.#certificates.set(serial, { ...certificate, revocation: null });
    return this.#keep(request);
  }

  createAuthority(order: AuthorityOrder, caller: Caller): Promise<AuthorityDescription> {
    const { certificates, authorityId = null } = this.#observed;
    const observed = { authorityId, certificateDer: certificates[0]?.certificateDer ?? null };
    return rehearseCreation(order, caller, observed, {
      ...this.#services(),
      submit: (submission, by, known) => this.#submit(submission, by, known),
      tbsCertificatesDer: this.tbsCertificatesDer,
    });
  }

  async changeAuthority(id: AuthorityId, change: AuthorityChange, _caller: Caller): Promise<AuthorityDescription> {
    return judgeChange(await this.describeAuthority(id), change);
  }

  async renewAuthority(id: AuthorityId, _caller: Caller): Promise<void> {
    await judgeRenewal(id, this.#authority.authorities);
  }

  async deleteAuthority(id: AuthorityId, _caller: Caller): Promise<void> {
    judgeDeletion(await this.describeAuthority(id), await this.listAuthorities());
  }

  async administerProfile(order: ProfileOrder, caller: Caller): Promise<ProfileDefinition> {
    const { services, profiles } = this.#authority;
    return (await judgeProfileOrder(order, caller, { store: services.store, profiles })).definition;
  }

  /** What is ordered is seen by later calls of the same rehearsal, and by nobody else. */
  async administerRoster(order: RosterOrder, _caller: Caller): Promise<Roster> {
    const roster = await this.readRoster();
    try {
      this.#roster = applyRosterChange(roster, judgeRosterOrder(order, roster));
    } catch (error) {
      // The other side has done it, and following it into the record was quicker than this rehearsal.
      if (this.#observed.changesRoster !== true || !isDoneAlready(order, error)) throw error;
      this.#roster = roster;
    }
    return this.#roster;
  }

  async readRoster(): Promise<Roster> {
    return this.#roster ?? (await this.#authority.readRoster());
  }

  async administerSecurityDomain(order: DomainOrder, _caller: Caller): Promise<SecurityDomain> {
    const domain = await this.#authority.readSecurityDomain();
    return applyDomainChange(domain, judgeDomainOrder(order, domain, await this.readRoster()));
  }

  readSecurityDomain(): Promise<SecurityDomain> {
    return this.#authority.readSecurityDomain();
  }

  isAcmeEnabled(): Promise<boolean | null> {
    return this.#authority.isAcmeEnabled();
  }

  /** The other side has done it, and what it did is a fact. */
  async switchAcme(_enabled: boolean, _caller: Caller): Promise<void> {}

  /** No CRL is signed for a rehearsal: whether there would be one is all that clients of the other side are told. */
  async generateCrl(issuingPoint: string, _caller: Caller): Promise<CrlRecord> {
    const newest = await this.#authority.findCrl(issuingPoint, 'full');
    const now = this.#authority.services.clock.now();
    return (
      newest ?? {
        issuingPoint,
        kind: 'full',
        crlDer: Buffer.alloc(0),
        crlNumber: 1n,
        thisUpdate: now,
        nextUpdate: null,
        entryCount: 0,
        origin: 'native',
      }
    );
  }

  answerOcsp(ocspRequestDer: Uint8Array): Promise<Uint8Array | null> {
    const { services, authorities, settings } = this.#authority;
    const sign = ({ publicKeyDer }: OcspSigner, algorithm: string, responseDataDer: Buffer) =>
      this.#signer.sign(publicKeyDer, algorithm, prepareForSigning('ocsp-response', responseDataDer));
    return new OcspResponder({ ...services, authorities, sign }, settings.ocsp).answer(ocspRequestDer);
  }

  listRequests: AuthorityOperations['listRequests'] = (query) => this.#authority.listRequests(query);
  searchCertificates: AuthorityOperations['searchCertificates'] = (query) => this.#authority.searchCertificates(query);
  listProfiles: AuthorityOperations['listProfiles'] = () => this.#authority.listProfiles();
  findProfile: AuthorityOperations['findProfile'] = (id) => this.#authority.findProfile(id);
  checkPassword: AuthorityOperations['checkPassword'] = (userId, password) =>
    this.#authority.checkPassword(userId, password);
  defineProfile: AuthorityOperations['defineProfile'] = (id) => this.#authority.defineProfile(id);
  describeAuthority: AuthorityOperations['describeAuthority'] = (id) => this.#authority.describeAuthority(id);
  listAuthorities: AuthorityOperations['listAuthorities'] = () => this.#authority.listAuthorities();
  findCrl: AuthorityOperations['findCrl'] = (point, kind) => this.#authority.findCrl(point, kind);
  readAccessDirectory: AuthorityOperations['readAccessDirectory'] = (seen) => this.#authority.readAccessDirectory(seen);

  /** The record as it would be by now. */
  #services() {
    const { services, authorities, profiles } = this.#authority;
    const { certificates, requests } = services.store;
    const store = {
      ...services.store,
      certificates: { ...certificates, find: (serial: SerialNumber) => this.findCertificate(serial) },
      requests: { ...requests, find: (id: RequestId) => this.findRequest(id) },
    };
    return { store, clock: services.clock, authorities, profiles };
  }

  #firstRequestId(): RequestId {
    return this.#observed.requestIds[0] ?? noRequestId;
  }

  #observedValidity(sequenceNumber: number): ObservedValidity | null {
    const shown = this.#observed.validities?.[sequenceNumber];
    if (shown !== null && shown !== undefined) return { ...shown, toleranceMs: notBeforeToleranceMs };
    const observed = this.#observed.certificates[sequenceNumber];
    if (observed === undefined) return null;
    const { notBefore, notAfter } = decodeCertificate(observed.certificateDer, { rules: 'ber' });
    return { notBefore, notAfter, toleranceMs: notBeforeToleranceMs };
  }

  async #issueOrRefuse(judged: JudgedRequest): Promise<RequestRecord> {
    try {
      return await this.#issue(judged);
    } catch (error) {
      if (error instanceof CaError && error.code === 'malformed-request')
        return this.#keep(refusedRequest(judged, error));
      throw error;
    }
  }

  async #issue({ authority, draft, request, issuedBy }: JudgedRequest): Promise<RequestRecord> {
    const observed = this.#observed.certificates[this.tbsCertificatesDer.length] ?? null;
    const prepared = prepareCertificate(draft, authority, observed?.serialNumber ?? noSerialNumber, false);
    this.tbsCertificatesDer.push(prepared.tbsCertificateDer);
    const signature = await this.#signatureFor(prepared, observed);
    const now = this.#authority.services.clock.now();
    const certificate = toCertificateRecord(prepared, signature, request, issuedBy, now);
    this.#certificates.set(certificate.serialNumber, certificate);
    return this.#keep({
      ...request,
      state: 'complete',
      modifiedAt: now,
      certificateSerials: [certificate.serialNumber],
    });
  }

  /** The other side's own where it signed the same bytes, so that our answer holds the very same certificate. */
  async #signatureFor(prepared: PreparedCertificate, observed: ObservedCertificate | null): Promise<Uint8Array> {
    if (observed !== null) {
      const { tbsDer, signature } = decodeCertificate(observed.certificateDer, { rules: 'ber' });
      if (tbsDer.equals(prepared.tbsCertificateDer)) return signature;
    }
    const { subjectPublicKeyInfoDer } = prepared.authority.certificate;
    return this.#signer.sign(subjectPublicKeyInfoDer, prepared.signatureAlgorithm, signableBytes(prepared));
  }

  #keep(request: RequestRecord): RequestRecord {
    this.#requests.set(request.id, request);
    return request;
  }
}
