// The whole appliance over HTTPS, in the middle of 200 concurrent enrolments: killed itself, without its signer, without its database, without
// both; and asked to stop. Whatever a client was told is so afterwards, nothing stays unfinished, and nobody waits for ever.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from '#platform';
import type { ApplianceBesideRecording } from '#test/appliance-beside-recording';
import type { ClientPlace } from '#test/conversation-client';
import { keepMakingCrls } from './crl-client.ts';
import { EnrollingClients } from './enrolling-clients.ts';
import { assertRetrievable, assertSums, assertTold, untilFinished, withDatabase } from './judge-record.ts';
import { openNativeInstallation, runWell } from './native-installation.ts';
import { Received } from './received.ts';
import { isAlive, killAll, type Victim, Victims } from './victims.ts';

const clientsAtOnce = 200;
/** Certificates that clients have when the kill comes, in each round: drawn from here. */
const issuedBefore = { least: 20, most: 120 };
/** Certificates after the kill that show that everything works again. */
const issuedAfter = 60;
const pauseMsMax = 40;
/** Seconds on an idle machine. */
const recoveryLimitMs = 90_000;
const endLimitMs = 10_000;

const seed = process.env.RETAG_KILL_SEED ?? randomBytes(4).toString('hex');

interface Round {
  readonly title: string;
  readonly victims: (running: Victims) => readonly Victim[];
  /** Whether the appliance must be started again; else it must help itself. */
  readonly isEnd?: boolean;
  /** Whether another process keeps the database up when the appliance goes. */
  readonly isDatabaseKept?: boolean;
}

const rounds: readonly Round[] = [
  { title: 'its signer', victims: (running) => [running.signer()] },
  { title: 'the database', victims: (running) => [running.database()] },
  { title: 'itself, with its database stopping behind it', victims: (running) => [running.appliance()], isEnd: true },
  { title: 'one session of the database', victims: (running) => running.sessions().slice(0, 1) },
  {
    title: 'itself together with the database',
    victims: (running) => [running.appliance(), running.database()],
    isEnd: true,
  },
  { title: 'the database and its keeper', victims: (running) => [running.keeper(), running.database()] },
  { title: 'signer and database', victims: (running) => [running.signer(), running.database()] },
  {
    title: 'itself, with a database that lives on',
    victims: (running) => [running.appliance()],
    isEnd: true,
    isDatabaseKept: true,
  },
];

describe(`in the middle of ${clientsAtOnce} concurrent enrolments over HTTPS (RETAG_KILL_SEED=${seed})`, function () {
  this.timeout(300_000);
  const random = createRandom(seed);
  const received = new Received();
  let installation: ApplianceBesideRecording;
  let running: Victims;
  let place: ClientPlace;

  before(async () => {
    installation = await openNativeInstallation();
    const { appliance, hostName, authorityPem, agent } = installation;
    await appliance.start();
    running = new Victims(appliance);
    place = { httpsPort: appliance.ports.https, httpPort: appliance.ports.http, hostName, authorityPem, agent };
  });
  after(() => installation?.close());

  const untilReceived = async (count: number, limitMs: number) => {
    for (let waitedMs = 0; received.certificates.size < count; waitedMs += 5) {
      assert(waitedMs < limitMs, `only ${received.certificates.size} of ${count} certificates after ${limitMs} ms`);
      assert.deepEqual(received.faults, []);
      await delay(5);
    }
  };

  for (const [index, round] of rounds.entries())
    it(`is killed: ${round.title}`, async () => {
      const { appliance } = installation;
      const clients = new EnrollingClients(place, received, `round${index}`);
      const stopCrls = keepMakingCrls(place, received);
      clients.start(clientsAtOnce);
      try {
        await untilReceived(
          received.certificates.size + random(issuedBefore.least, issuedBefore.most),
          recoveryLimitMs,
        );
        await delay(random(0, pauseMsMax));
        await running.noteAll(0);
        const database = running.database();
        const attack = async () => {
          const signer = running.signer();
          killAll(round.victims(running));
          if (round.isEnd !== true) return;
          await appliance.kill();
          // Not even while the appliance is started again may a signer of the old one go on.
          await untilEnded(signer);
          await appliance.start();
          if (round.isDatabaseKept === true)
            assert.deepEqual(running.database().pid, database.pid, 'it was not adopted');
        };
        await (round.isDatabaseKept === true ? withDatabase(appliance, attack) : attack());
        await untilReceived(received.certificates.size + issuedAfter, recoveryLimitMs);
      } finally {
        await Promise.all([clients.stop(), stopCrls()]);
      }
      assert.deepEqual(received.faults, []);
      await running.noteAll(recoveryLimitMs);
      await withDatabase(appliance, async (database) => {
        await untilFinished(database);
        await assertSums(database);
        await assertTold(database, received);
      });
    });

  it('has everything in the record that a client was told, and gives it out', async () => {
    assert(received.hungUpCount > 0, 'no client noticed anything');
    assert.equal(await assertRetrievable(place, received), received.promised.size);
  });

  it('says so itself: the audit chain is whole and nothing is unfinished', async () => {
    const { appliance } = installation;
    assert.match(await runWell(appliance, ['audit', 'verify']), /audit chain intact/);
    const checks = (await appliance.runJson(['doctor'], [0, 1])) as readonly Record<string, unknown>[];
    const unfinished = checks.find(({ name }) => name === 'unfinished certificates');
    assert.deepEqual([unfinished?.state, unfinished?.message], ['good', 'none']);
  });

  it('leaves no process behind when it is asked to stop', async () => {
    const { appliance } = installation;
    await appliance.stop();
    assert.deepEqual(await running.survivors(endLimitMs), []);
  });

  const untilEnded = async (victim: Victim) => {
    for (let waitedMs = 0; isAlive(victim); waitedMs += 20) {
      assert(waitedMs < endLimitMs, `${victim.what} ${victim.pid} lives on`);
      await delay(20);
    }
  };
});

/** Numbers from `least` to `most`, always the same ones for a seed (splitmix32). */
function createRandom(text: string): (least: number, most: number) => number {
  let state = Number.parseInt(text.slice(0, 8), 16) | 0;
  return (least, most) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return least + ((mixed >>> 0) % (most - least + 1));
  };
}
