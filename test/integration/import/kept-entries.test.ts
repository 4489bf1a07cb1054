// Entries that are kept as they came: key recovery, ACME, numbers, issuing points and what requests have no place for, into the true record and compared.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditKeyFromBytes, type KeptKind } from '#ca-core/engine';
import { createIntake, type Intake } from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { openRecordedDogtagDirectory } from '#importers';
import { runImport, verifyImport } from '#migration';
import { silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { directoryEntry, requestEntry, sampleAuthorityId, sampleDirectory, sampleLayout } from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';

const authority = createSampleAuthority();
// Once: signatures of the sample authority come out another each time.
const sample = sampleDirectory(3, authority);
const { keyRecovery, acme, ranges } = sampleLayout;
const wrapped = Buffer.from([0x30, 0x00, 0xff, 0x80, 0x0a, 0x3a]);
const unit = (dn: string) => directoryEntry(dn, { objectClass: ['top', 'organizationalUnit'] });

const keyEntry = (number: number, status = 'active') =>
  directoryEntry(`cn=${number},ou=keyRepository,ou=kra,${keyRecovery}`, {
    objectClass: ['top', 'keyRecord'],
    cn: String(number),
    serialno: `01${number}`,
    ownerName: 'ipakra',
    algorithm: 'AES',
    keySize: '256',
    status,
    keyState: 'VALID',
    clientId: 'ipa:/users/alice/vault',
    privateKeyData: wrapped,
  });

const keyRecoveryEntries = [
  ...[keyRecovery, `ou=kra,${keyRecovery}`, `ou=requests,${keyRecovery}`, `ou=people,${keyRecovery}`].map(unit),
  directoryEntry(`ou=keyRepository,ou=kra,${keyRecovery}`, {
    objectClass: ['repository'],
    serialno: '010',
    nextRange: '10000001',
  }),
  directoryEntry(`ou=kra,ou=requests,${keyRecovery}`, { objectClass: ['repository'], serialno: '010' }),
  directoryEntry(`cn=3,ou=kra,ou=requests,${keyRecovery}`, {
    objectClass: ['top', 'request', 'extensibleObject'],
    cn: '3',
    requestId: '013',
    requestType: 'securityDataEnrollment',
    requestState: 'complete',
    'extdata-wrappedsecuritydata': 'MAA=',
  }),
  directoryEntry(`uid=ipakra,ou=people,${keyRecovery}`, {
    objectClass: ['top', 'inetOrgPerson', 'cmsuser'],
    uid: 'ipakra',
    userstate: '1',
    userPassword: '{SSHA}never to be copied',
  }),
];
const acmeEntries = [
  ...[acme, ...['config', 'accounts', 'orders', 'authorizations'].map((name) => `ou=${name},${acme}`)].map(unit),
  directoryEntry(`acmeAccountId=a1,ou=accounts,${acme}`, {
    objectClass: ['acmeAccount'],
    acmeAccountId: 'a1',
    acmeStatus: 'valid',
    acmeAccountKey: '{"kty":"EC"}',
  }),
  directoryEntry(`acmeOrderId=o1,ou=orders,${acme}`, {
    objectClass: ['acmeOrder'],
    acmeOrderId: 'o1',
    acmeAccountId: 'a1',
    acmeStatus: 'pending',
  }),
];
const numberEntries = [
  unit(ranges),
  unit(`ou=requests,${ranges}`),
  directoryEntry(`cn=10000001,ou=requests,${ranges}`, {
    objectClass: ['top', 'pkiRange'],
    beginRange: '10000001',
    endRange: '20000000',
    host: 'replica.example.test',
  }),
];
const oddRequests = [
  requestEntry(50n, { requestType: 'getCAChain', 'extdata-x': 'kept whole' }),
  requestEntry(51n, { 'extdata-blob': wrapped, 'extdata-two': ['one', 'two'], realm: 'ipa' }),
];

const lightweightId = '11111111-2222-3333-4444-555555555555';
const lightweightEntry = (keyHosts: readonly string[]) =>
  directoryEntry(`cn=${lightweightId},${sampleLayout.authorities}`, {
    objectClass: ['top', 'authority'],
    authorityID: lightweightId,
    authorityParentID: sampleAuthorityId,
    authorityDN: 'CN=Sub,O=SAMPLE',
    authoritySerial: '77',
    authorityEnabled: 'TRUE',
    authorityKeyNickname: `caSigningCert cert-pki-ca ${lightweightId}`,
    authorityKeyHost: keyHosts,
  });

describe('entries that are kept as they came', () => {
  const test = withTestDatabase([storeMigrations]);
  let folder: string;
  let store: PostgresStore;
  let intake: Intake;
  const open = async (entries: readonly DirectoryEntry[]) => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    return openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  };
  const everything = (keys: readonly DirectoryEntry[]) => [
    ...sample,
    ...keyRecoveryEntries,
    ...keys,
    ...acmeEntries,
    ...numberEntries,
    ...oddRequests,
  ];
  const take = async (entries: readonly DirectoryEntry[]) =>
    runImport({ source: await open(entries), intake, clock: systemClock, log: silentLog });
  const verify = async (entries: readonly DirectoryEntry[]) =>
    verifyImport({ source: await open(entries), store, intake, clock: systemClock });
  const namesOf = async (kind: KeptKind) => (await store.keptEntries.list(kind, null, 100)).map(({ name }) => name);
  const differencesOf = async (entries: readonly DirectoryEntry[]) =>
    (await verify(entries)).kinds.flatMap(({ kind, differences }) =>
      differences
        .filter(({ explanation }) => explanation === null)
        .map(({ object, part }) => `${kind} ${object} ${part}`),
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-kept-'));
    const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
    store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
    intake = createIntake({ ledger: store.importLedger, clock: systemClock });
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('are taken with every octet, and found again by kind and name', async () => {
    const report = await take(everything([keyEntry(1), keyEntry(2)]));
    const read = Object.fromEntries(report.kinds.map(({ kind, entries, inserted }) => [kind, [entries, inserted]]));
    assert.deepEqual(
      ['kra-key', 'kra-request', 'kra-user', 'acme-account', 'acme-order', 'number-range', 'number-counter'].map(
        (kind) => [kind, ...(read[kind] ?? [])],
      ),
      [
        ['kra-key', 2, 2],
        ['kra-request', 1, 1],
        ['kra-user', 1, 1],
        ['acme-account', 1, 1],
        ['acme-order', 1, 1],
        ['number-range', 1, 1],
        ['number-counter', 5, 5],
      ],
    );
    const key = await store.keptEntries.find('kra-key', '2');
    assert.ok(key);
    const { content, ...shown } = key;
    assert.deepEqual(shown, { name: '2', state: 'active', owner: 'ipakra', algorithm: 'AES', size: 256n });
    assert.deepEqual(content.values('privateKeyData'), [wrapped]);
    assert.deepEqual(content.texts('clientId'), ['ipa:/users/alice/vault']);
    assert.equal(content.dn, keyEntry(2).dn);
    assert.deepEqual(await namesOf('number-range'), ['cn=10000001,ou=requests,ou=ranges']);
    assert.deepEqual(await namesOf('issuing-point'), ['MasterCRL']);
  });

  it('are without passwords, even as hashes', async () => {
    const user = await store.keptEntries.find('kra-user', 'ipakra');
    assert.deepEqual(user?.content.texts('uid'), ['ipakra']);
    assert.deepEqual(user?.content.values('userPassword'), []);
  });

  it('hold what requests have no place for, and those of which none can be made', async () => {
    assert.deepEqual(await namesOf('request-remainder'), ['50', '51']);
    const [whole, rest] = [
      await store.keptEntries.find('request-remainder', '50'),
      await store.keptEntries.find('request-remainder', '51'),
    ];
    assert.deepEqual(whole?.content.texts('extdata-x'), ['kept whole']);
    assert.deepEqual(rest?.content.values('extdata-blob'), [wrapped]);
    assert.deepEqual([...(rest?.content.attributes() ?? [])].length, 3);
  });

  it('change nothing the second time, and are equal on both sides', async () => {
    const directory = everything([keyEntry(1), keyEntry(2)]);
    const { kinds } = await take(directory);
    for (const { kind, inserted, updated } of kinds) assert.deepEqual([kind, inserted, updated], [kind, 0, 0]);
    const verification = await verify(directory);
    // The request of which none can be made is the one that the import refused, and explained.
    assert.equal(verification.isEqual, true);
    const keys = verification.kinds.find(({ kind }) => kind === 'kra-key');
    assert.deepEqual([keys?.sourceCount, keys?.recordCount], [2, 2]);
  });

  it('differ by attribute where they do, without any value being shown', async () => {
    const changed = everything([keyEntry(1, 'inactive'), keyEntry(2), keyEntry(3)]);
    assert.deepEqual(await differencesOf(changed), ['kra-key 1 status', 'kra-key 3 missing']);
    const without = everything([keyEntry(2)]).filter(({ dn }) => !dn.startsWith('acmeOrderId'));
    assert.deepEqual(await differencesOf(without), ['kra-key 1 extra', 'acme-order o1 extra']);
  });

  it('come with where the keys of authorities are, also of one whose certificate nobody has', async () => {
    const hosts = ['ipa2.example.test:443', 'ipa1.example.test:443'];
    const directory = [...everything([keyEntry(1), keyEntry(2)]), lightweightEntry(hosts)];
    await take(directory);
    const place = (await store.authorityKeys.list()).find(({ id }) => id === lightweightId);
    assert.deepEqual(place, {
      id: lightweightId,
      isHostAuthority: false,
      hasCertificate: false,
      toldSubject: 'CN=Sub,O=SAMPLE',
      serialNumber: 77n,
      keyNickname: `caSigningCert cert-pki-ca ${lightweightId}`,
      keyHosts: hosts.toSorted(),
    });
    const isHost = ({ dn }: DirectoryEntry) => dn.startsWith(`cn=${sampleAuthorityId},`);
    const moved = directory.map((entry) =>
      isHost(entry)
        ? new DirectoryEntry(entry.dn, [...entry.attributes(), ['authorityKeyHost', [Buffer.from('x:443')]]])
        : entry,
    );
    const differences = await differencesOf(moved);
    assert.ok(differences.includes(`authority ${sampleAuthorityId} keyHosts`), differences.join());
    await take(everything([keyEntry(1), keyEntry(2)]));
  });

  it('follow what the source says, and go when it no longer holds them', async () => {
    const directory = everything([keyEntry(1, 'inactive'), keyEntry(2)]).filter(
      ({ dn }) => !dn.startsWith('acmeOrderId') && !dn.startsWith('cn=51,'),
    );
    const sound = requestEntry(51n, {});
    await take([...directory, sound]);
    assert.equal((await store.keptEntries.find('kra-key', '1'))?.state, 'inactive');
    assert.deepEqual(await namesOf('acme-order'), []);
    assert.deepEqual(await namesOf('request-remainder'), ['50']);
    assert.deepEqual(await differencesOf([...directory, sound]), []);
  });
});
