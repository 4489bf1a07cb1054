// Takes certificates into a scratch database, signatures verified, and prints the rate; then takes them again, unchanged.
// node ca-core/intake/bench/bench-intake.ts [--database URL] [--certificates 50000] [--key rsa|P-256]; the user may create databases.
import { generateKeyPairSync } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ImportedFact, Intake } from '#ca-core/intake';
import { createDatabase, DatabaseAddress, migrate, silentLog } from '#platform';
import { authorityFact, certificateFact, intakeMigrations, openIntake } from '#test/sample-facts';
import { SampleIssuer, type SampleKeyKind } from '#test/sample-issuer';

const { values: options } = parseArgs({
  options: {
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgresql://root@127.0.0.1:5432/postgres' },
    certificates: { type: 'string', default: '50000' },
    key: { type: 'string', default: 'rsa' },
  },
});
const certificateCount = Number(options.certificates);
const batchLength = 1_000;
const print = (line: string) => process.stdout.write(`${line}\n`);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

function makeFacts(issuer: SampleIssuer): ImportedFact[][] {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const subjectPublicKeyInfoDer = publicKey.export({ type: 'spki', format: 'der' });
  const batches: ImportedFact[][] = [];
  for (let from = 0; from < certificateCount; from += batchLength)
    batches.push(
      Array.from({ length: Math.min(batchLength, certificateCount - from) }, (_, index) => {
        const serial = BigInt(from + index + 2);
        const subject = `CN=host${serial}.example.test,O=EXAMPLE.TEST`;
        return certificateFact(issuer.certify(serial, { subject, subjectPublicKeyInfoDer }));
      }),
    );
  return batches;
}

/** `ahead` batches are given before the first of them is stored, as a reader does that does not wait. */
async function run(name: string, intake: Intake, batches: readonly ImportedFact[][], ahead: number): Promise<void> {
  const startMs = nowMs();
  const cpu = process.cpuUsage();
  const underWay: Promise<unknown>[] = [];
  for (const [index, batch] of batches.entries()) {
    underWay.push(intake.accept(batch, { name: 'bench', value: String(index) }));
    if (underWay.length >= ahead) await underWay.shift();
  }
  await Promise.all(underWay);
  const ms = nowMs() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  const rate = ((certificateCount / ms) * 1000).toFixed(0);
  print(`${name}: ${rate} a second, ${((user + system) / certificateCount).toFixed(0)} µs of this process each`);
}

const administrationAddress = DatabaseAddress.fromUrl(options.database);
const administration = createDatabase({ address: administrationAddress, log: silentLog });
const name = `retag_bench_${process.pid}`;
const issuer = new SampleIssuer('CN=Certificate Authority,O=EXAMPLE.TEST', options.key as SampleKeyKind);
const startMs = nowMs();
const batches = makeFacts(issuer);
print(`signed ${certificateCount} certificates in ${((nowMs() - startMs) / 1000).toFixed(1)} s`);
for (const ahead of [1, 2]) {
  await administration.execute(`create database ${name} template template0 encoding 'UTF8'`);
  const database = createDatabase({ address: administrationAddress.withDatabaseName(name), log: silentLog });
  try {
    await migrate(database, intakeMigrations, silentLog);
    const { store, intake } = await openIntake(database);
    await intake.accept([authorityFact(issuer.certifyItself(1n))]);
    await run(`new, ${ahead} at a time      `, intake, batches, ahead);
    await run(`unchanged, ${ahead} at a time`, intake, batches, ahead);
    await store.close();
  } finally {
    await database.close();
    await administration.execute(`drop database if exists ${name} with (force)`);
  }
}
await administration.close();
