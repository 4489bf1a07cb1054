// Dogtag's audit logs become the installation's history: once, whatever happens meanwhile, and shown beside this side's own records.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { verifyAuditChain } from '#ca-core/engine';
import { createAuditHistoryIntake } from '#ca-core/intake';
import type { AuditTrailQuery, PostgresStore, TrailEntry, TrailPlace } from '#ca-core/store';
import { type AuditLogReport, isProven, takeAuditLogs } from '#migration';
import { randomBytes } from '#platform';
import { childDatabaseEnvironment } from '#test/child-database';
import { intakeAuditKey, intakeMigrations, openIntake } from '#test/sample-facts';
import { createAuditSigner, SignedAuditLog } from '#test/signed-audit-log';
import { withTestDatabase } from '#test/test-database';

const signer = createAuditSigner();
const childFile = fileURLToPath(new URL('./take-logs.ts', import.meta.url));

function withFolder(): { readonly path: () => string; write(files: SignedAuditLog['files']): void } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-audit-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: () => folder,
    write: (files) => {
      rmSync(folder, { recursive: true, force: true });
      folder = mkdtempSync(join(tmpdir(), 'retag-audit-log-'));
      for (const { name, text } of files) writeFileSync(join(folder, name), text);
    },
  };
}

const sample = () =>
  new SignedAuditLog(signer)
    .start()
    .event('PROFILE_CERT_REQUEST', '[SubjectID=$NonRoleUser$][Outcome=Success][ReqID=7][CertSubject=CN=a[1],O=b]')
    .event('CERT_REQUEST_PROCESSED', '[SubjectID=caadmin][Outcome=Success][ReqID=7][CertSerialNum=9]')
    .flush()
    .event('AUTH', '[SubjectID=$Unidentified$][Outcome=Failure][AuthMgr=x]')
    .flush();

describe('the history of an installation', () => {
  const test = withTestDatabase(intakeMigrations);
  const folder = withFolder();
  let store: PostgresStore;
  before(async () => {
    ({ store } = await openIntake(test.database));
  });
  after(() => store?.close());

  async function take(server: string, signers = [signer]): Promise<AuditLogReport> {
    const intake = createAuditHistoryIntake(store.importLedger);
    const { logs } = await takeAuditLogs(folder.path(), { server, signers, timeZone: null, intake });
    const [log] = logs;
    assert.ok(log);
    return log;
  }
  const kinds = ({ findings }: AuditLogReport) => findings.map(({ kind, count }) => `${kind} ${count}`).sort();
  const list = (query: Partial<AuditTrailQuery>) => store.audit.search({ limit: 1_000, ...query });
  const events = (entries: readonly TrailEntry[]) =>
    entries.map((entry) => (entry.side === 'native' ? entry.name : entry.event));
  const statuses = async (server: string) =>
    (await list({ log: `${server}/ca_audit` })).map((entry) => entry.side === 'history' && entry.signature);

  it('takes every line once, with its exact octets', async () => {
    const log = sample();
    folder.write(log.files);
    const report = await take('once');
    assert.deepEqual(
      [report.stored, isProven(report), kinds(report)],
      [{ inserted: 7, decided: 0, unchanged: 0 }, true, ['audit-certificate-unknown 1']],
    );
    assert.deepEqual((await take('once')).stored, { inserted: 0, decided: 0, unchanged: 7 });
    const entries = await list({ log: 'once/ca_audit' });
    assert.equal(entries.map((entry) => entry.side === 'history' && `${entry.line}\n`).join(''), log.text);
    assert.ok(entries.every((entry) => entry.side === 'history' && entry.signature === 'good'));
  });

  it('goes on where a log has grown and its file has got another name', async () => {
    const log = sample().event('AUTHZ');
    folder.write(log.files);
    assert.deepEqual(kinds(await take('grown')), ['audit-certificate-unknown 1', 'unsigned-end 1']);
    assert.equal((await statuses('grown')).at(-1), 'open');
    folder.write(log.rotate().event('AUTH').flush().files);
    const report = await take('grown');
    assert.deepEqual([report.stored, isProven(report)], [{ inserted: 4, decided: 1, unchanged: 7 }, true]);
    assert.deepEqual(new Set(await statuses('grown')), new Set(['good']));
    const findings = await store.importLedger.listFindings(100);
    assert.ok(
      !findings.some(({ kind, provenance }) => kind === 'unsigned-end' && provenance.entry.startsWith('grown')),
    );
  });

  it('learns later what a certificate says of what was not checked', async () => {
    folder.write(sample().files);
    assert.deepEqual((await take('later', [])).signatures, { good: 0, bad: 0, unchecked: 3 });
    assert.deepEqual(new Set(await statuses('later')), new Set(['unchecked']));
    assert.deepEqual((await take('later')).stored, { inserted: 0, decided: 7, unchanged: 0 });
    assert.deepEqual(new Set(await statuses('later')), new Set(['good']));
    // And does not unlearn it, nor believe that what fits is bad.
    await take('later', [createAuditSigner()]);
    await take('later', []);
    assert.deepEqual(new Set(await statuses('later')), new Set(['good']));
  });

  it('forgives a wrong certificate', async () => {
    folder.write(sample().files);
    const wrong = await take('wrong', [createAuditSigner()]);
    assert.ok(kinds(wrong).includes('no-signature-fits 1'), kinds(wrong).join());
    assert.deepEqual(new Set(await statuses('wrong')), new Set(['unchecked', 'bad']));
    assert.equal((await take('wrong')).stored?.decided, 7);
    assert.deepEqual(new Set(await statuses('wrong')), new Set(['good']));
  });

  it('keeps what it took in, whatever becomes of the file', async () => {
    const log = sample();
    folder.write(log.files);
    await take('kept');
    const [file] = log.files;
    assert.ok(file);
    folder.write([{ ...file, text: file.text.replace('ReqID=7][CertSerialNum=9', 'ReqID=7][CertSerialNum=8') }]);
    const changed = await take('kept');
    assert.deepEqual(kinds(changed), ['audit-certificate-unknown 1', 'broken-signature 1', 'history-differs 1']);
    folder.write([{ ...file, text: file.text.split('\n').slice(0, 5).join('\n').concat('\n') }]);
    assert.deepEqual(kinds(await take('kept')), ['audit-certificate-unknown 1', 'file-shortened 1']);
    const stored = await list({ log: 'kept/ca_audit' });
    assert.equal(stored.map((entry) => entry.side === 'history' && `${entry.line}\n`).join(''), log.text);
  });

  it('refuses to be changed, and shows where somebody has changed it nevertheless', async () => {
    folder.write(sample().files);
    await take('guarded');
    const notChanged = /never changed or deleted/;
    await assert.rejects(test.database.execute(`update audit_history set subject = 'x'`), notChanged);
    await assert.rejects(test.database.execute(`update audit_history set signature = 'bad'`), notChanged);
    await assert.rejects(test.database.execute('delete from audit_history_references'), notChanged);
    await assert.rejects(test.database.execute('truncate audit_history cascade'), notChanged);
    assert.deepEqual((await store.audit.checkHistory(() => {})).problems, []);
    const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, intakeAuditKey));
    assert.deepEqual(problems, []);
    await test.database.transaction(async (transaction) => {
      await transaction.execute('alter table audit_history disable trigger user');
      await transaction.execute(
        `update audit_history set line = 'forged' where line_number = 2 and file_id = (select max(id) from audit_history_files)`,
      );
    });
    const found = (await store.audit.checkHistory(() => {})).problems;
    assert.deepEqual(
      found.map(({ log, message }) => [log, message]),
      [['guarded/ca_audit', 'lines are not what was taken in']],
    );
    await test.database.execute('alter table audit_history enable trigger user');
  });

  it('is found by what Dogtag names', async () => {
    folder.write(sample().files);
    await take('found');
    const log = 'found/ca_audit';
    assert.deepEqual(events(await list({ log, serialNumber: 9n })), ['CERT_REQUEST_PROCESSED']);
    assert.deepEqual(events(await list({ log, requestId: 7n })), ['PROFILE_CERT_REQUEST', 'CERT_REQUEST_PROCESSED']);
    assert.deepEqual(events(await list({ log, requestId: 7n, serialNumber: 8n })), []);
    assert.deepEqual(events(await list({ log, subject: 'caadmin' })), ['CERT_REQUEST_PROCESSED']);
    assert.deepEqual(events(await list({ log, outcome: 'failure' })), ['AUTH']);
    assert.deepEqual(events(await list({ log, events: ['AUTH', 'AUDIT_LOG_STARTUP'] })), ['AUDIT_LOG_STARTUP', 'AUTH']);
    const from = new Date('2026-11-28T02:30:04Z');
    assert.deepEqual(events(await list({ log, from, to: new Date('2026-11-28T02:30:06Z') })), [
      'AUDIT_LOG_SIGNING',
      'AUTH',
    ]);
    assert.deepEqual(events(await list({ log, signatures: ['bad', 'none'] })), []);
  });

  it('stands with the records of this side in the order of time, page by page', async () => {
    folder.write(sample().files);
    await take('paged');
    for (const newestFirst of [false, true]) {
      const whole = await list({ newestFirst });
      assert.ok(whole.some(({ side }) => side === 'native') && whole.some(({ side }) => side === 'history'));
      const times = whole.map(({ timeMicros }) => timeMicros);
      assert.deepEqual(
        times,
        times.toSorted((one, other) => (one < other ? -1 : 1) * (newestFirst ? -1 : 1)),
      );
      const paged: TrailEntry[] = [];
      for (let after: TrailPlace | null = null; ; ) {
        const page: readonly TrailEntry[] = await list({ newestFirst, limit: 3, ...(after === null ? {} : { after }) });
        paged.push(...page);
        const last = page.at(-1);
        if (last === undefined) break;
        after = last;
      }
      assert.deepEqual(paged, whole);
    }
    const [first] = await list({ side: 'native' });
    assert.ok(first?.side === 'native');
    assert.deepEqual(await store.audit.find(first), first);
    assert.equal(await store.audit.find({ side: 'history', fileId: 1_000n, lineNumber: 1 }), null);
  });
});

describe('killed while taking in an audit log', () => {
  const test = withTestDatabase(intakeMigrations);
  const folder = withFolder();
  const lineCount = 4_000;

  it('has every line once in the end, with what its signature says', async function () {
    this.timeout(300_000);
    const log = new SignedAuditLog(signer).start();
    for (let at = 0; at < lineCount; at += 1) {
      log.event('CERT_REQUEST_PROCESSED', `[SubjectID=caadmin][Outcome=Success][ReqID=${at}][CertSerialNum=${at}]`);
      if (at % 20 === 0) log.flush();
      if (at % 1_500 === 0) log.rotate();
    }
    folder.write(log.flush().files);
    const certificate = join(folder.path(), '.audit.der');
    writeFileSync(certificate, signer.certificateDer);
    let killed = 0;
    while (!(await runOnce(killed < 4))) killed += 1;
    assert.ok(killed >= 2, `killed ${killed} times`);
    const counts = await test.database.findRow<Record<string, bigint>>(
      `select count(*) as lines, count(*) filter (where signature = 'good') as good,
              (select sum(line_count) from audit_history_files) as counted,
              (select count(*) from audit_history_references) as references
       from audit_history`,
    );
    const lines = BigInt(log.text.split('\n').length - 1);
    assert.deepEqual({ ...counts }, { lines, good: lines, counted: lines, references: BigInt(lineCount) * 2n });
    const { store } = await openIntake(test.database);
    assert.deepEqual((await store.audit.checkHistory(() => {})).problems, []);
    await store.close();

    async function runOnce(isToBeKilled: boolean): Promise<boolean> {
      const child = spawn(process.execPath, [childFile, folder.path(), certificate], {
        env: childDatabaseEnvironment(test.address),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
      while (!output.includes('batch') && child.exitCode === null) await sleep(5);
      if (isToBeKilled) {
        await sleep((randomBytes(2).readUInt16BE() / 65_536) * 60);
        child.kill('SIGKILL');
      }
      await closed;
      return output.includes('finished');
    }
  });
});
