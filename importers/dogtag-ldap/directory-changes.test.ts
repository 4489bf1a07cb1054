// Facts of marks: how far back they reach, and when they say nothing of a server any more.
import assert from 'node:assert/strict';
import { SourceError } from '#importers';
import { directoryEntry } from '#test/sample-directory';
import {
  changedSince,
  changedUntil,
  findGap,
  findLostWitness,
  findNumberMark,
  findNumbers,
  markOfNumbers,
  type NumberMark,
  remembersRemovals,
} from './directory-changes.ts';

const at = new Date('2026-11-01T00:00:00Z');
const server = 'cn=ldap://dc=pki,dc=example,dc=test:389';
const parsed = (since: string): NumberMark => {
  const mark = findNumberMark(since);
  assert.ok(mark !== null);
  return mark;
};

describe('marks of changes', () => {
  it('look back over numbers that were given but not to be seen yet, and to their witnesses', () => {
    const { since, until } = markOfNumbers({ last: 1000n, server }, [], at);
    assert.equal(changedSince(since), '(entryUSN>=800)');
    assert.equal(changedUntil(until), '(entryUSN<=1000)');
    assert.equal(changedSince(markOfNumbers({ last: 90n, server }, [], at).since), '(entryUSN>=1)');
    const old = { uniqueId: 'a', number: 40n };
    assert.equal(changedSince(markOfNumbers({ last: 1000n, server }, [old], at).since), '(entryUSN>=40)');
  });

  it('keep the newest witnesses, and give them back', () => {
    const witnesses = [3n, 9n, 5n, 7n, 8n].map((number) => ({ uniqueId: `entry-${number}`, number }));
    const mark = parsed(markOfNumbers({ last: 10n, server }, witnesses, at).since);
    assert.deepEqual(mark, {
      from: 1n,
      last: 10n,
      server,
      witnesses: [9n, 8n, 7n, 5n].map((number) => ({ uniqueId: `entry-${number}`, number })),
      at,
    });
  });

  it('say nothing of another server, of numbers that ran backwards, and of a server that counts no more', () => {
    const mark = parsed(markOfNumbers({ last: 1000n, server }, [], at).since);
    assert.equal(findGap(mark, { last: 1000n, server }), null);
    assert.equal(findGap(mark, { last: 1001n, server }), null);
    assert.match(findGap(mark, { last: 5000n, server: 'cn=ldap://dc=replica:389' }) ?? '', /another server answers/);
    assert.match(findGap(mark, { last: 999n, server }) ?? '', /replaced by an older one/);
    assert.match(findGap(mark, null) ?? '', /USN plug-in is off/);
  });

  it('say nothing of a database in which an entry has lost its number, though others have higher ones', () => {
    const witnesses = [{ uniqueId: 'a', number: 990n }];
    const mark = parsed(markOfNumbers({ last: 1000n, server }, witnesses, at).since);
    assert.equal(findLostWitness(mark, new Map([['a', 990n]])), null);
    assert.equal(findLostWitness(mark, new Map([['a', 1005n]])), null);
    assert.match(findLostWitness(mark, new Map([['b', 1005n]])) ?? '', /990/);
    assert.match(findLostWitness(mark, new Map([['a', 12n]])) ?? '', /990/);
  });

  it('tell of removals for a day', () => {
    const mark = parsed(markOfNumbers({ last: 10n, server }, [], at).since);
    assert.equal(remembersRemovals(mark, new Date('2026-11-01T23:00:00Z')), true);
    assert.equal(remembersRemovals(mark, new Date('2026-11-02T00:00:00Z')), false);
  });

  it('of earlier releases are understood as far as they go, and anything else is refused', () => {
    assert.equal(findNumberMark('usn:123'), null);
    assert.equal(changedSince('usn:123'), '(entryUSN>=123)');
    assert.equal(findNumberMark('time:20261101000000Z'), null);
    for (const text of ['', 'usn:', 'usn:1)(a=*', 'usn:1;{', 'none'])
      assert.throws(() => [changedSince(text), findNumberMark(text)], SourceError);
  });

  it('read a server’s numbers of the backend that holds the base', () => {
    const root = directoryEntry('', {
      'lastusn;userroot': '7',
      'lastusn;ipaca': '126',
      nsBackendSuffix: ['userroot:dc=example,dc=test', 'ipaca:O=IPACA'],
      netscapemdsuffix: server,
    });
    assert.deepEqual(findNumbers(root, 'o=ipaca'), { last: 126n, server });
    assert.equal(findNumbers(root, 'o=other'), null);
    assert.equal(findNumbers(null, 'o=ipaca'), null);
  });
});
