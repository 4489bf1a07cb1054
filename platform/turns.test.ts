// Turns are taken in order, and a failure ends its own turn only.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('run one at a time, in the order in which they were asked for', async () => {
    const inTurn = createTurns();
    const seen: string[] = [];
    const work = (name: string, ms: number) => async () => {
      seen.push(`${name} begins`);
      await sleep(ms);
      seen.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([inTurn(work('a', 20)), inTurn(work('b', 1)), inTurn(work('c', 5))]);
    assert.deepEqual(results, ['a', 'b', 'c']);
    assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('go on behind one that failed', async () => {
    const inTurn = createTurns();
    const failing = inTurn(() => Promise.reject(new Error('no')));
    const next = inTurn(async () => 'yes');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
