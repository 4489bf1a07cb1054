// Sets the fences once, when the first import has shown what Dogtag may use, and proves them on both sides whenever asked.
import type { AuditEvent, AuthorityId } from '#ca-core/engine';
import type { SourceNumberRange } from '#importers';
import type { Clock, Database } from '#platform';
import { checkFence, type FencePlan, type FenceProblem, type ObservedRanges, planFence } from './serial-fence.ts';

/** What is needed of the record; `ca-core/store` has it. */
export interface FenceRecord {
  readonly numberRanges: {
    set(
      authorityId: AuthorityId | null,
      range: { readonly first: bigint; readonly last: bigint },
      auditEvents: readonly AuditEvent[],
    ): Promise<void>;
  };
  readonly nativeWork: {
    highestImported(): Promise<{ readonly serialNumber: bigint | null; readonly requestId: bigint | null }>;
    numbersOutsideRanges(): Promise<{
      readonly serialNumbers: readonly bigint[];
      readonly requestIds: readonly bigint[];
    }>;
    importedInsideRanges(): Promise<{
      readonly serialNumbers: readonly bigint[];
      readonly requestIds: readonly bigint[];
    }>;
  };
}

export interface Fence extends FencePlan {
  readonly kind: 'certificate' | 'request';
  readonly setAt: Date;
}

export interface FenceReport {
  readonly fences: readonly Fence[];
  readonly problems: readonly (FenceProblem & { readonly of: 'certificate' | 'request' })[];
  readonly isProven: boolean;
}

/**
 * Serial numbers start above every number that Dogtag can draw at random (128 bits by default), so that switching its numbering over during
 * the dual run can't bring them near. Request numbers are read and typed by people and start lower where Dogtag counts them.
 */
const smallestPower = { certificate: 136, request: 48 } as const;
const randomBits = 128;
/** No counter gets here; a number above it was drawn at random. */
const countedMax = 1n << 64n;
/** What a server takes at a time (`dbs.serialIncrement`), in the wider reading. */
const increment = 0x10000000n;

export async function readFences(database: Database): Promise<readonly Fence[]> {
  const rows = await database.query<{
    kind: 'certificate' | 'request';
    native_from: bigint;
    native_to: bigint;
    set_at: Date;
    explanation: string;
  }>('select kind, native_from, native_to, set_at, explanation from number_fence order by kind');
  return rows.map((row) => ({
    kind: row.kind,
    nativeFrom: row.native_from,
    nativeTo: row.native_to,
    setAt: row.set_at,
    explanation: row.explanation,
  }));
}

/** Plans and sets what is not set yet; what stands stays, since numbers were given from it. */
export async function ensureFences(parts: {
  readonly database: Database;
  readonly record: FenceRecord;
  readonly hostAuthorityId: AuthorityId;
  /** Empty for an installation that never had a Dogtag. */
  readonly ranges: readonly SourceNumberRange[];
  readonly clock: Clock;
  readonly by: string;
}): Promise<readonly Fence[]> {
  const { database, record, clock } = parts;
  const known = await readFences(database);
  for (const kind of ['certificate', 'request'] as const) {
    if (known.some((fence) => fence.kind === kind)) continue;
    const plan = planFence(observe(kind, parts.ranges, await record.nativeWork.highestImported()), smallestPower[kind]);
    const details = {
      kind,
      first: String(plan.nativeFrom),
      last: String(plan.nativeTo),
      explanation: plan.explanation,
    };
    // The range first: a fence that is noted but not in force would be worse than one that is in force and planned again alike.
    await record.numberRanges.set(
      kind === 'certificate' ? parts.hostAuthorityId : null,
      { first: plan.nativeFrom, last: plan.nativeTo },
      [{ name: 'fence-set', outcome: 'success', actor: parts.by, remoteAddress: null, details }],
    );
    await database.execute(
      'insert into number_fence (kind, native_from, native_to, set_at, explanation) values ($1, $2, $3, $4, $5) on conflict (kind) do nothing',
      [kind, plan.nativeFrom, plan.nativeTo, clock.now(), plan.explanation],
    );
  }
  return readFences(database);
}

/** Reads both sides. `ranges` are what Dogtag's directory shows now. */
export async function proveFences(parts: {
  readonly database: Database;
  readonly record: FenceRecord;
  readonly ranges: readonly SourceNumberRange[];
}): Promise<FenceReport> {
  const fences = await readFences(parts.database);
  const [outside, inside, highest] = await Promise.all([
    parts.record.nativeWork.numbersOutsideRanges(),
    parts.record.nativeWork.importedInsideRanges(),
    parts.record.nativeWork.highestImported(),
  ]);
  const problems = (['certificate', 'request'] as const).flatMap((kind) => {
    const fence = fences.find((candidate) => candidate.kind === kind) ?? null;
    const pick = <T>(found: { readonly serialNumbers: T; readonly requestIds: T }) =>
      kind === 'certificate' ? found.serialNumbers : found.requestIds;
    const observed = observe(kind, parts.ranges, highest);
    const found = { dogtagNumbersInside: pick(inside), nativeNumbersOutside: pick(outside), conflicting: [] };
    return checkFence(fence, observed, found).map((problem) => ({ ...problem, of: kind }));
  });
  return { fences, problems, isProven: problems.length === 0 };
}

function observe(
  kind: 'certificate' | 'request',
  ranges: readonly SourceNumberRange[],
  highest: { readonly serialNumber: bigint | null; readonly requestId: bigint | null },
): ObservedRanges {
  const own = ranges.filter((range) => range.of === kind);
  const ends = own.flatMap(({ spans }) => spans.flatMap(({ to }) => (to === null ? [] : [to])));
  const next = own.filter(({ state }) => state === 'unallocated').flatMap(({ spans }) => spans.map(({ from }) => from));
  const highestUsed = kind === 'certificate' ? highest.serialNumber : highest.requestId;
  return {
    highestUsed,
    rangeEnds: ends,
    nextRange: next.length === 0 ? null : next.reduce((one, other) => (one > other ? one : other)),
    increment,
    isRandom: highestUsed !== null && highestUsed > countedMax,
    randomBits,
  };
}
