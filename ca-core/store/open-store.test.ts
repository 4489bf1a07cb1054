// What holds the record together across processes and against tampering: numbers, pens, the audit chain, and clear failures.
import { strict as assert } from 'node:assert';
import {
  AuditKeyError,
  auditKeyFromBytes,
  authorityId,
  CaError,
  type CaErrorCode,
  serialNumber,
  verifyAuditChain,
} from '#ca-core/engine';
import { createDatabase, silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import {
  sampleAuthorityDescription,
  sampleAuthorityId,
  sampleCertificateRecord,
  sampleEvent,
  sampleIntent,
  sampleRequest,
} from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';
import { storeMigrations } from './migrations/index.ts';
import { openStore, type PostgresStore } from './open-store.ts';

const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
const options = { auditKey, clock: systemClock, log: silentLog };

describe('the record opened twice', () => {
  const test = withTestDatabase([storeMigrations]);
  const authority = createSampleAuthority();
  let one: PostgresStore;
  let two: PostgresStore;

  before(async () => {
    [one, two] = await Promise.all([openStore(test.database, options), openStore(test.database, options)]);
    await one.authorities.record(sampleAuthorityDescription(authority), null, []);
    await one.numberRanges.set(null, { first: 1n, last: 1_000_000n }, []);
    const pen = { authorityId: sampleAuthorityId, scope: 'certificates:*', holder: 'native' } as const;
    await one.pens.move([{ ...pen, movedBy: 'admin', remoteAddress: '192.0.2.1', reason: 'cutover' }]);
  });
  after(async () => {
    await one?.close();
    await two?.close();
  });

  const range = (first: bigint, last: bigint, store = one) =>
    store.numberRanges.set(sampleAuthorityId, { first, last }, [sampleEvent({ first: String(first) })]);
  const reserve = (store = one) => store.issuance.reserveSerialNumber(sampleAuthorityId);

  describe('numbers', () => {
    it('are given out once, whichever process asks, until the range is used up', async () => {
      await range(1_000n, 1_199n);
      const numbers: bigint[] = [];
      const drain = async (store: PostgresStore) => {
        for (;;) {
          const outcome = await reserve(store).catch((error: unknown) => error);
          if (typeof outcome !== 'bigint') return assert.match(String(outcome), /used up/);
          numbers.push(outcome);
        }
      };
      // Several at once in each, until each is told that there are none left.
      await Promise.all([one, two, one, two, one, two].map(drain));
      assert.deepEqual(
        numbers.toSorted((left, right) => Number(left - right)),
        Array.from({ length: 200 }, (_, index) => 1_000n + BigInt(index)),
      );
    });

    it('come from a range that meets no earlier one, and may only be lengthened', async () => {
      await refuses('internal', () => range(1_100n, 2_000n));
      await refuses('internal', () => range(500n, 1_000n));
      await refuses('internal', () => range(0n, 10n));
      await refuses('internal', () => range(10n, 9n));
      await refuses('internal', () => range(1_000n, 1_150n), 'what was given out');
      await refuses('internal', () => one.numberRanges.set(authorityId('other'), { first: 1_000n, last: 1_199n }, []));
      await range(1_000n, 1_210n);
      assert.ok((await reserve()) >= 1_200n);
      assert.deepEqual(await two.numberRanges.list(), [
        { authorityId: sampleAuthorityId, first: 1_000n, last: 1_210n, next: 1_208n },
        { authorityId: null, first: 1n, last: 1_000_000n, next: 1n },
      ]);
    });

    it('of a range that another process has replaced are refused, and then come from the new one', async () => {
      await range(3_000n, 3_999n);
      const unaware = await openStore(test.database, options);
      const first = await reserve(unaware);
      assert.ok(first >= 3_000n && first <= 3_999n);
      await range(4_000n, 4_999n);
      const old = await reserve(unaware);
      assert.ok(old < 4_000n, 'the other process has not heard of it yet');
      await refuses('internal', () => unaware.issuance.recordIntent(sampleIntent(old, 50n), sampleRequest(50n), []));
      const fresh = await reserve(unaware);
      assert.ok(fresh >= 4_000n && fresh <= 4_999n);
      await unaware.issuance.recordIntent(sampleIntent(fresh, 51n), sampleRequest(51n), []);
      await unaware.issuance.recordAbandonedIntent(fresh, sampleRequest(51n), []);
      await unaware.close();
    });

    it('that are in the record already are passed over', async () => {
      const record = sampleCertificateRecord(authority.issue({ serialNumber: 6_002n }), { origin: 'imported' });
      await one.importLedger.commit((writer) => writer.insertCertificates([{ record }]));
      await range(6_000n, 6_003n);
      assert.deepEqual([await reserve(), await reserve(), await reserve()], [6_000n, 6_001n, 6_003n]);
      await refuses('internal', () => reserve());
      await range(7_000n, 7_999n);
    });
  });

  describe('pens', () => {
    it('are listed with who moved them and why, and each move is audited', async () => {
      const [pen] = await two.pens.list();
      assert.deepEqual(
        [pen?.scope, pen?.holder, pen?.movedBy, pen?.reason],
        ['certificates:*', 'native', 'admin', 'cutover'],
      );
      const audited = await test.database.query<{ details: unknown; remote_address: string }>(
        "select details, remote_address from audit_records where name = 'pen-moved'",
      );
      assert.deepEqual(audited, [
        {
          details: {
            authorityId: sampleAuthorityId,
            scope: 'certificates:*',
            holder: 'native',
            reason: 'cutover',
          },
          remote_address: '192.0.2.1',
        },
      ]);
    });

    it('move all or none, and only what can be a pen', async () => {
      const move = {
        authorityId: sampleAuthorityId,
        holder: 'native',
        movedBy: 'a',
        remoteAddress: null,
        reason: 'b',
      } as const;
      await refuses('internal', () =>
        one.pens.move([
          { ...move, scope: 'crl' },
          { ...move, scope: 'everything' as never },
        ]),
      );
      assert.equal(await one.pens.isHeldHere(sampleAuthorityId, 'crl'), false);
    });

    it('that were moved away stop the other process at once', async () => {
      const pen = {
        authorityId: sampleAuthorityId,
        scope: 'certificates:*',
        movedBy: 'a',
        remoteAddress: null,
        reason: 'b',
      } as const;
      const fresh = await openStore(test.database, options);
      const serial = await reserve(fresh);
      await fresh.close();
      await one.pens.move([{ ...pen, holder: 'upstream' }]);
      await refuses('pen-elsewhere', () =>
        two.issuance.recordIntent(sampleIntent(serial, 60n), sampleRequest(60n), []),
      );
      await one.pens.move([{ ...pen, holder: 'native' }]);
      await two.issuance.recordIntent(sampleIntent(serial, 60n), sampleRequest(60n), []);
      await two.issuance.recordAbandonedIntent(serial, sampleRequest(60n), []);
    });
  });

  describe('the audit chain', () => {
    it('is one, whoever adds to it', async () => {
      await Promise.all(
        Array.from({ length: 60 }, (_, turn) => (turn % 2 === 0 ? one : two).audit.record([sampleEvent()])),
      );
      const result = await one.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
      assert.deepEqual(result.problems, []);
      assert.ok(result.recordsChecked > 60n);
    });

    it('says whose key it is when it is opened with another', async () => {
      await assert.rejects(
        openStore(test.database, { ...options, auditKey: auditKeyFromBytes(Buffer.alloc(32, 2)) }),
        (error) => error instanceof AuditKeyError && error.message.includes(auditKey.keyId),
      );
    });

    it('is not changed by a slip of the hand', async () => {
      for (const statement of [
        'delete from audit_records',
        "update audit_records set actor = 'x'",
        'truncate audit_records',
      ])
        await assert.rejects(test.database.execute(statement), /never changed or deleted/);
    });

    it('is verified while others go on writing', async () => {
      let isDone = false;
      const writing = (async () => {
        for (let turn = 0; !isDone && turn < 500; turn++) await two.audit.record([sampleEvent()]);
      })();
      for (let turn = 0; turn < 10; turn++) {
        const { problems } = await one.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
        assert.deepEqual(problems, []);
      }
      isDone = true;
      await writing;
    });

    it('takes nothing more once its head was tampered with, and says what was done', async () => {
      const head = await test.database.findRow<{ record_count: bigint; last_mac: Buffer; head_mac: Buffer }>(
        'select record_count, last_mac, head_mac from audit_head',
      );
      assert.ok(head);
      await test.database.execute('update audit_head set record_count = record_count - 1');
      await refuses('internal', () => one.audit.record([sampleEvent()]));
      await refuses('internal', () => openAndRecord());
      const { problems } = await one.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
      assert.deepEqual(
        problems.map(({ kind }) => kind),
        ['head-changed', 'inserted'],
      );
      await test.database.execute('update audit_head set record_count = $1', [head.record_count]);
      await one.audit.record([sampleEvent()]);
    });

    it('does not go back to an earlier end, even to one that was genuine', async () => {
      const read = 'select record_count, last_mac, head_mac from audit_head';
      const earlier = await test.database.findRow<{ record_count: bigint; last_mac: Buffer; head_mac: Buffer }>(read);
      assert.ok(earlier);
      await one.audit.record([sampleEvent()]);
      await one.audit.record([sampleEvent()]);
      const newest = await test.database.findRow<{ record_count: bigint; last_mac: Buffer; head_mac: Buffer }>(read);
      const put = 'update audit_head set record_count = $1, last_mac = $2, head_mac = $3';
      await test.database.execute(put, [earlier.record_count, earlier.last_mac, earlier.head_mac]);
      await refuses('internal', () => one.audit.record([sampleEvent()]));
      await test.database.execute(put, [
        newest?.record_count ?? 0n,
        newest?.last_mac ?? null,
        newest?.head_mac ?? null,
      ]);
      await one.audit.record([sampleEvent()]);
    });

    async function openAndRecord(): Promise<void> {
      const store = await openStore(test.database, options);
      await store.audit.record([sampleEvent()]).finally(() => store.close());
    }
  });

  it('says that the record is not available when the database is gone', async () => {
    const database = createDatabase({ address: test.address, log: silentLog });
    const store = await openStore(database, options);
    await database.close();
    await refuses('store-unavailable', () => store.certificates.find(serialNumber(1n)));
    await refuses('store-unavailable', () => store.audit.record([sampleEvent()]));
    await refuses('store-unavailable', () => reserve(store));
    await refuses('store-unavailable', async () => {
      for await (const _ of store.certificates.revoked(sampleAuthorityId)) assert.fail('there is nothing to read');
    });
    await refuses('store-unavailable', () => openStore(database, options));
  });

  async function refuses(code: CaErrorCode, work: () => Promise<unknown>, what?: string): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof CaError, String(error));
      assert.equal(error.code, code, what ?? error.message);
      return true;
    });
  }
});
