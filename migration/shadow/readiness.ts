// Whether the journal allows an operation (and, for those that a profile rules, each profile) to be cut over.
import type { ShadowSum } from './shadow-journal.ts';

export interface ReadinessThresholds {
  readonly comparisonsMin: number;
  readonly spanSecondsMin: number;
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
}

/**
 * Judges every wanted operation, also those of which nothing was seen: no evidence is not readiness. An operation that a profile rules
 * has a line for each profile seen, and one without a profile when none was.
 */
export function judgeReadiness(
  sums: readonly ShadowSum[],
  operations: readonly string[],
  thresholds: ReadinessThresholds,
): readonly ReadinessLine[] {
  return operations.flatMap((operation) => {
    const own = sums.filter((sum) => sum.operation === operation);
    return own.length === 0
      ? [judgeSum(operation, null, null, thresholds)]
      : own.map((sum) => judgeSum(operation, sum.profileId, sum, thresholds));
  });
}

function judgeSum(
  operation: string,
  profileId: string | null,
  sum: ShadowSum | null,
  thresholds: ReadinessThresholds,
): ReadinessLine {
  const compared = sum === null ? 0 : sum.equal + sum.known + sum.unexpected + sum.failed;
  const unexpected = sum === null ? 0 : sum.unexpected + sum.failed;
  const spanSeconds = sum === null ? 0 : (sum.lastAt.getTime() - sum.firstAt.getTime()) / 1000;
  const reasons: string[] = [];
  if (compared < thresholds.comparisonsMin)
    reasons.push(`${compared} of at least ${thresholds.comparisonsMin} comparisons made`);
  if (unexpected > 0) reasons.push(`${unexpected} unexpected`);
  if (spanSeconds < thresholds.spanSecondsMin)
    reasons.push(`seen over ${Math.floor(spanSeconds)} of at least ${thresholds.spanSecondsMin} seconds`);
  return { operation, profileId, isReady: reasons.length === 0, reasons, compared, unexpected, spanSeconds };
}
