// Collects differences of one kind, listing the first and counting all; asks in batches what imports have noted about their entries.

import type { Parts } from './comparable-parts.ts';
import { describeTexts } from './describe-difference.ts';
import type { ImportFindings } from './import-findings.ts';
import { nextStepFor } from './next-step.ts';
import { type Difference, differencesMax, type VerifiedKind } from './verification-report.ts';

/** `explanation`, `detail` and `nextStep` are found out where they are not given. */
export interface FoundDifference extends Pick<Difference, 'object' | 'part' | 'source' | 'record'> {
  /** Its entry in the source, by which findings are found; null when there is none or it is not known. */
  readonly entry: string | null;
  readonly detail?: string | null;
  readonly explanation?: string | null;
  readonly nextStep?: string;
}

/** Differences that wait for their explanations; beyond this they are asked for. */
const waitingMax = 500;

export class DifferenceList {
  readonly #kind: string;
  readonly #findings: ImportFindings;
  readonly #differences: Difference[] = [];
  #waiting: FoundDifference[] = [];
  #count = 0;
  #explained = 0;

  /** `kind` is `crl` for CRLs. */
  constructor(kind: string, findings: ImportFindings) {
    this.#kind = kind;
    this.#findings = findings;
  }

  async add(difference: FoundDifference): Promise<void> {
    this.#waiting.push(difference);
    if (this.#waiting.length >= waitingMax) await this.#explainWaiting();
  }

  /** Parts that differ between two texts per part; `object` names what they are parts of, `describe` says more about a part than its texts do. */
  async addParts(
    object: string,
    entry: string | null,
    source: Parts,
    record: Parts,
    describe: (
      part: string,
    ) => Promise<Partial<Pick<FoundDifference, 'detail' | 'nextStep' | 'explanation'>>> = async () => ({}),
  ): Promise<void> {
    for (const part of Object.keys(source))
      if (source[part] !== record[part]) {
        const texts = describeTexts(source[part] ?? '', record[part] ?? '');
        await this.add({ object, entry, part, ...texts, ...(await describe(part)) });
      }
  }

  async result(): Promise<Pick<VerifiedKind, 'differenceCount' | 'explainedCount' | 'differences'>> {
    await this.#explainWaiting();
    return { differenceCount: this.#count, explainedCount: this.#explained, differences: this.#differences };
  }

  async #explainWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const explain = await this.#findings.explain(waiting.flatMap(({ entry }) => entry ?? []));
    for (const { entry, ...found } of waiting) {
      const explanation = found.explanation === undefined ? explain(entry, found.part) : found.explanation;
      this.#count++;
      if (explanation !== null) this.#explained++;
      if (this.#differences.length >= differencesMax) continue;
      const { object, part, source, record, detail = null } = found;
      const nextStep = explanation === null ? (found.nextStep ?? nextStepFor(this.#kind, part)) : null;
      this.#differences.push({ object, part, source, record, detail, explanation, nextStep });
    }
  }
}
