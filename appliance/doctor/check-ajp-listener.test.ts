// What the doctor says of an AJP listener, from a good one to one that anybody could use.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApplianceSettings } from '#appliance/settings';
import { checkAjpListener, runChecks } from './index.ts';

describe('the doctor on an AJP listener', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retag-doctor-'));
  const secretFile = join(folder, 'secret');
  before(() => writeFileSync(secretFile, 'a secret of more than sixteen characters\n', { mode: 0o600 }));
  after(() => rmSync(folder, { recursive: true }));

  const examine = async (ajp: object, variables: Record<string, string> = {}) => {
    const parsed = parseApplianceSettings({ hostNames: ['pki.example.test'], ajp }, folder).ajp;
    assert.ok(parsed !== null);
    const results = await runChecks(checkAjpListener(parsed, variables), () => {});
    return results.map(({ state, message }) => `${state}: ${message}`);
  };

  it('is content with a secret that only its owner reads, on loopback', async () => {
    assert.deepEqual(await examine({ secretFile }), ['good: is set', 'good: 127.0.0.1, ::1 only']);
  });

  it('misses a secret, and tells of one that is short or can be read by others', async () => {
    assert.match((await examine({}))[0] ?? '', /^bad: the AJP listener needs a secret/);
    assert.match((await examine({ secretRequired: false }))[0] ?? '', /^warning: none is required/);
    assert.match((await examine({}, { RETAG_AJP_SECRET: 'short' }))[0] ?? '', /^warning: has 5 characters/);
    chmodSync(secretFile, 0o644);
    assert.match((await examine({ secretFile }))[0] ?? '', /^warning: .*secret can be read by others/);
  });

  it('tells of a listener, or a peer, that is not on this machine', async () => {
    for (const more of [{ address: '0.0.0.0' }, { peers: ['127.0.0.1', '192.0.2.0/24'] }])
      assert.match((await examine({ secretFile, ...more }))[1] ?? '', /^warning: .*not encrypted/);
  });
});
