// Facts about reading bodies, streamed, whole, ahead and in between.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { BodyBroken, BodyTooLarge, IncomingBody } from './incoming-body.ts';

function bodyOf(headers: Record<string, string>) {
  const stream = new PassThrough();
  const message = Object.assign(stream, { headers }) as unknown as IncomingMessage;
  let reads = 0;
  const body = IncomingBody.of(message, () => {
    reads += 1;
  });
  return { stream, body: body ?? assert.fail('no body'), firstReads: () => reads };
}

async function takeAll(body: IncomingBody, bytesMax: number): Promise<string[]> {
  const pieces: string[] = [];
  for (let piece = await body.take(bytesMax); piece !== null; piece = await body.take(bytesMax))
    pieces.push(piece.toString());
  return pieces;
}

describe('IncomingBody', () => {
  it('is absent without a length and without chunks', () => {
    for (const headers of [{}, { 'content-length': '0' }])
      assert.equal(IncomingBody.of({ headers } as IncomingMessage, null), null);
  });

  it('hands out pieces no larger than asked for, and tells the client to go on once', async () => {
    const { stream, body, firstReads } = bodyOf({ 'content-length': '5' });
    assert.equal(firstReads(), 0);
    stream.end('abcde');
    assert.deepEqual(await takeAll(body, 2), ['ab', 'cd', 'e']);
    assert.equal(firstReads(), 1);
  });

  it('can be taken again after it was read whole or ahead', async () => {
    for (const read of ['readWhole', 'prefetch'] as const) {
      const { stream, body } = bodyOf({ 'transfer-encoding': 'chunked' });
      stream.write('ab');
      setTimeout(() => stream.end('cd'), 5);
      await body[read](100);
      assert.equal((await body.readWhole(100)).toString(), 'abcd');
      assert.deepEqual(await takeAll(body, 100), ['abcd']);
    }
  });

  it('refuses what is announced as too large without reading it, and what turns out so as soon as it does', async () => {
    const announced = bodyOf({ 'content-length': '101' });
    await assert.rejects(announced.body.readWhole(100), BodyTooLarge);
    await announced.body.prefetch(100);
    assert.equal(announced.firstReads(), 0);
    const growing = bodyOf({ 'transfer-encoding': 'chunked' });
    growing.stream.write(Buffer.alloc(60));
    setTimeout(() => growing.stream.write(Buffer.alloc(60)), 5);
    await assert.rejects(growing.body.readWhole(100), BodyTooLarge);
  });

  it('loses nothing of a body that is too large to be read ahead', async () => {
    const { stream, body } = bodyOf({ 'transfer-encoding': 'chunked' });
    stream.write('abc');
    stream.end('def');
    await body.prefetch(2);
    assert.equal((await takeAll(body, 100)).join(''), 'abcdef');
  });

  it('keeps a copy up to a limit', async () => {
    for (const [bytesMax, expected] of [
      [5, 'abcde'],
      [4, null],
    ] as const) {
      const { stream, body } = bodyOf({ 'content-length': '5' });
      body.keepCopy(bytesMax);
      stream.end('abcde');
      await takeAll(body, 2);
      assert.equal(body.copy?.toString() ?? null, expected);
    }
  });

  it('says so when the client goes away in the middle', async () => {
    const { stream, body } = bodyOf({ 'content-length': '5' });
    stream.write('ab');
    assert.equal((await body.take(10))?.toString(), 'ab');
    const next = body.take(10);
    stream.destroy();
    await assert.rejects(next, BodyBroken);
    await assert.rejects(body.take(10), BodyBroken);
  });
});
