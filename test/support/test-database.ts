// A fresh database for a suite, on whichever server the run uses; migrated once and then copied, because copying is faster.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createDatabase,
  createLog,
  type Database,
  type DatabaseAddress,
  DatabaseQueryError,
  type MigrationPart,
  migrate,
  randomBytes,
  silentLog,
  systemClock,
} from '#platform';
import { openTestServer, type TestServer } from './test-server.ts';

export interface TestDatabase {
  /** A pool on the suite's database; closed after the suite. Only usable within hooks and tests. */
  readonly database: Database;
  /** For processes and pools of the suite's own. */
  readonly address: DatabaseAddress;
  readonly serverKind: 'embedded' | 'external';
}

interface Administration {
  readonly server: TestServer;
  readonly database: Database;
  /** Migrated template databases by the digest of their migrations. */
  readonly templates: Map<string, Promise<string>>;
}

const namePrefix = 'retag_test_';
/** Longer than any run, shorter than it takes to fill somebody's server. */
const abandonedAfterSeconds = 6 * 3600;
const insufficientPrivilege = '42501';
const log = createLog('warn', (line) => process.stderr.write(line));

let opening: Promise<Administration> | null = null;

/**
 * Call it in a `describe`: before its tests a database of its own is made with the migrations of `parts`, after them it is
 * dropped. Values that are read outside hooks and tests throw.
 */
export function withTestDatabase(parts: readonly MigrationPart[] = []): TestDatabase {
  let current: TestDatabase | null = null;
  const get = (): TestDatabase => {
    if (current === null) throw new Error('the test database exists only within the hooks and tests of its suite');
    return current;
  };
  before(async function () {
    this.timeout(60_000);
    const administration = await openAdministration();
    const template = await templateFor(administration, parts);
    const address = await makeDatabase(administration, template);
    current = { address, database: createDatabase({ address, log }), serverKind: administration.server.kind };
  });
  after(async function () {
    this.timeout(60_000);
    if (current === null) return;
    await current.database.close();
    await dropDatabase(await openAdministration(), current.address.databaseName);
    current = null;
  });
  return {
    get database() {
      return get().database;
    },
    get address() {
      return get().address;
    },
    get serverKind() {
      return get().serverKind;
    },
  };
}

// At the root: runs once, after every suite of this process.
after(async function () {
  this.timeout(120_000);
  if (opening === null) return;
  // A server that could not be opened has failed its suites already.
  const administration = await opening.catch(() => null);
  opening = null;
  if (administration === null) return;
  for (const template of administration.templates.values()) await dropDatabase(administration, await template);
  await administration.database.close();
  await administration.server.close();
});

function openAdministration(): Promise<Administration> {
  opening ??= (async () => {
    const server = await openTestServer();
    const database = createDatabase({ address: server.address, log });
    await dropAbandoned(database);
    return { server, database, templates: new Map() };
  })();
  return opening;
}

function templateFor(administration: Administration, parts: readonly MigrationPart[]): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const known = administration.templates.get(digest);
  if (known !== undefined) return known;
  const making = (async () => {
    const address = await makeDatabase(administration, 'template0');
    if (parts.length > 0) {
      const database = createDatabase({ address, log });
      try {
        await migrate(database, parts, silentLog);
      } finally {
        await database.close();
      }
    }
    return address.databaseName;
  })();
  administration.templates.set(digest, making);
  return making;
}

async function makeDatabase({ database, server }: Administration, template: string): Promise<DatabaseAddress> {
  const seconds = Math.trunc(systemClock.now().getTime() / 1000);
  const name = `${namePrefix}${seconds}_${randomBytes(4).toString('hex')}`;
  await database.execute(`create database ${name} template ${template} encoding 'UTF8'`);
  return server.address.withDatabaseName(name);
}

/** The server's own cleaning may be at work in it for a moment; its session belongs to the superuser and can't be ended by us. */
async function dropDatabase({ database }: Administration, name: string): Promise<void> {
  for (let attemptsLeft = 100; ; attemptsLeft -= 1) {
    try {
      await database.execute(`drop database if exists ${name} with (force)`);
      return;
    } catch (error) {
      const isHeld = error instanceof DatabaseQueryError && error.sqlState === insufficientPrivilege;
      if (!isHeld || attemptsLeft === 0) throw error;
      await delay(100);
    }
  }
}

/** What killed runs left on a server that outlives them; the name tells the age. */
async function dropAbandoned(database: Database): Promise<void> {
  const oldest = Math.trunc(systemClock.now().getTime() / 1000) - abandonedAfterSeconds;
  const rows = await database.query<{ datname: string }>(
    `select datname from pg_database
     where datname ~ '^${namePrefix}[0-9]+_' and split_part(datname, '_', 3)::bigint < $1`,
    [oldest],
  );
  for (const { datname } of rows) await database.execute(`drop database if exists ${datname} with (force)`);
}
