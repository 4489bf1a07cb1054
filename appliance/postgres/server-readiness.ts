// From a started server to one that answers: waits, tells why it failed, and makes role and database once.
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, DatabaseAddress, type Log, silentLog } from '#platform';
import type { ClusterPlace } from './cluster-place.ts';
import { EmbeddedDatabaseError, explainFailedStart } from './embedded-database-error.ts';
import type { Lease } from './keeper.ts';
import { findProcess, findServer, readServerRecord } from './processes.ts';
import { administratorRole, applicationDatabase, applicationRole, socketPort } from './server-configuration.ts';

const logBytesMax = 5 * 1024 * 1024;
/** While processes of a killed server end, a new one is refused; they notice within moments. */
const startsMax = 40;
const startPauseMs = 250;
const pollMs = 10;
const answerTimeoutMs = 10_000;
const socketTimeoutMs = 60_000;

/** Where the server is reached as `role`: as it says itself, since the operator's settings may have moved its socket. */
export function addressOf(place: ClusterPlace, lease: Lease, role: string, databaseName: string): DatabaseAddress {
  const record = readServerRecord(place.dataFolder);
  return DatabaseAddress.onSocket({
    folder: record?.socketFolder ?? lease.socketFolder,
    port: record?.port ?? socketPort,
    user: role,
    databaseName,
  });
}

/** Tells the keeper to start the server unless it runs, and waits until it has a process. */
async function startServer(place: ClusterPlace, lease: Lease): Promise<void> {
  const file = serverFile(place);
  rmSync(file, { force: true });
  lease.start();
  for (let waitedMs = 0; !existsSync(file); waitedMs += pollMs) {
    if (waitedMs >= answerTimeoutMs)
      throw new EmbeddedDatabaseError(`the embedded PostgreSQL was not started: see ${place.logFile}`);
    await sleep(pollMs);
  }
}

/** Starts the server unless it runs and settles when it answers. Throws EmbeddedDatabaseError with the reason from its log. */
export async function waitUntilReady(place: ClusterPlace, lease: Lease, log: Log): Promise<void> {
  let logBytes = fileBytes(place.logFile);
  let starts = 1;
  await startServer(place, lease);
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const state = await askServer(addressOf(place, lease, applicationRole, applicationDatabase));
    if (state === 'ready') return;
    if (state === 'empty') {
      await makeApplicationDatabase(addressOf(place, lease, administratorRole, 'postgres'));
    } else if (!isRunning(place)) {
      const written = readFrom(place.logFile, logBytes);
      const gaveUp = /FATAL|PANIC|error while loading/.test(withoutAnswers(written)) && !leftOver.test(written);
      if (gaveUp || starts >= startsMax) throw explainFailedStart(written, place.logFile, place.dataFolder);
      starts += 1;
      logBytes = fileBytes(place.logFile);
      await sleep(startPauseMs);
      await startServer(place, lease);
    } else if (state === 'no-socket' && waitedMs >= socketTimeoutMs) {
      throw new EmbeddedDatabaseError(
        `a PostgreSQL server works on ${place.dataFolder} but has no socket that retag can use: it was not started by retag; stop it (its process number is in the first line of postmaster.pid there), then start again`,
      );
    }
    if (waitedMs > 0 && waitedMs % 5_000 === 0)
      log.info('the embedded database is still starting, as it does after a crash', { log: place.logFile });
    await sleep(pollMs);
  }
}

/** What a server says while processes of its killed predecessor still end. */
const leftOver = /pre-existing shared memory block|lock file .* already exists/;

/** Refusals of single connections, such as our own asking, are no reason for its end. */
function withoutAnswers(written: string): string {
  return written.replaceAll(/^.*FATAL: {2}(the database system is|role "|database "|sorry, too many).*$/gm, '');
}

function isRunning(place: ClusterPlace): boolean {
  const started = Number(readText(serverFile(place)));
  return (started > 0 && findProcess(started) !== null) || findServer(place.dataFolder) !== null;
}

/** Where the keeper writes the number of the process it started. */
const serverFile = (place: ClusterPlace) => join(place.runFolder, 'server');

type ServerState = 'ready' | 'empty' | 'starting' | 'no-socket';

async function askServer(address: DatabaseAddress): Promise<ServerState> {
  const database = createDatabase({
    address,
    log: silentLog,
    connectionsMax: 1,
    connectTimeoutMs: 5_000,
  });
  try {
    await database.query('select 1');
    return 'ready';
  } catch (error) {
    const { code, message } = rootCause(error);
    if (code === '57P03' || code === 'ECONNRESET' || code === '57P01' || code === '57P02') return 'starting';
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'no-socket';
    // No connection is left, so others are being served.
    if (code === '53300') return 'ready';
    if (code === '3D000' || (code === '28000' && /role .* does not exist/.test(message))) return 'empty';
    if (code === '28000')
      throw new EmbeddedDatabaseError(
        `the embedded PostgreSQL does not accept this user (${message}): start retag as root or as the user who owns its data folder`,
        { cause: error },
      );
    if (/terminated|timeout/i.test(message)) return 'starting';
    throw error;
  } finally {
    await database.close();
  }
}

/** Role and database, each made once; a kill in between leaves what the next start completes. */
async function makeApplicationDatabase(address: DatabaseAddress): Promise<void> {
  const database = createDatabase({ address, log: silentLog, connectionsMax: 1 });
  const isMissing = async (text: string) => (await database.findRow(text)) === null;
  try {
    if (await isMissing(`select 1 from pg_roles where rolname = '${applicationRole}'`))
      await database.execute(`create role ${applicationRole} login createdb`);
    if (await isMissing(`select 1 from pg_database where datname = '${applicationDatabase}'`))
      await database.execute(`create database ${applicationDatabase} owner ${applicationRole}`);
  } finally {
    await database.close();
  }
}

/**
 * Removes a postmaster.pid whose number now belongs to another program, since the server would take that for itself and refuse.
 * A server's surviving processes are still noticed, by its shared memory.
 */
export function removeForeignRecord(place: ClusterPlace, log: Log): void {
  const record = readServerRecord(place.dataFolder);
  if (record === null || findProcess(record.pid) === null || findServer(place.dataFolder) !== null) return;
  log.warn('removing the record of a server that is gone; its process number belongs to another program now', {
    process: record.pid,
  });
  rmSync(join(place.dataFolder, 'postmaster.pid'), { force: true });
}

/** Keeps one older log beside the present one. */
export function rotateLog(place: ClusterPlace): void {
  if (fileBytes(place.logFile) > logBytesMax) renameSync(place.logFile, `${place.logFile}.1`);
}

function rootCause(error: unknown): { code: string; message: string } {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (!(cause instanceof Error)) return { code: '', message: String(cause) };
  return { code: 'code' in cause && typeof cause.code === 'string' ? cause.code : '', message: cause.message };
}

const fileBytes = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function readFrom(file: string, position: number): string {
  const length = Math.min(fileBytes(file) - position, 64 * 1024);
  if (length <= 0) return '';
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position)).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
