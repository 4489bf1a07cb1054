// `retag audit check` from the terminal: a verdict, an exit code, and a next step where it cannot give one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const fixtures = fileURLToPath(new URL('../../../compat-fixtures/audit-log/', import.meta.url));
const certificate = join(fixtures, 'audit.crt');

const run = (...given: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'audit', 'check', ...given], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('checking audit logs from the terminal', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-audit-'));
    cpSync(join(fixtures, '10.10.2'), join(folder, 'ca', 'signedAudit'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds the logs below a folder, needs no settings, and ends with 0 when they are as they were written', () => {
    const { status, stdout } = run(folder, '--certificate', certificate);
    assert.match(stdout, /^ca_audit: as it was written; 139 lines in 4 files; signatures: 47 good, 0 bad$/m);
    assert.equal(status, 0);
  });

  it('ends with 1, and says so to machines, when one file is missing', () => {
    rmSync(join(folder, 'ca', 'signedAudit', 'ca_audit.20261128033459'));
    const { status, stdout } = run(folder, '--certificate', certificate, '--json');
    const { logs } = JSON.parse(stdout) as { logs: { findings: { kind: string; severity: string }[] }[] };
    assert.deepEqual(
      logs[0]?.findings.filter(({ severity }) => severity === 'problem').map(({ kind }) => kind),
      ['gap-between-files'],
    );
    assert.equal(status, 1);
  });

  it('does not let what clients wrote steer the terminal', () => {
    const file = join(folder, 'ca', 'signedAudit', 'ca_audit');
    writeFileSync(file, `${readFileSync(file, 'latin1')}\u001b[2J half a line`);
    const { stdout } = run(folder, '--certificate', certificate);
    assert.ok(stdout.includes('\\u{1b}[2J') && !stdout.includes('\u001b'));
  });

  it('says what to do with what is no certificate, and where no log is', () => {
    const noCertificate = run(folder, '--certificate', join(fixtures, 'README.md'));
    assert.deepEqual([noCertificate.status, /next: .*certutil/.test(noCertificate.stderr)], [1, true]);
    const noLog = run(join(fixtures, '..', 'vectors'), '--certificate', certificate);
    assert.deepEqual([noLog.status, /holds no audit log/.test(noLog.stderr)], [1, true]);
    assert.match(run(join(folder, 'nothing'), '--certificate', certificate).stderr, /is not there/);
  });
});
