// Keeps comparisons: rows for what is noteworthy, sums for everything, in batches that cost the traffic nothing.
import type { Database } from '#platform';
import type { Comparison, JudgedDifference, Verdict } from './comparison.ts';

/** Running sums of one operation and profile. */
export interface ShadowSum {
  readonly operation: string;
  readonly profileId: string | null;
  readonly equal: number;
  readonly known: number;
  readonly unexpected: number;
  readonly failed: number;
  readonly issuances: number;
  readonly issuancesIdentical: number;
  readonly refusals: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly lastUnexpectedAt: Date | null;
  readonly theirMsMean: number;
  readonly ourMsMean: number;
}

export interface NoteworthyComparison {
  readonly at: Date;
  readonly operation: string;
  readonly profileId: string | null;
  readonly requestLine: string;
  readonly gatewayRequestId: string;
  readonly verdict: Verdict;
  readonly issuance: 'identical' | 'different' | null;
  readonly theirStatus: number;
  readonly ourStatus: number | null;
  readonly differences: readonly JudgedDifference[];
}

export interface ShadowJournal {
  /** Durable when it settles. Throws DatabaseUnavailableError. */
  record(comparisons: readonly Comparison[]): Promise<void>;
  recordDrops(drops: ReadonlyMap<string, number>, at: Date): Promise<void>;
  readSums(): Promise<readonly ShadowSum[]>;
  /** Unexpected and failed ones, newest first. */
  readNoteworthy(filter: {
    operation?: string;
    profileId?: string;
    limit: number;
  }): Promise<readonly NoteworthyComparison[]>;
  readKnownOccurrences(): Promise<ReadonlyMap<string, number>>;
  readDrops(): Promise<ReadonlyMap<string, number>>;
  /** Forgets all comparisons, as after a mended difference: readiness starts anew. */
  clear(): Promise<void>;
}

/** Details of equal comparisons tell nothing that the sums do not; keeping a sample lets people see that it looked. */
const equalRowsKeptPerSum = 20;

export function createShadowJournal(database: Database): ShadowJournal {
  return {
    record: (comparisons) => recordComparisons(database, comparisons),
    recordDrops: async (drops, at) => {
      for (const [operation, dropped] of drops)
        await database.execute(
          `insert into shadow_drop (operation, dropped, last_at) values ($1, $2, $3)
           on conflict (operation) do update set dropped = shadow_drop.dropped + excluded.dropped, last_at = excluded.last_at`,
          [operation, dropped, at],
        );
    },
    readSums: async () => {
      const rows = await database.query<SumRow>('select * from shadow_sum order by operation, profile_id');
      return rows.map(toSum);
    },
    readNoteworthy: async ({ operation, profileId, limit }) => {
      const rows = await database.query<ComparisonRow>(
        `select * from shadow_comparison where verdict in ('unexpected', 'failed')
           and ($1::text is null or operation = $1) and ($2::text is null or profile_id = $2)
         order by id desc limit $3`,
        [operation ?? null, profileId ?? null, limit],
      );
      return rows.map(toNoteworthy);
    },
    readKnownOccurrences: async () => {
      const rows = await database.query<{ known_id: string; occurrences: bigint }>(
        'select known_id, occurrences from shadow_known_occurrence',
      );
      return new Map(rows.map((row) => [row.known_id, Number(row.occurrences)]));
    },
    readDrops: async () => {
      const rows = await database.query<{ operation: string; dropped: bigint }>(
        'select operation, dropped from shadow_drop',
      );
      return new Map(rows.map((row) => [row.operation, Number(row.dropped)]));
    },
    clear: async () => {
      await database.transaction(async (transaction) => {
        await transaction.execute('truncate shadow_comparison, shadow_sum, shadow_known_occurrence, shadow_drop');
      });
    },
  };
}

async function recordComparisons(database: Database, comparisons: readonly Comparison[]): Promise<void> {
  if (comparisons.length === 0) return;
  const sums = sumUp(comparisons);
  const occurrences = new Map<string, number>();
  for (const { knownId } of comparisons.flatMap(({ differences }) => differences))
    if (knownId !== null) occurrences.set(knownId, (occurrences.get(knownId) ?? 0) + 1);
  const lastAt = new Date(Math.max(...comparisons.map(({ at }) => at.getTime())));
  await database.transaction(async (transaction) => {
    const counts = new Map<string, bigint>();
    for (const sum of sums.values()) {
      const row = await transaction.findRow<{ equal: bigint }>(upsertSum, sumValues(sum));
      counts.set(keyOf(sum.operation, sum.profileId), row?.equal ?? 0n);
    }
    const kept = comparisons.filter(
      ({ verdict, operation, profileId }) =>
        verdict !== 'equal' || (counts.get(keyOf(operation, profileId ?? '')) ?? 0n) <= equalRowsKeptPerSum,
    );
    if (kept.length > 0) await transaction.execute(insertComparisons, [JSON.stringify(kept.map(toRowJson))]);
    for (const [knownId, count] of occurrences)
      await transaction.execute(
        `insert into shadow_known_occurrence (known_id, occurrences, last_at) values ($1, $2, $3)
         on conflict (known_id) do update set occurrences = shadow_known_occurrence.occurrences + excluded.occurrences, last_at = excluded.last_at`,
        [knownId, count, lastAt],
      );
  });
}

const upsertSum = `
  insert into shadow_sum (operation, profile_id, equal, known, unexpected, failed, issuances, issuances_identical, refusals,
    first_at, last_at, last_unexpected_at, their_ms_total, our_ms_total)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict (operation, profile_id) do update set
    equal = shadow_sum.equal + excluded.equal, known = shadow_sum.known + excluded.known,
    unexpected = shadow_sum.unexpected + excluded.unexpected, failed = shadow_sum.failed + excluded.failed,
    issuances = shadow_sum.issuances + excluded.issuances, issuances_identical = shadow_sum.issuances_identical + excluded.issuances_identical,
    refusals = shadow_sum.refusals + excluded.refusals,
    first_at = least(shadow_sum.first_at, excluded.first_at), last_at = greatest(shadow_sum.last_at, excluded.last_at),
    last_unexpected_at = greatest(shadow_sum.last_unexpected_at, excluded.last_unexpected_at),
    their_ms_total = shadow_sum.their_ms_total + excluded.their_ms_total, our_ms_total = shadow_sum.our_ms_total + excluded.our_ms_total
  returning equal`;

const insertComparisons = `
  insert into shadow_comparison (at, operation, profile_id, mode, request_line, gateway_request_id, verdict, issuance,
    their_status, our_status, their_ms, our_ms, differences, known_ids)
  select at, operation, profile_id, mode, request_line, gateway_request_id, verdict, issuance,
    their_status, our_status, their_ms, our_ms, differences, array(select jsonb_array_elements_text(known_ids))
  from jsonb_to_recordset($1::jsonb) as row (at timestamptz, operation text, profile_id text, mode text, request_line text,
    gateway_request_id text, verdict text, issuance text, their_status integer, our_status integer, their_ms real, our_ms real,
    differences jsonb, known_ids jsonb)`;

interface RunningSum {
  operation: string;
  profileId: string;
  counts: Record<Verdict, number>;
  issuances: number;
  issuancesIdentical: number;
  refusals: number;
  firstAt: Date;
  lastAt: Date;
  lastUnexpectedAt: Date | null;
  theirMs: number;
  ourMs: number;
}

function sumUp(comparisons: readonly Comparison[]): Map<string, RunningSum> {
  const sums = new Map<string, RunningSum>();
  for (const comparison of comparisons) {
    const profileId = comparison.profileId ?? '';
    const key = keyOf(comparison.operation, profileId);
    const sum = sums.get(key) ?? emptySum(comparison.operation, profileId, comparison.at);
    sums.set(key, sum);
    sum.counts[comparison.verdict] += 1;
    if (comparison.issuance !== null) sum.issuances += 1;
    if (comparison.issuance === 'identical') sum.issuancesIdentical += 1;
    if (comparison.isRefusal) sum.refusals += 1;
    if (comparison.at < sum.firstAt) sum.firstAt = comparison.at;
    if (comparison.at > sum.lastAt) sum.lastAt = comparison.at;
    if (comparison.verdict === 'unexpected' || comparison.verdict === 'failed') sum.lastUnexpectedAt = comparison.at;
    sum.theirMs += comparison.theirMs;
    sum.ourMs += comparison.ourMs ?? 0;
  }
  return sums;
}

function emptySum(operation: string, profileId: string, at: Date): RunningSum {
  const counts = { equal: 0, known: 0, unexpected: 0, failed: 0 };
  return {
    operation,
    profileId,
    counts,
    issuances: 0,
    issuancesIdentical: 0,
    refusals: 0,
    firstAt: at,
    lastAt: at,
    lastUnexpectedAt: null,
    theirMs: 0,
    ourMs: 0,
  };
}

/** Neither part can hold a line feed. */
function keyOf(operation: string, profileId: string): string {
  return `${operation}\n${profileId}`;
}

function sumValues(sum: RunningSum): (string | number | Date | null)[] {
  const { equal, known, unexpected, failed } = sum.counts;
  return [
    sum.operation,
    sum.profileId,
    equal,
    known,
    unexpected,
    failed,
    sum.issuances,
    sum.issuancesIdentical,
    sum.refusals,
    sum.firstAt,
    sum.lastAt,
    sum.lastUnexpectedAt,
    sum.theirMs,
    sum.ourMs,
  ];
}

function toRowJson(comparison: Comparison): Record<string, unknown> {
  const knownIds = [...new Set(comparison.differences.map(({ knownId }) => knownId).filter((id) => id !== null))];
  return {
    at: comparison.at.toISOString(),
    operation: comparison.operation,
    profile_id: comparison.profileId ?? '',
    mode: comparison.mode,
    request_line: comparison.requestLine.slice(0, 1000),
    gateway_request_id: comparison.gatewayRequestId,
    verdict: comparison.verdict,
    issuance: comparison.issuance,
    their_status: comparison.theirStatus,
    our_status: comparison.ourStatus,
    their_ms: comparison.theirMs,
    our_ms: comparison.ourMs,
    differences: comparison.differences.map(withoutUndefined),
    known_ids: knownIds,
  };
}

/** JSON has no undefined: an absent member is told by its absence here too. PostgreSQL's jsonb can't hold U+0000. */
function withoutUndefined(difference: JudgedDifference): unknown {
  return JSON.parse(JSON.stringify(difference).replaceAll('\\u0000', '\\ufffd'));
}

interface SumRow {
  operation: string;
  profile_id: string;
  equal: bigint;
  known: bigint;
  unexpected: bigint;
  failed: bigint;
  issuances: bigint;
  issuances_identical: bigint;
  refusals: bigint;
  first_at: Date;
  last_at: Date;
  last_unexpected_at: Date | null;
  their_ms_total: number;
  our_ms_total: number;
}

function toSum(row: SumRow): ShadowSum {
  const all = Math.max(1, Number(row.equal + row.known + row.unexpected + row.failed));
  return {
    operation: row.operation,
    profileId: row.profile_id === '' ? null : row.profile_id,
    equal: Number(row.equal),
    known: Number(row.known),
    unexpected: Number(row.unexpected),
    failed: Number(row.failed),
    issuances: Number(row.issuances),
    issuancesIdentical: Number(row.issuances_identical),
    refusals: Number(row.refusals),
    firstAt: row.first_at,
    lastAt: row.last_at,
    lastUnexpectedAt: row.last_unexpected_at,
    theirMsMean: row.their_ms_total / all,
    ourMsMean: row.our_ms_total / all,
  };
}

interface ComparisonRow {
  at: Date;
  operation: string;
  profile_id: string;
  request_line: string;
  gateway_request_id: string;
  verdict: Verdict;
  issuance: 'identical' | 'different' | null;
  their_status: number;
  our_status: number | null;
  differences: readonly JudgedDifference[];
}

function toNoteworthy(row: ComparisonRow): NoteworthyComparison {
  return {
    at: row.at,
    operation: row.operation,
    profileId: row.profile_id === '' ? null : row.profile_id,
    requestLine: row.request_line,
    gatewayRequestId: row.gateway_request_id,
    verdict: row.verdict,
    issuance: row.issuance,
    theirStatus: row.their_status,
    ourStatus: row.our_status,
    differences: row.differences,
  };
}
