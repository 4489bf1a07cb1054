// A corpus with entries broken on purpose goes into the record: every finding that it promises is made, and no other; the rest is taken in.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake, type Intake } from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { openRecordedDogtagDirectory } from '#importers';
import { type ImportReport, runImport } from '#migration';
import { silentLog, systemClock } from '#platform';
import { corpusBase, sampleCorpus } from '#test/sample-corpus';
import { withTestDatabase } from '#test/test-database';
import { certificateBreakages } from '../../../compat-fixtures/corpus/broken-certificates.ts';
import { requestBreakages } from '../../../compat-fixtures/corpus/broken-requests.ts';
import type { CorpusManifest } from '../../../compat-fixtures/corpus/write-corpus.ts';

describe('a corpus', () => {
  const test = withTestDatabase([storeMigrations]);
  let folder: string;
  let manifest: CorpusManifest;
  let store: PostgresStore;
  let intake: Intake;
  let report: ImportReport;

  before(async function () {
    this.timeout(300_000);
    folder = await mkdtemp(join(tmpdir(), 'retag-corpus-'));
    const file = join(folder, 'directory.ldif');
    manifest = await sampleCorpus(file, { certificateTotal: 900, requestTotal: 900, seed: 11, brokenShare: 0.4 });
    store = await openStore(test.database, {
      auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
      clock: systemClock,
      log: silentLog,
    });
    intake = createIntake({ ledger: store.importLedger, clock: systemClock });
    const source = await openRecordedDogtagDirectory(file, { base: corpusBase, timeZone: null });
    report = await runImport({ source, intake, clock: systemClock, log: silentLog });
    await source.close();
  });
  after(async () => {
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds every way of being broken', () => {
    const ways = ({ noted }: CorpusManifest['certificates']) =>
      new Set(noted.flatMap(({ brokenAs }) => brokenAs ?? []));
    assert.deepEqual([...ways(manifest.certificates)].sort(), Object.keys(certificateBreakages).sort());
    assert.deepEqual([...ways(manifest.requests)].sort(), Object.keys(requestBreakages).sort());
  });

  it('yields every finding that was promised, by the name of the entry, and no other', async () => {
    const promised = [...manifest.certificates.noted, ...manifest.requests.noted, ...manifest.others].flatMap(
      ({ entry, findings }) => findings.map(({ kind, verdict }) => `${entry} ${verdict} ${kind}`),
    );
    // Whether the recorded CRL is overdue depends on the day of the test.
    const made = (await intake.listFindings(100_000))
      .filter(({ kind }) => kind !== 'crl-overdue')
      .map(({ kind, verdict, provenance }) => `${provenance.entry} ${verdict} ${kind}`);
    assert.deepEqual(made.sort(), promised.sort());
  });

  it('is taken in but for what had to be refused', async () => {
    const stored = await test.database.findRow<{ certificates: bigint; requests: bigint }>(
      'select (select count(*) from certificates) as certificates, (select count(*) from requests) as requests',
    );
    const { certificates, requests } = manifest;
    assert.deepEqual(
      { ...stored },
      {
        certificates: BigInt(certificates.entries - certificates.refused),
        requests: BigInt(requests.entries - requests.refused),
      },
    );
    for (const kind of ['certificate', 'request'] as const)
      assert.equal(report.kinds.find((one) => one.kind === kind)?.entries, 900);
  });

  it('is the same octets when it is made again', async function () {
    this.timeout(60_000);
    const wish = { certificateTotal: 350, requestTotal: 345, seed: 3, brokenShare: 0.3, hugeEntries: 0 };
    const [one, two] = [join(folder, 'one.ldif'), join(folder, 'two.ldif')];
    assert.deepEqual(await sampleCorpus(one, wish), await sampleCorpus(two, wish));
    assert.ok((await readFile(one)).equals(await readFile(two)));
  });
});
