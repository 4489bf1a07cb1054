// Fills a scratch database and prints what the record can do: bulk insert, searches, issuance, walking the audit chain.
// node ca-core/store/bench/bench-store.ts [--database URL] [--certificates 100000]; the user must be allowed to create databases.
import { parseArgs } from 'node:util';
import { auditKeyFromBytes, type CertificateQuery, serialNumber, verifyAuditChain } from '#ca-core/engine';
import { createDatabase, type Database, DatabaseAddress, migrate, silentLog, systemClock } from '#platform';
import { firstIssuedMs, issuedEveryMs, makeCertificateBatches } from '#test/certificate-batches';
import { createSampleAuthority } from '#test/sample-authority';
import {
  sampleAuthorityDescription,
  sampleAuthorityId,
  sampleCertificateRecord,
  sampleEvent,
  sampleIntent,
  sampleRequest,
} from '#test/sample-records';
import { storeMigrations } from '../migrations/index.ts';
import { openStore, type PostgresStore } from '../open-store.ts';

const { values: options } = parseArgs({
  options: {
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgresql://root@127.0.0.1:5432/postgres' },
    certificates: { type: 'string', default: '100000' },
  },
});
const certificateCount = Number(options.certificates);
const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
const authority = createSampleAuthority();

const print = (line: string) => process.stdout.write(`${line}\n`);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

async function measure(work: () => Promise<unknown>): Promise<number> {
  const startMs = nowMs();
  await work();
  return nowMs() - startMs;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function spread(durationsMs: number[]): string {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`;
}

async function fill(store: PostgresStore): Promise<void> {
  let insertMs = 0;
  for (const batch of makeCertificateBatches(authority, { from: 2, count: certificateCount }))
    insertMs += await measure(() => store.importLedger.commit((writer) => writer.insertCertificates(batch)));
  print(
    `insert        ${certificateCount} certificates: ${((certificateCount / insertMs) * 1000).toFixed(0)} a second`,
  );
}

const queries: Readonly<Record<string, Omit<CertificateQuery, 'limit'>>> = {
  'everything, first page': {},
  'everything, page behind the middle': { afterSerial: serialNumber(BigInt(certificateCount >> 1)) },
  'status valid': { statuses: ['valid'] },
  'status revoked': { statuses: ['revoked'] },
  'common name contains a host name': {
    subject: { match: 'contains-any', parts: [{ attribute: 'CN', value: 'host777.' }] },
  },
  'common name contains what all have': {
    subject: { match: 'contains-any', parts: [{ attribute: 'CN', value: 'example.test' }] },
  },
  'common name contains a third': { subject: { match: 'contains-any', parts: [{ attribute: 'CN', value: '.web.' }] } },
  'common name equals': {
    subject: { match: 'equals-all', parts: [{ attribute: 'CN', value: 'host777.web.example.test' }] },
  },
  'nothing found': { subject: { match: 'contains-any', parts: [{ attribute: 'UID', value: 'nobody' }] } },
  'issued by admin': { issuedBy: 'admin' },
  'issued on one day': {
    issuedFrom: new Date(firstIssuedMs + 500 * issuedEveryMs),
    issuedTo: new Date(firstIssuedMs + 500 * issuedEveryMs + 86_400_000),
  },
  'revoked by admin with reason': { revokedBy: 'admin', revocationReasons: [1, 4] },
  'serial range': { serialFrom: serialNumber(500n), serialTo: serialNumber(700n) },
  'issuer and status': { issuer: 'CN=Sample Authority,O=SAMPLE', statuses: ['valid'] },
};

async function search(store: PostgresStore, database: Database): Promise<void> {
  await database.execute('vacuum analyze certificates');
  for (const [name, query] of Object.entries(queries)) {
    const durations: number[] = [];
    let total = 0;
    for (let run = 0; run < 25; run++)
      durations.push(
        await measure(async () => {
          total = (await store.certificates.search({ ...query, limit: 20 }, systemClock.now())).total;
        }),
      );
    print(`search        ${spread(durations)}, ${total} found: ${name}`);
  }
  const reads: number[] = [];
  for (let run = 1; run <= 500; run++)
    reads.push(await measure(() => store.certificates.find(serialNumber(BigInt(run * 97 + 1)))));
  print(`find          ${spread(reads)}`);
}

async function issue(store: PostgresStore, clients: number, perClient: number): Promise<void> {
  const certificates = Array.from({ length: clients * perClient }, (_, index) =>
    authority.issue({
      serialNumber: BigInt(10_000_000 + index),
      subject: `CN=new${index}.example.test,O=EXAMPLE.TEST`,
    }),
  );
  const model = sampleCertificateRecord(authority.certificateDer);
  const durations: number[] = [];
  const tbsCertificateDer = Buffer.alloc(900, 5);
  const totalMs = await measure(() =>
    Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        for (let turn = 0; turn < perClient; turn++) {
          const certificateDer = certificates[client * perClient + turn] ?? Buffer.alloc(0);
          const inputs = { cert_request_type: 'pkcs10', cert_request: 'M'.repeat(1_200) };
          durations.push(
            await measure(async () => {
              const id = await store.issuance.reserveRequestId();
              const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
              const request = sampleRequest(id, { state: 'approved', draftDer: tbsCertificateDer, inputs });
              await store.issuance.recordIntent(sampleIntent(serial, id, { tbsCertificateDer }), request, []);
              await store.issuance.recordIssuance({
                certificate: {
                  ...model,
                  serialNumber: serial,
                  certificateDer,
                  subject: `CN=new${serial}.example.test`,
                },
                request: { ...request, state: 'complete' },
                auditEvents: [sampleEvent({ serialNumber: String(serial) }), sampleEvent()],
              });
            }),
          );
        }
      }),
    ),
  );
  const rate = ((clients * perClient) / totalMs) * 1000;
  print(
    `issue         ${clients} at once: ${rate.toFixed(0)} a second (intent and issuance durable), ${spread(durations)}`,
  );
}

async function verify(store: PostgresStore): Promise<void> {
  let checked = 0n;
  const ms = await measure(async () => {
    const result = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
    if (!result.isIntact) throw new Error(JSON.stringify(result.problems[0]?.message));
    checked = result.recordsChecked;
  });
  print(`audit verify  ${checked} records: ${((Number(checked) / ms) * 1000).toFixed(0)} a second`);
}

const administrationAddress = DatabaseAddress.fromUrl(options.database);
const administration = createDatabase({ address: administrationAddress, log: silentLog });
const name = `retag_bench_${process.pid}`;
await administration.execute(`create database ${name} template template0 encoding 'UTF8'`);
const database = createDatabase({ address: administrationAddress.withDatabaseName(name), log: silentLog });
try {
  await migrate(database, [storeMigrations], silentLog);
  const store = await openStore(database, { auditKey, clock: systemClock, log: silentLog });
  await store.authorities.record(sampleAuthorityDescription(authority), null, []);
  await store.numberRanges.set(sampleAuthorityId, { first: 10_000_000n, last: 99_999_999n }, []);
  await store.numberRanges.set(null, { first: 10_000_000n, last: 99_999_999n }, []);
  const pen = { authorityId: sampleAuthorityId, scope: 'certificates:*', holder: 'native' } as const;
  await store.pens.move([{ ...pen, movedBy: 'bench', remoteAddress: null, reason: 'bench' }]);
  await fill(store);
  await search(store, database);
  for (const [clients, perClient] of [
    [1, 200],
    [16, 100],
    [64, 50],
    [256, 20],
  ] as const)
    await issue(store, clients, perClient);
  await verify(store);
  await store.close();
} finally {
  await database.close();
  await administration.execute(`drop database if exists ${name} with (force)`);
  await administration.close();
}
