// Facts about the fence between Dogtag's numbers and ours.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkFence, type ObservedRanges, planFence } from './serial-fence.ts';

const sequential: ObservedRanges = {
  highestUsed: 700n,
  rangeEnds: [0x10000000n],
  nextRange: 0x10000001n,
  increment: 0x10000000n,
  isRandom: false,
  randomBits: 128,
};
const nothingFound = { dogtagNumbersInside: [], nativeNumbersOutside: [], conflicting: [] };

describe('the serial fence', () => {
  it('starts native serial numbers at 2^96 for sequential ones', () => {
    const plan = planFence(sequential, 96);
    assert.equal(plan.nativeFrom, 1n << 96n);
    assert.equal(plan.nativeTo, (1n << 97n) - 1n);
  });

  it('goes above random numbers of 128 bits and stays within 20 octets', () => {
    const plan = planFence({ ...sequential, isRandom: true }, 96);
    assert.ok(plan.nativeFrom > 1n << 128n);
    assert.ok(plan.nativeTo < 1n << 159n);
  });

  it('is always above everything observed, and proven by its own check', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1n << 140n),
        fc.array(fc.bigInt(0n, 1n << 140n), { maxLength: 5 }),
        fc.bigInt(1n, 1n << 60n),
        (highestUsed, rangeEnds, increment) => {
          const observed = { ...sequential, highestUsed, rangeEnds, increment };
          const plan = planFence(observed, 96);
          return (
            plan.nativeFrom > highestUsed &&
            rangeEnds.every((end) => plan.nativeFrom > end) &&
            checkFence(plan, observed, nothingFound).length === 0
          );
        },
      ),
    );
  });

  it('refuses when nothing fits', () => {
    assert.throws(() => planFence({ ...sequential, highestUsed: 1n << 155n }, 96), /no room/);
  });

  it('finds a range of Dogtag that grew into it', () => {
    const plan = planFence(sequential, 96);
    const grown = { ...sequential, rangeEnds: [plan.nativeFrom + 5n] };
    assert.deepEqual(
      checkFence(plan, grown, nothingFound).map(({ kind }) => kind),
      ['dogtag-range-inside'],
    );
  });

  it('finds numbers on the wrong side and numbers given twice', () => {
    const plan = planFence(sequential, 96);
    const found = { dogtagNumbersInside: [plan.nativeFrom], nativeNumbersOutside: [7n], conflicting: [9n] };
    assert.deepEqual(
      checkFence(plan, sequential, found).map(({ kind }) => kind),
      ['dogtag-number-inside', 'native-number-outside', 'same-number-different-bytes'],
    );
  });

  it('does not call it proven before a fence was set', () => {
    assert.deepEqual(
      checkFence(null, sequential, nothingFound).map(({ kind }) => kind),
      ['no-fence'],
    );
  });
});
