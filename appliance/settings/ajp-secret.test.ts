// Where the secret of the AJP listener comes from, and that it stands in no message.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApplianceSettings, readAjpSecret } from './index.ts';

describe('the secret of the AJP listener', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retag-secret-'));
  after(() => rmSync(folder, { recursive: true }));
  const settingsOf = (ajp: object) => {
    const parsed = parseApplianceSettings({ hostNames: ['pki.example.test'], ajp }, folder).ajp;
    assert.ok(parsed !== null);
    return parsed;
  };

  it('is the one line of its file, beside the settings; a variable wins over it', () => {
    writeFileSync(join(folder, 'secret'), 'from the file\n');
    const settings = settingsOf({ secretFile: 'secret' });
    assert.equal(readAjpSecret(settings, {}), 'from the file');
    assert.equal(readAjpSecret(settings, { RETAG_AJP_SECRET: 'from outside' }), 'from outside');
  });

  it('is needed, unless it is said that it is not', () => {
    assert.throws(() => readAjpSecret(settingsOf({}), {}), /needs a secret.*"ajp\.secretFile".*RETAG_AJP_SECRET/);
    writeFileSync(join(folder, 'empty'), '\n');
    assert.throws(() => readAjpSecret(settingsOf({ secretFile: 'empty' }), {}), /needs a secret/);
    assert.throws(() => readAjpSecret(settingsOf({ secretFile: 'none' }), {}), /cannot read .*none: ENOENT/);
    assert.equal(readAjpSecret(settingsOf({ secretRequired: false }), {}), null);
  });

  it('is not taken from the settings themselves, nor shown when somebody tries', () => {
    assert.throws(
      () => settingsOf({ secret: 'hush' }),
      (error: Error) => error.message.includes('ajp.secret') && !error.message.includes('hush'),
    );
  });
});
