// Facts about the list of known differences.
import assert from 'node:assert/strict';
import { judgeDifferences } from './judge-differences.ts';
import { compileKnownDifferences, readKnownDifferences } from './known-differences.ts';

const known = compileKnownDifferences([
  {
    id: 'produced-at',
    operations: ['ocsp'],
    path: 'responses[*].producedAt',
    staleAfter: 20,
    reason: 'The time of the answer.',
  },
  {
    id: 'reason-text',
    operations: ['*'],
    path: 'Message',
    theirs: '^"old',
    ours: '^"new',
    staleAfter: null,
    reason: 'Clearer words.',
  },
]);

describe('judgeDifferences', () => {
  it('calls an exchange without differences equal', () => {
    assert.equal(judgeDifferences('ocsp', [], known).verdict, 'equal');
  });

  it('knows a listed difference of a listed operation only', () => {
    const difference = { path: 'responses[3].producedAt', theirs: 'a', ours: 'b' };
    assert.equal(judgeDifferences('ocsp', [difference], known).verdict, 'known');
    assert.equal(judgeDifferences('servlet-get-crl', [difference], known).verdict, 'unexpected');
  });

  it('does not let a star reach across members', () => {
    const difference = { path: 'responses[3].certificate.producedAt', theirs: 'a', ours: 'b' };
    assert.equal(judgeDifferences('ocsp', [difference], known).verdict, 'unexpected');
  });

  it('looks at both values where the entry names them', () => {
    const differing = (theirs: string, ours: string) =>
      judgeDifferences('x', [{ path: 'Message', theirs, ours }], known).verdict;
    assert.equal(differing('old words', 'new words'), 'known');
    assert.equal(differing('old words', 'other words'), 'unexpected');
  });

  it('is unexpected as soon as one difference is', () => {
    const judged = judgeDifferences(
      'ocsp',
      [
        { path: 'responses[0].producedAt', theirs: 1, ours: 2 },
        { path: 'status', theirs: 1, ours: 2 },
      ],
      known,
    );
    assert.equal(judged.verdict, 'unexpected');
    assert.deepEqual(
      judged.differences.map(({ knownId }) => knownId),
      ['produced-at', null],
    );
  });

  it('refuses an entry without a reason and an id that stands twice', () => {
    const entry = { id: 'a', operations: ['*'], path: 'x', staleAfter: null, reason: 'Because.' };
    assert.throws(() => compileKnownDifferences([{ ...entry, reason: ' ' }]), /gives no reason/);
    assert.throws(() => compileKnownDifferences([entry, entry]), /listed twice/);
  });

  it('never takes another decision about who may for a known difference', () => {
    const { all, findId } = readKnownDifferences();
    for (const operation of new Set(all.flatMap(({ operations }) => operations)))
      for (const [theirs, ours] of [
        [401, 200],
        [403, 200],
        [401, 204],
        [403, 204],
        [200, 401],
      ] as const)
        assert.equal(findId(operation, { path: 'status', theirs, ours }), null, `${operation} ${theirs} ${ours}`);
  });

  it('reads the list that is shipped', () => {
    assert.ok(Array.isArray(readKnownDifferences().all));
  });
});
