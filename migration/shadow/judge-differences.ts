// Sorts the differences of one exchange into known and unexpected, and says what that makes of the exchange.
import type { Difference } from './compare-trees.ts';
import type { JudgedDifference, Verdict } from './comparison.ts';
import type { KnownDifferences } from './known-differences.ts';

export function judgeDifferences(
  operation: string,
  differences: readonly Difference[],
  known: KnownDifferences,
): { readonly verdict: Exclude<Verdict, 'failed'>; readonly differences: readonly JudgedDifference[] } {
  const judged = differences.map((difference) => ({ ...difference, knownId: known.findId(operation, difference) }));
  const verdict =
    judged.length === 0 ? 'equal' : judged.every(({ knownId }) => knownId !== null) ? 'known' : 'unexpected';
  return { verdict, differences: judged };
}
