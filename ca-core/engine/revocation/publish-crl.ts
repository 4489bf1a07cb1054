// Makes, signs and records full CRLs: on demand, and in time before the last one ends, while this side holds the pen.
import { findSignatureScheme, prepareForSigning, type Signer, SignerError, verifySignature } from '#ca-core/signer';
import { assembleCertificateList, findSignatureAlgorithm } from '#codecs/x509';
import type { Clock, Log } from '#platform';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import { assertHasKey, type IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import { type Caller, type CrlRecord, systemCaller } from '../model/index.ts';
import type { Store } from '../store.ts';
import { type BuiltCrl, buildCrl, type CrlContent } from './build-crl.ts';
import { type CrlScheduleSettings, findNextCrlUpdate } from './crl-schedule.ts';
import { wholeSecondsNow } from './status-change-request.ts';

export interface CrlSettings {
  readonly schedule: CrlScheduleSettings;
  /** Null: what the authority signs with by default. */
  readonly signatureAlgorithm: string | null;
  /** Whether certificates stay on the CRL after they have expired. */
  readonly includeExpired: boolean;
}

export interface CrlServices {
  readonly store: Pick<Store, 'certificates' | 'crls' | 'pens'>;
  readonly signer: Signer;
  readonly authorities: AuthorityRegistry;
  readonly clock: Clock;
  readonly log: Log;
}

/** The issuing point for everything that the host authority has revoked; Dogtag's name for it. */
export const masterIssuingPoint = 'MasterCRL';

/** A new CRL is ready this long before the old one ends. */
const leadMs = 30_000;
const waitMaxMs = 60_000;
const retryMs = 15_000;

export class CrlPublisher {
  readonly #services: CrlServices;
  readonly #settings: CrlSettings;
  #running: Promise<unknown> = Promise.resolve();
  /** A generation that has not begun reading yet: whoever asks now gets that one, as it will hold everything recorded until now. */
  #waiting: Promise<CrlRecord> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isStarted = false;

  constructor(services: CrlServices, settings: CrlSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  /** The newest CRL; null when none was made or imported yet. Throws CaError `unknown-issuing-point`. */
  async find(issuingPoint: string, kind: 'full' | 'delta'): Promise<CrlRecord | null> {
    assertIssuingPoint(issuingPoint);
    return this.#services.store.crls.findNewest(issuingPoint, kind);
  }

  /**
   * Makes a CRL that holds everything recorded before the call. Calls that meet while one is being made share the next one. Throws
   * CaError: `unknown-issuing-point`, `pen-elsewhere`, `signer-unavailable`, `store-unavailable`.
   */
  generate(issuingPoint: string, caller: Caller): Promise<CrlRecord> {
    if (issuingPoint !== masterIssuingPoint) return Promise.reject(unknownIssuingPoint(issuingPoint));
    this.#waiting ??= this.#enqueue(caller);
    return this.#waiting;
  }

  /** Keeps the CRL fresh from now on. */
  start(): void {
    this.#isStarted = true;
    this.#plan(0);
  }

  /** Stops the timer and waits for a CRL that is being made. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running.catch(() => {});
  }

  #enqueue(caller: Caller): Promise<CrlRecord> {
    const generation = this.#running
      .catch(() => {})
      .then(() => {
        this.#waiting = null;
        return this.#generateNow(caller);
      });
    this.#running = generation;
    return generation;
  }

  async #generateNow(caller: Caller): Promise<CrlRecord> {
    const { store, authorities, clock, log } = this.#services;
    const authority = await authorities.get(null);
    const { id } = authority.description;
    if (!(await store.pens.isHeldHere(id, 'crl')))
      throw new CaError('pen-elsewhere', 'The CRL is not made here now', { subject: masterIssuingPoint });
    const algorithm = findSignatureAlgorithm(this.#settings.signatureAlgorithm ?? authority.defaultSigningAlgorithm);
    if (algorithm === null) throw new CaError('internal', `unknown CRL algorithm ${this.#settings.signatureAlgorithm}`);
    const thisUpdate = wholeSecondsNow(clock);
    const content: CrlContent = {
      issuerDer: authority.facts.subjectDer,
      authorityKeyIdentifier: authority.facts.keyIdentifier,
      signatureAlgorithm: algorithm.name,
      crlNumber: (await store.crls.highestNumber(masterIssuingPoint)) + 1n,
      thisUpdate,
      nextUpdate: this.#nextUpdateAfter(thisUpdate, caller === systemCaller),
    };
    const built = await buildCrl(content, store.certificates.revoked(id), this.#settings.includeExpired);
    const crl = toRecord(content, built, await this.#sign(authority, algorithm.name, built.tbsCertListDer));
    await store.crls.record(crl, [publicationEvent(crl, caller)]);
    log.info('a CRL was published', { crlNumber: crl.crlNumber, entries: crl.entryCount, nextUpdate: crl.nextUpdate });
    return crl;
  }

  /** A CRL that the timer makes ahead of its time is for the period that begins then. */
  #nextUpdateAfter(thisUpdate: Date, isScheduled: boolean): Date | null {
    const { schedule } = this.#settings;
    const from = isScheduled ? new Date(thisUpdate.getTime() + leadMs) : thisUpdate;
    const next = findNextCrlUpdate(from, schedule);
    return next === null ? null : new Date(next.getTime() + schedule.nextUpdateGraceMinutes * 60_000);
  }

  async #sign(authority: IssuingAuthority, algorithm: string, tbsCertListDer: Buffer): Promise<Buffer> {
    const { signer } = this.#services;
    const scheme = findSignatureScheme(algorithm);
    const encoded = findSignatureAlgorithm(algorithm);
    try {
      const signature = await signer.sign(
        assertHasKey(authority),
        algorithm,
        prepareForSigning('certificate-list', tbsCertListDer),
      );
      if (
        scheme === null ||
        encoded === null ||
        !(await verifySignature(authority.publicKey, scheme, tbsCertListDer, signature))
      )
        throw new CaError('internal', 'the signature of the CRL does not verify');
      return assembleCertificateList(tbsCertListDer, encoded.der, signature);
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      const isAbsent = error.code === 'unavailable';
      throw new CaError(isAbsent ? 'signer-unavailable' : 'internal', 'The CRL could not be signed', { cause: error });
    }
  }

  #plan(delayMs: number): void {
    if (!this.#isStarted) return;
    this.#timer = setTimeout(() => {
      this.#keepFresh().then(
        (waitMs) => this.#plan(waitMs),
        (error: unknown) => {
          this.#services.log.error('the CRL could not be renewed', { error, retryMs });
          this.#plan(retryMs);
        },
      );
    }, delayMs).unref();
  }

  /** Makes a CRL when one is due. Returns after how long to look again; never long, because pens move and CRLs are imported. */
  async #keepFresh(): Promise<number> {
    const { store, authorities, clock } = this.#services;
    const host = (await authorities.list()).find(({ description }) => description.isHostAuthority);
    if (host === undefined || !(await store.pens.isHeldHere(host.description.id, 'crl'))) return waitMaxMs;
    const newest = await store.crls.findNewest(masterIssuingPoint, 'full');
    const graceMs = this.#settings.schedule.nextUpdateGraceMinutes * 60_000;
    const isEndless = newest !== null && newest.nextUpdate === null;
    const dueMs = newest?.nextUpdate == null ? 0 : newest.nextUpdate.getTime() - graceMs - leadMs;
    const waitMs = isEndless ? waitMaxMs : dueMs - clock.now().getTime();
    if (waitMs > 0) return Math.min(waitMs, waitMaxMs);
    await this.generate(masterIssuingPoint, systemCaller);
    return 1000;
  }
}

function toRecord(content: CrlContent, { entryCount }: BuiltCrl, crlDer: Buffer): CrlRecord {
  return {
    issuingPoint: masterIssuingPoint,
    kind: 'full',
    crlDer,
    crlNumber: content.crlNumber,
    thisUpdate: content.thisUpdate,
    nextUpdate: content.nextUpdate,
    entryCount,
    origin: 'native',
  };
}

function publicationEvent(crl: CrlRecord, { userId, remoteAddress }: Caller) {
  return {
    name: 'crl-published',
    outcome: 'success',
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: {
      issuingPoint: crl.issuingPoint,
      crlNumber: String(crl.crlNumber),
      entries: String(crl.entryCount),
      thisUpdate: crl.thisUpdate.toISOString(),
    },
  } as const;
}

function assertIssuingPoint(issuingPoint: string): void {
  if (issuingPoint !== masterIssuingPoint) throw unknownIssuingPoint(issuingPoint);
}

function unknownIssuingPoint(issuingPoint: string): CaError {
  return new CaError('unknown-issuing-point', `There is no CRL issuing point ${issuingPoint}`, {
    subject: issuingPoint,
  });
}
