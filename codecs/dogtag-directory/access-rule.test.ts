// Facts of reading access rules the way Dogtag does.
import assert from 'node:assert/strict';
import { DirectoryEntry } from '#codecs/ldif';
import { decodeAccessRulesEntry, EntryFindings, parseAccessRule } from './index.ts';

function read(text: string) {
  const findings = new EntryFindings();
  return { rule: parseAccessRule(text, findings), kinds: findings.list.map(({ kind }) => kind) };
}
const group = (value: string, negated = false) => ({ subject: 'group', negated, value });

describe('access rules', () => {
  it('reads resource, operations, clauses and comment', () => {
    assert.deepEqual(
      read(
        'certServer.ca.x:read,modify:allow (read) group="A" || user=anybody;deny (modify) user="everybody":why: not',
      ),
      {
        rule: {
          resource: 'certServer.ca.x',
          operations: ['read', 'modify'],
          clauses: [
            {
              effect: 'allow',
              operations: ['read'],
              anyOf: [[group('A')], [{ subject: 'user', negated: false, value: 'anybody' }]],
            },
            // The comment's colon ends the rules, so Dogtag takes `:why` for part of the value.
            {
              effect: 'deny',
              operations: ['modify'],
              anyOf: [[{ subject: 'user', negated: false, value: '"everybody":why' }]],
            },
          ],
          comment: ' not',
        },
        kinds: [],
      },
    );
  });

  it('reads every odd spacing of the shipped rules', () => {
    const { rule, kinds } = read(
      'r:revoke,list:allow (revoke,list) group="A"|| group = "B" ;deny (list) user=anybody:c',
    );
    assert.deepEqual(kinds, []);
    assert.deepEqual(
      rule?.clauses.map(({ effect, anyOf }) => [effect, anyOf]),
      [
        ['allow', [[group('A')], [group('B')]]],
        ['deny', [[{ subject: 'user', negated: false, value: 'anybody' }]]],
      ],
    );
  });

  it('goes from left to right without precedence', () => {
    const { rule } = read('r:x:allow (x) group="A" || group="B" && group!="C" || ipaddress="10\\..*":');
    assert.deepEqual(rule?.clauses[0]?.anyOf, [
      [group('A'), group('C', true)],
      [group('B'), group('C', true)],
      [{ subject: 'ipaddress', negated: false, value: '10\\..*' }],
    ]);
  });

  it('drops alternatives with a condition that no evaluator knows, and says so', () => {
    const { rule, kinds } = read('r:x:allow (x) moon="full" || group="A" && level > 3 || user="u":');
    assert.deepEqual(rule?.clauses[0]?.anyOf, [[{ subject: 'user', negated: false, value: 'u' }]]);
    assert.deepEqual(kinds, ['unknown-access-condition', 'unknown-access-condition']);
  });

  it('leaves out operations that the resource does not have', () => {
    const { rule, kinds } = read('r:read:allow (read,write) group="A":');
    assert.deepEqual(rule?.clauses[0]?.operations, ['read']);
    assert.deepEqual(kinds, ['unknown-operation']);
  });

  it('lets a space within the parentheses spoil the clause, as it does in Dogtag', () => {
    const { rule, kinds } = read('r:read,write:allow (read, write) group="A":');
    assert.deepEqual(rule?.clauses, [{ effect: 'allow', operations: ['read'], anyOf: [] }]);
    assert.deepEqual(kinds, ['odd-access-rule', 'unknown-access-condition']);
  });

  for (const text of [
    'r:read',
    'r:read:allow (read) group="A"',
    'r:read:permit (read) user="a":',
    'r:read:allow:',
    'r:read: :',
    'r:read:allow (read) group="A" ||:',
    'r:read:allow ) user="a":',
    'r:read:allow (read):',
  ])
    it(`refuses ${text}`, () => {
      const { rule, kinds } = read(text);
      assert.equal(rule, null);
      assert.ok(kinds.includes('unreadable-access-rule'));
    });

  it('joins rules of one resource, none overriding another', () => {
    const lines = ['b:x:allow (x) group="B":first', 'a:x:allow (x) user="u":', 'b:y:allow (y) group="C":second'];
    const entry = new DirectoryEntry('cn=aclResources,o=x', [
      ['resourceACLS', [...lines.map((line) => Buffer.from(line)), Buffer.from([0xff])]],
    ]);
    const { value, findings } = decodeAccessRulesEntry(entry);
    assert.deepEqual(
      value?.map(({ resource }) => resource),
      ['a', 'b'],
    );
    assert.deepEqual(value?.[1]?.operations, ['x', 'y']);
    assert.equal(value?.[1]?.clauses.length, 2);
    assert.equal(value?.[1]?.comment, 'first');
    assert.deepEqual(
      findings.map(({ kind, verdict }) => [kind, verdict]),
      [['unreadable-access-rule', 'refused']],
    );
  });
});
