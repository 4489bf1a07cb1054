// Asks for the next stretch of numbers before it is wanted, so that the server has something to do while we work on what it has sent.

/** `find` reads the entries with numbers in [low, high]; it may reject, which only who wants that stretch hears of. */
export class StretchesAhead<T> {
  readonly #find: (low: bigint, high: bigint) => Promise<T>;
  #ahead: { readonly low: bigint; readonly high: bigint; readonly found: Promise<T> } | null = null;

  constructor(find: (low: bigint, high: bigint) => Promise<T>) {
    this.#find = find;
  }

  /** The stretch. With `goesOn` the one behind it, which is as wide, is asked for as well; what was asked for and is not wanted now is forgotten. */
  read(low: bigint, high: bigint, goesOn: boolean): Promise<T> {
    const known = this.#ahead;
    const wanted = known?.low === low && known.high === high ? known.found : this.#find(low, high);
    this.#ahead = goesOn ? this.#ask(high + 1n, high + 1n + (high - low)) : null;
    return wanted;
  }

  #ask(low: bigint, high: bigint) {
    const found = this.#find(low, high);
    found.catch(() => {});
    return { low, high, found };
  }
}
