// An empty record on a server of PostgreSQL for one measurement, and what its server spends on it.
import { readdirSync, readFileSync } from 'node:fs';
import { storeMigrations } from '#ca-core/store';
import { createDatabase, type Database, type DatabaseAddress, migrate, randomBytes, silentLog } from '#platform';
import { openTestServer } from '#test/test-server';

export interface RecordForImport {
  readonly address: DatabaseAddress;
  readonly database: Database;
  /** Processor time of the server's processes that work for this database and are still there, in seconds. */
  serverSeconds(): number;
  close(): Promise<void>;
}

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100;

/** On the server of DATABASE_URL when that is set, else on an embedded one that vanishes afterwards. */
export async function makeRecordForImport(): Promise<RecordForImport> {
  const server = await openTestServer();
  const administration = createDatabase({ address: server.address, log: silentLog });
  const name = `retag_bench_${randomBytes(6).toString('hex')}`;
  await administration.execute(`create database ${name} template template0 encoding 'UTF8'`);
  const address = server.address.withDatabaseName(name);
  const database = createDatabase({ address, log: silentLog, statementTimeoutMs: 600_000 });
  await migrate(database, [storeMigrations], silentLog);
  return {
    address,
    database,
    serverSeconds: () => secondsOf(name),
    close: async () => {
      await database.close();
      await administration.execute(`drop database if exists ${name} with (force)`);
      await administration.close();
      await server.close();
    },
  };
}

/** PostgreSQL shows the database in the name of each process that serves it. */
function secondsOf(databaseName: string): number {
  let ticks = 0;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${id}/cmdline`, 'latin1').includes(databaseName)) continue;
      const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / ticksPerSecond;
}
