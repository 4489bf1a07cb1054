// Opens the record on a migrated database: readers, the writer that shares commits, and what migration and cutover need besides.
import {
  type AuditEvent,
  type AuditKey,
  type AuthorityId,
  CaError,
  type ImportLedger,
  type RecordReader,
  type Store,
} from '#ca-core/engine';
import type { Clock, Database, Log, Transaction } from '#platform';
import { createAccessReader } from './access-directory.ts';
import { createAcme } from './acme.ts';
import { type AuditReader, createAuditReader } from './audit-reader.ts';
import { openAuditTrail } from './audit-records.ts';
import { createAuthorityReader, recordAuthority } from './authorities.ts';
import {
  changeAuthority,
  insertAuthorityIntent,
  readAuthorityIntents,
  resolveAuthorityIntent,
} from './authority-intents.ts';
import { insertOwnCertificate } from './certificate-insert.ts';
import { createCertificateReader } from './certificates.ts';
import { createCrlReader, recordCrl } from './crls.ts';
import { createImportLedger } from './import-ledger.ts';
import { isIntentUnresolved, readUnresolvedIntents } from './issuance.ts';
import { createNativeWork, type NativeWork } from './native-work.ts';
import {
  type ActiveNumberRange,
  createNumberReservations,
  type NumberRange,
  type NumberReservations,
  readActiveRanges,
  setNumberRange,
} from './number-ranges.ts';
import { isPenHeldHere, type PenMove, type PenPlace, penMoved, readPens, writePenMoves } from './pens.ts';
import { changeProfile, createProfileReader, deleteProfile, type ProfileContent, writeProfile } from './profiles.ts';
import { createRecordReader } from './record-reader.ts';
import { createRecordWriter, type Deed } from './record-writer.ts';
import { createRequestReader } from './requests.ts';
import { changeRoster, createRosterReader } from './roster.ts';
import { createDomainReader } from './security-domain.ts';
import { guardAll, guarded } from './store-errors.ts';

/** The record with everything that its keepers need. Every method rejects with CaError only. */
export interface PostgresStore extends Store {
  readonly profiles: Store['profiles'] & {
    /** Inserts or replaces a profile of this side. */
    record(profile: ProfileContent, auditEvents: readonly AuditEvent[]): Promise<void>;
    /** Throws CaError `unknown-profile`. */
    remove(id: ProfileContent['id'], auditEvents: readonly AuditEvent[]): Promise<void>;
  };
  readonly pens: Store['pens'] & {
    list(): Promise<readonly PenPlace[]>;
    /**
     * All or none, each with an audit record. Waits for intents that are being stored; those that are already stored are finished by
     * this side (see issuance.unresolvedIntents), so whoever gives a pen away waits until there are none. `alongside` is done in the same
     * transaction, or not at all; it may run again after a conflict.
     */
    move(moves: readonly PenMove[], alongside?: (transaction: Transaction) => Promise<void>): Promise<void>;
  };
  readonly numberRanges: {
    list(): Promise<readonly ActiveNumberRange[]>;
    /**
     * From now on numbers come from `range`: serial numbers of that authority, or request ids for null. Numbers of an earlier range that
     * were reserved but not used are no longer taken. Throws CaError `internal` as setNumberRange does.
     */
    set(authorityId: AuthorityId | null, range: NumberRange, auditEvents: readonly AuditEvent[]): Promise<void>;
  };
  readonly audit: Store['audit'] & AuditReader;
  /** For cutover and rollback alone. */
  readonly nativeWork: NativeWork;
  /** For those who read all of it. */
  readonly recordReader: RecordReader;
  /** For ca-core/intake alone. */
  readonly importLedger: ImportLedger;
  /** Waits for what is being written; the database stays open. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly auditKey: AuditKey;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The store on a database with the migrations of `storeMigrations`. Throws AuditKeyError for a key that is not the chain's, CaError
 * `store-unavailable` when the database is not there.
 */
export async function openStore(database: Database, options: StoreOptions): Promise<PostgresStore> {
  const { clock } = options;
  const auditTrail = await guarded(() => openAuditTrail(database, options));
  const writer = createRecordWriter(database, auditTrail, clock);
  const submit: Submit = (deed) => writer.submit(deed);
  const inTransaction: InTransaction = (auditEvents, work) =>
    database.transaction(async (transaction) => {
      await work(transaction);
      await auditTrail.append(transaction, auditEvents);
    });
  return {
    ...writeThrough(database, submit, createNumberReservations(database), inTransaction, clock),
    ...readFrom(database),
    crls: guardAll({
      ...createCrlReader(database),
      record: (crl, auditEvents) => inTransaction(auditEvents, (transaction) => recordCrl(transaction, crl)),
    }),
    profiles: guardAll({
      ...createProfileReader(database),
      change: (id, seenRevision, content, auditEvents) =>
        database.transaction(async (transaction) => {
          const isChanged = await changeProfile(transaction, id, seenRevision, content);
          if (isChanged) await auditTrail.append(transaction, auditEvents);
          return isChanged;
        }),
      record: (profile, auditEvents) =>
        inTransaction(auditEvents, (transaction) => writeProfile(transaction, profile, 'native')),
      remove: (id, auditEvents) =>
        inTransaction(auditEvents, async (transaction) => {
          if (await deleteProfile(transaction, id)) return;
          throw new CaError('unknown-profile', `Profile ${id} not found`, { subject: id });
        }),
    }),
    authorities: guardAll({
      ...createAuthorityReader(database),
      record: (authority, certificate, auditEvents) =>
        inTransaction(auditEvents, async (transaction) => {
          await recordAuthority(transaction, authority);
          if (certificate !== null) await insertOwnCertificate(transaction, certificate);
        }),
      change: (id, change, auditEvents) =>
        inTransaction(auditEvents, (transaction) => changeAuthority(transaction, id, change)),
      recordIntent: (intent, auditEvents) =>
        inTransaction(auditEvents, (transaction) => insertAuthorityIntent(transaction, intent)),
      unresolvedIntents: () => readAuthorityIntents(database),
      resolveIntent: (id, outcome, auditEvents) =>
        inTransaction(auditEvents, (transaction) => resolveAuthorityIntent(transaction, id, outcome)),
    }),
    pens: guardAll({
      isHeldHere: (authorityId, scope) => isPenHeldHere(database, authorityId, scope),
      list: () => readPens(database),
      move: (moves, alongside) =>
        inTransaction(moves.map(penMoved), async (transaction) => {
          await writePenMoves(transaction, moves, clock);
          await alongside?.(transaction);
        }),
    }),
    roster: guardAll(rosterOf(database, auditTrail)),
    acme: guardAll(createAcme(database, inTransaction)),
    audit: {
      record: (auditEvents) => guarded(() => submit({ kind: 'audit', auditEvents })),
      ...createAuditReader(database),
    },
    nativeWork: guardAll(createNativeWork(database)),
    importLedger: createImportLedger(database, auditTrail),
    close: () => writer.close(),
  };
}

/** What is only read by these means. */
function readFrom(
  database: Database,
): Pick<PostgresStore, 'certificates' | 'access' | 'securityDomain' | 'recordReader'> {
  return {
    certificates: guardAll(createCertificateReader(database)),
    access: guardAll(createAccessReader(database)),
    securityDomain: guardAll(createDomainReader(database)),
    recordReader: guardAll(createRecordReader(database)),
  };
}

function rosterOf(
  database: Database,
  auditTrail: Pick<Awaited<ReturnType<typeof openAuditTrail>>, 'append'>,
): PostgresStore['roster'] {
  return {
    ...createRosterReader(database),
    change: (seenRevision, change, auditEvents) =>
      database.transaction(async (transaction) => {
        const isChanged = await changeRoster(transaction, seenRevision, change);
        if (isChanged) await auditTrail.append(transaction, auditEvents);
        return isChanged;
      }),
  };
}

type Submit = (deed: Deed) => Promise<void>;
type InTransaction = (
  auditEvents: readonly AuditEvent[],
  work: (transaction: Transaction) => Promise<void>,
) => Promise<void>;

/** What shares commits, and the numbers that it uses up. */
function writeThrough(
  database: Database,
  submit: Submit,
  numbers: NumberReservations,
  inTransaction: InTransaction,
  clock: Clock,
): Pick<PostgresStore, 'requests' | 'issuance' | 'revocation' | 'numberRanges'> {
  return {
    requests: guardAll({
      ...createRequestReader(database),
      record: (request, auditEvents, expectedState) =>
        submit({ kind: 'request', request, auditEvents, expectedState: expectedState ?? null }),
    }),
    issuance: guardAll({
      ...numbers,
      recordIntent: async (intent, request, auditEvents) => {
        try {
          await submit({ kind: 'intent', intent, request, auditEvents });
        } catch (error) {
          // Another process may have set another range: what was reserved from the old one is refused number by number.
          if (error instanceof CaError && error.code === 'internal') numbers.forget(intent.authorityId);
          throw error;
        }
      },
      recordIssuance: (issuance) => submit({ kind: 'issuance', ...issuance }),
      recordAbandonedIntent: (serialNumber, request, auditEvents) =>
        submit({ kind: 'abandon', serialNumber, request, auditEvents }),
      unresolvedIntents: () => readUnresolvedIntents(database),
      isUnresolved: (serialNumber) => isIntentUnresolved(database, serialNumber),
    }),
    revocation: guardAll({
      record: (serialNumber, revocation, expected, request, auditEvents) =>
        submit({ kind: 'revocation', serialNumber, revocation, expected, request, auditEvents }),
    }),
    numberRanges: guardAll({
      list: () => readActiveRanges(database),
      set: async (authorityId, range, auditEvents) => {
        await inTransaction(auditEvents, (transaction) => setNumberRange(transaction, authorityId, range, clock));
        numbers.forget(authorityId);
      },
    }),
  };
}
