// The audit chain in the database: appended to in the transaction of the deed, read back as one snapshot.
import {
  type AuditChainSnapshot,
  type AuditEvent,
  type AuditHead,
  type AuditKey,
  AuditKeyError,
  type AuditRecord,
  beginAuditChain,
  CaError,
  extendAuditChain,
  isGenuineHead,
} from '#ca-core/engine';
import { type Clock, type Database, type Log, randomUuid, statement, type Transaction } from '#platform';

interface HeadRow {
  readonly chain_id: string;
  readonly key_id: string;
  readonly record_count: bigint;
  readonly last_mac: Buffer;
  readonly head_mac: Buffer;
}

interface RecordRow {
  readonly sequence: bigint;
  readonly time_micros: bigint;
  readonly name: string;
  readonly outcome: string;
  readonly actor: string;
  readonly remote_address: string | null;
  readonly details: Record<string, string>;
  readonly mac: Buffer;
}

const lockHead = statement(
  'audit.lock-head',
  'select chain_id, key_id, record_count, last_mac, head_mac from audit_head where only_row for update',
);
// One statement for the common case: the head is still the one that this process left, so nobody's work was passed over.
const extendHead = statement(
  'audit.extend-head',
  `with moved as (
     update audit_head set record_count = $9, last_mac = $10, head_mac = $11
     where only_row and chain_id = $12 and key_id = $13 and record_count = $14 and last_mac = $15 and head_mac = $16
     returning record_count)
   insert into audit_records (sequence, time_micros, name, outcome, actor, remote_address, details, mac)
   select sequence, time_micros, name, outcome, actor, remote_address, details::json, mac
   from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
     as given (sequence, time_micros, name, outcome, actor, remote_address, details, mac)
   where exists (select from moved)`,
);
const recordBatchRows = 2_000;

export interface AuditTrail {
  /**
   * Adds records for the events. The head stays locked until the transaction ends, so this comes last in it. Throws CaError
   * `internal` when the chain's head was tampered with: adding to it would hide that.
   */
  append(transaction: Transaction, events: readonly AuditEvent[]): Promise<void>;
}

/** Begins the chain if there is none. Throws AuditKeyError when it was begun with another key. */
export async function openAuditTrail(
  database: Database,
  { auditKey, clock, log }: { auditKey: AuditKey; clock: Clock; log: Log },
): Promise<AuditTrail> {
  await database.transaction((transaction) => beginChain(transaction, auditKey));
  // A head that this process has seen never goes back, even to one that was genuine once.
  let seenCount = 0n;
  // The head that this process wrote last. It may have been rolled back since, or another process may have gone on: then it fits no more.
  let ownHead: AuditHead | null = null;

  const extend = async (transaction: Transaction, head: AuditHead, events: readonly AuditEvent[]) => {
    const extended = extendAuditChain(auditKey, head, events, () => clock.nowMicros());
    const hasFitted = await writeExtension(transaction, head, extended.head, extended.records);
    if (!hasFitted) return false;
    seenCount = head.recordCount > seenCount ? head.recordCount : seenCount;
    ownHead = extended.head;
    return true;
  };
  return {
    append: async (transaction, events) => {
      if (events.length === 0) return;
      if (ownHead !== null && (await extend(transaction, ownHead, events))) return;
      const head = await readHead(transaction);
      const isWhole = head !== null && isGenuineHead(auditKey, head) && head.recordCount >= seenCount;
      if (isWhole && (await extend(transaction, head, events))) return;
      log.error('the audit chain was tampered with; run "retag audit verify"', { records: head?.recordCount ?? null });
      throw new CaError('internal', 'The audit trail does not fit; nothing is recorded until this is resolved');
    },
  };
}

async function beginChain(transaction: Transaction, auditKey: AuditKey): Promise<void> {
  await transaction.lock('retag audit chain');
  const head = await readHead(transaction);
  if (head !== null) {
    if (head.keyId === auditKey.keyId) return;
    throw new AuditKeyError(
      `the audit chain in the database was begun with key ${head.keyId}, the given key is ${auditKey.keyId}: give the installation its own key back (RETAG_AUDIT_KEY or the audit key file)`,
    );
  }
  const orphans = await transaction.findRow<{ found: boolean }>('select exists (select from audit_records) as found');
  if (orphans?.found === true)
    throw new CaError('internal', 'The audit trail has records but no head: it was tampered with; restore a backup');
  const begun = beginAuditChain(auditKey, randomUuid());
  await transaction.execute(
    'insert into audit_head (chain_id, key_id, record_count, last_mac, head_mac) values ($1, $2, $3, $4, $5)',
    [begun.chainId, begun.keyId, begun.recordCount, begun.lastMac, begun.headMac],
  );
}

async function readHead(transaction: Transaction): Promise<AuditHead | null> {
  const row = await transaction.findRow<HeadRow>(lockHead);
  return row === null ? null : headFromRow(row);
}

function headFromRow(row: HeadRow): AuditHead {
  return {
    chainId: row.chain_id,
    keyId: row.key_id,
    recordCount: row.record_count,
    lastMac: row.last_mac,
    headMac: row.head_mac,
  };
}

/** Whether the head was still `from`; nothing is written otherwise. */
async function writeExtension(
  transaction: Transaction,
  from: AuditHead,
  to: AuditHead,
  records: readonly AuditRecord[],
): Promise<boolean> {
  const inserted = await transaction.execute(extendHead, [
    records.map(({ sequence }) => sequence),
    records.map(({ timeMicros }) => timeMicros),
    records.map(({ name }) => name),
    records.map(({ outcome }) => outcome),
    records.map(({ actor }) => actor),
    records.map(({ remoteAddress }) => remoteAddress),
    records.map(({ details }) => JSON.stringify(details)),
    records.map(({ mac }) => mac),
    to.recordCount,
    to.lastMac,
    to.headMac,
    from.chainId,
    from.keyId,
    from.recordCount,
    from.lastMac,
    from.headMac,
  ]);
  return inserted === records.length;
}

/**
 * Runs `work` on the whole chain as it is at this moment, for verifyAuditChain: records that are added meanwhile are not in it.
 * Needs no key. The snapshot is usable while `work` runs.
 */
export function withAuditSnapshot<Result>(
  database: Database,
  work: (snapshot: AuditChainSnapshot) => Promise<Result>,
): Promise<Result> {
  return database.transaction(
    async (transaction) => {
      const row = await transaction.findRow<HeadRow>(
        'select chain_id, key_id, record_count, last_mac, head_mac from audit_head',
      );
      return work({ head: row === null ? null : headFromRow(row), records: readRecords(transaction) });
    },
    { isolation: 'repeatable-read', readOnly: true, attemptsMax: 1 },
  );
}

async function* readRecords(transaction: Transaction): AsyncGenerator<readonly AuditRecord[]> {
  await transaction.execute(
    `declare audit_walk no scroll cursor for
     select sequence, time_micros, name, outcome, actor, remote_address, details, mac from audit_records order by sequence`,
  );
  for (;;) {
    const rows = await transaction.query<RecordRow>(`fetch ${recordBatchRows} from audit_walk`);
    if (rows.length === 0) return;
    yield rows.map((row) => ({
      sequence: row.sequence,
      timeMicros: row.time_micros,
      name: row.name,
      outcome: row.outcome,
      actor: row.actor,
      remoteAddress: row.remote_address,
      details: row.details,
      mac: row.mac,
    }));
  }
}
