// Facts of taking a source into the record: order, resumption, repetition, catching up, and what is reported. The intake here only records.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { type ImportSource, openDogtagDirectory, openRecordedDogtagDirectory, SourceError } from '#importers';
import { frozenClock, silentLog, systemClock } from '#platform';
import { startFaultyDirectory } from '#test/faulty-directory';
import { createRecordingIntake, type RecordingIntake } from '#test/recording-intake';
import { createSampleAuthority } from '#test/sample-authority';
import { certificateEntry, requestEntry, sampleDirectory, sampleSkeleton } from '#test/sample-directory';
import { createUpstreamFactApplier } from '../sync/apply-upstream-fact.ts';
import { createImportFollower, takeConfiguration } from '../sync/import-follower.ts';
import { formatImportReport } from './format-import-report.ts';
import type { ImportProgress } from './import-progress.ts';
import { type RunImportOptions, runImport } from './run-import.ts';

const authority = createSampleAuthority();
const dependencies = { clock: systemClock, log: silentLog };

/** Another user like that one. */
const renamed = (entry: DirectoryEntry) =>
  new DirectoryEntry(entry.dn.replace('uid=admin', 'uid=other'), [
    ...[...entry.attributes()].filter(([name]) => name !== 'uid'),
    ['uid', [Buffer.from('other')]],
  ]);

describe('importing a source', () => {
  let folder: string;
  let intake: RecordingIntake;
  const open = async (entries: readonly DirectoryEntry[]): Promise<ImportSource> => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    return openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  };
  const run = (source: ImportSource, more: Partial<RunImportOptions> = {}) =>
    runImport({ source, intake, ...dependencies, ...more });
  const counts = (report: Awaited<ReturnType<typeof run>>) =>
    Object.fromEntries(
      report.kinds.map(({ kind, entries, inserted, updated, unchanged }) => [
        kind,
        [entries, inserted, updated, unchanged],
      ]),
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-import-'));
    intake = createRecordingIntake();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes every kind, each before those that refer to it, and tells how far it is', async () => {
    const progress: ImportProgress[] = [];
    const source = await open(sampleDirectory(600, authority));
    const report = await run(source, { onProgress: (step) => progress.push(step) });
    assert.deepEqual(counts(report), {
      authority: [1, 1, 0, 0],
      profile: [1, 1, 0, 0],
      user: [2, 2, 0, 0],
      group: [1, 1, 0, 0],
      'access-rule': [1, 1, 0, 0],
      'domain-host': [0, 0, 0, 0],
      certificate: [600, 600, 0, 0],
      request: [600, 600, 0, 0],
      'number-counter': [3, 3, 0, 0],
      crl: [1, 1, 0, 0],
    });
    assert.deepEqual(
      report.kinds.map(({ expected, entries }) => expected === entries),
      Array(10).fill(true),
    );
    const certificates = progress.filter(({ kind, phase }) => kind === 'certificate' && phase === 'reading');
    assert.deepEqual([certificates.at(-1)?.done, certificates.at(-1)?.total], [600, 600]);
    assert.ok(certificates.every(({ remainingSeconds }) => remainingSeconds === null || remainingSeconds >= 0));
    assert.ok(intake.batchSizes.every((size) => size <= 500));
    assert.match(formatImportReport(report), /certificate +600 +600 +600 +0 +0 +0/);
  });

  it('changes nothing the second time', async () => {
    const source = await open(sampleDirectory(30, authority));
    await run(source);
    const before = new Map(intake.facts);
    const report = await run(source, { again: true });
    assert.equal(report.resumed, false);
    for (const { kind, inserted, updated, unchanged, entries } of report.kinds)
      assert.deepEqual([kind, inserted, updated, unchanged], [kind, 0, 0, entries]);
    assert.deepEqual(intake.facts, before);
  });

  it('does not read again what has not changed, and reads everything of another file under the same name', async () => {
    const source = await open(sampleDirectory(300, authority));
    await run(source);
    const before = new Map(intake.facts);
    const batches = intake.batchSizes.length;
    const report = await run(source);
    assert.equal(report.kinds.find(({ kind }) => kind === 'certificate')?.entries, 300);
    assert.ok(
      intake.batchSizes.slice(batches).every((size) => size < 20),
      `${intake.batchSizes.slice(batches)}`,
    );
    assert.deepEqual(intake.facts, before);
    const changed = await open([...sampleDirectory(300, authority), certificateEntry(authority, 301n)]);
    await run(changed);
    assert.ok(intake.facts.has('certificate 301'));
  });

  it('goes on from the last committed batch wherever it is killed, to the same end', async () => {
    const source = await open(sampleDirectory(300, authority));
    const undisturbed = intake;
    await run(source);
    for (let killedAt = 1; killedAt <= undisturbed.batchSizes.length; killedAt++) {
      intake = createRecordingIntake();
      intake.beforeCommit = (batch) => {
        if (batch === killedAt) throw new Error('killed');
      };
      await assert.rejects(() => run(source), /killed/);
      intake.beforeCommit = () => {};
      const report = await run(source);
      assert.equal(report.resumed, killedAt > 1);
      assert.deepEqual([...intake.facts.keys()].sort(), [...undisturbed.facts.keys()].sort(), `killed at ${killedAt}`);
      assert.ok([...undisturbed.facts].every(([key, fact]) => isDeepStrictEqual(intake.facts.get(key), fact)));
      for (const { kind, expected, entries } of report.kinds) assert.deepEqual([kind, entries], [kind, expected]);
      const taken = intake.batchSizes.reduce((sum, size) => sum + size, 0);
      assert.ok(taken < 2 * 300 * 2, 'a resumed import must not read everything again');
    }
  });

  it('stops between batches when told to, and goes on later', async () => {
    const source = await open(sampleDirectory(600, authority));
    const controller = new AbortController();
    const reason = new Error('stopped by the operator');
    await assert.rejects(
      () =>
        run(source, {
          signal: controller.signal,
          onProgress: ({ kind }) => kind === 'certificate' && controller.abort(reason),
        }),
      /stopped by the operator/,
    );
    assert.equal((await run(source)).resumed, true);
    assert.equal([...intake.facts.keys()].filter((key) => key.startsWith('certificate ')).length, 600);
  });

  it('reports findings by kind with their first examples', async () => {
    const broken = Array.from({ length: 9 }, (_, i) =>
      certificateEntry(authority, BigInt(100 + i), { 'userCertificate;binary': null }),
    );
    const source = await open([
      ...sampleDirectory(5, authority),
      ...broken,
      requestEntry(50n, { requestType: 'getCAChain' }),
    ]);
    const { findings, kinds } = await run(source);
    assert.deepEqual(
      findings.map(({ kind, verdict, count, examples }) => [kind, verdict, count, examples.length]),
      [
        ['certificate-missing', 'refused', 9, 3],
        ['unknown-request-type', 'refused', 1, 1],
      ],
    );
    assert.match(findings[0]?.examples[0]?.entry ?? '', /^cn=100,/);
    assert.equal(kinds.find(({ kind }) => kind === 'certificate')?.entries, 14);
  });

  it("fills in the host authority's certificate where the source lacks it", async () => {
    const source = await open(sampleSkeleton(authority));
    const report = await run(source, { hostCertificateDer: authority.certificateDer });
    const [fact] = [...intake.facts.values()].filter(({ kind }) => kind === 'authority');
    assert.ok(fact?.kind === 'authority' && fact.fact.certificateDer !== null);
    assert.deepEqual(Buffer.from(fact.fact.certificateDer), authority.certificateDer);
    assert.deepEqual(
      report.findings.map(({ kind }) => kind),
      ['authority-certificate-missing'],
    );
  });

  it('removes users, groups, profiles and rules that the source no longer has', async () => {
    await run(await open(sampleDirectory(2, authority)));
    const left = sampleDirectory(2, authority).filter(({ dn }) => !dn.startsWith('uid=admin'));
    await run(await open(left));
    assert.deepEqual(
      [...intake.facts.keys()].filter((key) => key.startsWith('user ')),
      ['user ipara'],
    );
  });

  it('records its beginning and end for the audit trail', async () => {
    const names: string[] = [];
    await run(await open(sampleDirectory(1, authority)), {
      actor: 'admin',
      recordAudit: async (events) => void names.push(...events.map(({ name, actor }) => `${actor} ${name}`)),
    });
    assert.deepEqual(names, ['admin import-started', 'admin import-finished']);
  });

  it('writes nothing when the source cannot be counted', async () => {
    const source = await open([]);
    await assert.rejects(() => run(source), SourceError);
    assert.equal(intake.batchSizes.length, 0);
  });
});

describe('importing while the source changes', () => {
  it('picks up what was added and changed behind its back', async () => {
    const directory = await startFaultyDirectory(sampleDirectory(300, authority));
    const intake = createRecordingIntake();
    const { url, bindDn, password } = directory;
    const clock = frozenClock(new Date('2026-11-01T00:00:00Z'));
    const source = openDogtagDirectory(
      { url, bindDn, password, startTls: false, caCertificatePem: null, base: 'o=ipaca', timeZone: 'UTC' },
      { log: silentLog, clock },
    );
    const now = { modifyTimestamp: '20261101000001Z' };
    intake.beforeCommit = (batch) => {
      if (batch !== 8) return;
      // By now certificates have been read: one is added before them, one of them is revoked, a request follows.
      const revoked = certificateEntry(authority, 3n, {
        certStatus: 'REVOKED',
        revInfo: '20261101000000Z;CRLReasonExtension=1',
        ...now,
      });
      directory.entries.splice(
        directory.entries.findIndex(({ dn }) => dn.startsWith('cn=3,ou=certificateRepository')),
        1,
        revoked,
      );
      directory.entries.push(certificateEntry(authority, 301n, now), requestEntry(301n, now));
    };
    const report = await runImport({ source, intake, clock, log: silentLog });
    const third = intake.facts.get('certificate 3');
    assert.ok(third?.kind === 'certificate' && third.fact.revocation?.reason === 1);
    assert.ok(intake.facts.has('certificate 301') && intake.facts.has('request 301'));
    assert.ok(report.catchUp.entries >= 2);
    await source.close();
    await directory.close();
  });

  it('follows up to a mark only, leaves what changes after it for the next time, and takes configuration alone when told', async () => {
    const directory = await startFaultyDirectory(sampleDirectory(5, authority));
    const intake = createRecordingIntake();
    const { url, bindDn, password } = directory;
    let now = frozenClock(new Date('2026-11-01T00:00:00Z'));
    const clock = { now: () => now.now(), nowMicros: () => now.nowMicros() };
    const source = openDogtagDirectory(
      { url, bindDn, password, startTls: false, caCertificatePem: null, base: 'o=ipaca', timeZone: 'UTC' },
      { log: silentLog, clock },
    );
    const options = { source, intake, clock, log: silentLog };
    await runImport(options);
    const at = (modifyTimestamp: string) => ({ modifyTimestamp });
    directory.entries.push(certificateEntry(authority, 6n, at('20261031235954Z')));
    directory.entries.push(certificateEntry(authority, 7n, at('20261031235956Z')));
    const stale = { whenSettled: async () => true, isCurrent: () => false };
    const busy = { whenSettled: async () => false, isCurrent: () => true };
    directory.entries.push(
      ...sampleDirectory(0, authority)
        .filter(({ dn }) => dn.startsWith('uid=admin,'))
        .map(renamed),
    );
    for (const turn of [stale, busy])
      assert.equal(await takeConfiguration(options, { ...turn, inTurn: (work) => work() }), 0);
    assert.equal(await takeConfiguration(options), 1);
    assert.equal(intake.facts.has('certificate 6'), false);
    const follower = createImportFollower(options);
    const follow = async (isSettled: boolean) => {
      const whenSettled = async () => isSettled;
      return (await follower.follow({ whenSettled, isCurrent: () => true, inTurn: (work) => work() })).changed;
    };
    assert.equal(await follow(false), 0);
    assert.equal(await follow(true), 1);
    assert.deepEqual([intake.facts.has('certificate 6'), intake.facts.has('certificate 7')], [true, false]);
    now = frozenClock(new Date('2026-11-01T00:00:10Z'));
    assert.equal(await follow(true), 1);
    assert.equal(intake.facts.has('certificate 7'), true);
    await source.close();
    await directory.close();
  });
});

describe('applying what Dogtag has just changed', () => {
  it('reads exactly those entries, certificates before the requests that name them, in one commit', async () => {
    const directory = await startFaultyDirectory([
      ...sampleDirectory(9, authority),
      requestEntry(20n, {
        requestType: 'unrevocation',
        'extdata-old--005fserials;0': '7',
        'extdata-old--005fserials;1': '8',
      }),
    ]);
    const intake = createRecordingIntake();
    const { url, bindDn, password } = directory;
    const source = openDogtagDirectory(
      { url, bindDn, password, startTls: false, caCertificatePem: null, base: 'o=ipaca', timeZone: 'UTC' },
      { log: silentLog, clock: systemClock },
    );
    const applier = createUpstreamFactApplier({ source, intake, log: silentLog });
    const apply = async (changes: Parameters<typeof applier.read>[0]) => applier.apply(await applier.read(changes));
    const applied = await apply([
      { kind: 'request', id: 20n },
      { kind: 'certificate', serialNumber: 7n },
      { kind: 'certificate', serialNumber: 99n },
    ]);
    assert.deepEqual([...intake.facts.keys()].slice(0, 2).sort(), ['certificate 7', 'certificate 8']);
    assert.equal([...intake.facts.keys()][2], 'request 20');
    assert.deepEqual(applied.missing, [{ kind: 'certificate', serialNumber: 99n }]);
    // The fourth is the request by which certificate 7 was made; with each request comes what is kept beside it.
    assert.deepEqual(intake.batchSizes, [6]);
    assert.match([...intake.facts.keys()][3] ?? '', /^request /);
    // A user who is gone is removed.
    await apply([{ kind: 'user', name: 'admin' }]);
    assert.ok(intake.facts.has('user admin'));
    directory.entries.splice(
      directory.entries.findIndex(({ dn }) => dn.startsWith('uid=admin')),
      1,
    );
    await apply([{ kind: 'user', name: 'admin' }]);
    assert.ok(!intake.facts.has('user admin') && intake.facts.has('user ipara'));
    // A failure is told to those who waited and to nobody else.
    intake.beforeCommit = () => {
      throw new Error('no database');
    };
    await assert.rejects(() => apply([{ kind: 'request', id: 1n }]), /no database/);
    intake.beforeCommit = () => {};
    await apply([{ kind: 'request', id: 1n }, { kind: 'access-rules' }]);
    assert.ok(intake.facts.has('request 1') && intake.facts.has('access-rule certServer.ca.certs'));
    await source.close();
    await directory.close();
  });
});
