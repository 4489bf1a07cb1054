// Facts about recorded HTTP messages.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeRecordedRequest,
  decodeRecordedResponse,
  ExchangeError,
  encodeRecordedRequest,
  encodeRecordedResponse,
} from './index.ts';

const fields = fc.array(fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.stringMatching(/^[!-~]{0,30}$/)), {
  maxLength: 6,
});
const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('recorded messages', () => {
  it('reads back every request it writes', () => {
    fc.assert(
      fc.property(fields, body, fc.stringMatching(/^\/[!-~]{0,40}$/), (headers, content, target) => {
        const request = { method: 'POST', target, headers, body: content };
        assert.deepEqual(decodeRecordedRequest(encodeRecordedRequest(request)), request);
      }),
    );
  });

  it('reads back every response it writes', () => {
    fc.assert(
      fc.property(fields, body, fc.integer({ min: 100, max: 599 }), (headers, content, status) => {
        const response = { status, reason: '', headers, body: content };
        assert.deepEqual(decodeRecordedResponse(encodeRecordedResponse(response)), response);
      }),
    );
  });

  it('keeps a body that holds empty lines and bytes that are no text', () => {
    const response = decodeRecordedResponse(Buffer.from('HTTP/1.1 200 \r\nA: b\r\n\r\n\r\n\r\n\xff', 'latin1'));
    assert.equal(response.body.toString('latin1'), '\r\n\r\n\xff');
  });

  it('reads messages whose carriage returns were lost', () => {
    const request = decodeRecordedRequest(Buffer.from('GET /a HTTP/1.1\nHost: x\n\nbody'));
    assert.deepEqual([request.target, request.body.toString()], ['/a', 'body']);
  });

  it('refuses what is no message', () => {
    for (const text of [
      '',
      'GET /a HTTP/1.1',
      'GET /a\r\n\r\n',
      'HTTP/1.1 99 \r\n\r\n',
      'GET / HTTP/1.1\r\nnofield\r\n\r\n',
    ])
      assert.throws(
        () =>
          text.startsWith('HTTP')
            ? decodeRecordedResponse(Buffer.from(text))
            : decodeRecordedRequest(Buffer.from(text)),
        ExchangeError,
      );
  });

  it('does not write a header field that would become two', () => {
    assert.throws(
      () => encodeRecordedRequest({ method: 'GET', target: '/', headers: [['A', 'b\r\nC: d']], body: Buffer.alloc(0) }),
      ExchangeError,
    );
  });
});
