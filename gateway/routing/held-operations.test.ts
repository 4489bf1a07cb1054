// Facts about holding requests.
import assert from 'node:assert/strict';
import { HeldOperations, TooManyHeld } from './held-operations.ts';

describe('HeldOperations', () => {
  it('lets pass what is not held, and the rest in the order of coming once it is free', async () => {
    const holds = new HeldOperations();
    const release = holds.hold(['ocsp', 'rest-submit-request']);
    const passed: string[] = [];
    const waiting = ['a', 'b'].map((name) => holds.pass('ocsp').then(() => passed.push(name)));
    await holds.pass('rest-get-request');
    assert.deepEqual(passed, []);
    release();
    await Promise.all(waiting);
    assert.deepEqual(passed, ['a', 'b']);
  });

  it('holds until the last one who holds lets go, once each', async () => {
    const holds = new HeldOperations();
    const one = holds.hold(['ocsp']);
    const other = holds.hold(['ocsp']);
    one();
    one();
    assert.equal(holds.isHeld('ocsp'), true);
    other();
    assert.equal(holds.isHeld('ocsp'), false);
  });

  it('refuses more than it can keep', async () => {
    const holds = new HeldOperations();
    const release = holds.hold(['ocsp']);
    const waiting = Array.from({ length: 2_000 }, () => holds.pass('ocsp'));
    await assert.rejects(holds.pass('ocsp'), TooManyHeld);
    release();
    await Promise.all(waiting);
  });
});
