// Child of audit-history.test.ts: takes the logs of a folder into the history until it is killed.
import { readFileSync } from 'node:fs';
import { createAuditHistoryIntake } from '#ca-core/intake';
import { readAuditSigner } from '#codecs/dogtag-audit';
import { takeAuditLogs } from '#migration';
import { createDatabase, silentLog } from '#platform';
import { addressFromEnvironment } from '#test/child-database';
import { openIntake } from '#test/sample-facts';

const [, , folder = '', certificate = ''] = process.argv;
const database = createDatabase({ address: addressFromEnvironment(), log: silentLog });
const { store } = await openIntake(database);
await takeAuditLogs(folder, {
  server: null,
  signers: [readAuditSigner(readFileSync(certificate))],
  timeZone: null,
  intake: createAuditHistoryIntake(store.importLedger),
  onProgress: () => {
    process.stdout.write('batch\n');
  },
});
process.stdout.write('finished\n');
process.exit(0);
