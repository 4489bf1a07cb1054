// A process that uses a database for as long as its standard input is open; for tests that kill such processes.
import { openDatabase } from '#appliance/postgres';
import { createDatabase, standardErrorLog } from '#platform';

const [dataFolder] = process.argv.slice(2);
if (dataFolder === undefined) throw new TypeError('usage: node test/support/hold-database.ts DATA_FOLDER');
const log = standardErrorLog('debug');
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const opened = await openDatabase({ databaseUrl: null, dataFolder, log });
  const database = createDatabase({ address: opened.address, log });
  say({ event: 'ready', socketFolder: opened.address.toClientConfig().host });
  for await (const bytes of process.stdin)
    for (const text of String(bytes).split('\n').filter(Boolean)) {
      try {
        say({ event: 'rows', rows: await database.query(text) });
      } catch (error) {
        say({ event: 'failed', message: error instanceof Error ? error.message : String(error) });
      }
    }
  await database.close();
  await opened.release();
  say({ event: 'released' });
} catch (error) {
  say({ event: 'refused', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
