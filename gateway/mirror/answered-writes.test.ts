// Tests of waiting for what Dogtag has written.
import assert from 'node:assert/strict';
import { AnsweredWrites } from './answered-writes.ts';

describe('answered writes', () => {
  it('keep nobody waiting when there are none', () => {
    assert.equal(new AnsweredWrites().whenApplied(1_000), null);
  });

  it('are waited for until the last of them is applied', async () => {
    const writes = new AnsweredWrites();
    const [first, second] = [writes.begin(), writes.begin()];
    let isApplied: boolean | null = null;
    const waiting = writes.whenApplied(10_000)?.then((applied) => {
      isApplied = applied;
    });
    first();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isApplied, null);
    second();
    second();
    await waiting;
    assert.equal(isApplied, true);
    assert.equal(writes.whenApplied(1_000), null);
  });

  it('do not make anybody wait for those that come later', async () => {
    const writes = new AnsweredWrites();
    const first = writes.begin();
    const waiting = writes.whenApplied(10_000);
    const later = writes.begin();
    first();
    assert.equal(await waiting, true);
    later();
  });

  it('are given up on after a while', async () => {
    const writes = new AnsweredWrites();
    const settle = writes.begin();
    assert.equal(await writes.whenApplied(10), false);
    settle();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(writes.whenApplied(10), null);
  });
});
