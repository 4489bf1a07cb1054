// Two real suffixes that hold the same are imported, verified and followed as one, and made to disagree.
// Usage: eval "$(compat-fixtures/lab/lab env)"; LAB_MAY_BE_DISTURBED=yes node test/lab/several-directories/run.ts
// order: last
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Attribute, Change, Client } from 'ldapts';
import { auditKeyFromBytes, serialNumber } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore, storeMigrations } from '#ca-core/store';
import { joinSources, openDogtagDirectory } from '#importers';
import { createImportedNumbers, createImportFollower, migrationMigrations, runImport, verifyImport } from '#migration';
import { createDatabase, createLog, migrate, randomUuid, silentLog, systemClock } from '#platform';
import { createSuiteReport } from '#test/suite-report';
import { openTestServer } from '#test/test-server';
import { mayDisturb } from '../following/lab-servers.ts';
import { labDirectory, layout } from '../hand-back/installation.ts';
import { addSecondDirectory, inSecond, removeSecondDirectory, secondBase } from './second-directory.ts';

const report = createSuiteReport();
if (!mayDisturb) {
  report.note('skipped: a second suffix in the directory server: LAB_MAY_BE_DISTURBED is not "yes"');
  report.note('0 passed, 0 failed');
  process.exit(0);
}
const clock = systemClock;
const log = createLog('error', (line) => process.stderr.write(line));
const settings = labDirectory();
const directory = new Client({ url: settings.url.href });
await directory.bind(settings.bindDn, settings.password);
const server = await openTestServer();
const administration = createDatabase({ address: server.address, log });
const databaseName = `retag_several_${randomUuid().replaceAll('-', '').slice(0, 12)}`;
await administration.execute(`create database ${databaseName} template template0 encoding 'UTF8'`);
const database = createDatabase({ address: server.address.withDatabaseName(databaseName), log });
await migrate(database, [storeMigrations, migrationMigrations], silentLog);
const store = await openStore(database, { auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)), clock, log });
const open = (base: string) => openDogtagDirectory({ ...settings, base, timeZone: 'UTC' }, { log, clock });
const source = joinSources([open(layout.base), open(secondBase)]);
const intake = createIntake({ ledger: store.importLedger, clock });
const options = { source, intake, imported: createImportedNumbers(store, clock), clock, log };

const disagreements = async () =>
  (await store.importLedger.listFindings(10_000))
    .filter(({ kind }) => kind === 'directories-disagree' || kind === 'only-in-some-directories')
    .map(({ kind, message, provenance }) => ({ kind, message, name: provenance.entry.split(',')[0] }));
const replace = (type: string, value: string) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });

try {
  await removeSecondDirectory(directory);
  await addSecondDirectory(directory, settings, layout.base);
  const follower = createImportFollower(options);
  await report.check('two directories that agree are imported as one, without a finding about either', async () => {
    const { kinds } = await runImport(options);
    assert.ok((kinds.find(({ kind }) => kind === 'certificate')?.entries ?? 0) > 5);
    assert.deepEqual(await disagreements(), []);
    const verification = await verifyImport({ source, store, intake, clock });
    assert.ok(verification.isEqual, JSON.stringify(verification.kinds.flatMap(({ differences }) => differences)));
  });
  const certificate = `cn=2,${layout.certificates}`;
  const revoked = [
    replace('certStatus', 'REVOKED'),
    replace('revInfo', '20261101000000Z;CRLReasonExtension=6'),
    replace('revokedOn', '20261101000000Z'),
    replace('revokedBy', 'ipara'),
  ];
  await report.check('what is changed at the second one alone is followed, and said with both values', async () => {
    await directory.modify(inSecond(certificate, layout.base), revoked);
    await directory.del(inSecond(`cn=3,${layout.certificates}`, layout.base));
    await delay(200);
    await follower.follow();
    const record = await store.certificates.find(serialNumber(2n));
    assert.equal(record?.revocation?.reason, 6);
    const found = await disagreements();
    assert.deepEqual(found.map(({ kind, name }) => `${kind} ${name}`).sort(), [
      'directories-disagree cn=2',
      'only-in-some-directories cn=3',
    ]);
    assert.match(
      found.find(({ name }) => name === 'cn=2')?.message ?? '',
      /revocation: nothing at .*o=ipaca, .*"reason":6.* at .*o=ipacb/,
    );
    assert.ok((await store.certificates.find(serialNumber(3n))) !== null);
  });
  await report.check('a finding goes when both agree again', async () => {
    const undo = ['certStatus', 'revInfo', 'revokedOn', 'revokedBy'].map((type) =>
      type === 'certStatus'
        ? replace(type, 'VALID')
        : new Change({ operation: 'delete', modification: new Attribute({ type, values: [] }) }),
    );
    await directory.modify(inSecond(certificate, layout.base), undo);
    await delay(200);
    await follower.follow();
    assert.deepEqual(
      (await disagreements()).map(({ name }) => name),
      ['cn=3'],
    );
    assert.equal((await store.certificates.find(serialNumber(2n)))?.revocation, null);
  });
  await report.check('a second certificate of one serial number is refused by name', async () => {
    const { searchEntries } = await directory.search(`cn=4,${layout.certificates}`, {
      scope: 'base',
      explicitBufferAttributes: ['userCertificate;binary', 'userCertificate'],
    });
    const [found] = searchEntries;
    const name =
      found !== undefined && 'userCertificate;binary' in found ? 'userCertificate;binary' : 'userCertificate';
    const value = found?.[name];
    assert.ok(Buffer.isBuffer(value));
    const change = new Change({ operation: 'replace', modification: new Attribute({ type: name, values: [value] }) });
    await directory.modify(inSecond(`cn=5,${layout.certificates}`, layout.base), change);
    await delay(200);
    await follower.follow();
    const findings = await store.importLedger.listFindings(10_000);
    const twice = findings.find(({ kind }) => kind === 'serial-number-used-twice');
    assert.equal(twice?.verdict, 'refused');
    assert.match(twice?.message ?? '', /at ldap:.*o=ipaca, .* at ldap:.*o=ipacb/);
  });
} finally {
  await removeSecondDirectory(directory).catch((error: unknown) =>
    report.note(`the second suffix could not be removed: ${error}`),
  );
  await directory.unbind().catch(() => {});
  await source.close();
  await store.close();
  await database.close();
  await administration.execute(`drop database if exists ${databaseName} with (force)`);
  await administration.close();
  await server.close();
}
report.finish();
