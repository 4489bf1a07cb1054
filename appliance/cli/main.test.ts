// The command line towards the shell: exit codes, and readers that go away.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '#test/source-files';

const retag = join(projectFolder, 'appliance/cli/retag.js');

function shell(script: string) {
  return spawnSync('bash', ['-c', script, 'bash', process.execPath, retag], { encoding: 'utf8', timeout: 120_000 });
}

describe('the command line', function () {
  this.timeout(130_000);

  it('ends as it would when nobody reads its output', () => {
    const { stdout, stderr } = shell('set -o pipefail; "$1" "$2" --help | true; echo "$?"');
    assert.equal(stderr, '');
    assert.equal(stdout, '0\n');
  });

  it('ends with 1 and a next step when the settings are missing', () => {
    const { stdout, stderr } = shell('"$1" "$2" mode --config /nowhere/retag.json; echo "$?"');
    assert.match(stderr, /^retag: settings file \/nowhere\/retag\.json: there is no such file\. Write one with/);
    assert.equal(stdout, '1\n');
  });

  it('works before there is a key or an authority', () => {
    const folder = mkdtempSync(join(tmpdir(), 'retag-cli-'));
    try {
      // The database's own user must get through when this runs as root.
      chmodSync(folder, 0o711);
      const config = join(folder, 'retag.json');
      writeFileSync(config, JSON.stringify({ hostNames: ['ca.example.test'] }), { mode: 0o600 });
      const { stdout, stderr } = shell(`unset DATABASE_URL; "$1" "$2" authority show --config ${config}; echo "$?"`);
      assert.equal(stderr, '');
      assert.equal(stdout, 'there is none yet: retag import, or retag authority create\n0\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('does not let a verification that could not be made pass for one that found a difference', () => {
    for (const given of [
      '--chek',
      '--config /nowhere/retag.json',
      '--check /nowhere/report.json --signer /nowhere/signer.pem',
    ])
      assert.equal(shell(`"$1" "$2" verify ${given}; echo "$?"`).stdout, '2\n');
    const { stdout, stderr } = shell('"$1" "$2" verify --json --config /nowhere/retag.json');
    assert.equal(JSON.parse(stdout).verdict, 'not compared');
    assert.match(stderr, /\n {2}next: /);
  });

  it('ends with 2 when nothing is chosen', () => {
    const { stdout, stderr } = shell('"$1" "$2" cutover; echo "$?"');
    assert.match(stderr, /nothing is chosen\n {2}next: give --operation/);
    assert.equal(stdout, '2\n');
  });
});
