// Our side of the keeper (keeper.sh): starts one, joins its lease, sends it commands, and waits for its end.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { randomBytes } from '#platform';
import { type ClusterPlace, explainFolder, giveTo, writeAtomically } from './cluster-place.ts';
import { EmbeddedDatabaseError, useYourOwnServer } from './embedded-database-error.ts';
import { serverEnvironment } from './initialize-cluster.ts';
import { findProcess, isAlive, type ProcessIdentity } from './processes.ts';
import type { ServerProgram } from './server-program.ts';
import { credentialsOf } from './server-user.ts';

/** Holds the lease; while it is held, the keeper keeps the server. */
export interface Lease {
  /** Starts the server unless it runs. Throws when the keeper is gone. */
  start(): void;
  /** Whether the keeper still reads, so that the lease means something. */
  isKept(): boolean;
  readonly keeper: ProcessIdentity;
  readonly socketFolder: string;
  /** Lets go; the last one to do so makes the keeper stop the server. */
  close(): void;
}

/** What a keeper is known by, in the run folder. */
interface KeeperRecord {
  readonly lease: string;
  readonly keeper: ProcessIdentity;
  readonly socketFolder: string;
}

const recordName = 'keeper.json';
const leasePrefix = 'lease-';
const answerTimeoutMs = 10_000;

/** The keeper last started, or null; it may have ended. */
export function readKeeperRecord(place: ClusterPlace): KeeperRecord | null {
  try {
    return JSON.parse(readFileSync(join(place.runFolder, recordName), 'utf8')) as KeeperRecord;
  } catch {
    return null;
  }
}

/** Joins a keeper that is there. Null when it is gone or is stopping its server. */
export async function joinKeeper(place: ClusterPlace, record: KeeperRecord): Promise<Lease | null> {
  const pipe = openForWriting(record.lease);
  if (pipe === null) return null;
  if (await isAnswered(place, record, pipe)) return leaseOf(record, pipe);
  closeSync(pipe);
  return null;
}

/** Starts a keeper; `adoptedServer` is a server that lost its own. */
export async function startKeeper(
  place: ClusterPlace,
  program: ServerProgram,
  options: { adoptedServer: ProcessIdentity | null; socketFolder: string },
): Promise<Lease> {
  clearLeftovers(place);
  const lease = join(place.runFolder, `${leasePrefix}${randomBytes(6).toString('hex')}`);
  makePipe(place, lease);
  // Both directions, because nobody reads yet; held until the keeper has answered, so that it finds a writer.
  const opening = openSync(lease, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const keeper = await spawnKeeper(place, program, { ...options, lease });
    const record: KeeperRecord = { lease, keeper, socketFolder: options.socketFolder };
    if (!(await isAnswered(place, record, opening)))
      throw new EmbeddedDatabaseError(
        `the keeper of the embedded PostgreSQL does not answer: see ${place.logFile}; it needs /bin/sh and /proc, ${useYourOwnServer}`,
      );
    const pipe = openForWriting(lease);
    if (pipe === null)
      throw new EmbeddedDatabaseError(`the keeper of the embedded PostgreSQL ended: see ${place.logFile}`);
    writeAtomically(join(place.runFolder, recordName), `${JSON.stringify(record)}\n`);
    return leaseOf(record, pipe);
  } finally {
    closeSync(opening);
  }
}

function leaseOf(record: KeeperRecord, pipe: number): Lease {
  let isOpen = true;
  return {
    keeper: record.keeper,
    socketFolder: record.socketFolder,
    start: () => {
      writeSync(pipe, 'start\n');
    },
    isKept: () => {
      const probe = openForWriting(record.lease);
      if (probe !== null) closeSync(probe);
      return probe !== null;
    },
    close: () => {
      if (isOpen) closeSync(pipe);
      isOpen = false;
    },
  };
}

/** Null when the pipe is gone or nobody reads it. */
function openForWriting(lease: string): number | null {
  try {
    return openSync(lease, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENXIO' || code === 'ENOENT') return null;
    throw explainFolder(error, lease);
  }
}

/**
 * An open pipe alone proves nothing: the keeper may have met the end of the file a moment earlier and be about to stop the server.
 * Only its answer shows that it took note of us while it was still reading.
 */
async function isAnswered(place: ClusterPlace, record: KeeperRecord, pipe: number): Promise<boolean> {
  const token = randomBytes(8).toString('hex');
  const answer = join(place.runFolder, `joined-${token}`);
  try {
    writeSync(pipe, `join ${token}\n`);
  } catch {
    return false;
  }
  for (let waitedMs = 0; waitedMs < answerTimeoutMs; waitedMs += 2) {
    if (existsSync(answer)) {
      rmSync(answer, { force: true });
      return true;
    }
    if (!isAlive(record.keeper)) return false;
    await sleep(2);
  }
  return false;
}

function makePipe(place: ClusterPlace, lease: string): void {
  const { error, status, stderr } = spawnSync('mkfifo', ['-m', '600', lease], { encoding: 'utf8' });
  if (error !== undefined || status !== 0)
    throw new EmbeddedDatabaseError(
      `a named pipe cannot be made at ${lease} (${error?.message ?? stderr.trim()}): the data folder must be on a Linux file system, and mkfifo (coreutils) be installed, ${useYourOwnServer}`,
    );
  giveTo(lease, place.user);
}

function clearLeftovers(place: ClusterPlace): void {
  for (const name of readdirSync(place.runFolder))
    if ([leasePrefix, 'joined-', 'server'].some((prefix) => name.startsWith(prefix)))
      rmSync(join(place.runFolder, name), { force: true });
}

async function spawnKeeper(
  place: ClusterPlace,
  program: ServerProgram,
  options: { adoptedServer: ProcessIdentity | null; socketFolder: string; lease: string },
): Promise<ProcessIdentity> {
  // A copy, since the server's user may not be able to read the checkout.
  const script = join(place.runFolder, 'keeper.sh');
  rmSync(script, { force: true });
  copyFileSync(fileURLToPath(new URL('keeper.sh', import.meta.url)), script);
  giveTo(script, place.user);
  const log = openSync(place.logFile, 'a', 0o600);
  giveTo(place.logFile, place.user);
  const adopted = [String(options.adoptedServer?.pid ?? 0), options.adoptedServer?.startTicks ?? '0'];
  const words = [options.lease, place.runFolder, options.socketFolder, ...adopted];
  const child = spawn('/bin/sh', [script, ...words, program.postgres, '-D', place.dataFolder], {
    ...credentialsOf(place.user),
    cwd: place.folder,
    env: serverEnvironment(),
    // A session of its own: a Ctrl-C or a hang-up of our terminal does not reach the server.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failure = await new Promise<Error | null>((resolve) => {
    child.once('error', resolve);
    child.once('spawn', () => resolve(null));
  });
  const keeper = child.pid === undefined ? null : findProcess(child.pid);
  if (failure !== null || keeper === null)
    throw new EmbeddedDatabaseError(
      `the keeper of the embedded PostgreSQL cannot be started (${failure?.message ?? `see ${place.logFile}`}): it needs /bin/sh and /proc, ${useYourOwnServer}`,
      { cause: failure },
    );
  child.unref();
  return keeper;
}
