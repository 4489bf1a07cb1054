// One way in which our answer is another than the recorded one.
import type { RecordedDialect } from './recorded-exchanges.ts';

export interface KnownDifference {
  /** Matches the name of the exchange without its number. */
  readonly exchange: RegExp;
  /** Only in this one; everywhere by default. */
  readonly dialect?: RecordedDialect;
  readonly reason: string;
  readonly status: number;
  /** What our body says; null where only the headers differ. */
  readonly body: RegExp | null;
}
