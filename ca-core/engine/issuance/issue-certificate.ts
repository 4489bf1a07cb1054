// Steps 7 to 9 of an enrolment (docs/ARCHITECTURE.md): intent before signature, signature checked, everything recorded before any answer.
import { findSignatureScheme, type Signer, SignerError, verifySignature } from '#ca-core/signer';
import { assembleCertificate, decodeSubjectPublicKeyInfo, findSignatureAlgorithm, formatName } from '#codecs/x509';
import type { Clock, Log } from '#platform';
import type { AuditEvent } from '../audit/audit-event.ts';
import { assertHasKey, type IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { CertificateRecord, RequestRecord, SerialNumber } from '../model/index.ts';
import type { Issuance, IssuanceIntent, Store } from '../store.ts';
import type { CertificateDraft } from './certificate-draft.ts';
import { type PreparedCertificate, prepareCertificate, signableBytes } from './prepare-certificate.ts';

export interface IssuanceOrder {
  readonly authority: IssuingAuthority;
  readonly draft: CertificateDraft;
  /** As it stands once it is approved. Its draft may be null: what is agreed is in the intent, and then in the certificate. */
  readonly request: RequestRecord;
  readonly issuedBy: string | null;
  /** What was decided and is to be accounted for, be the certificate finished now or after a crash. */
  readonly auditEvents: readonly AuditEvent[];
  /** Address of the caller, for the audit record; null for the installation's own deeds. */
  readonly remoteAddress: string | null;
}

export interface IssuanceServices {
  readonly store: Pick<Store, 'issuance' | 'requests' | 'pens'>;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
}

export class CertificateIssuer {
  readonly #services: IssuanceServices;
  /** Intents that a caller is still waiting for; resuming leaves them alone. */
  readonly #underWay = new Set<SerialNumber>();
  /** Signed, but the record did not take it: kept so that this very signature is recorded when it does. */
  readonly #unrecorded = new Map<SerialNumber, Issuance>();
  /** Called when an intent was left open that needs another try. */
  onUnresolved: () => void = () => {};

  constructor(services: IssuanceServices) {
    this.#services = services;
  }

  /**
   * Issues one certificate and returns its record and the completed request. Nothing is returned that is not durable. Throws CaError:
   * `malformed-request` (it must not be signed; nothing was recorded), `pen-elsewhere`, `store-unavailable`, `signer-unavailable`. After
   * the latter two the certificate may yet come to be: its intent stands and is finished later.
   */
  async issue(order: IssuanceOrder): Promise<Issuance> {
    const { store } = this.#services;
    const { authority } = order;
    // 7a. A serial number that is never given out again, whatever happens from here on.
    const serialNumber = await store.issuance.reserveSerialNumber(authority.description.id);
    // 7b. The exact bytes, looked over. What the record will say of them must be sayable before they can be signed.
    const prepared = prepareCertificate(order.draft, authority, serialNumber);
    const { tbsCertificateDer, signatureAlgorithm } = prepared;
    const request: RequestRecord = { ...order.request, state: 'approved' };
    const described = describeCertificate(prepared, request, order.issuedBy);
    this.#underWay.add(serialNumber);
    try {
      // 7c. Durable before any signature exists, and with it the decision: whoever finishes this later knows nothing of the caller.
      const intent: IssuanceIntent = {
        serialNumber,
        authorityId: authority.description.id,
        requestId: request.id,
        tbsCertificateDer,
        signatureAlgorithm,
        issuedBy: order.issuedBy,
      };
      await store.issuance.recordIntent(intent, request, order.auditEvents);
      return await this.#finish(prepared, request, described, 'certificate-issued', order.remoteAddress);
    } catch (error) {
      if (isOutcomeOpen(error)) this.onUnresolved();
      throw error;
    } finally {
      this.#underWay.delete(serialNumber);
    }
  }

  /**
   * Runs `work` for an intent that nobody else works on in this process; null, without running it, when somebody does. In between, what
   * the record says of the intent is changed by `work` alone.
   */
  async whenFree<Result>(serialNumber: SerialNumber, work: () => Promise<Result>): Promise<Result | null> {
    if (this.#underWay.has(serialNumber)) return null;
    this.#underWay.add(serialNumber);
    try {
      return await work();
    } finally {
      this.#underWay.delete(serialNumber);
    }
  }

  /** Whether a signature for this number exists that the record may not have yet. */
  holdsSignature(serialNumber: SerialNumber): boolean {
    return this.#unrecorded.has(serialNumber);
  }

  /** Serial numbers of signatures that the record may not have yet. */
  heldSignatures(): readonly SerialNumber[] {
    return [...this.#unrecorded.keys()];
  }

  /** Lets go of a signature because the intent turned out to be resolved. */
  releaseSignature(serialNumber: SerialNumber): void {
    this.#unrecorded.delete(serialNumber);
  }

  /** Finishes an intent that an earlier process, or a failed call, has left open; to be called within `whenFree`. Throws as `issue` does. */
  async resume(prepared: PreparedCertificate, request: RequestRecord, issuedBy: string | null): Promise<Issuance> {
    const unrecorded = this.#unrecorded.get(prepared.serialNumber);
    if (unrecorded !== undefined) {
      await this.#record(unrecorded);
      return unrecorded;
    }
    const described = describeCertificate(prepared, request, issuedBy);
    return this.#finish(prepared, request, described, 'issuance-resumed', null);
  }

  /** Gives an intent up: no certificate of that serial number was or will be handed out. The request waits for an agent again. */
  async abandon(
    intended: Pick<IssuanceIntent, 'serialNumber' | 'tbsCertificateDer'>,
    request: RequestRecord,
    reason: string,
  ): Promise<void> {
    const { serialNumber, tbsCertificateDer } = intended;
    const { store, clock } = this.#services;
    const event: AuditEvent = {
      name: 'issuance-abandoned',
      outcome: 'failure',
      actor: 'system',
      remoteAddress: null,
      details: { requestId: String(request.id), serialNumber: String(serialNumber), reason },
    };
    const waiting: RequestRecord = {
      ...request,
      state: 'pending',
      modifiedAt: clock.now(),
      errorMessage: internalErrorMessage(request),
      // What the agent is to decide about is what would have been signed.
      draftDer: request.draftDer ?? tbsCertificateDer,
    };
    await store.issuance.recordAbandonedIntent(serialNumber, waiting, [event]);
    this.#unrecorded.delete(serialNumber);
  }

  /** Steps 8 and 9. */
  async #finish(
    prepared: PreparedCertificate,
    request: RequestRecord,
    described: DescribedCertificate,
    deed: IssuanceDeed,
    remoteAddress: string | null,
  ): Promise<Issuance> {
    const { clock } = this.#services;
    let signature: Uint8Array;
    try {
      signature = await this.#signAndVerify(prepared);
    } catch (error) {
      if (error instanceof SignerError && error.code === 'unavailable')
        throw new CaError('signer-unavailable', 'The signing key is not available now', { cause: error });
      // Whatever else went wrong, no usable signature exists: the number stays used up and the request goes back to an agent.
      this.#services.log.error('a certificate could not be signed', { serialNumber: prepared.serialNumber, error });
      await this.abandon(prepared, request, 'the certificate could not be signed');
      throw new CaError('internal', internalErrorMessage(request), { cause: error });
    }
    const now = clock.now();
    const certificate = completeRecord(described, prepared, signature, now);
    const completed: RequestRecord = {
      ...request,
      state: 'complete',
      modifiedAt: now,
      errorMessage: null,
      certificateSerials: [prepared.serialNumber],
    };
    const auditEvents = [issuanceEvent(deed, certificate, remoteAddress)];
    const issuance = { certificate, request: completed, auditEvents };
    await this.#record(issuance);
    return issuance;
  }

  /** 8. In the signer's process; then, off the event loop, proof that the key of this very authority signed these very bytes. */
  async #signAndVerify(prepared: PreparedCertificate): Promise<Uint8Array> {
    const { authority, signatureAlgorithm, tbsCertificateDer } = prepared;
    const signature = await this.#services.signer.sign(
      assertHasKey(authority),
      signatureAlgorithm,
      signableBytes(prepared),
    );
    const scheme = findSignatureScheme(signatureAlgorithm);
    if (scheme === null || !(await verifySignature(authority.publicKey, scheme, tbsCertificateDer, signature)))
      throw new SignerError('failed', 'the signature does not verify under the authority’s certificate');
    return signature;
  }

  /** 9. Certificate, request and audit records in one commit that concurrent issuances share. */
  async #record(issuance: Issuance): Promise<void> {
    const { store, log } = this.#services;
    const { serialNumber } = issuance.certificate;
    this.#unrecorded.set(serialNumber, issuance);
    try {
      await store.issuance.recordIssuance(issuance);
    } catch (error) {
      if (isOutcomeOpen(error)) throw error;
      if (await store.issuance.isUnresolved(serialNumber)) {
        log.error('a signed certificate is not taken by the record; trying again later', { serialNumber, error });
        throw new CaError('store-unavailable', 'The record does not take the certificate now', { cause: error });
      }
      // Another process has resolved it: what the record says is what is true.
      this.#unrecorded.delete(serialNumber);
      throw error;
    }
    this.#unrecorded.delete(serialNumber);
  }
}

/** What requesters are told when the fault is not theirs; Dogtag's own words. */
export function internalErrorMessage({ id }: Pick<RequestRecord, 'id'>): string {
  return `Request ${id} - Server Internal Error`;
}

/** What the record says of a certificate beside its bytes. */
type DescribedCertificate = Omit<CertificateRecord, 'certificateDer' | 'issuedAt'>;

/** The certificate as the record keeps it. Throws CaError `malformed-request`. */
export function toCertificateRecord(
  prepared: PreparedCertificate,
  signature: Uint8Array,
  request: Pick<RequestRecord, 'id' | 'profileId'>,
  issuedBy: string | null,
  issuedAt: Date,
): CertificateRecord {
  return completeRecord(describeCertificate(prepared, request, issuedBy), prepared, signature, issuedAt);
}

/** Everything about it that can fail to be read, read before it is signed. Throws CaError `malformed-request`. */
function describeCertificate(
  { authority, draft, serialNumber, signatureAlgorithm }: PreparedCertificate,
  request: Pick<RequestRecord, 'id' | 'profileId'>,
  issuedBy: string | null,
): DescribedCertificate {
  const { subjectDer, subjectPublicKeyInfoDer, notBefore, notAfter } = draft;
  const isComplete = subjectDer !== null && subjectPublicKeyInfoDer !== null && notBefore !== null && notAfter !== null;
  if (!isComplete || findSignatureAlgorithm(signatureAlgorithm) === null)
    throw new CaError('internal', 'a prepared certificate is incomplete');
  try {
    const key = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
    return {
      serialNumber,
      authorityId: authority.description.id,
      issuer: authority.subject,
      subject: formatName(subjectDer),
      notBefore,
      notAfter,
      keyAlgorithmOid: key.algorithmOid,
      keyBits: key.kind === 'rsa' ? key.bits : null,
      issuedBy,
      requestId: request.id,
      profileId: request.profileId,
      revocation: null,
      origin: 'native',
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown fault';
    throw new CaError('malformed-request', `Certificate cannot be issued: it would not be readable: ${reason}`, {
      cause,
    });
  }
}

function completeRecord(
  described: DescribedCertificate,
  { signatureAlgorithm, tbsCertificateDer }: PreparedCertificate,
  signature: Uint8Array,
  issuedAt: Date,
): CertificateRecord {
  const algorithmDer = findSignatureAlgorithm(signatureAlgorithm)?.der;
  if (algorithmDer === undefined) throw new CaError('internal', 'a prepared certificate is incomplete');
  return { ...described, certificateDer: assembleCertificate(tbsCertificateDer, algorithmDer, signature), issuedAt };
}

type IssuanceDeed = 'certificate-issued' | 'issuance-resumed';

function issuanceEvent(
  name: IssuanceDeed,
  { serialNumber, subject, requestId, profileId, issuedBy, authorityId }: CertificateRecord,
  remoteAddress: string | null,
): AuditEvent {
  return {
    name,
    outcome: 'success',
    actor: issuedBy ?? 'system',
    remoteAddress,
    details: {
      serialNumber: String(serialNumber),
      subject,
      requestId: String(requestId ?? ''),
      profileId: profileId ?? '',
      authorityId,
    },
  };
}

/** Whether the failed call may have left something that must be finished. */
function isOutcomeOpen(error: unknown): boolean {
  return error instanceof CaError && (error.code === 'store-unavailable' || error.code === 'signer-unavailable');
}
