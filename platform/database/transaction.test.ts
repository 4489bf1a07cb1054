// Tests of transactions: all or nothing, tried again after a conflict, and streams from one snapshot.
import assert from 'node:assert/strict';
import { withTestDatabase } from '#test/test-database';
import { DatabaseQueryError } from './database-errors.ts';
import type { Transaction } from './transaction.ts';

describe('transaction', () => {
  const test = withTestDatabase();
  before(async () => {
    await test.database.execute('create table account (name text primary key, balance int not null)');
  });
  beforeEach(async () => {
    await test.database.execute('truncate account');
    await test.database.execute("insert into account values ('a', 10), ('b', 10)");
  });
  const balances = async () =>
    (await test.database.query<{ balance: number }>('select balance from account order by name')).map(
      (row) => row.balance,
    );

  it('keeps everything or nothing', async () => {
    await assert.rejects(
      test.database.transaction(async (transaction) => {
        await transaction.execute('update account set balance = 0');
        throw new RangeError('changed my mind');
      }),
      /changed my mind/,
    );
    assert.deepEqual(await balances(), [10, 10]);
    const result = await test.database.transaction(async (transaction) => {
      await transaction.execute('update account set balance = 5');
      return 'done';
    });
    assert.equal(result, 'done');
    assert.deepEqual(await balances(), [5, 5]);
  });

  it('runs the work again after a serialization failure', async () => {
    let runs = 0;
    let bothRead: () => void = () => {};
    const meeting = new Promise<void>((resolve) => {
      bothRead = resolve;
    });
    let readers = 0;
    const work = async (transaction: Transaction) => {
      runs += 1;
      const row = await transaction.findRow<{ sum: bigint }>('select sum(balance) as sum from account');
      readers += 1;
      if (readers === 2) bothRead();
      await meeting;
      await transaction.execute('insert into account values ($1, $2)', [`n${runs}`, Number(row?.sum)]);
    };
    const options = { isolation: 'serializable' } as const;
    await Promise.all([test.database.transaction(work, options), test.database.transaction(work, options)]);
    assert.equal(runs, 3);
    assert.deepEqual(
      (await balances()).sort((a, b) => a - b),
      [10, 10, 20, 40],
    );
  });

  it('runs the work again after a deadlock', async () => {
    let runs = 0;
    let waiting = 0;
    let go: () => void = () => {};
    const bothHold = new Promise<void>((resolve) => {
      go = resolve;
    });
    const move = (from: string, to: string) =>
      test.database.transaction(async (transaction) => {
        runs += 1;
        await transaction.execute('update account set balance = balance - 1 where name = $1', [from]);
        waiting += 1;
        if (waiting === 2) go();
        await bothHold;
        await transaction.execute('update account set balance = balance + 1 where name = $1', [to]);
      });
    await Promise.all([move('a', 'b'), move('b', 'a')]);
    assert.equal(runs, 3);
    assert.deepEqual(await balances(), [10, 10]);
  });

  it('gives up after the number of attempts that was allowed', async () => {
    let runs = 0;
    await assert.rejects(
      test.database.transaction(
        async (transaction) => {
          runs += 1;
          await transaction.execute('do $$ begin raise serialization_failure; end $$');
        },
        { attemptsMax: 3 },
      ),
      (error) => error instanceof DatabaseQueryError && error.sqlState === '40001',
    );
    assert.equal(runs, 3);
  });

  it('refuses to report success when a statement had failed and the work went on', async () => {
    await assert.rejects(
      test.database.transaction(async (transaction) => {
        await transaction.execute('update account set balance = 1');
        await transaction.execute('select 1 / 0').catch(() => {});
      }),
      /rolled back: its work went on/,
    );
    assert.deepEqual(await balances(), [10, 10]);
  });

  it('is unusable after its end', async () => {
    const kept: Transaction[] = [];
    await test.database.transaction(async (transaction) => {
      kept.push(transaction);
    });
    for (const transaction of kept) await assert.rejects(transaction.query('select 1'), /used after its end/);
    assert.equal(kept.length, 1);
  });

  it('lets one at a time pass a lock of one name', async () => {
    const order: string[] = [];
    const pass = (name: string) =>
      test.database.transaction(async (transaction) => {
        await transaction.lock('door');
        order.push(`${name} in`);
        await transaction.query('select pg_sleep(0.02)');
        order.push(`${name} out`);
      });
    await Promise.all(['x', 'y', 'z'].map(pass));
    for (let index = 0; index < order.length; index += 2)
      assert.equal(order[index]?.split(' ')[0], order[index + 1]?.split(' ')[0]);
  });

  it('refuses writes when read-only', async () => {
    await assert.rejects(
      test.database.transaction((transaction) => transaction.execute('delete from account'), { readOnly: true }),
      /read-only/,
    );
  });

  it('streams rows in batches from one snapshot, and lets go when the reader stops early', async () => {
    const sizes: number[] = [];
    for await (const rows of test.database.stream<{ n: number }>(
      'select n from generate_series(1, $1::int) n',
      [25],
      10,
    )) {
      sizes.push(rows.length);
      await test.database.execute('insert into account values (gen_random_uuid()::text, 1)');
    }
    assert.deepEqual(sizes, [10, 10, 5]);
    for await (const rows of test.database.stream('select name from account', [], 2)) {
      assert.equal(rows.length, 2);
      break;
    }
    const open = await test.database.findRow(
      "select count(*) as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    );
    assert.deepEqual(open, { n: 0n });
  });
});
