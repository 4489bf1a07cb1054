// Facts about self tests.
import assert from 'node:assert/strict';
import { type AuthorityDescription, authorityId } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { runSelfTest, selfTestRunOrder } from './self-tests.ts';

const sample = createSampleAuthority();
const authority = {
  id: authorityId('5a1f0c8e-0000-4000-8000-000000000001'),
  enabled: true,
  ready: true,
  certificateDer: sample.certificateDer,
  chainDer: [sample.certificateDer],
} as unknown as AuthorityDescription;
const run = (id: string, more: Partial<AuthorityDescription> = {}, now = systemClock.now()) =>
  runSelfTest(id, { describeAuthority: async () => ({ ...authority, ...more }) } as unknown as RaClient, now);

describe('self tests', () => {
  it('pass for an authority that is in order', async () => {
    for (const id of selfTestRunOrder) assert.equal(await run(id), null, id);
  });

  it('fail for one that has expired, is not there, has no key or is another one’s', async () => {
    assert.match((await run('CAValidity', {}, new Date('2090-01-01'))) ?? '', /expired/);
    assert.match((await run('CAValidity', {}, new Date('1990-01-01'))) ?? '', /not yet valid/);
    assert.match((await run('CAPresence', { enabled: false })) ?? '', /disabled/);
    assert.match((await run('SystemCertsVerification', { ready: false })) ?? '', /key/);
    const forged = createSampleAuthority().certificateDer;
    assert.match((await run('SystemCertsVerification', { chainDer: [forged] })) ?? '', /verify/);
    assert.match((await run('NoSuchTest')) ?? '', /named NoSuchTest does not exist/);
  });
});
