// Facts of judging how close the record is behind Dogtag's directory.
import assert from 'node:assert/strict';
import { CheckFailure, checkFollowing } from './index.ts';

const notedAt = '2026-11-01T00:00:00.000Z';
const now = new Date('2026-11-01T00:00:05.000Z');
const note = {
  notedAt,
  lagSeconds: 0.4,
  lagSecondsMax: 1.2,
  rounds: 10,
  changed: 7,
  removed: 0,
  gaps: 0,
  lastGap: null,
  failures: 0,
  problem: null,
};

describe('how close Dogtag is followed', () => {
  it('is what a running appliance noted last', () => {
    assert.equal(checkFollowing(note, now), '0.4 seconds behind the directory, 7 changes taken in');
    assert.match(
      checkFollowing({ ...note, gaps: 2, lastGap: 'another server answers' }, now),
      /2 times, because another server/,
    );
    assert.match(checkFollowing(note, new Date('2026-11-01T01:00:00Z')), /no appliance follows at the moment/);
    assert.match(checkFollowing(null, now), /no appliance has followed yet/);
  });

  it('is a warning when it fails or falls behind', () => {
    for (const [bad, expected] of [
      [{ ...note, problem: 'no route', failures: 3 }, /no route/],
      [{ ...note, lagSeconds: 42 }, /42 seconds behind/],
    ] as const)
      assert.throws(
        () => checkFollowing(bad, now),
        (error) => error instanceof CheckFailure && error.state === 'warning' && expected.test(error.message),
      );
  });
});
