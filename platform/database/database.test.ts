// Tests of the pool: values survive unchanged, errors are told apart, lost connections come back.
import assert from 'node:assert/strict';
import { withTestDatabase } from '#test/test-database';
import { createLog } from '../log.ts';
import { textArray } from './binary-arrays.ts';
import { createDatabase, type Database } from './database.ts';
import { DatabaseAddress } from './database-address.ts';
import {
  DatabaseBusyError,
  DatabaseQueryError,
  DatabaseUnavailableError,
  isUniqueViolation,
} from './database-errors.ts';
import { statement } from './statement.ts';

const log = createLog('error', () => {});

describe('database', () => {
  const test = withTestDatabase();

  it('gives whole numbers of any size back as bigint', async () => {
    const serial = 2n ** 159n - 1n;
    const row = await test.database.findRow(
      'select $1::numeric as large, $2::int8 as small, $3::numeric[] as list, null::numeric as nothing',
      [serial, -(2n ** 63n), [serial, 0n, null]],
    );
    assert.deepEqual(row, { large: serial, small: -(2n ** 63n), list: [serial, 0n, null], nothing: null });
  });

  it('refuses to read a numeric with a fraction, which would be rounded', async () => {
    await assert.rejects(test.database.query('select 1.5::numeric as half'), /1\.5 is not a whole number/);
    assert.deepEqual(await test.database.findRow('select 1.5::float8 as half'), { half: 1.5 });
  });

  it('keeps bytes, texts, lists and JSON as they are', async () => {
    const bytes = new Uint8Array([0, 255, 92, 39]);
    const odd = 'a"b\\c{,}\'ü\u{1f511}\n';
    const row = await test.database.findRow(
      'select $1::bytea as bytes, $2::text as text, $3::text[] as texts, $4::bytea[] as many, $5::jsonb as json, $6::bool as flag',
      [bytes, odd, [odd, '', null, 'NULL'], [bytes, new Uint8Array()], { a: [1, { b: odd }] }, true],
    );
    assert.deepEqual(row, {
      bytes: Buffer.from(bytes),
      text: odd,
      texts: [odd, '', null, 'NULL'],
      many: [Buffer.from(bytes), Buffer.alloc(0)],
      json: { a: [1, { b: odd }] },
      flag: true,
    });
  });

  it('takes long lists of text in binary, and gives them back as they were', async () => {
    const texts = ['a"b\\c{,}\'ü\u{1f511}\n', '', null, 'NULL', 'x'.repeat(100_000)];
    const given = [textArray(texts), textArray([]), textArray([null]), [null, new Uint8Array([1])]];
    const row = await test.database.findRow(
      'select $1::text[] as texts, $2::text[] as none, $3::text[] as nothing, $4::bytea[] as bytes',
      given,
    );
    assert.deepEqual(row, { texts, none: [], nothing: [null], bytes: [null, Buffer.from([1])] });
  });

  it('reads the same instant whatever the time zone of the process', async () => {
    const at = new Date('9999-12-31T23:59:59.999Z');
    const row = await test.database.findRow(
      "select $1::timestamptz as far, timestamptz '2024-03-31 02:30:00+02' as summer, date '2024-02-29' as day, $2::timestamptz as early",
      [at, new Date('0000-01-01T00:00:00Z')],
    );
    assert.deepEqual(row, {
      far: at,
      summer: new Date('2024-03-31T00:30:00Z'),
      day: '2024-02-29',
      early: new Date('0000-01-01T00:00:00Z'),
    });
  });

  it('reads microseconds where a statement asks for them', async () => {
    const exact = statement('test.microseconds', "select timestamptz '2024-01-02 03:04:05.678901+00' as at", {
      timestamps: 'microseconds',
    });
    assert.deepEqual(await test.database.findRow(exact), { at: 1704164645678901n });
  });

  it('refuses parameters that would lose their value', async () => {
    const ask = (value: never) => test.database.query('select $1::numeric', [value]);
    await assert.rejects(ask(undefined as never), /undefined/);
    await assert.rejects(ask((2 ** 60) as never), /bigint/);
    await assert.rejects(ask(new Date(Number.NaN) as never), /invalid Date/);
  });

  it('runs a named statement again with other values', async () => {
    const twice = statement('test.twice', 'select $1::int * 2 as doubled');
    assert.deepEqual(await test.database.findRow(twice, [4]), { doubled: 8 });
    assert.deepEqual(await test.database.findRow(twice, [5]), { doubled: 10 });
  });

  it('refuses two statements of one name', () => {
    statement('test.name', 'select 1');
    assert.doesNotThrow(() => statement('test.name', 'select 1'));
    assert.throws(() => statement('test.name', 'select 2'), /two statements are named "test\.name"/);
    assert.throws(() => statement('x'.repeat(64), 'select 1'), /1 to 63/);
  });

  it('tells a unique violation, with its constraint and without the values', async () => {
    await test.database.execute('create table thing (id int constraint thing_key primary key)');
    await test.database.execute('insert into thing values (42424242)');
    await assert.rejects(
      test.database.execute(statement('test.insert', 'insert into thing values ($1)'), [42424242]),
      (error) => {
        assert(error instanceof DatabaseQueryError);
        assert.equal(error.sqlState, '23505');
        assert.equal(error.statementName, 'test.insert');
        assert(isUniqueViolation(new Error('outer', { cause: error }), 'thing_key'));
        assert(!isUniqueViolation(error, 'other_key'));
        assert.doesNotMatch(error.message, /42424242/);
        return true;
      },
    );
    await assert.rejects(test.database.findRow('select * from generate_series(1, 2)'), /2 rows where one at most/);
  });

  it('builds queries with kysely over the same connections', async () => {
    interface Schema {
      fruit: { id: bigint; name: string };
    }
    await test.database.execute('create table fruit (id numeric primary key, name text not null)');
    const kysely = test.database.kysely<Schema>();
    const inserted = await kysely
      .insertInto('fruit')
      .values({ id: 2n ** 70n, name: 'fig' })
      .executeTakeFirst();
    assert.equal(inserted.numInsertedOrUpdatedRows, 1n);
    assert.deepEqual(await kysely.selectFrom('fruit').selectAll().execute(), [{ id: 2n ** 70n, name: 'fig' }]);
    await assert.rejects(
      kysely.transaction().execute(async () => {}),
      /use database\.transaction/,
    );
    await assert.rejects(
      kysely
        .insertInto('fruit')
        .values({ id: 2n ** 70n, name: 'kiwi' })
        .execute(),
      DatabaseQueryError,
    );
  });

  it('comes back after all connections were cut', async () => {
    const own = createDatabase({ address: test.address, log, applicationName: 'cut-me' });
    try {
      const ids = async () =>
        (
          await Promise.all(
            [1, 2, 3].map(() => own.findRow<{ id: number }>('select pg_backend_pid() as id, pg_sleep(0.05)')),
          )
        ).map((row) => row?.id);
      const before = await ids();
      await test.database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut-me'",
      );
      assert.deepEqual(await own.transaction((transaction) => transaction.findRow('select 1 as one')), { one: 1 });
      const after = await ids();
      assert.deepEqual(
        before.filter((id) => after.includes(id)),
        [],
      );
    } finally {
      await own.close();
    }
  });

  it('says that the outcome is unknown when the connection is lost during a lone statement', async () => {
    const own = createDatabase({ address: test.address, log, applicationName: 'cut-me-too' });
    try {
      const asking = own.query('select pg_sleep(30)');
      const cut = assert.rejects(asking, (error) => {
        assert(error instanceof DatabaseUnavailableError);
        assert.equal(error.outcomeUnknown, true);
        return true;
      });
      await waitFor(
        test.database,
        "select 1 from pg_stat_activity where application_name = 'cut-me-too' and state = 'active' and query like '%pg_sleep%'",
      );
      await test.database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut-me-too'",
      );
      await cut;
    } finally {
      await own.close();
    }
  });

  it('cancels a statement that takes too long', async () => {
    const own = createDatabase({ address: test.address, log, statementTimeoutMs: 50 });
    try {
      await assert.rejects(own.query('select pg_sleep(30)'), /took too long and was canceled/);
      assert.deepEqual(await own.findRow('select 1 as one'), { one: 1 });
    } finally {
      await own.close();
    }
  });

  it('says that its connections are all in use', async () => {
    const own = createDatabase({ address: test.address, log, connectionsMax: 1, connectTimeoutMs: 100 });
    try {
      const long = own.query('select pg_sleep(0.5)');
      await assert.rejects(own.query('select 1'), DatabaseBusyError);
      await long;
    } finally {
      await own.close();
    }
  });

  it('explains a server that is not there, without the password', async () => {
    const address = DatabaseAddress.fromUrl('postgresql://someone:very-secret@127.0.0.1:1/nothing');
    const absent = createDatabase({ address, log });
    try {
      await assert.rejects(absent.query('select 1'), (error) => {
        assert(error instanceof DatabaseUnavailableError);
        assert.match(error.message, /database "nothing" at 127\.0\.0\.1:1 as user "someone" is not available/);
        assert.match(error.message, /nothing listens there|network cannot be reached/);
        return true;
      });
      assert.doesNotMatch(`${address} ${JSON.stringify({ address })}`, /very-secret/);
    } finally {
      await absent.close();
    }
  });

  it('explains a database that does not exist', async () => {
    const absent = createDatabase({ address: test.address.withDatabaseName('no_such_database'), log });
    try {
      await assert.rejects(absent.query('select 1'), /there is no such database/);
    } finally {
      await absent.close();
    }
  });

  it('refuses work after it was closed', async () => {
    const own = createDatabase({ address: test.address, log });
    await own.query('select 1');
    await own.close();
    await own.close();
    await assert.rejects(own.query('select 1'), /this program is stopping/);
  });

  it('does not believe a server that confirms commits before they are on disk', async () => {
    await test.database.execute(`alter database "${test.address.databaseName}" set synchronous_commit = off`);
    const own = createDatabase({ address: test.address, log });
    try {
      assert.deepEqual(await own.findRow('show synchronous_commit'), { synchronous_commit: 'on' });
    } finally {
      await own.close();
    }
  });

  it('refuses URLs that it cannot use, without repeating them', () => {
    for (const url of [
      'mysql://root:hidden@host/x',
      'nonsense hidden',
      'postgresql://user:hidden@host/',
      'postgresql://u:hidden@h/a/b',
    ])
      assert.throws(
        () => DatabaseAddress.fromUrl(url),
        (error) => error instanceof Error && /postgresql:\/\//.test(error.message) && !error.message.includes('hidden'),
      );
  });
});

async function waitFor(database: Database, query: string): Promise<void> {
  while ((await database.findRow(query)) === null);
}
