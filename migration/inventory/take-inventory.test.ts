// Facts of taking stock of a source: counts, expiry, ranges, agents, and the risks that follow from them.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { decodeCertificate } from '#codecs/x509';
import { openRecordedDogtagDirectory, type SourceNumberRange } from '#importers';
import { frozenClock } from '#platform';
import { createSampleAuthority, type SampleCertificateWish } from '#test/sample-authority';
import { certificateEntry, directoryEntry, requestEntry, sampleLayout, sampleSkeleton } from '#test/sample-directory';
import { formatInventory } from './format-inventory.ts';
import type { Inventory } from './inventory.ts';
import { describeRanges, observeRanges } from './observe-number-ranges.ts';
import { systemPurposeOf } from './system-purpose.ts';
import { type KnownKeys, takeInventory } from './take-inventory.ts';

const authority = createSampleAuthority();
const now = new Date('2026-11-01T00:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('taking inventory', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-inventory-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const take = async (
    entries: readonly DirectoryEntry[],
    unsupported: readonly string[] = [],
    keys?: KnownKeys,
  ): Promise<Inventory> => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    return takeInventory({
      source: await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' }),
      clock: frozenClock(now),
      ...(keys === undefined ? {} : { keys }),
      judgeProfile: ({ id }) =>
        unsupported.includes(id)
          ? { isSupported: false, reasons: ['line 7: fooImpl'], differences: [] }
          : { isSupported: true, reasons: [], differences: [] },
    });
  };
  const issued = (wish: SampleCertificateWish, changes: Parameters<typeof certificateEntry>[2] = {}) =>
    certificateEntry(authority, wish.serialNumber, {
      'userCertificate;binary': authority.issue(wish),
      notBefore: null,
      notAfter: null,
      ...changes,
    });
  const risksOf = ({ risks }: Inventory) => risks.map(({ severity, subject }) => `${severity} ${subject}`);

  it('counts certificates by state, reason, key, signature, issuer and time left', async () => {
    const { certificates, counts } = await take([
      ...sampleSkeleton(authority),
      certificateEntry(authority, 1n),
      issued({ serialNumber: 2n, notAfter: inDays(5) }),
      issued({ serialNumber: 3n, notAfter: inDays(29) }),
      issued({ serialNumber: 4n, notAfter: inDays(-1) }),
      issued({ serialNumber: 5n, notBefore: inDays(3), notAfter: inDays(9) }),
      issued({ serialNumber: 6n }, { certStatus: 'REVOKED', revInfo: '20260301000000Z;CRLReasonExtension=6' }),
      issued({ serialNumber: 0x1234567890n, issuer: 'CN=Somebody Else' }),
      certificateEntry(authority, 8n, { 'userCertificate;binary': 'rubbish' }),
    ]);
    assert.equal(counts.find(({ kind }) => kind === 'certificate')?.count, 8);
    const { total, valid, notYetValid, expired, revoked, unreadable } = certificates;
    assert.deepEqual(
      { total, valid, notYetValid, expired, revoked, unreadable },
      { total: 8, valid: 4, notYetValid: 1, expired: 1, revoked: 1, unreadable: 1 },
    );
    assert.deepEqual(certificates.revokedByReason, [{ reason: 'certificateHold', count: 1 }]);
    assert.deepEqual(certificates.keyAlgorithms, [{ name: 'EC nistp256', all: 7, valid: 4 }]);
    assert.deepEqual(certificates.signatureAlgorithms, [{ name: 'SHA256withEC', all: 7, valid: 4 }]);
    assert.deepEqual(
      certificates.issuers.map(({ name, all }) => [name, all]),
      [
        [authority.name, 6],
        ['CN=Somebody Else', 1],
      ],
    );
    assert.deepEqual(
      certificates.expiry.filter(({ count }) => count > 0),
      [
        { withinDays: 7, count: 1 },
        { withinDays: 30, count: 1 },
        { withinDays: 730, count: 2 },
      ],
    );
    assert.deepEqual([certificates.lowestSerial, certificates.highestSerial], ['1', String(0x1234567890)]);
  });

  it('orders risks by what they would break, and says what to do', async () => {
    const agentDer = authority.issue({ serialNumber: 50n, subject: 'CN=RA', notAfter: inDays(10) });
    const inventory = await take(
      [
        ...sampleSkeleton(authority).filter(({ dn }) => !dn.startsWith('uid=ipara')),
        issued(
          { serialNumber: 1n, subject: authority.name, isAuthority: true, notAfter: inDays(100) },
          { metaInfo: null },
        ),
        directoryEntry('uid=ipara,ou=People,o=ipaca', {
          objectClass: ['inetOrgPerson'],
          uid: 'ipara',
          cn: 'ipara',
          userCertificate: agentDer,
          description: '2;49;CN=x;CN=RA',
        }),
        directoryEntry(`cn=11111111-2222-3333-4444-555555555555,${sampleLayout.authorities}`, {
          objectClass: ['authority'],
          authorityID: '11111111-2222-3333-4444-555555555555',
          authorityParentID: 'a17c092a-7c45-40d1-a172-d6b3d7be2908',
          authorityDN: 'CN=Sub',
          authoritySerial: '99',
        }),
        directoryEntry(`cn=caOCSPCert,${sampleLayout.profiles}`, {
          objectClass: ['certProfile'],
          classId: 'x',
          certProfileConfig: 'enable=true\n',
        }),
        issued({ serialNumber: 51n, subject: 'CN=OCSP', notAfter: inDays(20) }, { metaInfo: ['profileId:caOCSPCert'] }),
        requestEntry(9n, { requestState: 'pending' }),
        certificateEntry(authority, 60n, { 'userCertificate;binary': null }),
      ],
      ['caOCSPCert', 'caIPAserviceCert'],
    );
    assert.deepEqual(risksOf(inventory), [
      'blocking 1 other authorities',
      'blocking profile caOCSPCert',
      'blocking 1 entries cannot be read',
      `breaking ${authority.name}`,
      'breaking OCSP signing certificate',
      'breaking user ipara',
      'breaking user ipara',
      'breaking CRL MasterCRL',
      'watching 1 profiles',
      'watching 1 valid certificates',
      'watching 1 pending requests',
    ]);
    assert.ok(inventory.risks.every(({ advice }) => advice.endsWith('.')));
    const page = formatInventory(inventory);
    assert.match(page, /RISKS, the worst first\nblocking {2}1 other authorities/);
    assert.match(page, /ipara +10 +CN=RA +not claimed/);
    assert.doesNotMatch(page, / $/m);
    JSON.stringify(inventory);
  });

  it('draws when valid certificates expire, each stretch of time with at least one mark', async () => {
    const page = formatInventory(
      await take([
        ...sampleSkeleton(authority),
        issued({ serialNumber: 2n, notAfter: inDays(5) }),
        ...Array.from({ length: 100 }, (_, i) => issued({ serialNumber: BigInt(10 + i), notAfter: inDays(20) })),
      ]),
    );
    assert.match(page, /^0 to 7 days +1 {2}█$/m);
    assert.match(page, /^7 to 30 days +100 {2}█{50}$/m);
    assert.match(page, /^30 to 90 days +0$/m);
    assert.match(page, /^later than 1825 days +0$/m);
  });

  it("says where authorities' keys are", async () => {
    const sub = '11111111-2222-3333-4444-555555555555';
    const subAuthority = createSampleAuthority('CN=Sub,O=SAMPLE');
    const subDer = authority.issue({
      serialNumber: 99n,
      subject: subAuthority.name,
      isAuthority: true,
      of: subAuthority,
    });
    const entries = [
      ...sampleSkeleton(authority),
      certificateEntry(authority, 1n),
      issued({ serialNumber: 99n }, { 'userCertificate;binary': subDer, subjectName: subAuthority.name }),
      directoryEntry(`cn=${sub},${sampleLayout.authorities}`, {
        objectClass: ['authority'],
        authorityID: sub,
        authorityParentID: 'a17c092a-7c45-40d1-a172-d6b3d7be2908',
        authorityDN: subAuthority.name,
        authoritySerial: '99',
        authorityEnabled: 'TRUE',
      }),
    ];
    const spkiOf = (der: Uint8Array) => decodeCertificate(der).subjectPublicKeyInfoDer;
    const keysOf = async (keys?: KnownKeys) => {
      const inventory = await take(entries, [], keys);
      return [
        ...inventory.authorities.map(({ isHostAuthority, key }) => `${isHostAuthority ? 'host' : 'sub'} ${key}`),
        ...risksOf(inventory).filter((risk) => risk.startsWith('blocking')),
      ];
    };
    const others = 'blocking 1 other authorities';
    assert.deepEqual(await keysOf(), ['host unknown', 'sub unknown', others]);
    assert.deepEqual(await keysOf({ isHere: () => false, hasHostFile: true }), [
      'host in a file',
      'sub missing',
      others,
    ]);
    assert.deepEqual(await keysOf({ isHere: () => false, hasHostFile: false }), [
      'host missing',
      'sub missing',
      `blocking ${authority.name}`,
      others,
    ]);
    const isSubs = (spkiDer: Uint8Array) => Buffer.compare(spkiDer, spkiOf(subDer)) === 0;
    assert.deepEqual(await keysOf({ isHere: isSubs, hasHostFile: true }), ['host in a file', 'sub here']);
  });

  it('finds the agent whose only certificate is revoked', async () => {
    const agentDer = authority.issue({ serialNumber: 50n, subject: 'CN=RA', notAfter: inDays(400) });
    const inventory = await take([
      ...sampleSkeleton(authority).filter(({ dn }) => !dn.startsWith('uid=ipara')),
      certificateEntry(authority, 1n),
      directoryEntry('uid=ipara,ou=People,o=ipaca', {
        objectClass: ['inetOrgPerson'],
        uid: 'ipara',
        cn: 'ipara',
        userCertificate: agentDer,
        description: `2;50;${authority.name};CN=RA`,
      }),
      issued(
        { serialNumber: 50n },
        { 'userCertificate;binary': agentDer, certStatus: 'REVOKED', revInfo: '20260301000000Z;CRLReasonExtension=1' },
      ),
    ]);
    const [agent] = inventory.agents.filter(({ userId }) => userId === 'ipara');
    assert.deepEqual(
      agent?.certificates.map(({ isClaimed, isRevoked }) => [isClaimed, isRevoked]),
      [[true, true]],
    );
    assert.ok(inventory.risks.some(({ subject, message }) => subject === 'user ipara' && /is revoked/.test(message)));
  });

  it('says when the host authority or its certificate is missing', async () => {
    const without = sampleSkeleton(authority);
    assert.ok(risksOf(await take(without)).includes(`blocking ${authority.name}`));
    assert.ok(
      risksOf(await take(without.filter(({ dn }) => !dn.includes('ou=authorities,') || dn.startsWith('ou=')))).includes(
        'blocking host authority',
      ),
    );
  });
});

describe('number ranges', () => {
  const certificateRange = (next: bigint, nextHexadecimal: bigint): SourceNumberRange[] => [
    {
      of: 'certificate',
      state: 'allocated',
      host: null,
      entry: '',
      spans: [
        { readAs: 'decimal', from: 1n, to: next - 1n },
        { readAs: 'hexadecimal', from: 1n, to: nextHexadecimal - 1n },
      ],
    },
    {
      of: 'certificate',
      state: 'unallocated',
      host: null,
      entry: '',
      spans: [
        { readAs: 'decimal', from: next, to: null },
        { readAs: 'hexadecimal', from: nextHexadecimal, to: null },
      ],
    },
  ];

  it('are observed in the least favourable reading', () => {
    const observed = observeRanges(certificateRange(10000001n, 0x10000001n), 'certificate', 500n);
    assert.deepEqual([observed.nextRange, observed.isRandom], [0x10000001n, false]);
    assert.ok(observed.rangeEnds.includes(0x10000000n));
  });

  it('are no bound where numbers are random', () => {
    const ranges = certificateRange(10000001n, 0x10000001n);
    const observed = observeRanges(ranges, 'certificate', (1n << 127n) + 5n);
    assert.deepEqual([observed.isRandom, observed.randomBits], [true, 128]);
    assert.equal(observeRanges(ranges, 'certificate', (1n << 150n) + 5n).randomBits, 151);
    assert.ok(
      describeRanges(ranges, { certificate: (1n << 127n) + 5n, request: null, replica: null }).every(
        ({ left }) => left === null,
      ),
    );
  });

  it('tell what is left above the highest number in use', () => {
    const lines = describeRanges(certificateRange(1001n, 0x1001n), { certificate: 900n, request: null, replica: null });
    assert.deepEqual(
      lines.map(({ readAs, left }) => [readAs, left]),
      [
        ['decimal', '100'],
        ['hexadecimal', String(0x1000 - 900)],
        ['decimal', null],
        ['hexadecimal', null],
      ],
    );
  });
});

describe("the server's own certificates", () => {
  it('are known by their profile, or by the host name', () => {
    assert.equal(systemPurposeOf('caECSubsystemCert', 'CN=x', []), 'subsystem');
    assert.equal(systemPurposeOf('caServerCert', 'CN=PKI.example.test,O=X', ['pki.example.test']), 'TLS server');
    assert.equal(systemPurposeOf('caServerCert', 'CN=www.example.test', ['pki.example.test']), null);
    assert.equal(systemPurposeOf(null, '', []), null);
    assert.equal(systemPurposeOf('constructor', '', []), null);
  });
});
