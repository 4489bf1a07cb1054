// Facts of comparing a source with the record: nothing that differs stays unseen, and what differs is named. The record here is in memory.
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RequestRecord, serialNumber } from '#ca-core/engine';
import { type DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import {
  assembleCertificateList,
  encodeNameText,
  encodeTbsCertList,
  findSignatureAlgorithm,
  type RevokedCertificate,
} from '#codecs/x509';
import { openRecordedDogtagDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import { createRecordedStore, type RecordedStore } from '#test/recorded-store';
import { createRecordingIntake } from '#test/recording-intake';
import { createSampleAuthority } from '#test/sample-authority';
import { certificateEntry, directoryEntry, sampleDirectory, sampleLayout } from '#test/sample-directory';
import { runImport } from '../import/run-import.ts';
import { formatVerification } from './format-verification.ts';
import { verifyImport } from './verify-import.ts';

const authority = createSampleAuthority();
const revInfo = '20260301000000Z;CRLReasonExtension=1';

describe('verifying an import', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-verify-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Imports a directory, lets `tamper` change the record behind everybody's back, and compares. */
  const verify = async (entries: readonly DirectoryEntry[], tamper: (store: RecordedStore) => void = () => {}) => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
    const intake = createRecordingIntake();
    await runImport({ source, intake, clock: systemClock, log: silentLog });
    const store = createRecordedStore(intake);
    tamper(store);
    return verifyImport({ source, store, intake, clock: systemClock });
  };
  const directory = () => [
    ...sampleDirectory(1200, authority).filter(({ dn }) => !dn.startsWith('cn=7,ou=cert')),
    certificateEntry(authority, 7n, {
      certStatus: 'REVOKED',
      revInfo,
      revokedOn: '20260301000001Z',
      revokedBy: 'ipara',
    }),
  ];
  const found = ({ kinds, crls }: Awaited<ReturnType<typeof verify>>) =>
    [
      ...kinds.flatMap(({ kind, differences }) => differences.map((difference) => ({ kind, ...difference }))),
      ...crls.flatMap(({ differences }) => differences.map((difference) => ({ kind: 'crl', ...difference }))),
    ]
      .filter(({ explanation }) => explanation === null)
      .map(({ kind, object, part }) => `${kind} ${object} ${part}`);

  it('finds both sides equal after an import, in every kind and range', async () => {
    const verification = await verify(directory());
    assert.deepEqual(found(verification), []);
    assert.equal(verification.isEqual, true);
    const [certificates] = verification.kinds;
    assert.deepEqual(
      [certificates?.sourceCount, certificates?.recordCount, certificates?.ranges.length],
      [1200, 1200, 2],
    );
    assert.ok(certificates?.ranges.every(({ sourceDigest, recordDigest }) => sourceDigest === recordDigest));
    assert.ok(
      verification.samples.length >= 2 &&
        verification.samples.every(({ source, record }) => source !== null && source === record),
    );
    assert.match(formatVerification(verification), /^EQUAL/);
  });

  it('names the one certificate in which one byte differs, and its range', async () => {
    const verification = await verify(directory(), ({ certificateRecords }) => {
      const record = certificateRecords.get(1111n);
      assert.ok(record);
      const bytes = Buffer.from(record.certificateDer);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      certificateRecords.set(1111n, { ...record, certificateDer: bytes });
    });
    assert.deepEqual(found(verification), ['certificate 1111 certificateDer']);
    const differing = verification.kinds[0]?.ranges.filter(
      ({ sourceDigest, recordDigest }) => sourceDigest !== recordDigest,
    );
    assert.deepEqual(
      differing?.map(({ from, to }) => [from, to]),
      [['1001', '1200']],
    );
    assert.match(formatVerification(verification), /^NOT EQUAL[\s\S]*1111 {2}certificateDer/);
  });

  it('names what is missing and what is too many, but not what was made here', async () => {
    const verification = await verify(directory(), ({ certificateRecords, requestRecords }) => {
      const one = certificateRecords.get(5n);
      assert.ok(one);
      certificateRecords.delete(5n);
      certificateRecords.set(9000n, { ...one, serialNumber: serialNumber(9000n) });
      certificateRecords.set(1n << 96n, { ...one, serialNumber: serialNumber(1n << 96n), origin: 'native' });
      requestRecords.delete(3n);
    });
    assert.deepEqual(found(verification), ['certificate 5 missing', 'certificate 9000 extra', 'request 3 missing']);
    assert.equal(verification.kinds[0]?.madeHereCount, 1);
  });

  it('says what to do once behind neighbors for which it is the same', async () => {
    const verification = await verify(directory(), ({ certificateRecords }) => {
      for (const serial of [20n, 21n, 22n]) certificateRecords.delete(serial);
    });
    assert.match(
      formatVerification(verification),
      /\n {2}20 {2}missing: .*\n {2}21 {2}missing: .*\n {2}22 {2}missing: .*\n {6}next: run retag import/,
    );
  });

  it('names differing status, dates and values', async () => {
    const verification = await verify(
      directory(),
      ({ certificateRecords, requestRecords, profileRecords, users, groups, rules }) => {
        const change = <Key, Value>(map: Map<Key, Value>, key: Key, to: Partial<Value>) => {
          const value = map.get(key);
          assert.ok(value);
          map.set(key, { ...value, ...to });
        };
        change(certificateRecords, 7n, { revocation: null });
        change(certificateRecords, 8n, {
          revocation: { reason: 4, revokedAt: new Date('2026-01-02T00:00:00Z'), revokedBy: null, invalidityDate: null },
        });
        change(certificateRecords, 9n, { issuedBy: 'mallory' });
        change(requestRecords, 4n, { state: 'rejected', attributes: { x: 'y' } } satisfies Partial<RequestRecord>);
        change(profileRecords, 'caIPAserviceCert', { configurationText: 'enable=false\n' });
        change(users, 'ipara', { state: '0' });
        groups.set('Administrators', { name: 'Administrators', description: null, memberUserIds: [] });
        change(groups, 'Certificate Manager Agents', { memberUserIds: ['mallory'] });
        rules.clear();
      },
    );
    assert.deepEqual(found(verification), [
      'certificate 7 revocation',
      'certificate 8 revocation',
      'certificate 9 issuedBy',
      'request 4 state',
      'request 4 attributes',
      'profile caIPAserviceCert configurationText',
      'user ipara state',
      'group Certificate Manager Agents members',
      'group Administrators extra',
      'access-rule certServer.ca.certs missing',
    ]);
  });

  it("sees a second's difference between the two dates of a revocation", async () => {
    const verification = await verify(directory(), ({ certificateRecords }) => {
      const record = certificateRecords.get(7n);
      assert.ok(record?.revocation?.notedAt);
      const { notedAt: _, ...revocation } = record.revocation;
      certificateRecords.set(7n, { ...record, revocation });
    });
    assert.deepEqual(found(verification), ['certificate 7 revocation']);
  });

  it('explains what the import refused', async () => {
    const broken = certificateEntry(authority, 5000n, { 'userCertificate;binary': null });
    const verification = await verify([...directory(), broken]);
    // The source yields no record of it either, so it is no difference; the import's findings tell of it.
    assert.equal(verification.isEqual, true);
  });

  it('stops when told to', async () => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + directory().map(encodeLdifEntry).join(''));
    const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
    const intake = createRecordingIntake();
    const reason = new Error('enough');
    await assert.rejects(
      () =>
        verifyImport({
          source,
          store: createRecordedStore(intake),
          intake,
          clock: systemClock,
          signal: AbortSignal.abort(reason),
        }),
      /enough/,
    );
  });
});

describe('verifying a CRL', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-verify-crl-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const algorithm = findSignatureAlgorithm('SHA256withEC');
  const crlOf = (revoked: readonly RevokedCertificate[]) => {
    assert.ok(algorithm);
    const tbsDer = encodeTbsCertList({
      signatureAlgorithm: algorithm.name,
      issuerDer: encodeNameText(authority.name),
      thisUpdate: new Date('2026-06-01T00:00:00Z'),
      nextUpdate: new Date('2026-06-02T00:00:00Z'),
      revokedCertificates: revoked,
      extensions: [],
    });
    return assembleCertificateList(tbsDer, algorithm.der, sign('sha256', tbsDer, authority.privateKeyPem));
  };
  const entry = (serial: bigint, reasonCode = 1): RevokedCertificate => ({
    serialNumber: serial,
    revocationDate: new Date('2026-03-01T00:00:00Z'),
    reasonCode,
    invalidityDate: null,
  });
  const verifyCrl = async (listed: readonly RevokedCertificate[], revokedEntries: readonly DirectoryEntry[]) => {
    const point = directoryEntry(`cn=MasterCRL,${sampleLayout.issuingPoints}`, {
      objectClass: ['top', 'crlIssuingPointRecord'],
      crlNumber: '017',
      certificateRevocationList: crlOf(listed),
    });
    const replaced = new Set([point, ...revokedEntries].map(({ dn }) => dn));
    const entries = [...sampleDirectory(20, authority).filter(({ dn }) => !replaced.has(dn)), point, ...revokedEntries];
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
    const intake = createRecordingIntake();
    await runImport({ source, intake, clock: systemClock, log: silentLog });
    const { crls } = await verifyImport({ source, store: createRecordedStore(intake), intake, clock: systemClock });
    return crls[0];
  };
  const revoked = (serial: bigint, info = revInfo) =>
    certificateEntry(authority, serial, { certStatus: 'REVOKED', revInfo: info });

  it('finds the sets equal when they are', async () => {
    const crl = await verifyCrl([entry(3n), entry(4n)], [revoked(3n), revoked(4n)]);
    assert.deepEqual([crl?.sourceCount, crl?.recordCount, crl?.differenceCount], [2, 2, 0]);
  });

  it('names entries too many, too few and different, and explains what came later', async () => {
    const crl = await verifyCrl(
      [entry(3n), entry(5n, 4), entry(6n, 6), entry(8n)],
      [revoked(3n), revoked(4n), revoked(5n), revoked(7n, '20260601000100Z;CRLReasonExtension=1')],
    );
    assert.deepEqual(crl?.differences.map(({ object, part, explanation }) => [object, part, explanation]).sort(), [
      ['4', 'missing in the CRL', null],
      ['5', 'entry', null],
      ['6', 'extra in the CRL', 'released from hold since the CRL was made'],
      ['7', 'missing in the CRL', 'revoked since the CRL was made'],
      ['8', 'extra in the CRL', null],
    ]);
  });
});
