// Runs a command with DATABASE_URL set to a PostgreSQL reached over TCP: one on this machine, else one made for the command.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#appliance/postgres';
import { createDatabase, DatabaseAddress, randomBytes, silentLog } from '#platform';
import { makeTestServerFolder } from './test-server.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

/** DATABASE_URL itself, or the server at PostgreSQL's usual place when it lets us make databases; null when there is none. */
async function findServer(): Promise<string | null> {
  if (process.env.DATABASE_URL !== undefined) return process.env.DATABASE_URL;
  const url = `postgresql://${encodeURIComponent(userInfo().username)}@127.0.0.1:5432/postgres`;
  const database = createDatabase({ address: DatabaseAddress.fromUrl(url), log: silentLog, connectTimeoutMs: 2_000 });
  try {
    const role = await database.findRow<{ may: boolean }>(
      'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
    );
    return role?.may === true ? url : null;
  } catch {
    return null;
  } finally {
    await database.close();
  }
}

/** Makes a server whose only difference from the embedded one is how it is reached: a port and a password. */
async function makeServer(): Promise<{ url: string; close(): Promise<void> }> {
  const place = makeTestServerFolder();
  const cluster = join(place.folder, 'postgresql');
  const first = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
  const password = randomBytes(16).toString('hex');
  const database = createDatabase({ address: first.address, log: silentLog });
  await database.execute(`alter role current_user password '${password}'`);
  await database.close();
  await first.release();
  const port = await findFreePort();
  writeFileSync(join(cluster, 'hba.conf'), 'local all all peer map=retag\nhost all all 127.0.0.1/32 scram-sha-256\n', {
    mode: 0o644,
  });
  writeFileSync(join(cluster, 'local.conf'), `listen_addresses = '127.0.0.1'\nport = ${port}\nhba_file = 'hba.conf'\n`);
  const opened = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
  const close = () => opened.release().finally(() => place.remove());
  return { url: `postgresql://retag:${password}@127.0.0.1:${port}/retag`, close };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function run(command: readonly string[], url: string): Promise<number> {
  const [program = '', ...words] = command;
  const child: ChildProcess = spawn(program, words, { env: { ...process.env, DATABASE_URL: url }, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const command = process.argv.slice(2);
const found = await findServer();
if (found !== null) {
  print('a PostgreSQL server is there; using it');
  process.exitCode = await run(command, found);
} else {
  const made = await makeServer();
  print('no PostgreSQL server is there; made one');
  try {
    process.exitCode = await run(command, made.url);
  } finally {
    await made.close();
  }
}
