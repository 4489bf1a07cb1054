// A recorded directory into the true record: broken entries beside sound ones, repetition, kills at any moment, and a comparison that misses nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auditKeyFromBytes, verifyAuditChain } from '#ca-core/engine';
import { createIntake, type Intake } from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { type DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { type ImportSource, openRecordedDogtagDirectory } from '#importers';
import { type ImportReport, runImport, verifyImport } from '#migration';
import { type Database, randomBytes, silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { certificateEntry, requestEntry, sampleDirectory } from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';

const authority = createSampleAuthority();
const stranger = createSampleAuthority('CN=Somebody Else,O=ELSEWHERE');
const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
const childFile = fileURLToPath(new URL('./import-without-mercy.ts', import.meta.url));
const revoked = {
  certStatus: 'REVOKED',
  revInfo: '20260301000000Z;CRLReasonExtension=1',
  revokedOn: '20260301000001Z',
  revokedBy: 'ipara',
};
const revocationOf7 = { requestType: 'revocation', 'extdata-old--005fserials;0': '7' };

/** What an import leaves behind, apart from the times and numbers of the writing itself. */
async function contentOf(database: Database): Promise<Record<string, unknown>> {
  const tables = {
    certificates: "select to_jsonb(c) - 'recorded_at' as c from certificates c order by serial_number",
    contents: "select to_jsonb(c) - 'recorded_at' as c from certificate_contents c order by serial_number",
    requests: "select to_jsonb(r) - 'recorded_at' as r from requests r order by id",
    users: 'select user_id, full_name, email, certificates_der, certificate_claims, origin from users order by user_id',
    groups: 'select name, member_user_ids, origin from groups order by name',
    findings: 'select kind, verdict, message, source, entry from findings order by entry, kind',
  };
  const content: Record<string, unknown> = {};
  for (const [name, query] of Object.entries(tables)) content[name] = await database.query(query);
  return content;
}

class Scene {
  readonly folder: string;
  readonly file: string;
  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'directory.ldif');
  }

  async record(entries: readonly DirectoryEntry[]): Promise<ImportSource> {
    await writeFile(this.file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    return openRecordedDogtagDirectory(this.file, { base: 'o=ipaca', timeZone: 'UTC' });
  }
}

function inFolder(): () => Scene {
  let scene: Scene;
  before(async () => {
    scene = new Scene(await mkdtemp(join(tmpdir(), 'retag-import-record-')));
  });
  after(() => rm(scene.folder, { recursive: true }));
  return () => scene;
}

describe('importing into the record', () => {
  const test = withTestDatabase([storeMigrations]);
  const scene = inFolder();
  let store: PostgresStore;
  let intake: Intake;
  let source: ImportSource;
  const run = () =>
    runImport({
      source,
      intake,
      clock: systemClock,
      log: silentLog,
      recordAudit: (events) => store.audit.record(events),
    });
  const verify = () => verifyImport({ source, store, intake, clock: systemClock });
  const countsOf = ({ kinds }: ImportReport) =>
    Object.fromEntries(
      kinds.map(({ kind, inserted, updated, unchanged, refused }) => [kind, [inserted, updated, unchanged, refused]]),
    );
  const certificate = authority.issue({ serialNumber: 40n });

  before(async () => {
    store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
    intake = createIntake({ ledger: store.importLedger, clock: systemClock });
    source = await scene().record([
      ...sampleDirectory(30, authority).filter(({ dn }) => !dn.startsWith('cn=7,')),
      certificateEntry(authority, 7n, revoked),
      requestEntry(7n, revocationOf7),
      certificateEntry(authority, 40n, { 'userCertificate;binary': certificate.subarray(0, 200) }),
      certificateEntry(authority, 41n, { 'userCertificate;binary': certificate }),
      certificateEntry(authority, 42n, { 'userCertificate;binary': stranger.issue({ serialNumber: 42n }) }),
      certificateEntry(authority, 43n, { 'userCertificate;binary': tampered(authority.issue({ serialNumber: 43n })) }),
      certificateEntry(authority, 44n, { dateOfCreate: 'yesterday', dateOfModify: Buffer.from([0xff]) }),
      certificateEntry(authority, 45n, { metaInfo: Buffer.from([0xc3, 0x28]) }),
      certificateEntry(authority, 46n, { 'userCertificate;binary': Buffer.alloc(10 * 1024 * 1024, 0x30) }),
      certificateEntry(authority, 47n, { 'userCertificate;binary': null }),
      certificateEntry(authority, 48n, { serialno: null }),
    ]);
  });
  after(() => store.close());

  it('takes what is sound, and names each broken entry with what is wrong', async () => {
    const report = await run();
    const serials = await test.database.query<{ serial_number: bigint }>(
      'select serial_number from certificates order by serial_number',
    );
    assert.deepEqual(
      serials.map(({ serial_number }) => serial_number),
      [...Array.from({ length: 30 }, (_, i) => BigInt(i + 1)), 44n, 45n, 48n],
    );
    assert.deepEqual(countsOf(report).certificate, [33, 0, 0, 4]);
    const named = (await intake.listFindings(100)).map(
      ({ kind, verdict, provenance }) => `${provenance.entry.split(',')[0]} ${verdict} ${kind}`,
    );
    assert.deepEqual(named.sort(), [
      'cn=40 refused broken-der',
      'cn=41 refused serial-differs-from-der',
      'cn=42 refused unknown-issuer',
      'cn=43 refused bad-signature',
      'cn=44 accepted malformed-date',
      'cn=44 accepted malformed-date',
      'cn=45 accepted unreadable-meta-info',
      'cn=46 refused certificate-too-large',
      'cn=47 refused certificate-missing',
      'cn=48 accepted serial-attribute-missing',
    ]);
    assert.equal(report.findings.filter(({ verdict }) => verdict === 'refused').length, 6);
  });

  it('changes nothing the second time', async () => {
    const before = await contentOf(test.database);
    const report = await run();
    for (const [kind, [inserted, updated]] of Object.entries(countsOf(report)) as [string, number[]][])
      assert.deepEqual([kind, inserted, updated], [kind, 0, 0]);
    assert.deepEqual(await contentOf(test.database), before);
  });

  it('is found equal to the source, what was refused being explained', async () => {
    const verification = await verify();
    assert.equal(verification.isEqual, true);
    const [certificates] = verification.kinds;
    assert.deepEqual(
      certificates?.differences.map(({ object, part, explanation }) => [object, part, explanation]),
      [
        [sampleDn(46), 'unreadable', 'refused at import: certificate-too-large'],
        [sampleDn(47), 'unreadable', 'refused at import: certificate-missing'],
        ['40', 'missing', 'refused at import: broken-der'],
        ['41', 'missing', 'refused at import: serial-differs-from-der'],
        ['42', 'missing', 'refused at import: unknown-issuer'],
        ['43', 'missing', 'refused at import: bad-signature'],
      ],
    );
  });

  it('is found different when one octet, one row or one status is changed in the database', async () => {
    await test.database.execute(
      'update certificate_contents set certificate_der = set_byte(certificate_der, 60, get_byte(certificate_der, 60) # 1) where serial_number = 12',
    );
    await test.database.execute('delete from requests where id = 5');
    await test.database.execute("update certificates set revoked_by = 'mallory' where serial_number = 7");
    const { isEqual, kinds } = await verify();
    assert.equal(isEqual, false);
    const found = kinds.flatMap(({ kind, differences }) =>
      differences
        .filter(({ explanation }) => explanation === null)
        .map(({ object, part }) => `${kind} ${object} ${part}`),
    );
    assert.deepEqual(found, ['certificate 7 revocation', 'certificate 12 certificateDer', 'request 5 missing']);
  });
});

describe('killed while importing', () => {
  const undisturbed = withTestDatabase([storeMigrations]);
  const killed = withTestDatabase([storeMigrations]);
  const scene = inFolder();
  const start = (address: { toClientConfig(): unknown }) => {
    const child = spawn(process.execPath, [childFile], {
      env: { ...process.env, IMPORT_FILE: scene().file, IMPORT_DATABASE: JSON.stringify(address.toClientConfig()) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
    const exitCode = once(child, 'close').then(([code]) => code as number | null);
    return {
      ready: Promise.race([once(child.stdout, 'data'), exitCode]),
      exitCode,
      output: () => output,
      kill: () => child.kill('SIGKILL'),
    };
  };

  it('goes on to the very same record, however often', async function () {
    this.timeout(180_000);
    await scene().record([
      ...sampleDirectory(1500, authority).filter(({ dn }) => !dn.startsWith('cn=7,')),
      certificateEntry(authority, 7n, revoked),
      requestEntry(7n, revocationOf7),
      certificateEntry(authority, 5000n, { 'userCertificate;binary': 'rubbish' }),
    ]);
    const first = start(undisturbed.address);
    await first.ready;
    const begun = process.hrtime.bigint();
    assert.equal(await first.exitCode, 0);
    const importMs = Number(process.hrtime.bigint() - begun) / 1e6;
    let kills = 0;
    for (let round = 0; round < 8; round++) {
      const child = start(killed.address);
      await child.ready;
      await sleep(importMs * (round === 0 ? 0.3 : randomBytes(2).readUInt16BE() / 65_536));
      child.kill();
      if ((await child.exitCode) === 0) break;
      kills++;
    }
    const last = start(killed.address);
    assert.equal(await last.exitCode, 0);
    const report = JSON.parse(last.output().split('\n')[1] ?? '') as ImportReport;
    assert.ok(kills > 0);
    assert.equal(report.kinds.find(({ kind }) => kind === 'certificate')?.entries, 1501);
    const [left, right] = [await contentOf(undisturbed.database), await contentOf(killed.database)];
    for (const table of Object.keys(left))
      assert.ok(JSON.stringify(left[table], asText) === JSON.stringify(right[table], asText), `${table} differs`);
    const store = await openStore(killed.database, { auditKey, clock: systemClock, log: silentLog });
    const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
    assert.deepEqual(problems, []);
    await store.close();
  });
});

function sampleDn(serial: number): string {
  return `cn=${serial},ou=certificateRepository,ou=ca,o=ipaca`;
}

function tampered(certificateDer: Buffer): Buffer {
  const copy = Buffer.from(certificateDer);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
