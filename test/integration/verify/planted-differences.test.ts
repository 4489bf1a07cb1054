// Twenty thousand certificates in the true record: single octets, values and entries that were changed on either side are each found and named, and nothing else is.
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake, type Intake } from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { type DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { assembleCertificateList, encodeNameText, encodeTbsCertList, findSignatureAlgorithm } from '#codecs/x509';
import { openRecordedDogtagDirectory } from '#importers';
import { runImport, type Verification, verifyImport } from '#migration';
import { silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import {
  certificateEntry,
  directoryEntry,
  type EntryValues,
  requestEntry,
  sampleLayout,
  sampleSkeleton,
} from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';

const authority = createSampleAuthority();
const certificateCount = 20_000;
const requestCount = 1_000;
const revokedSerials = [2n, 6_000n, 19_999n];
const revocation = (second: string): EntryValues => ({
  certStatus: 'REVOKED',
  revInfo: `202603010000${second}Z;CRLReasonExtension=1`,
  revokedOn: `202603010000${second}Z`,
  revokedBy: 'ipara',
});

function crlDer(): Buffer {
  const algorithm = findSignatureAlgorithm('SHA256withEC');
  assert.ok(algorithm);
  const tbsDer = encodeTbsCertList({
    signatureAlgorithm: algorithm.name,
    issuerDer: encodeNameText(authority.name),
    thisUpdate: new Date('2026-06-01T00:00:00Z'),
    nextUpdate: new Date('2026-06-02T00:00:00Z'),
    revokedCertificates: revokedSerials.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date('2026-03-01T00:00:00Z'),
      reasonCode: 1,
      invalidityDate: null,
    })),
    extensions: [],
  });
  return assembleCertificateList(tbsDer, algorithm.der, sign('sha256', tbsDer, authority.privateKeyPem));
}

const dnOf = (serial: bigint) => `cn=${serial},${sampleLayout.certificates}`;
const requestDnOf = (id: bigint) => `cn=${id},${sampleLayout.requests}`;

/** Everything by name of entry, number 7,777 being left out. */
function makeDirectory(): Map<string, DirectoryEntry> {
  const certificates = Array.from({ length: certificateCount }, (_, i) => BigInt(i + 1)).filter((n) => n !== 7_777n);
  const requests = Array.from({ length: requestCount }, (_, i) => BigInt(i + 1));
  const crl = directoryEntry(`cn=MasterCRL,${sampleLayout.issuingPoints}`, {
    objectClass: ['top', 'crlIssuingPointRecord'],
    crlNumber: '017',
    certificateRevocationList: crlDer(),
  });
  const entries = [
    ...sampleSkeleton(authority).filter(({ dn }) => dn !== crl.dn),
    crl,
    ...certificates.map((n) => certificateEntry(authority, n, revokedSerials.includes(n) ? revocation('00') : {})),
    ...requests.map((id) => requestEntry(id, { 'extdata-requestnotes': `for somebody ${id}` })),
  ];
  return new Map(entries.map((entry) => [entry.dn, entry]));
}

function flipped(der: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(der);
  const index = at < 0 ? der.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

/** Unexplained differences, `kind object part`. */
function found({ kinds, crls }: Verification): string[] {
  return [
    ...kinds.flatMap(({ kind, differences }) => differences.map((one) => ({ kind, ...one }))),
    ...crls.flatMap(({ differences }) => differences.map((one) => ({ kind: 'crl', ...one }))),
  ]
    .filter(({ explanation }) => explanation === null)
    .map(({ kind, object, part }) => `${kind} ${object} ${part}`)
    .sort();
}

function differenceOf({ kinds }: Verification, object: string, part: string) {
  const difference = kinds
    .flatMap(({ differences }) => differences)
    .find((one) => one.object === object && one.part === part);
  assert.ok(difference, `${object} ${part}`);
  return difference;
}

describe('differences planted among twenty thousand certificates', function () {
  this.timeout(600_000);
  const test = withTestDatabase([storeMigrations]);
  let folder: string;
  let directory: Map<string, DirectoryEntry>;
  let store: PostgresStore;
  let intake: Intake;

  const open = async (entries: ReadonlyMap<string, DirectoryEntry>) => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + [...entries.values()].map(encodeLdifEntry).join(''));
    return openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  };
  const verify = async (entries: ReadonlyMap<string, DirectoryEntry>) =>
    verifyImport({ source: await open(entries), store, intake, clock: systemClock });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-planted-'));
    store = await openStore(test.database, {
      auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
      clock: systemClock,
      log: silentLog,
    });
    intake = createIntake({ ledger: store.importLedger, clock: systemClock });
    directory = makeDirectory();
    await runImport({ source: await open(directory), intake, clock: systemClock, log: silentLog });
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('finds none where none were planted, and verifies every signature', async () => {
    const verification = await verify(directory);
    assert.deepEqual(found(verification), []);
    assert.equal(verification.isEqual, true);
    assert.deepEqual(verification.signatures, { checked: certificateCount - 1, bad: 0 });
    assert.deepEqual(
      verification.crls.map(({ sourceCount, recordCount }) => [sourceCount, recordCount]),
      [[3, 3]],
    );
  });

  it('names each one that was planted in the directory', async () => {
    const changed = new Map(directory);
    const replace = (entry: DirectoryEntry) => changed.set(entry.dn, entry);
    const bytesOf = (serial: bigint) => {
      const [der] = directory.get(dnOf(serial))?.binaryValues('userCertificate') ?? [];
      assert.ok(der);
      return der;
    };
    const derOf = (serial: bigint) => ({ 'userCertificate;binary': bytesOf(serial) });
    const withDer = (serial: bigint, der: Buffer) =>
      replace(certificateEntry(authority, serial, { 'userCertificate;binary': der }));
    // One octet: in the first certificate of a range, in the last one of all, in the content, in the signature.
    withDer(1_001n, flipped(bytesOf(1_001n), 60));
    withDer(20_000n, flipped(bytesOf(20_000n), -1));
    // Entries.
    changed.delete(dnOf(1_000n));
    changed.delete(dnOf(10_000n));
    replace(certificateEntry(authority, 7_777n));
    replace(certificateEntry(authority, 20_001n));
    replace(certificateEntry(authority, 12_345n, { 'userCertificate;binary': null }));
    replace(directoryEntry(`cn=012346,${sampleLayout.certificates}`, { ...entryOf(12_346n), cn: '012346' }));
    // Values.
    replace(certificateEntry(authority, 5_000n, { ...derOf(5_000n), ...revocation('00') }));
    replace(certificateEntry(authority, 6_000n, { ...derOf(6_000n), ...revocation('01') }));
    replace(certificateEntry(authority, 13_000n, { ...derOf(13_000n), issuedBy: 'iparA' }));
    replace(requestEntry(10n, { 'extdata-requestnotes': 'for somebodY 10' }));
    changed.delete(requestDnOf(500n));
    replace(requestEntry(1_001n));
    replace(
      directoryEntry(`cn=caIPAserviceCert,${sampleLayout.profiles}`, {
        objectClass: ['top', 'certProfile'],
        classId: 'caEnrollImpl',
        certProfileConfig: 'enable=true\nvisible=falsE\n',
      }),
    );
    const verification = await verify(changed);
    assert.deepEqual(found(verification), [
      'certificate 1000 extra',
      'certificate 10000 extra',
      'certificate 1001 certificateDer',
      'certificate 12345 extra',
      'certificate 12346 repeated',
      'certificate 13000 issuedBy',
      'certificate 20000 certificateDer',
      'certificate 20001 missing',
      'certificate 5000 revocation',
      'certificate 6000 revocation',
      'certificate 7777 missing',
      `certificate ${dnOf(12_345n)} unreadable`,
      'profile caIPAserviceCert configurationText',
      'request 10 attributes',
      'request 1001 missing',
      'request 500 extra',
    ]);
    assert.equal(verification.isEqual, false);
    const octet = differenceOf(verification, '1001', 'certificateDer');
    assert.match(octet.detail ?? '', /^1 of \d+ octets differs, the first at offset 60: .*the record's is signed$/);
    assert.match(octet.nextStep ?? '', /the directory was changed/);
    assert.match(differenceOf(verification, '10', 'attributes').detail ?? '', /^"requestNotes" is 15 octets/);
    assert.ok(verification.kinds.flatMap(({ differences }) => differences).every(({ nextStep }) => nextStep !== null));
  });

  it('names each one that was planted in the record', async () => {
    const flipOctet = (serial: bigint, at: string) =>
      `update certificate_contents set certificate_der = set_byte(certificate_der, ${at}, get_byte(certificate_der, ${at}) # 1)
       where serial_number = ${serial}`;
    const copy = (table: string, key: string, from: bigint, to: bigint) =>
      `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('${key}', ${to}::numeric))).*
       from ${table} t where ${key} = ${from}`;
    const plants: readonly (readonly [statements: readonly string[], expected: readonly string[]])[] = [
      [[flipOctet(3n, '60')], ['certificate 3 certificateDer']],
      [[flipOctet(20_000n, 'length(certificate_der) - 1')], ['certificate 20000 certificateDer']],
      [['delete from certificates where serial_number = 1001'], ['certificate 1001 missing']],
      [['delete from certificate_contents where serial_number = 19000'], ['certificate 19000 missing']],
      [
        [
          copy('certificates', 'serial_number', 7_776n, 7_777n),
          copy('certificate_contents', 'serial_number', 7_776n, 7_777n),
        ],
        ['certificate 7777 extra'],
      ],
      [
        [copy('certificates', 'serial_number', 7_776n, 0n), copy('certificate_contents', 'serial_number', 7_776n, 0n)],
        ['certificate 0 extra'],
      ],
      [
        [
          "update certificates set revoked_at = '2026-03-01T00:00:00Z', revocation_reason = 4 where serial_number = 5000",
        ],
        ['certificate 5000 revocation', 'crl 5000 missing in the CRL'],
      ],
      [
        ["update certificates set revoked_at = revoked_at + interval '1 second' where serial_number = 6000"],
        ['certificate 6000 revocation', 'crl 6000 entry'],
      ],
      [
        [
          'update certificates set revoked_at = null, revocation_reason = null, revoked_by = null where serial_number = 19999',
        ],
        ['certificate 19999 revocation', 'crl 19999 extra in the CRL'],
      ],
      [
        ["update certificates set not_after = not_after + interval '1 day' where serial_number = 13000"],
        ['certificate 13000 notAfter'],
      ],
      [
        ["update certificates set subject = 'CN=somebody else' where serial_number = 13001"],
        ['certificate 13001 subject'],
      ],
      [['update requests set attributes = \'{"requestnotes": "x"}\' where id = 1'], ['request 1 attributes']],
      [["update requests set state = 'pending' where id = 1000"], ['request 1000 state']],
      [['delete from requests where id = 500'], ['request 500 missing']],
      [[copy('requests', 'id', 501n, 1_001n)], ['request 1001 extra']],
      [
        ["update profiles set configuration_text = replace(configuration_text, 'false', 'falsE')"],
        ['profile caIPAserviceCert configurationText'],
      ],
      [["update users set certificate_claims = '{}' where user_id = 'ipara'"], ['user ipara certificateClaims']],
      [["update access_rules set comment = 'x'"], ['access-rule certServer.ca.certs rule']],
    ];
    for (const [statements] of plants) for (const text of statements) await test.database.execute(text);
    const verification = await verify(directory);
    assert.deepEqual(found(verification), plants.flatMap(([, expected]) => expected).sort());
    assert.equal(verification.signatures.bad, 2);
    assert.match(differenceOf(verification, '3', 'certificateDer').nextStep ?? '', /the record was changed/);
    const [certificates] = verification.kinds;
    const changedRanges = certificates?.ranges.filter((range) => range.sourceDigest !== range.recordDigest) ?? [];
    const isIn = (number: bigint) =>
      changedRanges.some(({ from, to }) => BigInt(from) <= number && number <= BigInt(to));
    assert.ok([3n, 1_001n, 7_777n, 20_000n].every(isIn) && ![8_500n, 10_000n, 15_500n].some(isIn));
  });
});

function entryOf(serial: bigint): EntryValues {
  const entry = certificateEntry(authority, serial);
  return {
    objectClass: ['top', 'certificateRecord'],
    serialno: entry.texts('serialno'),
    'userCertificate;binary': entry.binaryValues('userCertificate'),
    certStatus: 'VALID',
    dateOfCreate: '20260101000000Z',
  };
}
