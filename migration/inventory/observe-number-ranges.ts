// What is left of the ranges of numbers that Dogtag's servers draw on, and how far they could ever reach.
import type { SourceNumberRange } from '#importers';
import type { ObservedRanges } from '../cutover/serial-fence.ts';
import type { RangeLine } from './inventory.ts';

/** FreeIPA's and Dogtag's default: one range is 10,000,000 numbers, written in decimal and read as hexadecimal by older servers. */
const incrementDefault = 0x10000000n;
/** Dogtag 11's default length of random serial numbers. */
const randomBitsDefault = 128;

/**
 * One line per reading of a range. `highestUsed`: the highest number in use of that kind, null when there is none. Random numbers use no ranges up, so
 * for those nothing is said about what is left.
 */
export function describeRanges(
  ranges: readonly SourceNumberRange[],
  highestUsed: Readonly<Record<SourceNumberRange['of'], bigint | null>>,
): RangeLine[] {
  const isRandom = {
    certificate: observeRanges(ranges, 'certificate', highestUsed.certificate).isRandom,
    request: observeRanges(ranges, 'request', highestUsed.request).isRandom,
    replica: false,
  };
  return ranges.flatMap(({ of, state, host, spans, isDrawnAtRandom }) =>
    spans.map(({ readAs, from, to }) => ({
      of,
      state,
      host,
      readAs,
      from: from.toString(),
      to: to?.toString() ?? null,
      left: isRandom[of] || isDrawnAtRandom ? null : (leftOf(from, to, highestUsed[of])?.toString() ?? null),
    })),
  );
}

/**
 * How far Dogtag's numbers of one kind reach, in the least favourable reading, for planning a fence above them. Numbers far beyond every range
 * are taken for random ones, of as many bits as Dogtag draws by default or as the longest one shows.
 */
export function observeRanges(
  ranges: readonly SourceNumberRange[],
  of: SourceNumberRange['of'],
  highestUsed: bigint | null,
): ObservedRanges {
  const spans = ranges
    .filter((range) => range.of === of)
    .flatMap((range) => range.spans.map((span) => ({ ...span, state: range.state })));
  const rangeEnds = spans.flatMap(({ state, to }) => (state === 'allocated' && to !== null ? [to] : []));
  const nextRange = spans
    .filter(({ state }) => state === 'unallocated')
    .reduce<bigint | null>((next, { from }) => (next === null || from > next ? from : next), null);
  const reach = [...rangeEnds, nextRange ?? 0n].reduce((a, b) => (a > b ? a : b), 0n) + incrementDefault;
  const isRandom = highestUsed !== null && highestUsed > reach && highestUsed >= 1n << 48n;
  const bits = highestUsed?.toString(2).length ?? 0;
  return {
    highestUsed,
    rangeEnds,
    nextRange,
    increment: incrementDefault,
    isRandom,
    randomBits: isRandom ? Math.max(randomBitsDefault, bits) : 0,
  };
}

function leftOf(from: bigint, to: bigint | null, highestUsed: bigint | null): bigint | null {
  if (to === null) return null;
  if (highestUsed === null || highestUsed < from) return to - from + 1n;
  return highestUsed >= to ? 0n : to - highestUsed;
}
