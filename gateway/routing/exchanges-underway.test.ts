// Facts about operations under way.
import assert from 'node:assert/strict';
import { ExchangesUnderway, UpstreamWrites } from './exchanges-underway.ts';

describe('ExchangesUnderway', () => {
  it('lets a cutover wait for the last of its operations only', async () => {
    const underway = new ExchangesUnderway();
    const leave = underway.enter('rest-submit-request');
    const leaveOther = underway.enter('ocsp');
    let isFinished = false;
    const finished = underway.whenFinished(['rest-submit-request', 'servlet-profile-submit'], 1_000).then((result) => {
      isFinished = result;
    });
    await Promise.resolve();
    assert.equal(isFinished, false);
    leave();
    leave();
    await finished;
    assert.equal(isFinished, true);
    assert.equal(await underway.whenFinished(['ocsp'], 10), false);
    leaveOther();
    assert.equal(await underway.whenFinished(['ocsp'], 10), true);
  });
});

describe('UpstreamWrites', () => {
  it('tell a read that a write was under way, began or began and ended beside it', () => {
    const writes = new UpstreamWrites();
    const write = writes.begin(true);
    const during = writes.begin(false);
    write.end();
    assert.equal(during.overlapsWrite(), true);
    const alone = writes.begin(false);
    assert.equal(alone.overlapsWrite(), false);
    writes.begin(true).end();
    assert.equal(alone.overlapsWrite(), true);
  });

  it('are waited for as they are, without those that begin later', async () => {
    const writes = new UpstreamWrites();
    const [first, second] = [writes.begin(true), writes.begin(true)];
    let haveEnded = false;
    const ended = writes.whenEnded().then(() => {
      haveEnded = true;
    });
    const third = writes.begin(true);
    first.end();
    first.end();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(haveEnded, false);
    second.end();
    await ended;
    third.end();
    await writes.whenEnded();
    assert.equal(writes.begin(false).overlapsWrite(), false);
  });

  it('do not tell a write of itself', () => {
    assert.equal(new UpstreamWrites().begin(true).overlapsWrite(), false);
  });
});
