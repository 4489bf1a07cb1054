// Differences that are expected, each with its reason; the list fails both ways (a new difference, or a listed one that never occurs).
import { readFileSync } from 'node:fs';

export interface KnownDifference {
  /** Kebab case, unique. */
  readonly id: string;
  /** Names of operations, or `*`. */
  readonly operations: readonly string[];
  /** Path as `compareTrees` gives it; `*` stands for any run of characters within one member, `**` for anything. */
  readonly path: string;
  /** Regular expressions that the JSON of each side's value must match; absent means any. */
  readonly theirs?: string;
  readonly ours?: string;
  /** After this many comparisons of its operations without an occurrence the entry is stale; null: it may be rare. */
  readonly staleAfter: number | null;
  readonly reason: string;
}

interface Matcher {
  readonly known: KnownDifference;
  readonly operations: ReadonlySet<string>;
  readonly path: RegExp;
  readonly theirs: RegExp | null;
  readonly ours: RegExp | null;
}

export interface KnownDifferences {
  readonly all: readonly KnownDifference[];
  /** Id of the first entry that covers this difference, or null. */
  findId(
    operation: string,
    difference: { readonly path: string; readonly theirs: unknown; readonly ours: unknown },
  ): string | null;
  appliesTo(known: KnownDifference, operation: string): boolean;
}

/** Compiles a list. Throws an Error for an entry without a reason, a repeated id or a broken expression. */
export function compileKnownDifferences(all: readonly KnownDifference[]): KnownDifferences {
  const ids = new Set<string>();
  const matchers = all.map((known): Matcher => {
    if (ids.has(known.id)) throw new Error(`known difference "${known.id}" is listed twice`);
    ids.add(known.id);
    if (known.reason.trim() === '') throw new Error(`known difference "${known.id}" gives no reason`);
    return {
      known,
      operations: new Set(known.operations),
      path: pathPattern(known.path),
      theirs: known.theirs === undefined ? null : new RegExp(known.theirs, 's'),
      ours: known.ours === undefined ? null : new RegExp(known.ours, 's'),
    };
  });
  const applies = (matcher: Matcher, operation: string) =>
    matcher.operations.has('*') || matcher.operations.has(operation);
  return {
    all,
    findId: (operation, { path, theirs, ours }) => {
      const found = matchers.find(
        (matcher) =>
          applies(matcher, operation) &&
          matcher.path.test(path) &&
          (matcher.theirs === null || matcher.theirs.test(JSON.stringify(theirs) ?? 'undefined')) &&
          (matcher.ours === null || matcher.ours.test(JSON.stringify(ours) ?? 'undefined')),
      );
      return found?.known.id ?? null;
    },
    appliesTo: (known, operation) => known.operations.includes('*') || known.operations.includes(operation),
  };
}

/** The list that golden tests and the running comparison share. */
export function readKnownDifferences(): KnownDifferences {
  const text = readFileSync(new URL('./known-differences.json', import.meta.url), 'utf8');
  return compileKnownDifferences(JSON.parse(text) as KnownDifference[]);
}

function pathPattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((piece) => (piece === '**' ? '.*' : piece === '*' ? '[^.]*' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's');
}
