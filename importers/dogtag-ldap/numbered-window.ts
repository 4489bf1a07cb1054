// Decides which stretch of numbers to ask for next, so that one answer is small whether numbers run one by one or are 128 random bits.

/** Fewest and most numbers in a stretch matter less than entries: about `entriesWanted` of them are aimed at. */
export const entriesWanted = 200;
/** No more entries than this are ever held at once. */
export const entriesMax = 2 * entriesWanted;

/** Pure bookkeeping: feed it what was found, ask it for the next width. */
export class NumberedWindow {
  #width = BigInt(entriesWanted);
  #isDense = false;

  get width(): bigint {
    return this.#width;
  }

  /** Whether the last stretch was as full as it should be, so that the next one will most likely be, too. */
  get isDense(): boolean {
    return this.#isDense;
  }

  /** A stretch of the present width held `entryCount` entries. */
  found(entryCount: number): void {
    this.#isDense = entryCount * 4 >= entriesWanted && entryCount <= entriesWanted;
    if (entryCount === 0) this.#width *= 16n;
    else if (entryCount * 4 < entriesWanted) this.#width *= 2n;
    else if (entryCount > entriesWanted)
      this.#width = atLeastOne((this.#width * BigInt(entriesWanted)) / BigInt(entryCount));
  }

  /** A stretch of `width` was too much for us or for the server. False when it cannot be made smaller. */
  shrink(width: bigint): boolean {
    this.#isDense = false;
    if (width <= 1n) return false;
    this.#width = atLeastOne(width / 8n);
    return true;
  }
}

function atLeastOne(width: bigint): bigint {
  return width < 1n ? 1n : width;
}
