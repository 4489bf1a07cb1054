// Tests of group commit: shared commits, isolation of bad items, bounds, and honesty when the database goes away.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withTestDatabase } from '#test/test-database';
import { silentLog } from '../log.ts';
import { createDatabase } from './database.ts';
import { DatabaseBusyError, DatabaseQueryError, DatabaseUnavailableError } from './database-errors.ts';
import { createGroupCommit, type GroupCommitOptions, ItemRefusal } from './group-commit.ts';

describe('group commit', () => {
  const test = withTestDatabase();
  const batches: number[] = [];
  before(async () => {
    await test.database.execute('create table thing (id int primary key)');
  });
  beforeEach(async () => {
    await test.database.execute('truncate thing');
    batches.length = 0;
  });
  const stored = async () =>
    (await test.database.query<{ id: number }>('select id from thing order by id')).map((row) => row.id);
  const things = (options: Partial<GroupCommitOptions<number, string>> = {}) =>
    createGroupCommit<number, string>({
      database: test.database,
      name: 'things',
      flush: async (transaction, items) => {
        batches.push(items.length);
        const wanted = items.filter((id) => id >= 0);
        await transaction.execute('insert into thing select unnest($1::int[])', [wanted]);
        return items.map((id) => (id >= 0 ? `stored ${id}` : new ItemRefusal(new RangeError(`${id} is negative`))));
      },
      ...options,
    });

  it('commits together what was submitted in one turn, and what was queued while the commit before was under way', async () => {
    const group = things();
    const submit = (from: number) => Array.from({ length: 50 }, (_, index) => group.submit(from + index));
    const first = submit(0);
    await nextTurn();
    const results = await Promise.all([...first, ...submit(50), ...submit(100)]);
    assert.equal(results[142], 'stored 142');
    assert.deepEqual(batches, [50, 100]);
    assert.equal((await stored()).length, 150);
    assert.equal(group.queueLength, 0);
  });

  it('settles only after the commit', async () => {
    const group = things();
    await group.submit(1);
    const other = createDatabase({ address: test.address, log: silentLog });
    try {
      assert.deepEqual(await other.query('select id from thing'), [{ id: 1 }]);
    } finally {
      await other.close();
    }
  });

  it('fails the bad item alone, wherever it stands in the batch', async () => {
    const group = things();
    await group.submit(7);
    const outcomes = await Promise.allSettled([1, 2, 3, 7, 4, 5, 6].map((id) => group.submit(id)));
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    );
    const bad = outcomes[3];
    assert(bad?.status === 'rejected' && bad.reason instanceof DatabaseQueryError);
    assert.equal(bad.reason.sqlState, '23505');
    assert.deepEqual(await stored(), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('refuses single items without writing the batch again', async () => {
    const group = things();
    const outcomes = await Promise.allSettled([10, -1, 11].map((id) => group.submit(id)));
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))),
      ['stored 10', 'RangeError: -1 is negative', 'stored 11'],
    );
    assert.deepEqual(batches, [3]);
  });

  it('refuses more than its queue takes, and does the rest', async () => {
    const group = things({ queueLengthMax: 3 });
    const first = group.submit(1);
    await nextTurn();
    // The first is under way, three wait, two are too many.
    const outcomes = await Promise.allSettled([first, ...[2, 3, 4, 5, 6].map((id) => group.submit(id))]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    assert(outcomes[5]?.status === 'rejected' && outcomes[5].reason instanceof DatabaseBusyError);
    assert.deepEqual(await stored(), [1, 2, 3, 4]);
  });

  it('puts no more than allowed into one transaction', async () => {
    const group = things({ batchLengthMax: 10 });
    await Promise.all(Array.from({ length: 35 }, (_, id) => group.submit(id)));
    assert.deepEqual(batches, [10, 10, 10, 5]);
  });

  it('does what was queued before it closes and refuses what comes later', async () => {
    const group = things();
    const submitted = [1, 2, 3].map((id) => group.submit(id));
    const closing = group.close();
    await assert.rejects(group.submit(4), DatabaseUnavailableError);
    await closing;
    assert.deepEqual(await stored(), [1, 2, 3]);
    await Promise.all(submitted);
  });

  it('takes a flush that answers for fewer items as failed', async () => {
    const group = createGroupCommit<number, string>({
      database: test.database,
      name: 'forgetful',
      flush: async (transaction, items) => {
        await transaction.execute('insert into thing select unnest($1::int[])', [items]);
        return [];
      },
    });
    await assert.rejects(group.submit(1), /1 items gave 0 outcomes/);
    assert.deepEqual(await stored(), []);
  });

  it('fails the whole batch, once, when the database goes away, and goes on afterwards', async () => {
    const own = createDatabase({ address: test.address, log: silentLog, applicationName: 'group' });
    try {
      let calls = 0;
      const group = createGroupCommit<number, string>({
        database: own,
        name: 'interrupted',
        flush: async (transaction, items) => {
          calls += 1;
          await transaction.execute('insert into thing select unnest($1::int[])', [items]);
          if (calls === 2)
            await test.database.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'group'",
            );
          return items.map(String);
        },
      });
      const first = group.submit(1);
      await nextTurn();
      const outcomes = await Promise.allSettled([first, ...[2, 3].map((id) => group.submit(id))]);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        ['fulfilled', 'rejected', 'rejected'],
      );
      assert(outcomes[1]?.status === 'rejected' && outcomes[1].reason instanceof DatabaseUnavailableError);
      assert.equal(calls, 2);
      assert.equal(await group.submit(9), '9');
      assert.deepEqual(await stored(), [1, 9]);
    } finally {
      await own.close();
    }
  });
});
