// Readiness comes from what was compared, from how long, and for what nobody uses from how long everything else was.
import assert from 'node:assert/strict';
import { judgeReadiness } from './readiness.ts';
import type { ShadowSum } from './shadow-journal.ts';

const hourMs = 3_600_000;
const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hourMs);
const sum = (operation: string, more: Partial<ShadowSum> = {}): ShadowSum => ({
  operation,
  profileId: null,
  equal: 5,
  known: 0,
  unexpected: 0,
  failed: 0,
  refusals: 0,
  lastUnexpectedAt: null,
  theirMsMean: 1,
  ourMsMean: 1,
  issuances: 0,
  issuancesIdentical: 0,
  firstAt: at(0),
  lastAt: at(1),
  ...more,
});
const thresholds = { comparisonsMin: 3, spanSecondsMin: 60, unusedSpanSecondsMin: 7200 };
const judge = (sums: readonly ShadowSum[], ...operations: readonly string[]) =>
  judgeReadiness(sums, operations, thresholds).map(({ operation, isReady, isUnused, reasons }) => ({
    operation,
    isReady,
    isUnused,
    why: reasons.join('; '),
  }));

describe('readiness', () => {
  it('needs enough comparisons over enough time, all as expected', () => {
    assert.deepEqual(judge([sum('a')], 'a'), [{ operation: 'a', isReady: true, isUnused: false, why: '' }]);
    const poor = sum('a', { equal: 1, unexpected: 1, lastAt: at(0) });
    assert.equal(
      judge([poor], 'a')[0]?.why,
      '2 of at least 3 comparisons made; 1 unexpected; seen over 0 of at least 60 seconds',
    );
  });

  it('has a line for each profile that was seen', () => {
    const sums = [sum('a', { profileId: 'one' }), sum('a', { profileId: 'other', failed: 1 })];
    assert.deepEqual(
      judge(sums, 'a').map(({ isReady }) => isReady),
      [true, false],
    );
  });

  it('is not had without any evidence', () => {
    assert.deepEqual(judge([], 'a'), [
      { operation: 'a', isReady: false, isUnused: true, why: 'nothing was compared yet' },
    ]);
  });

  it('comes to what nobody uses when the others have been compared for long', () => {
    const soon = judge([sum('b')], 'a');
    assert.deepEqual(soon, [
      { operation: 'a', isReady: false, isUnused: true, why: 'never used, over 3600 of at least 7200 seconds' },
    ]);
    const late = judge([sum('b'), sum('c', { firstAt: at(1), lastAt: at(2) })], 'a');
    assert.deepEqual(late, [{ operation: 'a', isReady: true, isUnused: true, why: '' }]);
  });
});
