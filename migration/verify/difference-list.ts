// Collects differences of one kind, listing the first and counting all.
import { type Difference, differencesMax, type VerifiedKind } from './verification-report.ts';

export class DifferenceList {
  readonly #differences: Difference[] = [];
  #count = 0;
  #explained = 0;

  add(difference: Difference): void {
    this.#count++;
    if (difference.explanation !== null) this.#explained++;
    if (this.#differences.length < differencesMax) this.#differences.push(difference);
  }

  /** Parts that differ between two texts per part; `object` names what they are parts of, `explain` says why a part may differ. */
  addParts(
    object: string,
    source: Readonly<Record<string, string>>,
    record: Readonly<Record<string, string>>,
    explain: (part: string) => string | null,
  ): void {
    for (const part of Object.keys(source))
      if (source[part] !== record[part])
        this.add({ object, part, source: source[part] ?? '', record: record[part] ?? '', explanation: explain(part) });
  }

  result(): Pick<VerifiedKind, 'differenceCount' | 'explainedCount' | 'differences'> {
    return { differenceCount: this.#count, explainedCount: this.#explained, differences: this.#differences };
  }
}
