// Tests of the migration runner: each step once, by one process at a time, and only on a database that fits.
import assert from 'node:assert/strict';
import { withTestDatabase } from '#test/test-database';
import { silentLog } from '../log.ts';
import { createDatabase } from './database.ts';
import { type Migration, MigrationError, migrate, readPendingMigrations } from './migrations.ts';

const first: Migration = { name: '0001-fruit', sql: 'create table fruit (name text); create index on fruit (name)' };
const second: Migration = { name: '0002-color', sql: 'alter table fruit add column color text' };
const part = (...migrations: readonly Migration[]) => [{ part: 'fruit-store', migrations }];

describe('migrations', () => {
  const test = withTestDatabase();
  beforeEach(async () => {
    await test.database.execute('drop table if exists fruit, retag_migration');
  });
  const run = (...migrations: readonly Migration[]) => migrate(test.database, part(...migrations), silentLog);

  it('runs what is missing, in order, once', async () => {
    assert.deepEqual(await readPendingMigrations(test.database, part(first, second)), [
      'fruit-store/0001-fruit',
      'fruit-store/0002-color',
    ]);
    assert.deepEqual(await run(first), { applied: ['fruit-store/0001-fruit'] });
    assert.deepEqual(await readPendingMigrations(test.database, part(first, second)), ['fruit-store/0002-color']);
    assert.deepEqual(await run(first, second), { applied: ['fruit-store/0002-color'] });
    assert.deepEqual(await run(first, second), { applied: [] });
    await test.database.execute("insert into fruit values ('fig', 'green')");
  });

  it('migrates several parts in the order given', async () => {
    const parts = [
      ...part(first),
      { part: 'salad', migrations: [{ name: '0001-salad', sql: 'create view salad as select name from fruit' }] },
    ];
    assert.deepEqual((await migrate(test.database, parts, silentLog)).applied, [
      'fruit-store/0001-fruit',
      'salad/0001-salad',
    ]);
    await test.database.execute('drop view salad');
  });

  it('lets several processes start at once', async () => {
    const pools = Array.from({ length: 5 }, () => createDatabase({ address: test.address, log: silentLog }));
    try {
      const reports = await Promise.all(pools.map((pool) => migrate(pool, part(first, second), silentLog)));
      assert.deepEqual(reports.flatMap((report) => report.applied).sort(), [
        'fruit-store/0001-fruit',
        'fruit-store/0002-color',
      ]);
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
    }
  });

  it('undoes a step that fails, and keeps the steps before it', async () => {
    const broken = { name: '0002-color', sql: 'alter table fruit add column color text; select nonsense' };
    await assert.rejects(run(first, broken), (error) => {
      assert(error instanceof MigrationError);
      assert.match(error.message, /fruit-store\/0002-color failed and was undone: .*nonsense/);
      return true;
    });
    assert.deepEqual(await run(first, second), { applied: ['fruit-store/0002-color'] });
  });

  it('refuses a step that ends its transaction', async () => {
    const sneaky = { name: '0001-fruit', sql: 'create table fruit (name text); commit; begin' };
    await assert.rejects(run(sneaky), /ends its transaction itself/);
  });

  it('refuses a database that is newer than the program', async () => {
    await run(first, second);
    await assert.rejects(run(first), /newer than this program: it has migration fruit-store\/0002-color/);
    await assert.rejects(readPendingMigrations(test.database, part(first)), MigrationError);
    await assert.rejects(migrate(test.database, [], silentLog), /newer than this program/);
  });

  it('refuses a step whose text was changed after it was applied', async () => {
    await run(first);
    await assert.rejects(run({ ...first, sql: `${first.sql} ` }), /0001-fruit was changed after it was applied/);
    await assert.rejects(run({ name: '0001-veg', sql: first.sql }), /come from different versions/);
    // Line ends are the checkout's, not the author's.
    const unix = { name: '0002-color', sql: 'alter table fruit\nadd column color text' };
    await run(first, unix);
    await run(first, { ...unix, sql: unix.sql.replace('\n', '\r\n') });
  });

  it('refuses a database from whose list a step was taken', async () => {
    await run(first, second);
    await test.database.execute('delete from retag_migration where number = 1');
    await assert.rejects(run(first, second), /lacks migration fruit-store\/0001-fruit but has later ones/);
  });

  it('refuses lists with gaps, odd names or a part twice', async () => {
    await assert.rejects(run(second), /must be named 0001-what-it-adds/);
    await assert.rejects(run({ name: '0001', sql: '' }), /must be named/);
    await assert.rejects(migrate(test.database, [...part(first), ...part(second)], silentLog), /twice/);
  });

  it('says what a user without the right to create tables needs', async () => {
    // The catalog is the one schema in which not even a superuser may create a table.
    const name = test.address.databaseName;
    await test.database.execute(`alter database ${name} set search_path = pg_catalog`);
    const own = createDatabase({ address: test.address, log: silentLog });
    try {
      await assert.rejects(migrate(own, part(first), silentLog), /may not create tables .* grant it CREATE/);
    } finally {
      await own.close();
      await test.database.execute(`alter database ${name} reset search_path`);
    }
  });
});
