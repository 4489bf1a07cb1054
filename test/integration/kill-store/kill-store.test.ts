// Processes that issue into the record are killed at any moment: what was promised is there, and no number is used twice.
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auditKeyFromBytes, verifyAuditChain } from '#ca-core/engine';
import { openStore, storeMigrations } from '#ca-core/store';
import { randomBytes, silentLog, systemClock } from '#platform';
import { childDatabaseEnvironment } from '#test/child-database';
import { sampleAuthorityId } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';

const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
const childFile = fileURLToPath(new URL('./issue-without-end.ts', import.meta.url));
const rounds = 6;
const processesAtOnce = 2;
const lifeMsMax = 700;

interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
}

function startChild(environment: NodeJS.ProcessEnv): Child {
  const child = spawn(process.execPath, [childFile], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let onReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.includes('ready\n')) onReady();
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  closed.then(onReady);
  return { process: child, output: () => text, ready, closed };
}

describe('killed while issuing', () => {
  const test = withTestDatabase([storeMigrations]);
  /** Words of each whole line; the last line of a killed process may be cut off. */
  const lines: string[][] = [];
  const said = (word: string) => lines.filter(([first]) => first === word).map(([, number = '']) => number);

  before(async function () {
    this.timeout(120_000);
    const store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
    await store.numberRanges.set(sampleAuthorityId, { first: 1_000n, last: 9_999_999n }, []);
    await store.numberRanges.set(null, { first: 1_000n, last: 9_999_999n }, []);
    const pen = { authorityId: sampleAuthorityId, scope: 'certificates:*', holder: 'native' } as const;
    await store.pens.move([{ ...pen, movedBy: 'admin', remoteAddress: null, reason: 'a test' }]);
    await store.close();
    const environment = childDatabaseEnvironment(test.address);
    for (let round = 0; round < rounds; round++) {
      const children = Array.from({ length: processesAtOnce }, () => startChild(environment));
      await Promise.all(children.map(({ ready }) => ready));
      for (const child of children) {
        await sleep((randomBytes(2).readUInt16BE() / 65_536) * lifeMsMax);
        child.process.kill('SIGKILL');
      }
      await Promise.all(children.map(({ closed }) => closed));
      for (const child of children)
        lines.push(
          ...child
            .output()
            .split('\n')
            .slice(0, -1)
            .map((line) => line.split(' ')),
        );
    }
  });

  it('issued enough to tell', () => {
    assert.equal(said('ready').length, rounds * processesAtOnce);
    assert.ok(said('issued').length > 50, `${said('issued').length} issued`);
  });

  it('gave out no serial number and no request id twice', () => {
    for (const word of ['serial', 'request']) {
      const numbers = said(word);
      assert.equal(new Set(numbers).size, numbers.length, word);
    }
  });

  it('has every certificate of which it was said that it is issued', async () => {
    const rows = await test.database.query<{ serial_number: bigint; certificate_der: Buffer }>(
      'select serial_number, certificate_der from certificate_contents',
    );
    const digests = new Map(
      rows.map((row) => [String(row.serial_number), createHash('sha256').update(row.certificate_der).digest('hex')]),
    );
    for (const [word, serial = '', digest] of lines)
      if (word === 'issued') assert.equal(digests.get(serial), digest, serial);
  });

  it('has every intent of which it was said that it is stored, open or carried out', async () => {
    const rows = await test.database.query<{ serial_number: bigint }>(
      'select serial_number from certificates union all select serial_number from issuance_intents',
    );
    const stored = rows.map((row) => String(row.serial_number));
    assert.equal(new Set(stored).size, stored.length, 'none is both');
    const isStored = new Set(stored);
    assert.deepEqual(
      said('intent').filter((serial) => !isStored.has(serial)),
      [],
    );
  });

  it('has certificate, completed request and audit record together or not at all', async () => {
    const counts = await test.database.findRow<Record<string, bigint>>(
      `select (select count(*) from certificates) as certificates,
              (select count(*) from certificate_contents) as contents,
              (select sum(certificates) from certificate_counts) as counted,
              (select count(*) from requests where state = 'complete') as requests,
              (select count(*) from requests r where state = 'approved' and not exists
                 (select from issuance_intents i where i.request_id = r.id)) as requests_without_intent,
              (select count(*) from audit_records where name = 'certificate-issued') as audited`,
    );
    const certificates = counts?.certificates ?? 0n;
    assert.ok(certificates > 50n);
    assert.deepEqual(
      { ...counts },
      {
        certificates,
        contents: certificates,
        counted: certificates,
        requests: certificates,
        requests_without_intent: 0n,
        audited: certificates,
      },
    );
  });

  it('has an audit chain that verifies, and goes on', async () => {
    const store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
    const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
    assert.deepEqual(problems, []);
    const used = new Set(said('serial'));
    for (let turn = 0; turn < 20; turn++)
      assert.ok(!used.has(String(await store.issuance.reserveSerialNumber(sampleAuthorityId))));
    await store.close();
  });
});
