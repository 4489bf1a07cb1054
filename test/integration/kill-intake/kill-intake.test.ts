// An import is killed at any moment and started again: at the end everything is there once, and the audit chain tells of it.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { verifyAuditChain } from '#ca-core/engine';
import { randomBytes } from '#platform';
import { childDatabaseEnvironment } from '#test/child-database';
import { intakeAuditKey, intakeMigrations, openIntake } from '#test/sample-facts';
import { SampleIssuer } from '#test/sample-issuer';
import { withTestDatabase } from '#test/test-database';

const childFile = fileURLToPath(new URL('./take-in.ts', import.meta.url));
const certificateCount = 4_000;
const killsMax = 12;
const lifeMsMax = 250;

describe('killed while importing', () => {
  const test = withTestDatabase(intakeMigrations);
  let folder: string;
  let killed = 0;

  before(async function () {
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), 'kill-intake-'));
    const file = join(folder, 'certificates.json');
    const host = new SampleIssuer('CN=Certificate Authority,O=SAMPLE');
    const certificates = Array.from({ length: certificateCount }, (_, index) => host.certify(BigInt(index + 2)));
    const authority = host.certifyItself(1n).toString('base64');
    const given = { authority, certificates: certificates.map((der) => der.toString('base64')) };
    writeFileSync(file, JSON.stringify(given));
    for (let isFinished = false; !isFinished; ) isFinished = await runOnce(file, killed < killsMax);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Whether it came to its end before it was killed. */
  async function runOnce(file: string, isToBeKilled: boolean): Promise<boolean> {
    const child = spawn(process.execPath, [childFile, file], {
      env: childDatabaseEnvironment(test.address),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('ready')) resolve();
      });
      child.once('close', () => resolve());
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await ready;
    if (isToBeKilled) {
      await sleep((randomBytes(2).readUInt16BE() / 65_536) * lifeMsMax);
      child.kill('SIGKILL');
    }
    await closed;
    if (!output.includes('finished')) killed += 1;
    return output.includes('finished');
  }

  it('was killed often enough to tell', () => {
    assert.ok(killed >= 3, `killed ${killed} times`);
  });

  it('has every certificate once, with its counts', async () => {
    const row = await test.database.findRow<Record<string, bigint>>(
      `select (select count(*) from certificates) as certificates,
              (select count(*) from certificate_contents) as contents,
              (select sum(certificates) from certificate_counts) as counted`,
    );
    const all = BigInt(certificateCount);
    assert.deepEqual({ ...row }, { certificates: all, contents: all, counted: all });
  });

  it('has each finding once, and an audit record for every batch that was stored', async () => {
    const { store, intake } = await openIntake(test.database);
    assert.equal(await intake.readCheckpoint('kill-intake'), String(certificateCount));
    const findings = await intake.listFindings(10_000);
    assert.equal(new Set(findings.map(({ provenance }) => provenance.entry)).size, findings.length);
    assert.equal(findings.length, certificateCount / 25);
    const audited = await test.database.findRow<{ inserted: bigint }>(
      `select sum((details ->> 'certificate-inserted')::bigint) as inserted
       from audit_records where name = 'fact-applied' and details ->> 'certificate-inserted' is not null`,
    );
    assert.equal(audited?.inserted, BigInt(certificateCount));
    const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, intakeAuditKey));
    assert.deepEqual(problems, []);
    await store.close();
  });
});
