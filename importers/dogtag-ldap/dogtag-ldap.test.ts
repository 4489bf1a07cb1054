// Facts of reading a directory over LDAP: order, limits, lost connections, broken entries.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePrefixedNumber } from '#codecs/dogtag-directory';
import { DirectoryEntry } from '#codecs/ldif';
import {
  exportDirectory,
  type ImportSource,
  keptSourceKinds,
  openDogtagDirectory,
  openRecordedDogtagDirectory,
  type SourceBatch,
  SourceError,
  type SourceKind,
  sourceKinds,
} from '#importers';
import { createLog, frozenClock, silentLog } from '#platform';
import { type FaultyDirectory, startFaultyDirectory } from '#test/faulty-directory';
import { createSampleAuthority } from '#test/sample-authority';
import {
  certificateEntry,
  directoryEntry,
  requestEntry,
  sampleAuthorityId,
  sampleDirectory,
  sampleLayout,
  sampleSkeleton,
} from '#test/sample-directory';

const authority = createSampleAuthority();
const clock = frozenClock(new Date('2026-11-01T00:00:00Z'));

describe('reading a Dogtag directory over LDAP', () => {
  let directory: FaultyDirectory;
  let source: ImportSource;
  const start = async (
    entries: readonly DirectoryEntry[],
    settings: { timeoutMs?: number; retryForMs?: number; password?: string } = {},
  ) => {
    directory = await startFaultyDirectory(entries);
    const { url, bindDn, password } = directory;
    source = openDogtagDirectory(
      {
        url,
        bindDn,
        password,
        startTls: false,
        caCertificatePem: null,
        base: 'o=ipaca',
        timeZone: null,
        timeoutMs: 2000,
        ...settings,
      },
      { log: silentLog, clock },
    );
  };
  const batches = async (kind: SourceKind, after: string | null = null): Promise<SourceBatch[]> => {
    const all: SourceBatch[] = [];
    for await (const batch of source.read(kind, after)) all.push(batch);
    return all;
  };
  const serialsOf = (all: readonly SourceBatch[]) =>
    all.flatMap(({ records }) =>
      records.flatMap((record) => (record.kind === 'certificate' ? [record.value.serialNumber] : [])),
    );

  afterEach(async () => {
    await source.close();
    await directory.close();
  });

  it('reads every kind and counts it', async () => {
    await start(sampleDirectory(12, authority));
    const counted: Record<string, unknown> = {};
    for (const kind of sourceKinds) {
      const all = await batches(kind);
      const isKept = keptSourceKinds.some((kept) => kept === kind);
      if (isKept && (await source.count(kind)) === 0) continue;
      counted[kind] = [
        await source.count(kind),
        all.reduce((sum, { records, entryCount }) => sum + (isKept ? entryCount : records.length), 0),
        all.at(-1)?.roll?.length ?? null,
      ];
      assert.deepEqual(
        all.flatMap(({ findings }) => findings),
        [],
      );
    }
    assert.deepEqual(counted, {
      authority: [1, 1, 1],
      profile: [1, 1, 1],
      user: [2, 2, 2],
      group: [1, 1, 1],
      'access-rule': [1, 1, 1],
      'domain-host': [0, 0, 0],
      certificate: [12, 12, null],
      request: [12, 12, null],
      'number-counter': [3, 3, null],
      crl: [1, 1, 1],
    });
  });

  it('reads hosts of the security domain by their lists, and refuses one that names no host', async () => {
    const list = `cn=KRAList,${sampleLayout.securityDomain}`;
    const subsystem = { objectClass: ['top', 'pkiSubsystem'] };
    const whole = { ...subsystem, host: 'pki.example.test', SecurePort: '443', Clone: 'FALSE' };
    await start([
      ...sampleDirectory(1, authority),
      directoryEntry(`cn=pki.example.test:443,${list}`, whole),
      directoryEntry(`cn=broken:443,${list}`, subsystem),
    ]);
    const [batch] = await batches('domain-host');
    const [record] = batch?.records ?? [];
    assert.ok(record?.kind === 'domain-host' && batch?.records.length === 1);
    const { name, domain, subsystem: kind, securePort, port } = record.value;
    assert.deepEqual([name, domain, kind, securePort, port], ['KRA pki.example.test:443', 'IPA', 'KRA', '443', null]);
    assert.deepEqual(batch?.roll, ['KRA pki.example.test:443', 'KRA broken:443']);
    assert.deepEqual(
      batch?.findings.map(({ verdict }) => verdict),
      ['refused'],
    );
  });

  it("finds the host authority's certificate by its subject", async () => {
    await start(sampleDirectory(3, authority));
    const [batch] = await batches('authority');
    const record = batch?.records[0];
    assert.ok(record?.kind === 'authority' && record.value.isHostAuthority);
    assert.deepEqual(Buffer.from(record.value.certificateDer ?? []), authority.certificateDer);
    assert.equal(record.value.certificateSerial, 1n);
  });

  it('says of every other authority that its key is elsewhere, and finds its certificate by number', async () => {
    const id = '11111111-2222-3333-4444-555555555555';
    const sub = directoryEntry(`cn=${id},${sampleLayout.authorities}`, {
      objectClass: ['top', 'authority'],
      authorityID: id,
      authorityParentID: sampleAuthorityId,
      authorityDN: 'CN=sample-2,O=SAMPLE',
      authoritySerial: '2',
      authorityEnabled: 'FALSE',
      authorityKeyNickname: `caSigningCert cert-pki-ca ${id}`,
    });
    await start([...sampleDirectory(3, authority), sub]);
    const [batch] = await batches('authority');
    const record = batch?.records.find((one) => one.kind === 'authority' && !one.value.isHostAuthority);
    assert.ok(record?.kind === 'authority' && record.value.certificateDer !== null);
    assert.deepEqual([record.value.id, record.value.parentId, record.value.enabled], [id, sampleAuthorityId, false]);
    assert.deepEqual(
      batch?.findings.map(({ kind, entry }) => [kind, entry]),
      [['authority-key-elsewhere', sub.dn]],
    );
  });

  it('reads numbers of any spread in order, in batches that fit memory', async () => {
    const random = [5n, 1n << 40n, (1n << 127n) + 12345n, (1n << 159n) - 1n, 77n << 100n];
    const dense = Array.from({ length: 900 }, (_, i) => 100_000n + BigInt(i));
    await start([
      ...sampleSkeleton(authority),
      ...[...random, ...dense].map((number) => certificateEntry(authority, number, { 'userCertificate;binary': 'x' })),
    ]);
    const all = await batches('certificate');
    const expected = [...random, ...dense].sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(serialsOf(all), expected);
    assert.ok(all.every(({ records }) => records.length <= 1000));
    assert.ok(directory.searchCount() < 150, `${directory.searchCount()} searches`);
  });

  it('goes on behind a checkpoint without a gap or a double', async () => {
    await start(sampleDirectory(1400, authority));
    const all = await batches('certificate');
    assert.ok(all.length > 2);
    for (const [i, { checkpoint }] of all.entries())
      assert.deepEqual(
        serialsOf([...all.slice(0, i + 1), ...(await batches('certificate', checkpoint))]),
        serialsOf(all),
      );
    await assert.rejects(() => batches('certificate', 'nonsense'), SourceError);
  });

  it('meets what is added behind the last entry while it reads, when it goes on from its last checkpoint', async () => {
    await start(sampleDirectory(20, authority));
    const first = await batches('certificate');
    directory.entries.push(certificateEntry(authority, 21n));
    assert.deepEqual(serialsOf(await batches('certificate', first.at(-1)?.checkpoint ?? null)), [21n]);
  });

  for (const [what, sizeLimit, servesPages] of [
    ['a small size limit', 30, true],
    ['a small size limit and no pages', 30, false],
    ['no pages', 0, false],
  ] as const)
    it(`reads everything from a server with ${what}`, async () => {
      await start(sampleDirectory(400, authority));
      Object.assign(directory, { sizeLimit, servesPages });
      assert.equal(serialsOf(await batches('certificate')).length, 400);
    });

  it('says what to do when limits hide a container that has no numbers', async () => {
    await start(sampleDirectory(3, authority));
    directory.sizeLimit = 1;
    await assert.rejects(
      () => batches('user'),
      (error) => error instanceof SourceError && error.code === 'limited' && /nsSizeLimit/.test(error.message),
    );
  });

  it('goes on after the server hangs up in the middle of an answer, without reading as nobody', async () => {
    await start(sampleDirectory(600, authority));
    let answers = 0;
    directory.onSearch = () => (++answers % 3 === 0 ? 'hang-up' : 'answer');
    assert.deepEqual(
      serialsOf(await batches('certificate')),
      Array.from({ length: 600 }, (_, i) => BigInt(i + 1)),
    );
    assert.ok(directory.connectionCount() > 2);
  });

  it('treats a server that stays silent as lost', async () => {
    await start(sampleDirectory(20, authority), { timeoutMs: 150 });
    let answers = 0;
    directory.onSearch = () => (++answers === 3 ? 'silence' : 'answer');
    assert.equal(serialsOf(await batches('certificate')).length, 20);
  });

  it('gives up after a while and never names the password', async () => {
    await start(sampleDirectory(3, authority), { retryForMs: 300 });
    directory.onSearch = () => 'hang-up';
    await assert.rejects(
      () => source.describe(),
      (error) => error instanceof SourceError && error.code === 'unreachable',
    );
    await source.close();
    await directory.close();
    const lines: string[] = [];
    await start(sampleDirectory(3, authority));
    const { url, bindDn } = directory;
    const refused = openDogtagDirectory(
      {
        url,
        bindDn,
        password: 'wrong battery',
        startTls: false,
        caCertificatePem: null,
        base: 'o=ipaca',
        timeZone: null,
      },
      { log: createLog('debug', (line) => lines.push(line)), clock },
    );
    await assert.rejects(
      () => refused.describe(),
      (error) => error instanceof SourceError && error.code === 'refused' && !String(error.stack).includes('battery'),
    );
    assert.ok(!lines.join().includes('battery'));
    await refused.close();
  });

  it('says so when the base is wrong', async () => {
    await start([]);
    await assert.rejects(() => source.describe(), /holds no certificate repository/);
  });

  it('imports the rest around broken entries and names each of them', async () => {
    const broken = (number: bigint, changes: Parameters<typeof certificateEntry>[2]) =>
      certificateEntry(authority, number, changes);
    await start([
      ...sampleDirectory(10, authority),
      broken(20n, { 'userCertificate;binary': null }),
      broken(21n, { serialno: '21' }),
      broken(22n, { serialno: null }),
      broken(23n, { serialno: Buffer.from([0xff, 0xfe]) }),
      broken(24n, { dateOfCreate: 'yesterday', metaInfo: Buffer.from([0xc3, 0x28]) }),
      broken(25n, { 'userCertificate;binary': Buffer.alloc(10 * 1024 * 1024, 0x30) }),
      broken(26n, { serialno: '0210' }),
      broken(27n, { certStatus: 'REVOKED', revInfo: 'garbage' }),
      requestEntry(30n, { requestState: 'strange' }),
      requestEntry(31n, { requestId: null }),
    ]);
    const all = await batches('certificate');
    const findings = all.flatMap((batch) =>
      batch.findings.map(({ kind, verdict, entry }) => `${entry.split(',')[0]} ${verdict} ${kind}`),
    );
    assert.deepEqual(
      serialsOf(all).sort((a, b) => Number(a - b)),
      [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 21n, 22n, 23n, 24n, 26n, 27n],
    );
    assert.deepEqual([...findings].sort(), [
      'cn=20 refused certificate-missing',
      'cn=21 accepted serial-attribute-differs-from-name',
      'cn=22 accepted serial-attribute-missing',
      'cn=23 accepted serial-attribute-missing',
      'cn=24 accepted malformed-date',
      'cn=24 accepted unreadable-meta-info',
      'cn=25 refused certificate-too-large',
      'cn=26 accepted serial-attribute-differs-from-name',
      'cn=27 accepted unreadable-revocation',
    ]);
    const requests = await batches('request');
    assert.deepEqual(
      requests.flatMap((batch) => batch.findings.map(({ kind, entry }) => `${entry.split(',')[0]} ${kind}`)),
      ['cn=30 unknown-request-state', 'cn=31 request-id-differs-from-name'],
    );
    assert.equal(
      requests.reduce((sum, { records }) => sum + records.length, 0),
      11,
    );
  });

  it('reads what was added while it read, and misses nothing', async () => {
    await start(sampleDirectory(5, authority));
    const all: SourceBatch[] = [];
    for await (const batch of source.read('certificate', null)) {
      if (all.length === 0) directory.entries.push(certificateEntry(authority, 6n));
      all.push(batch);
    }
    assert.deepEqual(serialsOf(all), [1n, 2n, 3n, 4n, 5n, 6n]);
    assert.deepEqual(
      all.flatMap(({ findings }) => findings),
      [],
    );
  });

  it('finds one object by its number or name', async () => {
    await start(sampleDirectory(5, authority));
    const found = await source.find({ kind: 'certificate', serialNumber: 4n });
    assert.deepEqual(serialsOf(found === null ? [] : [found]), [4n]);
    assert.equal(await source.find({ kind: 'certificate', serialNumber: 6n }), null);
    assert.equal((await source.find({ kind: 'request', id: 2n }))?.records.length, 1);
    assert.equal((await source.find({ kind: 'profile', name: 'caIPAserviceCert' }))?.records.length, 1);
    assert.equal((await source.find({ kind: 'user', name: 'ipara' }))?.records.length, 1);
    assert.equal(await source.find({ kind: 'user', name: 'ipara,ou=People' }), null);
    assert.equal((await source.find({ kind: 'crl', name: 'MasterCRL' }))?.records.length, 1);
  });

  it('says where users are as the directory does', async () => {
    await start(sampleDirectory(1, authority));
    assert.equal(await source.findUsersPlace(), 'ou=People,o=ipaca');
    await source.close();
    await directory.close();
    const isUser = ({ dn }: DirectoryEntry) => dn.startsWith('uid=');
    const named = (dn: string, entry: DirectoryEntry | undefined) => new DirectoryEntry(dn, entry?.attributes() ?? []);
    const entries = sampleDirectory(1, authority);
    await start([
      ...entries.filter((entry) => !isUser(entry)),
      named('uid=a\\,b,ou=people,o=ipaca', entries.find(isUser)),
    ]);
    assert.equal(await source.findUsersPlace(), 'ou=people,o=ipaca');
    await source.close();
    await directory.close();
    await start(entries.filter((entry) => !isUser(entry)));
    assert.equal(await source.findUsersPlace(), null);
  });

  it('follows changes by time where the server keeps no update numbers', async () => {
    await start(sampleDirectory(5, authority));
    const mark = await source.markChanges();
    assert.deepEqual(mark, { since: 'time:20261031234500Z', until: 'time:20261031235955Z' });
    directory.entries.push(certificateEntry(authority, 6n, { modifyTimestamp: '20261101000001Z' }));
    const changed: SourceBatch[] = [];
    for await (const batch of source.readChanges('certificate', mark.since)) changed.push(batch);
    assert.deepEqual(serialsOf(changed), [6n]);
    const settled: SourceBatch[] = [];
    for await (const batch of source.readChanges('certificate', mark.since, mark.until)) settled.push(batch);
    assert.deepEqual(serialsOf(settled), []);
  });

  it("gives a certificate repository's ranges in both readings", async () => {
    await start(sampleDirectory(1, authority));
    const { ranges } = await source.readNumberRanges();
    const certificates = ranges.filter((range) => range.of === 'certificate');
    assert.deepEqual(
      certificates.map(({ state, spans }) => [state, spans.map(({ readAs, from, to }) => [readAs, from, to])]),
      [
        [
          'allocated',
          [
            ['decimal', 1n, 10000000n],
            ['hexadecimal', 1n, 0x10000000n],
          ],
        ],
        [
          'unallocated',
          [
            ['decimal', 10000001n, null],
            ['hexadecimal', 0x10000001n, null],
          ],
        ],
      ],
    );
    assert.equal(
      ranges
        .filter((range) => range.of === 'request')
        .flatMap(({ spans }) => spans)
        .some(({ readAs }) => readAs === 'hexadecimal'),
      false,
    );
  });

  it('finds out the time zone, and says what it assumed', async () => {
    const local = { notBefore: '20260101010000Z', notAfter: '20280701020000Z', dateOfCreate: '20260101010000Z' };
    await start([
      ...sampleSkeleton(authority),
      ...[2n, 3n].map((number) => certificateEntry(authority, number, local)),
    ]);
    const description = await source.describe();
    assert.deepEqual(
      description.findings.map(({ kind }) => kind),
      ['time-zone-assumed'],
    );
    const [record] = (await batches('certificate'))[0]?.records ?? [];
    assert.ok(record?.kind === 'certificate');
    assert.deepEqual(record.value.issuedAt, new Date('2026-01-01T00:00:00Z'));
  });

  it('exports the same file twice, without passwords, and reads it back as the same records', async () => {
    await start(sampleDirectory(40, authority));
    const folder = await mkdtemp(join(tmpdir(), 'retag-export-'));
    try {
      const { url, bindDn, password } = directory;
      const settings = { url, bindDn, password, startTls: false, caCertificatePem: null, base: 'o=ipaca' };
      const files = [join(folder, 'a.ldif'), join(folder, 'b.ldif')];
      for (const file of files) {
        assert.equal(await exportDirectory(settings, file, { log: silentLog }), directory.entries.length);
      }
      const [a, b] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      assert.equal(a, b);
      assert.ok(!a?.includes('userPassword'));
      assert.deepEqual(await readdir(folder), ['a.ldif', 'b.ldif']);
      const recorded = await openRecordedDogtagDirectory(files[0] ?? '', { base: 'o=ipaca', timeZone: null });
      for (const kind of sourceKinds) {
        const live = (await batches(kind)).flatMap(({ records }) => records);
        const again: unknown[] = [];
        for await (const { records } of recorded.read(kind, null)) again.push(...records);
        assert.deepEqual(again, live);
        assert.equal(await recorded.count(kind), await source.count(kind));
      }
      assert.deepEqual((await recorded.readNumberRanges()).ranges, (await source.readNumberRanges()).ranges);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads entries whose number is not canonical even when numbers lead to none of them', async () => {
    const odd = certificateEntry(authority, 7n, { serialno: encodePrefixedNumber(7n).replace('01', '1') });
    await start([...sampleSkeleton(authority), odd]);
    const all = await batches('certificate');
    assert.deepEqual(serialsOf(all), [7n]);
    assert.equal(all[0]?.findings[0]?.entry, `cn=7,${sampleLayout.certificates}`);
  });

  it('finds what numbers do not lead to by its name, and lists all names only when some are missing still', async () => {
    const nowhere = { serialno: [] };
    const lost = certificateEntry(authority, 3_000n, nowhere);
    const named = new DirectoryEntry(`cn=lost-1,${sampleLayout.certificates}`, [
      ...lost.attributes().filter(([name]) => name !== 'cn'),
      ['cn', [Buffer.from('lost-1')]],
    ]);
    const between = certificateEntry(authority, 31n, nowhere);
    const others = sampleDirectory(60, authority).filter(({ dn }) => !dn.startsWith('cn=31,'));
    await start([...others, between, named]);
    const searchesFor = async () => {
      const before = directory.searchCount();
      const all = await batches('certificate');
      const findings = all.flatMap((batch) => batch.findings.map(({ entry }) => entry));
      assert.ok(findings.includes(named.dn) && findings.includes(between.dn), findings.join());
      return { searches: directory.searchCount() - before, serials: serialsOf(all) };
    };
    const byName = await searchesFor();
    assert.deepEqual(byName.serials.length, 60);
    // A name that begins with a digit and is no number stands where nobody looks.
    const hidden = new DirectoryEntry(`cn=31b,${sampleLayout.certificates}`, [
      ...named.attributes().filter(([name]) => name !== 'cn'),
      ['cn', [Buffer.from('31b')]],
    ]);
    directory.entries.push(hidden);
    const byList = await searchesFor();
    assert.equal(byList.searches, byName.searches + 1);
  });
});
