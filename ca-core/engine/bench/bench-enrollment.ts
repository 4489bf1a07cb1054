// Prints how many enrolments a second the authority makes in process, durable on PostgreSQL, beside the machine's raw RSA signing rate.
// node ca-core/engine/bench/bench-enrollment.ts [--database URL] [--count 3000] [--clients 1,16]; the user must be allowed to create databases.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type CertificationAuthority, profileId } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { createDatabase, DatabaseAddress, migrate, silentLog, systemClock } from '#platform';
import { callers, foundAuthority, makeCsr, makeKeyFolder, openAuthority } from '#test/running-authority';

const { values: options } = parseArgs({
  options: {
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgresql://root@127.0.0.1:5432/postgres' },
    count: { type: 'string', default: '3000' },
    clients: { type: 'string', default: '1,16' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

interface Result {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
}

/** `clients` callers that each send the next enrolment when the last one was answered. */
async function enroll(authority: CertificationAuthority, csr: string, clients: number, count: number): Promise<Result> {
  const durationsMs: number[] = [];
  let left = count;
  const inputs = { cert_request_type: 'pkcs10', cert_request: csr, requestor_name: 'bench' };
  const submission = { profileId: profileId('sampleServiceCert'), authorityId: null, inputs, renewalOf: null };
  const client = async () => {
    while (left-- > 0) {
      const startMs = nowMs();
      const [request] = await authority.submitEnrollment(submission, callers.registrationAgent);
      if (request?.state !== 'complete') throw new Error(`not issued: ${request?.errorMessage}`);
      durationsMs.push(nowMs() - startMs);
    }
  };
  const cpu = process.cpuUsage();
  const startMs = nowMs();
  await Promise.all(Array.from({ length: clients }, client));
  const elapsedMs = nowMs() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  durationsMs.sort((a, b) => a - b);
  const at = (share: number) => durationsMs[Math.min(count - 1, Math.floor(count * share))] ?? 0;
  return { perSecond: (count / elapsedMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99), cpuMicros: (user + system) / count };
}

/** Signatures a second that openssl makes with every core. */
function rawSigningRate(): number {
  const cores = String(navigator.hardwareConcurrency);
  const output = execFileSync('openssl', ['speed', '-seconds', '3', '-multi', cores, 'rsa2048'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)/.exec(output)?.[1]);
}

const address = DatabaseAddress.fromUrl(options.database);
const administration = createDatabase({ address, log: silentLog });
const databaseName = `retag_bench_${Math.floor(systemClock.now().getTime())}`;
await administration.execute(`create database ${databaseName}`);
const database = createDatabase({ address: address.withDatabaseName(databaseName), log: silentLog });
const keys = makeKeyFolder();
try {
  await migrate(database, [storeMigrations], silentLog);
  const place = { database, keyFolder: keys.keyFolder, log: silentLog };
  await foundAuthority(place);
  const running = await openAuthority(place);
  await running.authority.start();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const csr = makeCsr('bench.example.test', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const count = Number(options.count);
  const rawBefore = rawSigningRate();
  await enroll(running.authority, csr, 16, Math.min(500, count));
  for (const clients of options.clients.split(',').map(Number)) {
    const result = await enroll(running.authority, csr, clients, clients === 1 ? Math.ceil(count / 5) : count);
    const { perSecond, p50Ms, p99Ms, cpuMicros } = result;
    const share = ((perSecond / rawBefore) * 100).toFixed(0);
    print(
      `${clients} clients: ${perSecond.toFixed(0)} enrolments/s (${share} % of raw), p50 ${p50Ms.toFixed(1)} ms, ` +
        `p99 ${p99Ms.toFixed(1)} ms, ${cpuMicros.toFixed(0)} µs of this process each`,
    );
  }
  print(`raw RSA-2048 signing rate: ${rawBefore.toFixed(0)}/s before, ${rawSigningRate().toFixed(0)}/s after`);
  await running.stop();
} finally {
  keys.remove();
  await database.close();
  await administration.execute(`drop database ${databaseName} with (force)`);
  await administration.close();
}
