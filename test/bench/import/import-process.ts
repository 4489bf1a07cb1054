// Child of bench:import: takes a source into the record, and says when it is through and what that took. Measured from outside, killed by tests.
import { stdout } from 'node:process';
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore } from '#ca-core/store';
import { openDogtagDirectoryOnThread, openRecordedDogtagDirectoryOnThread } from '#importers';
import { runImport } from '#migration';
import { createDatabase, silentLog, standardErrorLog, systemClock } from '#platform';
import { addressFromEnvironment } from '#test/child-database';

/** As `IMPORT_SOURCE` holds it, in JSON: a file, or a directory server's address with the name and password to bind with. */
export interface ImportTask {
  readonly base: string;
  readonly ldifFile?: string;
  readonly url?: string;
  readonly bindDn?: string;
  readonly password?: string;
}

const { base, ldifFile, url, bindDn = '', password = '' } = JSON.parse(process.env.IMPORT_SOURCE ?? '{}') as ImportTask;
const database = createDatabase({ address: addressFromEnvironment(), log: silentLog });
const store = await openStore(database, {
  auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
  clock: systemClock,
  log: silentLog,
});
const settings = { startTls: false, caCertificatePem: null, base, timeZone: 'UTC' };
const log = standardErrorLog('warn');
const source =
  ldifFile === undefined
    ? await openDogtagDirectoryOnThread({ ...settings, url: new URL(url ?? ''), bindDn, password }, { log })
    : await openRecordedDogtagDirectoryOnThread(ldifFile, { base, timeZone: 'UTC' }, { log });
stdout.write('ready\n');
const report = await runImport({
  source,
  intake: createIntake({ ledger: store.importLedger, clock: systemClock }),
  clock: systemClock,
  log: silentLog,
  recordAudit: (events) => store.audit.record(events),
  onProgress: (progress) => stdout.write(`progress ${JSON.stringify(progress)}\n`),
});
stdout.write(`report ${JSON.stringify({ ...report, findings: report.findings.length })}\n`);
stdout.write(`cpu ${JSON.stringify(process.cpuUsage())}\n`);
await source.close();
await store.close();
await database.close();
