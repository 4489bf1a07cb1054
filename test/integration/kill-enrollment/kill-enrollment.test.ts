// The authority, its signer and its database connections are killed in the middle of 200 concurrent enrolments, again and again: every
// certificate that a caller received is in the record, none is there twice, no intent stays open and the audit chain is whole.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serialNumber, verifyAuditChain } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { randomBytes, silentLog } from '#platform';
import { foundAuthority, makeCsr, makeKeyFolder, openAuthority, testAuditKey } from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';

const childFile = fileURLToPath(new URL('./enroll-without-end.ts', import.meta.url));
const clients = 200;
const rounds = 5;
const lifeMsMax = 2000;

interface Child {
  readonly process: ChildProcess;
  /** Words of every whole line so far. */
  readonly lines: () => readonly string[][];
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
}

describe('killed in the middle of 200 concurrent enrolments', function () {
  this.timeout(180_000);
  const test = withTestDatabase([storeMigrations]);
  const keys = makeKeyFolder();
  const received = new Map<string, Buffer>();
  const failures = new Map<string, number>();
  const openAtStart: number[] = [];
  let csr: string;

  before(async () => {
    csr = makeCsr('killed.example.test');
    await foundAuthority({ database: test.database, keyFolder: keys.keyFolder, log: silentLog });
  });
  after(() => keys.remove());

  const start = (): Child => {
    const orders = { database: test.address.toClientConfig(), keyFolder: keys.keyFolder, csr, clients };
    const child = spawn(process.execPath, [childFile], {
      env: { ...process.env, KILL_ENROLLMENT: JSON.stringify(orders) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let onReady: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      onReady = resolve;
    });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (part.includes('ready ')) onReady();
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    closed.then(onReady);
    // The last line of a killed process may be cut off.
    const lines = () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' '));
    return { process: child, lines, ready, closed };
  };
  const take = (child: Child) => {
    for (const [word = '', first = '', second = '', third = ''] of child.lines()) {
      if (word === 'issued') {
        assert(!received.has(first), `serial number ${first} was given out twice`);
        received.set(first, Buffer.from(second, 'base64'));
      }
      if (word === 'failed') failures.set(first, (failures.get(first) ?? 0) + 1);
      if (word === 'ready') openAtStart.push(Number(first) + Number(second) + Number(third));
    }
  };
  const randomMs = (most: number) => (randomBytes(2).readUInt16BE() / 65_536) * most;
  const issuedBy = (child: Child) => child.lines().filter(([word]) => word === 'issued').length;
  const untilIssued = async (child: Child, count: number) => {
    while (child.process.exitCode === null && issuedBy(child) < count) await sleep(10);
  };

  it('is killed itself, five times over', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const child = start();
      await child.ready;
      await untilIssued(child, 1);
      await sleep(randomMs(lifeMsMax));
      child.process.kill('SIGKILL');
      await child.closed;
      take(child);
    }
    assert(received.size > 0);
    assert(
      openAtStart.some((count) => count > 0),
      'no kill met an open intent, so nothing was tried',
    );
  });

  it('goes on when its signer is killed', async () => {
    const child = start();
    await child.ready;
    await untilIssued(child, 20);
    const signerPid = Number(child.lines().find(([word]) => word === 'ready')?.[4]);
    process.kill(signerPid, 'SIGKILL');
    await untilIssued(child, issuedBy(child) + 2 * clients);
    child.process.kill('SIGKILL');
    await child.closed;
    take(child);
    assert.deepEqual(
      [...failures.keys()].filter((code) => code !== 'store-unavailable'),
      [],
    );
  });

  it('goes on when all its database connections are cut', async () => {
    const child = start();
    await child.ready;
    await untilIssued(child, 20);
    await test.database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    await untilIssued(child, issuedBy(child) + 2 * clients);
    // What the cut left open is finished while new enrolments are served.
    while ((await countOpenIntents()) > clients) await sleep(50);
    child.process.kill('SIGKILL');
    await child.closed;
    take(child);
    assert(failures.has('store-unavailable'), 'nobody noticed, so nothing was tried');
  });

  it('has in the record every certificate that a caller received, as he received it', async () => {
    const { authority, store, stop } = await openAuthority({
      database: test.database,
      keyFolder: keys.keyFolder,
      log: silentLog,
    });
    try {
      const report = await authority.start();
      assert.equal(report.open, 0);
      assert.deepEqual(await store.issuance.unresolvedIntents(), []);
      const { publicKey } = new X509Certificate((await authority.describeAuthority(null)).certificateDer);
      for (const [serial, certificateDer] of received) {
        const found = await authority.findCertificate(serialNumber(BigInt(`0x${serial}`)));
        assert.deepEqual(found && Buffer.from(found.certificateDer), certificateDer);
        assert(new X509Certificate(certificateDer).verify(publicKey));
        const request = found?.requestId == null ? null : await authority.findRequest(found.requestId);
        assert.equal(request?.state, 'complete');
        assert.deepEqual(request?.certificateSerials, [found?.serialNumber]);
      }
    } finally {
      await stop();
    }
  });

  it('has no request that was approved and never finished, and one certificate for each finished one', async () => {
    const [counts] = await test.database.query<Record<string, bigint>>(
      `select (select count(*) from requests where state = 'approved') as approved,
              (select count(*) from requests where state = 'complete') as complete,
              (select count(distinct request_id) from certificates where request_id is not null) as certified,
              (select count(*) from certificates where request_id is not null) as certificates`,
    );
    assert.equal(counts?.approved, 0n);
    assert.equal(counts?.complete, counts?.certificates);
    assert.equal(counts?.certified, counts?.certificates);
  });

  it('has an audit chain without a gap, with one record for each certificate', async () => {
    const { store, stop } = await openAuthority({ database: test.database, keyFolder: keys.keyFolder, log: silentLog });
    try {
      const verification = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, testAuditKey));
      assert.deepEqual(verification.problems, []);
      const [counts] = await test.database.query<Record<string, bigint>>(
        `select (select count(*) from audit_records where name in ('certificate-issued', 'issuance-resumed')) as issued,
                (select count(*) from certificates where request_id is not null) as certificates`,
      );
      assert.equal(counts?.issued, counts?.certificates);
    } finally {
      await stop();
    }
  });

  async function countOpenIntents(): Promise<number> {
    const [row] = await test.database.query<{ count: bigint }>(
      `select count(*) as count from issuance_intents where state = 'open'`,
    );
    return Number(row?.count ?? 0n);
  }
});
