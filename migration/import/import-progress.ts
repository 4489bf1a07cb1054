// How far an import is, how fast it goes and how long it will take.
import type { SourceKind } from '#importers';
import type { Clock } from '#platform';

export interface ImportProgress {
  /** `catch-up` reads again what has changed while the rest was read. */
  readonly phase: 'reading' | 'catch-up';
  readonly kind: SourceKind;
  /** Entries of this kind read so far, by earlier runs of the same import too. */
  readonly done: number;
  /** Null when the source cannot tell. */
  readonly total: number | null;
  readonly entriesPerSecond: number;
  /** For this kind; null while there is nothing to judge by. */
  readonly remainingSeconds: number | null;
}

export type ProgressListener = (progress: ImportProgress) => void;

/** Measures the speed over the last seconds rather than since the start, so that a slow beginning does not spoil the outlook. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #windowMicros = 10_000_000n;
  #samples: { readonly micros: bigint; readonly done: number }[] = [];

  constructor(clock: Clock, done: number) {
    this.#clock = clock;
    this.#samples = [{ micros: clock.nowMicros(), done }];
  }

  measure(
    done: number,
    total: number | null,
  ): Pick<ImportProgress, 'done' | 'total' | 'entriesPerSecond' | 'remainingSeconds'> {
    const micros = this.#clock.nowMicros();
    this.#samples.push({ micros, done });
    while (this.#samples.length > 2 && micros - (this.#samples[0]?.micros ?? micros) > this.#windowMicros)
      this.#samples.shift();
    const first = this.#samples[0] ?? { micros, done };
    const seconds = Number(micros - first.micros) / 1e6;
    const entriesPerSecond = seconds > 0 ? (done - first.done) / seconds : 0;
    const remainingSeconds =
      total === null || entriesPerSecond <= 0 ? null : Math.max(0, total - done) / entriesPerSecond;
    return { done, total, entriesPerSecond, remainingSeconds };
  }
}
