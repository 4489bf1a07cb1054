// Nonces belong to a session, are used up by the deed, and are not found by guessing cookies.
import assert from 'node:assert/strict';
import { Nonces } from './nonces.ts';

const idOf = (digit: string) => digit.repeat(32);
const cookie = (digit: string) => `JSESSIONID=${idOf(digit)}`;

describe('nonces', () => {
  it('are right once, for their kind and object only, in their session only', () => {
    const nonces = new Nonces();
    const shown = nonces.open(idOf('A'), undefined);
    const nonce = shown.give('cert-revoke', 7n);
    assert.equal(nonces.open(null, cookie('B')).take('cert-revoke', 7n, nonce), 'unknown');
    const later = nonces.open(null, `other=1; ${cookie('A')}`);
    assert.equal(later.take('cert-request', 7n, nonce), 'unknown');
    assert.equal(later.take('cert-revoke', 8n, nonce), 'unknown');
    assert.equal(later.take('cert-revoke', 7n, nonce + 1n), 'wrong');
    assert.equal(later.take('cert-revoke', 7n, nonce), 'right');
    assert.equal(later.take('cert-revoke', 7n, nonce), 'unknown');
  });

  it('begin a session only when there is something to keep', () => {
    const nonces = new Nonces();
    const book = nonces.open(null, undefined);
    assert.equal(book.needsSession, false);
    const nonce = book.give('cert-request', 1n);
    assert.equal(book.needsSession, true);
    book.keepIn(idOf('C'));
    assert.equal(book.needsSession, false);
    assert.equal(nonces.open(null, cookie('C')).take('cert-request', 1n, nonce), 'right');
  });

  it('are not kept under a name that a client made up', () => {
    const book = new Nonces().open(null, cookie('D'));
    book.give('cert-request', 1n);
    assert.equal(book.needsSession, true);
  });

  it('give way when there are too many, the oldest first', () => {
    const nonces = new Nonces();
    const book = nonces.open(idOf('E'), undefined);
    const given = Array.from({ length: 101 }, (_, id) => book.give('cert-revoke', BigInt(id)));
    assert.equal(book.take('cert-revoke', 0n, given[0] ?? 0n), 'unknown');
    assert.equal(book.take('cert-revoke', 1n, given[1] ?? 0n), 'right');
    assert.equal(book.take('cert-revoke', 100n, given[100] ?? 0n), 'right');
  });
});
