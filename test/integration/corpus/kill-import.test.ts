// A corpus is imported by processes that are killed at random moments and started again: the record is the one that an undisturbed import leaves.
// IMPORT_KILLS and IMPORT_SEED choose how often and when; without them a few kills at moments of their own each time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auditKeyFromBytes, verifyAuditChain } from '#ca-core/engine';
import { openStore, storeMigrations } from '#ca-core/store';
import { type Database, type DatabaseAddress, randomBytes, silentLog, systemClock } from '#platform';
import { childDatabaseEnvironment } from '#test/child-database';
import { corpusBase, sampleCorpus } from '#test/sample-corpus';
import { withTestDatabase } from '#test/test-database';
import { SeededNumbers } from '../../../compat-fixtures/corpus/seeded-numbers.ts';

const program = fileURLToPath(new URL('../../bench/import/import-process.ts', import.meta.url));
const kills = Number(process.env.IMPORT_KILLS ?? 4);
const seed = Number(process.env.IMPORT_SEED ?? randomBytes(3).readUIntBE(0, 3));
const entries = Number(process.env.IMPORT_ENTRIES ?? 1200);

/** What an import leaves behind, apart from the times of the writing itself, as a digest for each table. */
const tables = {
  certificates:
    "select md5(string_agg((to_jsonb(t) - 'recorded_at')::text, '|' order by serial_number)) as d from certificates t",
  certificate_contents:
    "select md5(string_agg(to_jsonb(t)::text, '|' order by serial_number)) as d from certificate_contents t",
  certificate_counts:
    "select md5(string_agg(to_jsonb(t)::text, '|' order by issuer_digest, expiry_day, is_revoked)) as d from certificate_counts t",
  requests: "select md5(string_agg((to_jsonb(t) - 'recorded_at')::text, '|' order by id)) as d from requests t",
  authorities: "select md5(string_agg((to_jsonb(t) - 'recorded_at')::text, '|' order by id)) as d from authorities t",
  profiles:
    "select md5(string_agg((to_jsonb(t) - 'revision' - 'added')::text, '|' order by added)) as d from profiles t",
  users: "select md5(string_agg((to_jsonb(t) - 'added')::text, '|' order by added)) as d from users t",
  groups: "select md5(string_agg((to_jsonb(t) - 'added')::text, '|' order by added)) as d from groups t",
  crls: "select md5(string_agg((to_jsonb(t) - 'recorded_at')::text, '|' order by issuing_point, kind, crl_number)) as d from crls t",
  findings:
    "select md5(string_agg((to_jsonb(t) - 'recorded_at' - 'id')::text, '|' order by fingerprint)) as d from findings t",
} as const;

async function digestsOf(database: Database): Promise<Record<string, string | null>> {
  const digests: Record<string, string | null> = {};
  for (const [table, query] of Object.entries(tables))
    digests[table] = (await database.findRow<{ d: string | null }>(query))?.d ?? null;
  return digests;
}

describe(`an import that is killed ${kills} times (IMPORT_SEED=${seed})`, () => {
  const undisturbed = withTestDatabase([storeMigrations]);
  const killed = withTestDatabase([storeMigrations]);
  let folder: string;
  let file: string;
  before(async function () {
    this.timeout(120_000);
    folder = await mkdtemp(join(tmpdir(), 'retag-kill-import-'));
    file = join(folder, 'directory.ldif');
    await sampleCorpus(file, {
      certificateTotal: entries,
      requestTotal: entries,
      seed,
      brokenShare: 0.1,
      hugeEntries: 0,
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Milliseconds from its first deed to its end; null when it was killed. */
  async function runFor(address: DatabaseAddress, lifeMs: number | null): Promise<number | null> {
    const child = spawn(process.execPath, [program], {
      env: {
        ...childDatabaseEnvironment(address),
        IMPORT_SOURCE: JSON.stringify({ base: corpusBase, ldifFile: file }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    await Promise.race([once(child.stdout, 'data'), closed]);
    child.stdout.resume();
    const begun = process.hrtime.bigint();
    if (lifeMs !== null) {
      const early = new AbortController();
      await Promise.race([sleep(lifeMs, undefined, { signal: early.signal }).catch(() => {}), closed]);
      early.abort();
      child.kill('SIGKILL');
    }
    const [code, signal] = await closed;
    if (signal === 'SIGKILL') return null;
    assert.equal(code, 0);
    return Number(process.hrtime.bigint() - begun) / 1e6;
  }

  it('leaves what an undisturbed one leaves, and an audit chain that holds', async function () {
    this.timeout(600_000);
    const wholeMs = (await runFor(undisturbed.address, null)) ?? 0;
    const numbers = new SeededNumbers(seed, 'kills');
    let killedTimes = 0;
    // Each life is long enough, on average, that the last one ends where the import would.
    for (let life = 0; life < kills; life++)
      if ((await runFor(killed.address, numbers.fraction() * ((2 * wholeMs) / (kills + 1)))) === null) killedTimes++;
    assert.ok(killedTimes > 0, 'it was never killed');
    assert.notEqual(await runFor(killed.address, null), null);
    assert.deepEqual(await digestsOf(killed.database), await digestsOf(undisturbed.database));
    const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
    const store = await openStore(killed.database, { auditKey, clock: systemClock, log: silentLog });
    const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
    assert.deepEqual(problems, []);
    await store.close();
  });
});
