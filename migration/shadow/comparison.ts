// What came of putting both sides' answers to one exchange beside each other.
import type { Difference } from './compare-trees.ts';

/** `failed`: our side gave no answer to compare, which weighs like an unexpected difference. */
export type Verdict = 'equal' | 'known' | 'unexpected' | 'failed';

export interface Comparison {
  readonly at: Date;
  readonly operation: string;
  /** Null for operations that no profile rules. */
  readonly profileId: string | null;
  readonly mode: string;
  /** Method and path, without query values that could be secret. */
  readonly requestLine: string;
  readonly gatewayRequestId: string;
  readonly verdict: Verdict;
  /** Whether the TBSCertificates are the same bytes; null when the exchange issued nothing. */
  readonly issuance: 'identical' | 'different' | null;
  /** Neither side issued and both said no. */
  readonly isRefusal: boolean;
  readonly theirStatus: number;
  readonly ourStatus: number | null;
  readonly theirMs: number;
  readonly ourMs: number | null;
  readonly differences: readonly JudgedDifference[];
}

export interface JudgedDifference extends Difference {
  /** Id in known-differences.json; null when the difference is unexpected. */
  readonly knownId: string | null;
}
