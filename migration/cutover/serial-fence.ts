// The fence between numbers given by Dogtag and numbers given natively: planned above everything Dogtag's ranges can reach, and checked.

/** What Dogtag's directory shows of its ranges for one kind of number. */
export interface ObservedRanges {
  /** Highest number found on any entry; null when there are none. */
  readonly highestUsed: bigint | null;
  /** Every upper end that was handed out, read in the least favorable radix. */
  readonly rangeEnds: readonly bigint[];
  /** Where the next range would begin, read in the least favorable radix; null when the source does not say. */
  readonly nextRange: bigint | null;
  /** Size of one range. */
  readonly increment: bigint;
  /** True when numbers are random; then any number of `randomBits` bits may come up. */
  readonly isRandom: boolean;
  readonly randomBits: number;
}

export interface FencePlan {
  readonly nativeFrom: bigint;
  /** Last number of the native range, inclusive. */
  readonly nativeTo: bigint;
  readonly explanation: string;
}

/** RFC 5280 section 4.1.2.2 allows 20 octets, and the value must stay positive. */
const bitsMax = 159n;

/**
 * A native range [2^n, 2^(n+1)) with room below it for `headroomBits` more bits than Dogtag has used or may draw at random. Serial numbers
 * get at least 2^96 so that no range allocation, however long the dual run, comes near. Throws RangeError when nothing fits into 20 octets.
 */
export function planFence(observed: ObservedRanges, smallestPower: number): FencePlan {
  const reach = reachOf(observed);
  const reachBits = BigInt(reach.toString(2).length);
  const headroomBits = 8n;
  const power = bigintMax(BigInt(smallestPower), reachBits + headroomBits);
  if (power >= bitsMax)
    throw new RangeError(`Dogtag's numbers reach ${reachBits} bits: no room is left above them in 20 octets`);
  const nativeFrom = 1n << power;
  return {
    nativeFrom,
    nativeTo: (nativeFrom << 1n) - 1n,
    explanation: observed.isRandom
      ? `Dogtag draws random numbers of ${observed.randomBits} bits; native ones start at 2^${power}`
      : `Dogtag's ranges reach ${reach}; native numbers start at 2^${power}, ${(nativeFrom - reach) / bigintMax(1n, observed.increment)} range allocations away`,
  };
}

export interface FenceProblem {
  readonly kind:
    | 'dogtag-range-inside'
    | 'dogtag-number-inside'
    | 'native-number-outside'
    | 'same-number-different-bytes'
    | 'no-fence';
  readonly message: string;
}

/**
 * Checks both sides against the fence. `dogtagNumbersInside`: numbers within the native range that the directory holds, other than ones handed
 * back from here; `nativeNumbersOutside`: numbers that we gave outside of it. Empty means proven.
 */
export function checkFence(
  fence: { readonly nativeFrom: bigint; readonly nativeTo: bigint } | null,
  observed: ObservedRanges,
  found: {
    readonly dogtagNumbersInside: readonly bigint[];
    readonly nativeNumbersOutside: readonly bigint[];
    readonly conflicting: readonly bigint[];
  },
): readonly FenceProblem[] {
  if (fence === null) return [{ kind: 'no-fence', message: 'no native range was set yet: import first' }];
  const problems: FenceProblem[] = [];
  const reach = reachOf({ ...observed, highestUsed: null });
  if (reach >= fence.nativeFrom)
    problems.push({
      kind: 'dogtag-range-inside',
      message: `Dogtag's ranges reach ${reach}, which is not below ${fence.nativeFrom}`,
    });
  for (const number of found.dogtagNumbersInside)
    problems.push({
      kind: 'dogtag-number-inside',
      message: `Dogtag holds ${number}, which lies in the native range and was not handed back from here`,
    });
  for (const number of found.nativeNumbersOutside)
    problems.push({
      kind: 'native-number-outside',
      message: `${number} was given natively outside of the native range`,
    });
  for (const number of found.conflicting)
    problems.push({ kind: 'same-number-different-bytes', message: `both sides hold ${number} with different content` });
  return problems;
}

function reachOf(observed: ObservedRanges): bigint {
  const candidates = [
    observed.highestUsed ?? 0n,
    ...observed.rangeEnds,
    (observed.nextRange ?? 0n) + observed.increment,
  ];
  if (observed.isRandom) candidates.push(1n << BigInt(observed.randomBits));
  return candidates.reduce(bigintMax, 0n);
}

function bigintMax(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
