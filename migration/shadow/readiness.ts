// Whether the journal allows an operation (and, for those that a profile rules, each profile) to be cut over.
import type { ShadowSum } from './shadow-journal.ts';

export interface ReadinessThresholds {
  readonly comparisonsMin: number;
  readonly spanSecondsMin: number;
  /** How long everything together must have been compared before an operation that nobody has used meanwhile counts as ready. */
  readonly unusedSpanSecondsMin: number;
}

export interface ReadinessLine {
  readonly operation: string;
  readonly profileId: string | null;
  readonly isReady: boolean;
  /** What is missing, each a sentence; empty when ready. */
  readonly reasons: readonly string[];
  readonly compared: number;
  readonly unexpected: number;
  readonly spanSeconds: number;
  /** Nothing was seen of it. */
  readonly isUnused: boolean;
}

/**
 * Judges every wanted operation, also those of which nothing was seen: no evidence is not readiness, unless the others were compared for so long
 * that nobody seems to use it. An operation that a profile rules has a line for each profile seen, and one without a profile when none was.
 */
export function judgeReadiness(
  sums: readonly ShadowSum[],
  operations: readonly string[],
  thresholds: ReadinessThresholds,
): readonly ReadinessLine[] {
  const observedSeconds = spanSecondsOf(sums);
  return operations.flatMap((operation) => {
    const own = sums.filter((sum) => sum.operation === operation);
    return own.length === 0
      ? [judgeUnused(operation, observedSeconds, thresholds)]
      : own.map((sum) => judgeSum(operation, sum, thresholds));
  });
}

/** From the first to the last of all comparisons; null when there was none. */
function spanSecondsOf(sums: readonly ShadowSum[]): number | null {
  if (sums.length === 0) return null;
  const firstMs = Math.min(...sums.map(({ firstAt }) => firstAt.getTime()));
  const lastMs = Math.max(...sums.map(({ lastAt }) => lastAt.getTime()));
  return (lastMs - firstMs) / 1000;
}

function judgeUnused(
  operation: string,
  observedSeconds: number | null,
  { unusedSpanSecondsMin }: ReadinessThresholds,
): ReadinessLine {
  const reason =
    observedSeconds === null
      ? 'nothing was compared yet'
      : `never used, over ${Math.floor(observedSeconds)} of at least ${unusedSpanSecondsMin} seconds`;
  const isReady = observedSeconds !== null && observedSeconds >= unusedSpanSecondsMin;
  const reasons = isReady ? [] : [reason];
  return { operation, profileId: null, isReady, reasons, compared: 0, unexpected: 0, spanSeconds: 0, isUnused: true };
}

function judgeSum(operation: string, sum: ShadowSum, thresholds: ReadinessThresholds): ReadinessLine {
  const { profileId } = sum;
  const compared = sum.equal + sum.known + sum.unexpected + sum.failed;
  const unexpected = sum.unexpected + sum.failed;
  const spanSeconds = (sum.lastAt.getTime() - sum.firstAt.getTime()) / 1000;
  const reasons: string[] = [];
  if (compared < thresholds.comparisonsMin)
    reasons.push(`${compared} of at least ${thresholds.comparisonsMin} comparisons made`);
  if (unexpected > 0) reasons.push(`${unexpected} unexpected`);
  if (spanSeconds < thresholds.spanSecondsMin)
    reasons.push(`seen over ${Math.floor(spanSeconds)} of at least ${thresholds.spanSecondsMin} seconds`);
  const isReady = reasons.length === 0;
  return { operation, profileId, isReady, reasons, compared, unexpected, spanSeconds, isUnused: false };
}
