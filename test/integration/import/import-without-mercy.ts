// Child of import-into-record.test.ts: a process that imports a recorded directory into the record, to be killed at any moment: IMPORT_FILE, IMPORT_DATABASE (settings of a pg pool, JSON).
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore } from '#ca-core/store';
import { openRecordedDogtagDirectory } from '#importers';
import { runImport } from '#migration';
import { createDatabase, DatabaseAddress, silentLog, systemClock } from '#platform';

const file = process.env.IMPORT_FILE ?? '';
const config = JSON.parse(process.env.IMPORT_DATABASE ?? '{}') as Record<string, never>;
const address =
  'connectionString' in config
    ? DatabaseAddress.fromUrl(config.connectionString)
    : DatabaseAddress.onSocket({
        folder: config.host ?? '',
        port: config.port ?? 0,
        user: config.user ?? '',
        databaseName: config.database ?? '',
      });
const database = createDatabase({ address, log: silentLog });
const store = await openStore(database, {
  auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
  clock: systemClock,
  log: silentLog,
});
const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
process.stdout.write('ready\n');
const report = await runImport({
  source,
  intake: createIntake({ ledger: store.importLedger, clock: systemClock }),
  clock: systemClock,
  log: silentLog,
  recordAudit: (events) => store.audit.record(events),
});
process.stdout.write(`${JSON.stringify(report)}\n`);
await store.close();
await database.close();
