// Child of the suite: imports the lab's directory into the record and then follows it, to be killed at any moment and started again.
import { auditKeyFromBytes } from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { openStore } from '#ca-core/store';
import { openDogtagDirectory } from '#importers';
import { createImportedNumbers, createImportFollower, followSource, runImport } from '#migration';
import { createDatabase, createLog, systemClock } from '#platform';
import { addressFromEnvironment } from '#test/child-database';
import { labDirectory, layout } from '../hand-back/installation.ts';

const log = createLog('warn', (line) => process.stderr.write(line));
const clock = systemClock;
const database = createDatabase({ address: addressFromEnvironment(), log });
const store = await openStore(database, { auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)), clock, log });
const source = openDogtagDirectory({ ...labDirectory(), base: layout.base, timeZone: 'UTC' }, { log, clock });
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const options = {
  source,
  intake: createIntake({ ledger: store.importLedger, clock }),
  imported: createImportedNumbers(store, clock),
  clock,
  log,
};
say({ state: 'importing' });
if (process.env.FOLLOWING_IMPORT === 'yes') {
  const { kinds, catchUp } = await runImport(options);
  say({ state: 'imported', entries: kinds.reduce((sum, { entries }) => sum + entries, 0), catchUp });
}
const follower = createImportFollower(options);
followSource({
  followOnce: () => follower.follow(),
  onRound: (report) => say({ state: 'following', ...report }),
  clock,
  log,
});
// The follower's own timer does not keep a process alive.
setInterval(() => {}, 60_000);
