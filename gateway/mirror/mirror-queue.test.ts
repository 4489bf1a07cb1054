// Facts about the queue behind the mirror.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLog } from '#platform';
import { MirrorQueue, type MirrorQueueLimits } from './mirror-queue.ts';

interface Step {
  readonly name: string;
  finish(): void;
}

function queueOf(limits: Partial<MirrorQueueLimits> = {}) {
  const dropped: string[] = [];
  const begun: string[] = [];
  const running = new Map<string, Step>();
  const queue = new MirrorQueue({
    limits: { lengthMax: 10, bytesMax: 1_000, concurrency: 2, ...limits },
    onDrop: (operation) => dropped.push(operation),
    log: silentLog,
  });
  const offer = (name: string, isWrite = false, byteCount = 1) =>
    queue.offer({
      operation: name,
      isWrite,
      byteCount,
      run: () =>
        new Promise((resolve) => {
          begun.push(name);
          running.set(name, { name, finish: resolve });
        }),
    });
  const finish = async (name: string) => {
    running.get(name)?.finish();
    running.delete(name);
    await nextTurn();
  };
  return { queue, offer, finish, dropped, begun };
}

describe('MirrorQueue', () => {
  it('begins nothing before the answer had its turn', async () => {
    const { offer, begun } = queueOf();
    offer('a');
    assert.deepEqual(begun, []);
    await nextTurn();
    assert.deepEqual(begun, ['a']);
  });

  it('works on reads beside each other, and on a write alone and in its place', async () => {
    const { offer, finish, begun } = queueOf();
    offer('read 1');
    offer('read 2');
    offer('write', true);
    offer('read 3');
    await nextTurn();
    assert.deepEqual(begun, ['read 1', 'read 2']);
    await finish('read 2');
    assert.deepEqual(begun, ['read 1', 'read 2']);
    await finish('read 1');
    assert.deepEqual(begun, ['read 1', 'read 2', 'write']);
    await finish('write');
    assert.deepEqual(begun, ['read 1', 'read 2', 'write', 'read 3']);
  });

  it('drops and counts what is too much, by number and by bytes', async () => {
    const byNumber = queueOf({ lengthMax: 2 });
    for (const name of ['a', 'b', 'c']) byNumber.offer(name);
    assert.deepEqual(byNumber.dropped, ['c']);
    assert.equal(byNumber.queue.dropCount, 1);
    const byBytes = queueOf({ bytesMax: 10 });
    byBytes.offer('a', false, 9);
    byBytes.offer('b', false, 2);
    byBytes.offer('c', false, 1);
    assert.deepEqual(byBytes.dropped, ['b']);
  });

  it('goes on after a job that fails', async () => {
    const { queue, offer, begun } = queueOf();
    queue.offer({ operation: 'bad', isWrite: true, byteCount: 1, run: () => Promise.reject(new Error('bad')) });
    offer('good');
    await nextTurn();
    await nextTurn();
    assert.deepEqual(begun, ['good']);
  });

  it('tells when it is idle, and takes nothing after it is closed', async () => {
    const { queue, offer, finish, dropped } = queueOf();
    offer('a');
    await nextTurn();
    const idle = queue.whenIdle();
    await finish('a');
    await idle;
    await queue.close(10);
    offer('b');
    assert.deepEqual(dropped, ['b']);
  });

  it('lets what waits go when closing takes too long', async () => {
    const { queue, offer, dropped } = queueOf({ concurrency: 1 });
    offer('stuck');
    offer('waiting');
    await nextTurn();
    await queue.close(20);
    assert.deepEqual(dropped, ['waiting']);
  });
});
