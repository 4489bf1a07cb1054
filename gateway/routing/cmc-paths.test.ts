// Which profile a CMC servlet's path stands for.
import assert from 'node:assert/strict';
import { cmcFullPaths, cmcProfileOf, cmcSimplePaths } from './cmc-paths.ts';

const none = new Map<string, readonly string[]>();

describe('the paths of CMC', () => {
  it('have a profile each, and the address another', () => {
    for (const path of [...cmcFullPaths, ...cmcSimplePaths])
      assert.match(cmcProfileOf({ path, query: none }), /^ca\w*CMC\w*Cert$/, path);
    const query = new Map([['profileId', ['another', 'and another']]]);
    assert.equal(cmcProfileOf({ path: '/ca/ee/ca/profileSubmitCMCFull', query }), 'another');
  });

  it('are known however they are written', () => {
    assert.equal(
      cmcProfileOf({ path: '/ca//ee/ca/profileSubmitCMCSimple;jsessionid=1', query: none }),
      'caSimpleCMCUserCert',
    );
    assert.equal(cmcProfileOf({ path: '/somewhere/else', query: none }), 'null');
  });
});
