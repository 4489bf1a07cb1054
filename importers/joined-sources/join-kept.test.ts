// Tests of kept entries that several directories hold: what differs in nothing but its order is the same.
import assert from 'node:assert/strict';
import { DirectoryEntry } from '#codecs/ldif';
import type { SourceKeptEntry, SourceKeptSet } from '../records.ts';
import { joinKept, KeptJoiner } from './join-kept.ts';

type Attributes = readonly (readonly [description: string, values: readonly string[]])[];

function keptSet(dn: string, attributes: Attributes): SourceKeptSet {
  const content = new DirectoryEntry(
    dn,
    attributes.map(([description, values]) => [description, values.map((value) => Buffer.from(value))]),
  );
  const entry: SourceKeptEntry = { name: 'replica', state: null, owner: null, algorithm: null, size: null, content };
  return { kind: 'number-counter', names: null, entries: [entry] };
}

const first = keptSet('ou=replica,o=ipaca', [
  ['objectClass', ['top', 'repository']],
  ['nextRange', ['1000']],
]);
const sameElsewhere = keptSet('ou=replica,o=IPACA', [
  ['nextrange', ['1000']],
  ['objectClass', ['repository', 'top']],
]);
const another = keptSet('ou=replica,o=ipaca', [
  ['objectClass', ['top', 'repository']],
  ['nextRange', ['2000']],
]);

describe('kept entries of several directories', () => {
  for (const [what, join] of [
    [
      'whole',
      (sets: readonly SourceKeptSet[]) => joinKept(sets.map((set, index) => ({ by: `d${index}`, sets: [set] }))),
    ],
    [
      'piece by piece',
      (sets: readonly SourceKeptSet[]) => {
        const joiner = new KeptJoiner();
        const joined = sets.map((set, index) => joiner.take(`d${index}`, [set]));
        return { kept: joined.flatMap(({ kept }) => kept), findings: joined.flatMap(({ findings }) => findings) };
      },
    ],
  ] as const) {
    it(`are the same in any order of attributes and values, read ${what}`, () => {
      const { kept, findings } = join([first, sameElsewhere]);
      assert.deepEqual(findings, []);
      assert.equal(kept.flatMap(({ entries }) => entries).length, 1);
    });

    it(`disagree by one value, of which the first one’s is taken, read ${what}`, () => {
      const { kept, findings } = join([first, another]);
      assert.deepEqual(
        findings.map(({ kind, verdict }) => [kind, verdict]),
        [['directories-disagree', 'accepted']],
      );
      const [entry] = kept.flatMap(({ entries }) => entries);
      assert.equal(entry?.content.findText('nextRange'), '1000');
    });
  }
});
