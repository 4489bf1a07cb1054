// Everything that stands in the lab's directory: every entry is accounted for, and what is only kept (keys of the KRA, numbers, issuing points) is in
// the record with every octet, is followed where it changes, and is compared.
// Usage: node test/lab/all-data/run.ts
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'ldapts';
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore, storeMigrations } from '#ca-core/store';
import { entryOf, everyAttribute, openDogtagDirectory } from '#importers';
import {
  createImportFollower,
  formatInventory,
  type ImportReport,
  runImport,
  takeInventory,
  verifyImport,
} from '#migration';
import { createDatabase, createLog, migrate, randomUuid, silentLog, systemClock } from '#platform';
import { createSuiteReport } from '#test/suite-report';
import { openTestServer } from '#test/test-server';
import { callDogtag } from '../hand-back/call-dogtag.ts';
import { labDirectory, layout } from '../hand-back/installation.ts';
import { readLabIdentity } from '../profiles/lab-dogtag.ts';

const report = createSuiteReport();
const log = createLog('error', (line) => process.stderr.write(line));
const clock = systemClock;
const clientKeyId = `retag-all-data-${randomUuid()}`;
const keyContainer = `ou=keyRepository,ou=kra,${layout.keyRecovery}`;
const server = await openTestServer();
const administration = createDatabase({ address: server.address, log });
const name = `retag_lab_${randomUuid().replaceAll('-', '').slice(0, 12)}`;
await administration.execute(`create database ${name} template template0 encoding 'UTF8'`);
const database = createDatabase({ address: server.address.withDatabaseName(name), log });
const directory = new Client({ url: labDirectory().url.href });
await directory.bind(labDirectory().bindDn, labDirectory().password);
await migrate(database, [storeMigrations], silentLog);
const store = await openStore(database, { auditKey: auditKeyFromBytes(Buffer.alloc(32, 9)), clock, log });
const source = openDogtagDirectory({ ...labDirectory(), base: layout.base, timeZone: 'UTC' }, { log, clock });
const intake = createIntake({ ledger: store.importLedger, clock });
const importing = { source, intake, clock, log };
const key = await makeKey();
try {
  await check();
} finally {
  if (key !== null) await removeKey(key);
  await store.close();
  await source.close();
  await directory.unbind();
  await database.close();
  await administration.execute(`drop database if exists ${name} with (force)`);
  await administration.close();
  await server.close();
}
report.finish();

async function check(): Promise<void> {
  if (key === null) report.skip('keys of the KRA', 'the lab has no KRA that makes keys');
  const imported = await importAll();
  if (imported !== null) {
    await report.check('every entry is taken, left out by reason, or unknown; and none is unknown', () =>
      assertAccounted(imported),
    );
    await report.check('a second import changes nothing of what is kept', async () => {
      const again = await runImport(importing);
      const kept = again.kinds.filter(({ kind }) => /^(kra|acme|number|cross)-/.test(kind));
      assert.ok(kept.length >= 3);
      // Others use the lab at the same time; what they add is new, and nothing else is.
      for (const { kind, updated } of kept.filter(({ kind }) => kind !== 'number-counter'))
        assert.equal(updated, 0, kind);
    });
  }
  if (key !== null) {
    await report.check('a key of the KRA is in the record with every octet that the directory holds', () =>
      assertKey(key),
    );
    await report.check('a key that is made inactive at Dogtag becomes so in the record', () => assertFollowed(key));
    await report.check('the inventory counts the content of the KRA', async () => {
      const judgeProfile = () => ({ isSupported: true, reasons: [], differences: [] });
      const text = formatInventory(await takeInventory({ source, clock, judgeProfile }));
      assert.match(text, /KRA CONTENT[\s\S]*kra-key +[0-9]+[\s\S]*AES 256/);
    });
  }
  await report.check('what is kept is equal on both sides', async () => {
    await runImport(importing);
    const verification = await verifyImport({ source, store, intake, clock });
    const kept = verification.kinds.filter(({ kind }) => /^(kra|number|cross|issuing|request-rem)/.test(kind));
    assert.ok(kept.length >= 4);
    for (const { kind, differences, differenceCount, explainedCount } of kept)
      assert.equal(differenceCount, explainedCount, `${kind}: ${JSON.stringify(differences)}`);
  });
}

/** Its number; null when there is no KRA that could make one. */
async function makeKey(): Promise<string | null> {
  const attributes = { clientKeyID: clientKeyId, keyAlgorithm: 'AES', keySize: '256', keyUsage: 'wrap' };
  const body = JSON.stringify({
    ClassName: 'com.netscape.certsrv.key.SymKeyGenerationRequest',
    Attributes: { Attribute: Object.entries(attributes).map(([name, value]) => ({ name, value })) },
  });
  const answer = await callDogtag('/kra/rest/agent/keyrequests', {
    identity: readLabIdentity('ADMIN'),
    body,
    contentType: 'application/json',
    accept: 'application/json',
  });
  return /\/keys\/([0-9]+)"/.exec(answer.body.toString())?.[1] ?? null;
}

async function importAll(): Promise<ImportReport | null> {
  let imported: ImportReport | null = null;
  await report.check('everything is imported', async () => {
    imported = await runImport(importing);
  });
  return imported;
}

/** The directory is counted once more, in one search that knows nothing of containers. */
async function assertAccounted(imported: ImportReport): Promise<void> {
  const unknown = imported.account.filter(({ kind, reason }) => kind === null && reason === null);
  assert.deepEqual(unknown, []);
  const counted = imported.account.reduce((sum, { count }) => sum + count, 0);
  const filter = '(|(objectClass=*)(objectClass=ldapSubEntry)(objectClass=nsTombstone))';
  const { searchEntries } = await directory.search(layout.base, { scope: 'sub', filter, attributes: ['1.1'] });
  // Others use the lab at the same time.
  assert.ok(Math.abs(searchEntries.length - counted) <= 20, `${counted} accounted for, ${searchEntries.length} there`);
  for (const kind of ['certificate', 'request', 'profile', 'kra-user', 'number-counter'])
    assert.ok(
      imported.account.some((line) => line.kind === kind && line.count > 0),
      kind,
    );
}

async function readKey(number: string) {
  const { searchEntries } = await directory.search(`cn=${number},${keyContainer}`, {
    scope: 'base',
    explicitBufferAttributes: everyAttribute,
  });
  const [found] = searchEntries;
  assert.ok(found !== undefined);
  return entryOf(found);
}

async function assertKey(number: string): Promise<void> {
  const there = await readKey(number);
  const kept = await store.keptEntries.find('kra-key', number);
  assert.ok(kept !== null);
  assert.deepEqual([kept.state, kept.algorithm, kept.size], ['active', 'AES', 256n]);
  assert.deepEqual(kept.content.texts('clientId'), [clientKeyId]);
  const names = [...there.attributes()].map(([description]) => description);
  assert.ok(names.includes('privateKeyData'));
  for (const description of names)
    assert.deepEqual(
      kept.content.values(description).map(hex).sort(),
      there.values(description).map(hex).sort(),
      description,
    );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

async function assertFollowed(number: string): Promise<void> {
  const answer = await callDogtag(`/kra/rest/agent/keys/${number}?status=inactive`, {
    identity: readLabIdentity('ADMIN'),
    method: 'POST',
  });
  assert.equal(answer.status, 204);
  // A change is taken when it is settled; without update sequence numbers that takes some seconds.
  const follower = createImportFollower(importing);
  for (let round = 0; round < 20; round++) {
    await follower.follow();
    if ((await store.keptEntries.find('kra-key', number))?.state === 'inactive') return;
    await delay(1_000);
  }
  assert.fail('the record still has it as active');
}

/** Dogtag never deletes keys; this one was made for the suite. Names of a request's pairs are in no schema, so that no filter finds them. */
async function removeKey(number: string): Promise<void> {
  const { searchEntries } = await directory.search(`ou=kra,ou=requests,${layout.keyRecovery}`, {
    scope: 'one',
    filter: '(requestType=symkeyGenRequest)',
    attributes: ['extdata-clientkeyid'],
  });
  const isOurs = (entry: object) => Object.values(entry).some((value) => String(value) === clientKeyId);
  for (const entry of searchEntries.filter(isOurs)) await directory.del(entry.dn);
  await directory.del(`cn=${number},${keyContainer}`);
}
