// Writes what issuance, revocation and review have decided. Deeds of the same moment share one transaction, and so one flush to disk.
import {
  type AuditEvent,
  CaError,
  type Issuance,
  type IssuanceIntent,
  type RequestId,
  type RequestRecord,
  type RequestState,
  type Revocation,
  type RevocationState,
  revocationReasons,
  type SerialNumber,
} from '#ca-core/engine';
import {
  type Clock,
  createGroupCommit,
  type Database,
  type GroupCommit,
  ItemRefusal,
  type Transaction,
} from '#platform';
import type { AuditTrail } from './audit-records.ts';
import { abandonIntents, insertIntents, insertIssued } from './issuance.ts';
import { type HeldPens, holdPens } from './pens.ts';
import { completeRequests, lockRequestStates, upsertRequests } from './requests.ts';
import { lockRevocations, writeRevocations } from './revocations.ts';

interface AuditDeed {
  readonly kind: 'audit';
  readonly auditEvents: readonly AuditEvent[];
}
interface RequestDeed {
  readonly kind: 'request';
  readonly request: RequestRecord;
  readonly auditEvents: readonly AuditEvent[];
  readonly expectedState: RequestState | null;
}
interface IntentDeed {
  readonly kind: 'intent';
  readonly intent: IssuanceIntent;
  readonly request: RequestRecord;
  readonly auditEvents: readonly AuditEvent[];
}
interface IssuanceDeed extends Issuance {
  readonly kind: 'issuance';
}
interface AbandonDeed {
  readonly kind: 'abandon';
  readonly serialNumber: SerialNumber;
  readonly request: RequestRecord;
  readonly auditEvents: readonly AuditEvent[];
}
interface RevocationDeed {
  readonly kind: 'revocation';
  readonly serialNumber: SerialNumber;
  readonly revocation: Revocation | null;
  readonly expected: RevocationState;
  readonly request: RequestRecord;
  readonly auditEvents: readonly AuditEvent[];
}

/** One call of the store that writes; each succeeds or fails for itself. */
export type Deed = AuditDeed | RequestDeed | IntentDeed | IssuanceDeed | AbandonDeed | RevocationDeed;

export function createRecordWriter(database: Database, auditTrail: AuditTrail, clock: Clock): GroupCommit<Deed> {
  return createGroupCommit<Deed>({
    database,
    name: 'the record',
    transactionOptions: { indexedAccess: true },
    flush: async (transaction, deeds) => {
      const batch = new DeedBatch(transaction, deeds);
      await batch.write(auditTrail, clock);
      return deeds.map((deed) => {
        const refusal = batch.refusals.get(deed);
        return refusal === undefined ? undefined : new ItemRefusal(refusal);
      });
    },
  });
}

/** States from which a request can still be issued. */
const issuableStates: ReadonlySet<RequestState> = new Set(['begin', 'pending', 'approved', 'svc_pending']);

/** Several deeds in one transaction. Locks are taken in the same order everywhere: requests, pens, certificates, the audit head last. */
class DeedBatch {
  readonly refusals = new Map<Deed, CaError>();
  readonly #transaction: Transaction;
  readonly #deeds: readonly Deed[];
  #requestStates = new Map<RequestId, RequestState>();
  #revocations = new Map<bigint, Revocation | null>();
  #pens: HeldPens | null = null;
  /** What the record has already, because an earlier commit was made although nobody learned of it. */
  readonly #needless = new Set<Deed>();
  // The tables see a batch as one; a number that stands twice in it is refused here.
  readonly #intendedSerials = new Set<bigint>();
  readonly #resolvedSerials = new Set<bigint>();
  readonly #changedRevocations = new Map<bigint, Revocation | null>();

  constructor(transaction: Transaction, deeds: readonly Deed[]) {
    this.#transaction = transaction;
    this.#deeds = deeds;
  }

  async write(auditTrail: AuditTrail, clock: Clock): Promise<void> {
    await this.#readState();
    // 1. Each is judged as if those before it were done.
    for (const deed of this.#deeds) {
      const refusal = this.#judge(deed);
      if (refusal !== null) this.refusals.set(deed, refusal);
    }
    // 2. What only the tables can refuse.
    await this.#resolveIntents();
    // 3. What follows from the deeds that were done.
    const done = this.#deeds.filter((deed) => !this.refusals.has(deed) && !this.#needless.has(deed));
    const { whole, completed } = requestsOf(done);
    await Promise.all([
      writeRevocations(this.#transaction, this.#changedRevocations, clock.now()),
      upsertRequests(this.#transaction, whole, true),
      completeRequests(this.#transaction, completed),
      auditTrail.append(
        this.#transaction,
        done.flatMap((deed) => deed.auditEvents),
      ),
    ]);
  }

  async #readState(): Promise<void> {
    const transaction = this.#transaction;
    const guarded = this.#deeds.flatMap((deed) =>
      deed.kind === 'intent' || (deed.kind === 'request' && deed.expectedState !== null) ? [deed.request.id] : [],
    );
    const authorities = this.#deeds.flatMap((deed) => (deed.kind === 'intent' ? [deed.intent.authorityId] : []));
    const serials = this.#deeds.flatMap((deed) => (deed.kind === 'revocation' ? [deed.serialNumber] : []));
    [this.#requestStates, this.#pens, this.#revocations] = await Promise.all([
      lockRequestStates(transaction, guarded),
      holdPens(transaction, authorities),
      lockRevocations(transaction, serials),
    ]);
  }

  async #resolveIntents(): Promise<void> {
    const transaction = this.#transaction;
    const intents = this.#accepted('intent');
    const issuances = this.#accepted('issuance');
    const abandonments = this.#accepted('abandon');
    const [refused, issued, abandoned] = await Promise.all([
      insertIntents(
        transaction,
        intents.map(({ intent }) => intent),
      ),
      insertIssued(
        transaction,
        issuances.map(({ certificate }) => certificate),
      ),
      abandonIntents(
        transaction,
        abandonments.map(({ serialNumber }) => serialNumber),
      ),
    ]);
    for (const deed of intents) this.#refuseLate(deed, refused.get(deed.intent.serialNumber));
    for (const deed of issuances) this.#noteResolution(deed, deed.certificate.serialNumber, issued);
    for (const deed of abandonments) this.#noteResolution(deed, deed.serialNumber, abandoned);
  }

  #noteResolution(deed: Deed, serialNumber: SerialNumber, outcomes: ReadonlyMap<bigint, string>): void {
    const outcome = outcomes.get(serialNumber);
    if (outcome === 'known') this.#needless.add(deed);
    else if (outcome === undefined) this.#refuseLate(deed, noIntent(serialNumber));
  }

  #judge(deed: Deed): CaError | null {
    const refusal = this.#judgeAlone(deed);
    if (refusal === null && 'request' in deed) this.#requestStates.set(deed.request.id, deed.request.state);
    return refusal;
  }

  #judgeAlone(deed: Deed): CaError | null {
    if (deed.kind === 'intent') return this.#judgeIntent(deed);
    if (deed.kind === 'request') return this.#judgeRequest(deed);
    if (deed.kind === 'revocation') return this.#judgeRevocation(deed);
    if (deed.kind === 'issuance') return this.#judgeResolution(deed.certificate.serialNumber);
    if (deed.kind === 'abandon') return this.#judgeResolution(deed.serialNumber);
    return null;
  }

  #judgeRequest({ request, expectedState }: RequestDeed): CaError | null {
    const state = this.#requestStates.get(request.id);
    if (expectedState === null || state === expectedState) return null;
    const found = state === undefined ? 'is not in the record' : `is ${state}, not ${expectedState}`;
    return new CaError('wrong-request-state', `Request ${request.id} ${found}`, { subject: String(request.id) });
  }

  #judgeIntent({ intent, request }: IntentDeed): CaError | null {
    if (this.#pens?.(intent.authorityId, `certificates:${request.profileId ?? ''}`) !== true)
      return new CaError(
        'pen-elsewhere',
        `Certificates of ${request.profileId ?? 'no profile'} are not issued here now`,
        {
          subject: request.profileId ?? '',
        },
      );
    if (this.#intendedSerials.has(intent.serialNumber))
      return new CaError('internal', `Serial number ${intent.serialNumber} is used already`);
    this.#intendedSerials.add(intent.serialNumber);
    const state = this.#requestStates.get(request.id);
    if (state === undefined || issuableStates.has(state)) return null;
    return new CaError('wrong-request-state', `Request ${request.id} is ${state}`, { subject: String(request.id) });
  }

  #judgeResolution(serialNumber: SerialNumber): CaError | null {
    if (this.#resolvedSerials.has(serialNumber)) return noIntent(serialNumber);
    this.#resolvedSerials.add(serialNumber);
    return null;
  }

  #judgeRevocation({ serialNumber, revocation, expected }: RevocationDeed): CaError | null {
    const subject = String(serialNumber);
    const current = this.#revocations.get(serialNumber);
    if (current === undefined)
      return new CaError('unknown-certificate', `Certificate ${subject} is not in the record`, { subject });
    if (expected === 'not-revoked' && current !== null)
      return new CaError('already-revoked', `Certificate ${subject} has already been revoked`, { subject });
    if (expected === 'superseded' && current?.reason !== revocationReasons.superseded)
      return new CaError('already-revoked', `Certificate ${subject} is not merely superseded`, { subject });
    if (expected === 'on-hold' && current?.reason !== revocationReasons.certificateHold)
      return new CaError('not-on-hold', `Certificate ${subject} is not on hold`, { subject });
    this.#revocations.set(serialNumber, revocation);
    this.#changedRevocations.set(serialNumber, revocation);
    return null;
  }

  #accepted<Kind extends Deed['kind']>(kind: Kind): Extract<Deed, { kind: Kind }>[] {
    return this.#deeds.filter(
      (deed): deed is Extract<Deed, { kind: Kind }> => deed.kind === kind && !this.refusals.has(deed),
    );
  }

  #refuseLate(deed: Deed, refusal: CaError | undefined): void {
    if (refusal === undefined) return;
    this.refusals.set(deed, refusal);
    // A later deed about the same request was judged as if this one were done; apart from each other both are judged rightly.
    if ('request' in deed && this.#deeds.some((other) => other !== deed && sharesRequest(other, deed.request.id)))
      throw refusal;
  }
}

/** The last word on each request; one that is only issued keeps what was stored with its intent. */
function requestsOf(deeds: readonly Deed[]) {
  const whole = new Map<RequestId, RequestRecord>();
  const completed = new Map<RequestId, RequestRecord>();
  for (const deed of deeds) {
    if (!('request' in deed)) continue;
    const { request } = deed;
    if (deed.kind === 'issuance' && !whole.has(request.id)) completed.set(request.id, request);
    else whole.set(request.id, request);
  }
  for (const id of whole.keys()) completed.delete(id);
  return { whole: [...whole.values()], completed: [...completed.values()] };
}

function sharesRequest(deed: Deed, id: RequestId): boolean {
  return 'request' in deed && deed.request.id === id;
}

function noIntent(serialNumber: SerialNumber): CaError {
  const subject = String(serialNumber);
  return new CaError('internal', `There is no open intent for serial number ${subject}`, { subject });
}
