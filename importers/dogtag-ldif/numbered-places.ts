// Where in a file the numbered entries of one container lie: a few octets for each, so that millions of them fit into memory.

export interface EntryPlace {
  /** Octets of the file before the record. */
  readonly offset: number;
  readonly length: number;
}

const firstCapacity = 1024;
const lowMask = (1n << 64n) - 1n;
/** Room for serial numbers of 20 octets (RFC 5280 section 4.1.2.2), and a little. */
const numberMax = (1n << 192n) - 1n;

/** Add every place, then `seal`; everything else is for afterwards. */
export class NumberedPlaces {
  #count = 0;
  #offsets = new Float64Array(firstCapacity);
  #lengths = new Uint32Array(firstCapacity);
  #high = new BigUint64Array(firstCapacity);
  #middle = new BigUint64Array(firstCapacity);
  #low = new BigUint64Array(firstCapacity);
  #digests = new Uint32Array(firstCapacity);
  #order: Uint32Array | null = null;
  #isAscending = true;

  get count(): number {
    return this.#count;
  }

  /** `digest` is any short hash by which entries can be picked out. False for a number that is too large to be kept here. */
  add({ offset, length }: EntryPlace, number: bigint, digest: number): boolean {
    if (number < 0n || number > numberMax) return false;
    if (this.#count === this.#offsets.length) this.#grow();
    const at = this.#count++;
    this.#offsets[at] = offset;
    this.#lengths[at] = length;
    this.#high[at] = number >> 128n;
    this.#middle[at] = (number >> 64n) & lowMask;
    this.#low[at] = number & lowMask;
    this.#digests[at] = digest;
    if (at > 0 && this.#compare(at - 1, at) > 0) this.#isAscending = false;
    return true;
  }

  seal(): void {
    // Exports come in the order of creation, which is that of sequential numbers already.
    if (this.#isAscending) return;
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    // Places of one number stay in the order of the file.
    this.#order = order.sort((a, b) => this.#compare(a, b) || a - b);
  }

  /** How many places have a number below this one: the rank of the first that has not. */
  rankOf(number: bigint): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.numberAt(middle) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** By rank among the numbers, from 0 to `count` - 1. */
  numberAt(rank: number): bigint {
    const at = this.#indexOf(rank);
    const middle = this.#middle[at] ?? 0n;
    return ((this.#high[at] ?? 0n) << 128n) | (middle << 64n) | (this.#low[at] ?? 0n);
  }

  placeAt(rank: number): EntryPlace {
    const at = this.#indexOf(rank);
    return { offset: this.#offsets[at] ?? 0, length: this.#lengths[at] ?? 0 };
  }

  digestAt(rank: number): number {
    return this.#digests[this.#indexOf(rank)] ?? 0;
  }

  #indexOf(rank: number): number {
    return this.#order === null ? rank : (this.#order[rank] ?? 0);
  }

  #compare(a: number, b: number): number {
    for (const words of [this.#high, this.#middle, this.#low]) {
      const difference = (words[a] ?? 0n) - (words[b] ?? 0n);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
    }
    return 0;
  }

  #grow(): void {
    const capacity = this.#offsets.length * 2;
    const grown = <Words extends { set(words: Words): void }>(fresh: Words, old: Words): Words => {
      fresh.set(old);
      return fresh;
    };
    this.#offsets = grown(new Float64Array(capacity), this.#offsets);
    this.#lengths = grown(new Uint32Array(capacity), this.#lengths);
    this.#high = grown(new BigUint64Array(capacity), this.#high);
    this.#middle = grown(new BigUint64Array(capacity), this.#middle);
    this.#low = grown(new BigUint64Array(capacity), this.#low);
    this.#digests = grown(new Uint32Array(capacity), this.#digests);
  }
}
