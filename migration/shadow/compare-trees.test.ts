// Facts about comparing decoded answers.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareTrees, type Tree } from './compare-trees.ts';

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('tree'), { maxKeys: 4 }),
  ),
})).tree;

describe('compareTrees', () => {
  it('finds nothing between a tree and its copy', () => {
    fc.assert(fc.property(tree, (value) => compareTrees(value, structuredClone(value)).length === 0));
  });

  it('finds something between trees whose JSON differs', () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        const differ = JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other));
        return compareTrees(one, other).length > 0 === differ;
      }),
    );
  });

  it('names the path of a difference deep inside', () => {
    const differences = compareTrees({ entries: [{ certId: '0x1' }] }, { entries: [{ certId: '0x2' }] });
    assert.deepEqual(differences, [{ path: 'entries[0].certId', theirs: '0x1', ours: '0x2' }]);
  });

  it('tells an absent member from one that is null', () => {
    assert.deepEqual(compareTrees({ realm: null }, {}), [{ path: 'realm', theirs: null, ours: undefined }]);
  });

  it('does not mind the order of members but minds the order of a list', () => {
    assert.equal(compareTrees({ a: 1, b: 2 }, { b: 2, a: 1 }).length, 0);
    assert.equal(compareTrees([1, 2], [2, 1]).length, 2);
  });
});

function sorted(value: Tree): Tree {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
