// The audit trail of both sides in the order of time: records of the chain and lines of the audit history, found by what people ask for.
import type { AuditRecord, HistorySignature } from '#ca-core/engine';
import type { Database, SqlValue } from '#platform';

/** Every condition that is given must hold. */
export interface AuditTrailQuery {
  /** `native`: records of the chain; `history`: lines of Dogtag's logs. */
  readonly side?: 'native' | 'history';
  /** Exact names of either side. */
  readonly events?: readonly string[];
  /** The user id, `$System$` or distinguished name that did it, exactly. */
  readonly subject?: string;
  readonly outcome?: 'success' | 'failure';
  /** Of a certificate that it names. */
  readonly serialNumber?: bigint;
  readonly requestId?: bigint;
  /** From this moment on. */
  readonly from?: Date;
  /** Up to, but without, this moment. */
  readonly to?: Date;
  /** Of the history alone: name of the log, what its signatures say. */
  readonly log?: string;
  readonly signatures?: readonly HistorySignature[];
  readonly newestFirst?: boolean;
  /** Goes on behind this entry. */
  readonly after?: TrailPlace;
  readonly limit: number;
}

/** Where an entry stands in the trail; at the same moment lines of the history come first. */
export type TrailPlace = { readonly timeMicros: bigint } & TrailId;
export type TrailId =
  | { readonly side: 'history'; readonly fileId: bigint; readonly lineNumber: number }
  | { readonly side: 'native'; readonly sequence: bigint };

export type TrailEntry = NativeTrailEntry | HistoryTrailEntry;
export type NativeTrailEntry = { readonly side: 'native' } & Omit<AuditRecord, 'mac'>;
export interface HistoryTrailEntry {
  readonly side: 'history';
  readonly fileId: bigint;
  readonly lineNumber: number;
  readonly log: string;
  readonly fileName: string;
  readonly timeMicros: bigint;
  readonly event: string | null;
  readonly subject: string | null;
  readonly outcome: string | null;
  readonly signature: HistorySignature;
  readonly line: Buffer;
}

interface NativeRow {
  readonly sequence: bigint;
  readonly time_micros: bigint;
  readonly name: string;
  readonly outcome: string;
  readonly actor: string;
  readonly remote_address: string | null;
  readonly details: Record<string, string>;
}
interface HistoryRow {
  readonly file_id: bigint;
  readonly line_number: number;
  readonly log: string;
  readonly name: string;
  readonly time_micros: bigint;
  readonly event: string | null;
  readonly subject: string | null;
  readonly outcome: string | null;
  readonly signature: HistorySignature;
  readonly line: Buffer;
}

const nativeColumns = 'sequence, time_micros, name, outcome, actor, remote_address, details';
const historyColumns =
  'h.file_id, h.line_number, f.log, f.name, h.time_micros, h.event, h.subject, h.outcome, h.signature, h.line';

/** Entries that fit, at most `limit` of them; behind the last one the next page begins. */
export async function searchTrail(database: Database, query: AuditTrailQuery): Promise<readonly TrailEntry[]> {
  const asksHistoryOnly = query.log !== undefined || query.signatures !== undefined;
  const [history, native] = await Promise.all([
    query.side === 'native' ? [] : searchHistory(database, query),
    query.side === 'history' || asksHistoryOnly ? [] : searchNative(database, query),
  ]);
  const sign = query.newestFirst === true ? -1 : 1;
  const both = [...history, ...native].toSorted((one, other) => sign * comparePlaces(one, other));
  return both.slice(0, query.limit);
}

export async function findTrailEntry(database: Database, id: TrailId): Promise<TrailEntry | null> {
  if (id.side === 'native') {
    const row = await database.findRow<NativeRow>(`select ${nativeColumns} from audit_records where sequence = $1`, [
      id.sequence,
    ]);
    return row === null ? null : nativeFromRow(row);
  }
  const row = await database.findRow<HistoryRow>(
    `select ${historyColumns} from audit_history h join audit_history_files f on f.id = h.file_id
     where h.file_id = $1 and h.line_number = $2`,
    [id.fileId, id.lineNumber],
  );
  return row === null ? null : historyFromRow(row);
}

/** Written out for each combination, because a plan that fits all of them would read everything for the few that are asked for. */
class Conditions {
  readonly values: SqlValue[] = [];
  readonly #texts: string[] = [];

  add(text: (place: (value: SqlValue) => string) => string): void {
    this.#texts.push(text((value) => `$${this.values.push(value)}`));
  }

  get text(): string {
    return this.#texts.length === 0 ? 'true' : this.#texts.join(' and ');
  }
}

async function searchNative(database: Database, query: AuditTrailQuery): Promise<readonly NativeTrailEntry[]> {
  const { events, subject, outcome, serialNumber, requestId, after, limit } = query;
  const conditions = new Conditions();
  addTimes(conditions, 'time_micros', query);
  if (events !== undefined) conditions.add((place) => `name = any(${place(events)})`);
  if (subject !== undefined) conditions.add((place) => `actor = ${place(subject)}`);
  if (outcome !== undefined) conditions.add((place) => `outcome = ${place(outcome)}`);
  if (serialNumber !== undefined)
    conditions.add((place) => `details->>'serialNumber' = ${place(String(serialNumber))}`);
  if (requestId !== undefined) conditions.add((place) => `details->>'requestId' = ${place(String(requestId))}`);
  const [beyond, direction] = query.newestFirst === true ? ['<', 'desc'] : ['>', 'asc'];
  if (after?.side === 'native')
    conditions.add(
      (place) => `(time_micros, sequence) ${beyond} (${place(after.timeMicros)}, ${place(after.sequence)})`,
    );
  else if (after !== undefined)
    conditions.add((place) => `time_micros ${query.newestFirst === true ? '<' : '>='} ${place(after.timeMicros)}`);
  const { text, values } = conditions;
  const rows = await database.query<NativeRow>(
    `select ${nativeColumns} from audit_records where ${text}
     order by time_micros ${direction}, sequence ${direction} limit ${Math.max(limit, 0)}`,
    values,
  );
  return rows.map(nativeFromRow);
}

async function searchHistory(database: Database, query: AuditTrailQuery): Promise<readonly HistoryTrailEntry[]> {
  const { events, subject, outcome, serialNumber, requestId, log, signatures, after, limit } = query;
  const conditions = new Conditions();
  addTimes(conditions, 'h.time_micros', query);
  if (events !== undefined) conditions.add((place) => `h.event = any(${place(events)})`);
  if (subject !== undefined)
    conditions.add((place) => {
      const value = place(subject);
      return `md5(h.subject) = md5(${value}::text) and h.subject = ${value}`;
    });
  if (outcome === 'success') conditions.add(() => `h.outcome = 'success'`);
  // Written as the index of failures is, which few lines are in.
  else if (outcome !== undefined) conditions.add(() => `h.outcome is not null and h.outcome <> 'success'`);
  if (serialNumber !== undefined) conditions.add((place) => referenceCondition('certificate', place(serialNumber)));
  if (requestId !== undefined) conditions.add((place) => referenceCondition('request', place(requestId)));
  if (log !== undefined) conditions.add((place) => `f.log = ${place(log)}`);
  if (signatures !== undefined) {
    conditions.add((place) => `h.signature = any(${place(signatures)})`);
    if (!signatures.includes('good')) conditions.add(() => `h.signature <> 'good'`);
  }
  const [beyond, direction] = query.newestFirst === true ? ['<', 'desc'] : ['>', 'asc'];
  if (after?.side === 'history')
    conditions.add(
      (place) =>
        `(h.time_micros, h.file_id, h.line_number) ${beyond}
         (${place(after.timeMicros)}, ${place(after.fileId)}, ${place(after.lineNumber)})`,
    );
  else if (after !== undefined)
    conditions.add((place) => `h.time_micros ${query.newestFirst === true ? '<=' : '>'} ${place(after.timeMicros)}`);
  const { text, values } = conditions;
  const rows = await database.query<HistoryRow>(
    `select ${historyColumns} from audit_history h join audit_history_files f on f.id = h.file_id where ${text}
     order by h.time_micros ${direction}, h.file_id ${direction}, h.line_number ${direction} limit ${Math.max(limit, 0)}`,
    values,
  );
  return rows.map(historyFromRow);
}

function referenceCondition(kind: 'certificate' | 'request', place: string): string {
  return `(h.file_id, h.line_number) in (select r.file_id, r.line_number from audit_history_references r
          where r.kind = '${kind}' and r.number = ${place}::numeric)`;
}

function addTimes(conditions: Conditions, column: string, { from, to }: AuditTrailQuery): void {
  if (from !== undefined) conditions.add((place) => `${column} >= ${place(BigInt(from.getTime()) * 1000n)}`);
  if (to !== undefined) conditions.add((place) => `${column} < ${place(BigInt(to.getTime()) * 1000n)}`);
}

function comparePlaces(one: TrailEntry, other: TrailEntry): number {
  if (one.timeMicros !== other.timeMicros) return one.timeMicros < other.timeMicros ? -1 : 1;
  if (one.side === 'native') return other.side === 'native' ? Number(one.sequence - other.sequence) : 1;
  if (other.side === 'native') return -1;
  return one.fileId === other.fileId ? one.lineNumber - other.lineNumber : Number(one.fileId - other.fileId);
}

function nativeFromRow(row: NativeRow): NativeTrailEntry {
  return {
    side: 'native',
    sequence: row.sequence,
    timeMicros: row.time_micros,
    name: row.name,
    outcome: row.outcome,
    actor: row.actor,
    remoteAddress: row.remote_address,
    details: row.details,
  };
}

function historyFromRow(row: HistoryRow): HistoryTrailEntry {
  return {
    side: 'history',
    fileId: row.file_id,
    lineNumber: row.line_number,
    log: row.log,
    fileName: row.name,
    timeMicros: row.time_micros,
    event: row.event,
    subject: row.subject,
    outcome: row.outcome,
    signature: row.signature,
    line: row.line,
  };
}
