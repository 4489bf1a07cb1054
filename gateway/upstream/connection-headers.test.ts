// Facts about headers of one connection.
import assert from 'node:assert/strict';
import { withoutConnectionHeaders } from './connection-headers.ts';

describe('withoutConnectionHeaders', () => {
  it('takes out what concerns one connection, and what the Connection header names', () => {
    const headers = [
      'Host',
      'a',
      'Connection',
      'keep-alive, X-Mine',
      'x-mine',
      '1',
      'Keep-Alive',
      'timeout=5',
      'TE',
      'trailers',
    ];
    assert.deepEqual(withoutConnectionHeaders(headers), ['Host', 'a']);
  });

  it('leaves order, case and repetition as they are', () => {
    const headers = ['X-B', '1', 'x-a', '2', 'X-B', '3'];
    assert.deepEqual(withoutConnectionHeaders(headers), headers);
  });

  it('keeps the framing of a body even when the Connection header names it', () => {
    const headers = ['Connection', 'Content-Length, Transfer-Encoding', 'Content-Length', '3'];
    assert.deepEqual(withoutConnectionHeaders(headers), ['Content-Length', '3']);
  });

  it('keeps Transfer-Encoding only where it is wanted', () => {
    const headers = ['Transfer-Encoding', 'chunked'];
    assert.deepEqual(withoutConnectionHeaders(headers), []);
    assert.deepEqual(withoutConnectionHeaders(headers, { keepTransferEncoding: true }), headers);
  });
});
