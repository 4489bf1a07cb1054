// Imports the lab's Dogtag and follows it while clients go on enrolling and revoking, and while this side, and the server where it may be, are killed.
// Usage: eval "$(compat-fixtures/lab/lab env)"; [LAB_MAY_BE_DISTURBED=yes] node test/lab/following/run.ts
// order: last
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'ldapts';
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { openDogtagDirectory } from '#importers';
import { migrationMigrations, verifyImport } from '#migration';
import { createDatabase, createLog, migrate, randomUuid, silentLog, systemClock } from '#platform';
import { createSuiteReport } from '#test/suite-report';
import { openTestServer } from '#test/test-server';
import { labDirectory, layout } from '../hand-back/installation.ts';
import { Arrivals, percentile } from './arrivals.ts';
import { FollowerProcess } from './follower-process.ts';
import { killDirectory, mayDisturb, replaceDirectoryDatabase, startDirectory } from './lab-servers.ts';
import { Traffic } from './traffic.ts';

const clock = systemClock;
const report = createSuiteReport();
const log = createLog('error', (line) => process.stderr.write(line));
const lagMsMax = 2_000;
const changesMeasured = 40;
const server = await openTestServer();
const administration = createDatabase({ address: server.address, log });
const databaseName = `retag_following_${randomUuid().replaceAll('-', '').slice(0, 12)}`;
await administration.execute(`create database ${databaseName} template template0 encoding 'UTF8'`);
const address = server.address.withDatabaseName(databaseName);
const database = createDatabase({ address, log });
await migrate(database, [storeMigrations, migrationMigrations], silentLog);
const store: PostgresStore = await openStore(database, {
  auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
  clock,
  log,
});
const follower = new FollowerProcess(address);
const traffic = new Traffic();
const arrivals = new Arrivals(store, traffic);
const settings = labDirectory();
/** Certificates that the suite takes out of the directory. */
const removed = new Set<string>();
const directory = new Client({ url: settings.url.href });

async function until(what: string, timeoutMs: number, isTrue: () => Promise<boolean> | boolean): Promise<number> {
  const begunAt = clock.now().getTime();
  while (!(await isTrue())) {
    if (clock.now().getTime() - begunAt > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(40);
  }
  return clock.now().getTime() - begunAt;
}

const findingsOf = async (kind: string) =>
  (await store.importLedger.listFindings(100_000)).filter((finding) => finding.kind === kind);
const userIds = async () =>
  (await database.query<{ user_id: string }>('select user_id from users')).map(({ user_id }) => user_id);

async function checkImport(): Promise<void> {
  await report.check('an import needs no quiet Dogtag, and goes on after it was killed', async () => {
    traffic.start();
    await until('traffic', 30_000, () => traffic.deeds.length >= 3);
    follower.start(true);
    await until('the import begins', 60_000, () => follower.last !== null);
    await delay(800);
    await follower.kill();
    follower.start(true);
    await until('the import ends', 240_000, () => follower.last?.state === 'following');
    await arrivals.whenAllArrived(60_000);
  });
}

async function checkLag(): Promise<void> {
  await report.check('changes arrive within two seconds while clients go on', async () => {
    const begunWith = traffic.deeds.length;
    arrivals.isMeasuring = true;
    await until('enough changes', 90_000, () => traffic.deeds.length >= begunWith + changesMeasured);
    arrivals.isMeasuring = false;
    await arrivals.whenAllArrived(30_000);
    const { lagsMs } = arrivals;
    const figures = [0.5, 0.99, 1].map((share) => Math.round(percentile(lagsMs, share)));
    report.note(
      `        lag of ${lagsMs.length} changes: p50 ${figures[0]} ms, p99 ${figures[1]} ms, max ${figures[2]} ms`,
    );
    assert.ok(lagsMs.length >= changesMeasured / 2, `only ${lagsMs.length} changes`);
    assert.ok((figures[1] ?? 0) < lagMsMax, `p99 is ${figures[1]} ms`);
  });
}

async function checkDirectChanges(): Promise<void> {
  const userId = `following-${clock.now().getTime().toString(36)}`;
  const dn = `uid=${userId},${layout.users}`;
  await report.check('a user made and removed in the directory itself arrives within two seconds', async () => {
    const values = {
      objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'cmsuser'],
      cn: userId,
      sn: userId,
      usertype: 'agentType',
      userstate: '1',
    };
    await directory.add(dn, { uid: userId, ...values });
    const came = await until('the user comes', lagMsMax * 2, async () => (await userIds()).includes(userId));
    await directory.del(dn);
    const went = await until('the user goes', lagMsMax * 2, async () => !(await userIds()).includes(userId));
    report.note(`        came in ${came} ms, went in ${went} ms`);
  });
  await report.check(
    'a certificate and a request removed in the directory are noticed, and stay in the record',
    async () => {
      const issued = traffic.deeds.find(({ what }) => what === 'issued');
      assert.ok(issued !== undefined);
      const known = (await findingsOf('removed-at-source')).length;
      await directory.del(`cn=${issued.serialNumber},${layout.certificates}`);
      const noticed = await until(
        'the removal',
        lagMsMax * 2,
        async () => (await findingsOf('removed-at-source')).length > known,
      );
      report.note(`        noticed in ${noticed} ms`);
      const [finding] = await findingsOf('removed-at-source');
      assert.match(finding?.message ?? '', new RegExp(`certificate ${issued.serialNumber} was removed`));
      removed.add(issued.serialNumber.toString());
    },
  );
}

async function checkKilledFollower(): Promise<void> {
  await report.check('nothing is missed when the follower is killed while it follows', async () => {
    for (let round = 0; round < 2; round++) {
      await follower.kill();
      await delay(1_500);
      follower.start(false);
      await until('following again', 60_000, () => follower.last?.state === 'following');
    }
    await arrivals.whenAllArrived(30_000);
  });
}

async function checkKilledServer(): Promise<void> {
  if (!mayDisturb) return report.skip('the directory killed and replaced', 'LAB_MAY_BE_DISTURBED is not "yes"');
  await report.check('nothing is missed when the directory server is killed', async () => {
    const before = traffic.deeds.length;
    killDirectory();
    await delay(1_000);
    startDirectory();
    await until('Dogtag works again', 120_000, () => traffic.deeds.length > before + 3);
    await arrivals.whenAllArrived(30_000);
  });
  await report.check('a replaced database is noticed, and everything read again', async () => {
    await traffic.stop();
    directory.unbind().catch(() => {});
    replaceDirectoryDatabase();
    await until('the gap', 180_000, () => Number(follower.last?.gaps ?? 0) > 0);
    report.note(`        ${follower.last?.lastGap}`);
    traffic.start();
    const before = traffic.deeds.length;
    await until('Dogtag works again', 120_000, () => traffic.deeds.length > before + 2);
    await arrivals.whenAllArrived(30_000);
  });
}

async function checkEquality(): Promise<void> {
  await report.check('in the end both hold the same, nothing missing and nothing double', async () => {
    await traffic.stop();
    await arrivals.whenAllArrived(30_000);
    await delay(1_500);
    const source = openDogtagDirectory({ ...settings, base: layout.base, timeZone: 'UTC' }, { log, clock });
    try {
      const intake = createIntake({ ledger: store.importLedger, clock });
      const { kinds } = await verifyImport({ source, store, intake, clock });
      const differences = kinds
        .flatMap((kind) => kind.differences.map((difference) => ({ kind: kind.kind, ...difference })))
        .filter(({ kind, object, part }) => !(kind === 'certificate' && part === 'extra' && removed.has(object)))
        .filter(({ explanation }) => explanation === null);
      report.note(
        `        ${traffic.deeds.length} deeds, ${traffic.failures} turned down, ${kinds.map(({ kind, recordCount }) => `${recordCount} of ${kind}`).join(', ')}`,
      );
      assert.deepEqual(differences, []);
    } finally {
      await source.close();
    }
  });
}

try {
  await directory.bind(settings.bindDn, settings.password);
  await checkImport();
  await checkLag();
  await checkDirectChanges();
  await checkKilledFollower();
  await checkKilledServer();
  await checkEquality();
} finally {
  await traffic.stop();
  await arrivals.stop();
  await follower.kill();
  await directory.unbind().catch(() => {});
  await store.close();
  await database.close();
  await administration.execute(`drop database if exists ${databaseName} with (force)`);
  await administration.close();
  await server.close();
}
report.finish();
