// Numbers that were passed over while those of a container were read in their order: there stands what has no number in its attribute but in its name.

/** A gap this wide was left on purpose, between the ranges of two servers for one. */
const gapWidthMax = 1_000n;
const numbersMax = 20_000;

export class NumberGaps {
  readonly #numbers: bigint[] = [];
  #next = 0n;

  /** Each number that was met, ascending. */
  note(number: bigint): void {
    if (number - this.#next <= gapWidthMax)
      for (let missing = this.#next; missing < number && this.#numbers.length < numbersMax; missing++)
        this.#numbers.push(missing);
    this.#next = number + 1n;
  }

  /** Not those of wide gaps, and no more than can be asked for one by one. */
  get numbers(): readonly bigint[] {
    return this.#numbers;
  }
}
