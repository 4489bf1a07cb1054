// Child of kill-intake.test.ts: takes the certificates of a folder into the record from its checkpoint on, two batches ahead, until it is killed.
import { readFileSync } from 'node:fs';
import { createDatabase, silentLog } from '#platform';
import { addressFromEnvironment } from '#test/child-database';
import { authorityFact, certificateFact, openIntake, sampleSource } from '#test/sample-facts';

interface Given {
  readonly authority: string;
  readonly certificates: readonly string[];
}

const batchLength = 25;
const file = process.argv[2] ?? '';
const given = JSON.parse(readFileSync(file, 'utf8')) as Given;
const certificates = given.certificates.map((text) => Buffer.from(text, 'base64'));
const database = createDatabase({ address: addressFromEnvironment(), log: silentLog });
const { intake } = await openIntake(database);
await intake.accept([authorityFact(Buffer.from(given.authority, 'base64'))]);
const reached = Number((await intake.readCheckpoint('kill-intake')) ?? 0);
process.stdout.write('ready\n');
const underWay: Promise<unknown>[] = [];
for (let from = reached; from < certificates.length; from += batchLength) {
  const batch = certificates.slice(from, from + batchLength).map((der) => certificateFact(der));
  const provenance = { source: sampleSource, entry: `batch at ${from}` };
  const finding = { kind: 'batch-read', verdict: 'accepted', message: 'it was read', provenance } as const;
  underWay.push(intake.accept(batch, { name: 'kill-intake', value: String(from + batch.length) }, [finding]));
  if (underWay.length > 1) await underWay.shift();
}
await Promise.all(underWay);
process.stdout.write('finished\n');
process.exit(0);
