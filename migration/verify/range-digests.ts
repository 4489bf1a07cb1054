// Counts and digests of stretches of numbers, built up on both sides at once while they are walked through.
import { createHash, type Hash } from 'node:crypto';
import type { VerifiedRange } from './verification-report.ts';

/** Objects of either side in one range. */
const objectsPerRange = 1000;

class OpenRange {
  readonly from: bigint;
  to: bigint;
  objects = 0;
  sourceCount = 0;
  recordCount = 0;
  readonly source: Hash = createHash('sha256');
  readonly record: Hash = createHash('sha256');

  constructor(from: bigint) {
    this.from = from;
    this.to = from;
  }

  close(): VerifiedRange {
    return {
      from: this.from.toString(),
      to: this.to.toString(),
      sourceCount: this.sourceCount,
      recordCount: this.recordCount,
      sourceDigest: this.source.digest('hex'),
      recordDigest: this.record.digest('hex'),
    };
  }
}

/** Numbers must come ascending. A text is everything that is compared of an object; null where a side does not hold it. */
export class RangeDigests {
  readonly #closed: VerifiedRange[] = [];
  #open: OpenRange | null = null;

  add(number: bigint, sourceText: string | null, recordText: string | null): void {
    this.#open ??= new OpenRange(number);
    const range = this.#open;
    range.to = number;
    range.objects++;
    if (sourceText !== null) {
      range.sourceCount++;
      range.source.update(`${number} ${sourceText}\n`);
    }
    if (recordText !== null) {
      range.recordCount++;
      range.record.update(`${number} ${recordText}\n`);
    }
    if (range.objects >= objectsPerRange) this.#close();
  }

  finish(): readonly VerifiedRange[] {
    this.#close();
    return this.#closed;
  }

  #close(): void {
    if (this.#open !== null) this.#closed.push(this.#open.close());
    this.#open = null;
  }
}
