// One embedded PostgreSQL for all retag processes of a data folder: the first starts it, every one keeps it, the last stops it.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAddress, Log } from '#platform';
import { type ClusterPlace, explainFileError, giveTo, prepareClusterPlace } from './cluster-place.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { type FolderLock, tryExclusiveLock, waitForExclusiveLock, waitForSharedLock } from './folder-lock.ts';
import { initializeCluster } from './initialize-cluster.ts';
import { joinKeeper, type Lease, readKeeperRecord, startKeeper } from './keeper.ts';
import { findServer, isAlive, type ProcessIdentity, readServerRecord } from './processes.ts';
import { applicationDatabase, applicationRole } from './server-configuration.ts';
import { prepareServerProgram } from './server-program.ts';
import { addressOf, removeForeignRecord, rotateLog, waitUntilReady } from './server-readiness.ts';
import { chooseSocketFolder, isSocketFolderUsable, removeSocketFolder } from './server-socket.ts';

export interface EmbeddedServer {
  readonly address: DatabaseAddress;
  /** Lets go of the server; when nobody else uses it, settles after it has stopped. Further calls wait for the same end. */
  release(): Promise<void>;
}

/** Another process may be making a database or waiting for recovery; that is worth waiting for. */
const mutexTimeoutMs = 10 * 60_000;
/** The keeper itself becomes rough with the server after a minute. */
const stopTimeoutMs = 90_000;
const watchIntervalMs = 500;

/** Makes, starts, adopts or joins the server of `dataFolder`. Throws EmbeddedDatabaseError. */
export async function useEmbeddedServer(dataFolder: string, log: Log): Promise<EmbeddedServer> {
  const place = prepareClusterPlace(dataFolder, log);
  const files = { mutex: lockFile(place, 'mutex'), users: lockFile(place, 'users') };
  const lockMutex = () =>
    waitForExclusiveLock(files.mutex, mutexTimeoutMs, () =>
      log.info('waiting for another retag process that starts or stops the embedded database', {
        folder: place.folder,
      }),
    );

  const mutex = await lockMutex();
  let users: FolderLock | null = null;
  let lease: Lease | null = null;
  try {
    users = await waitForSharedLock(files.users);
    lease = await joinOrStart(place, log);
    await waitUntilReady(place, lease, log);
  } catch (error) {
    users?.release();
    if (lease !== null) await leave(place, lease, files.users);
    throw explainFileError(error, place.folder);
  } finally {
    mutex.release();
  }

  const held = { users, lease };
  const watch = watchServer(place, held, lockMutex, log);
  let releasing: Promise<void> | null = null;
  const release = async () => {
    await watch.stop();
    const stopping = await lockMutex();
    try {
      held.users?.release();
      await leave(place, held.lease, files.users);
    } finally {
      stopping.release();
    }
  };
  return {
    address: addressOf(place, lease, applicationRole, applicationDatabase),
    release: () => {
      releasing ??= release();
      return releasing;
    },
  };
}

/** Under the mutex: a lease of a keeper, with a new keeper (and a new database) where there is none. */
async function joinOrStart(place: ClusterPlace, log: Log): Promise<Lease> {
  const record = readKeeperRecord(place);
  if (record !== null) {
    const lease = await joinKeeper(place, record);
    if (lease !== null) return lease;
    // Its last user has gone and it is stopping the server, or it was killed.
    await waitForEnd(record.keeper, 'the keeper of the embedded PostgreSQL');
  }
  const server = findServer(place.dataFolder);
  const program = prepareServerProgram(place);
  if (server !== null) {
    const socketFolder = readServerRecord(place.dataFolder)?.socketFolder ?? place.runFolder;
    log.warn('adopting an embedded database whose keeper was killed', {
      process: server.pid,
      folder: place.dataFolder,
    });
    return startKeeper(place, program, { adoptedServer: server, socketFolder });
  }
  // Whoever still uses the database knows it by the place of its socket.
  const isKnown = record !== null && isSocketFolderUsable(place, record.socketFolder);
  if (record !== null && !isKnown) removeSocketFolder(record.socketFolder);
  const socketFolder = isKnown ? record.socketFolder : chooseSocketFolder(place);
  await initializeCluster(place, program, socketFolder, log);
  removeForeignRecord(place, log);
  rotateLog(place);
  return startKeeper(place, program, { adoptedServer: null, socketFolder });
}

/** Under the mutex: lets go, and when we were the last, waits until server and keeper have ended. */
async function leave(place: ClusterPlace, lease: Lease, usersFile: string): Promise<void> {
  const alone = tryExclusiveLock(usersFile);
  const isKept = lease.isKept();
  const server = findServer(place.dataFolder);
  lease.close();
  if (alone === null) return;
  alone.release();
  // With its keeper killed, nobody but us is left to stop the server.
  if (!isKept && server !== null) process.kill(server.pid, 'SIGINT');
  if (server !== null) await waitForEnd(server, 'the embedded PostgreSQL');
  await waitForEnd(lease.keeper, 'the keeper of the embedded PostgreSQL');
  removeSocketFolder(lease.socketFolder);
}

async function waitForEnd(identity: ProcessIdentity, what: string): Promise<void> {
  for (let waitedMs = 0; isAlive(identity); waitedMs += 5) {
    if (waitedMs >= stopTimeoutMs)
      throw new EmbeddedDatabaseError(
        `${what} (process ${identity.pid}) does not end: look at it, end it with kill -9 ${identity.pid}, and start again`,
      );
    await sleep(5);
  }
}

/** The file of a lock, owned by the server's user so that this user too can take it later. */
function lockFile(place: ClusterPlace, name: string): string {
  const file = join(place.runFolder, name);
  closeSync(openSync(file, 'a', 0o600));
  giveTo(file, place.user);
  return file;
}

/** Looks twice a second whether server and keeper live, and brings back what was killed. Never throws. */
function watchServer(
  place: ClusterPlace,
  held: { lease: Lease },
  lockMutex: () => Promise<FolderLock>,
  log: Log,
): { stop(): Promise<void> } {
  let healing: Promise<void> | null = null;
  let failures = 0;
  let skip = 0;
  const heal = async () => {
    let mutex: FolderLock | null = null;
    try {
      mutex = await lockMutex();
      if (!held.lease.isKept()) {
        log.warn('the keeper of the embedded database has ended; starting another', { folder: place.folder });
        const lost = held.lease;
        held.lease = await joinOrStart(place, log);
        lost.close();
      }
      if (findServer(place.dataFolder) === null)
        log.warn('the embedded database has ended; starting it again', { folder: place.folder });
      await waitUntilReady(place, held.lease, log);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Half a minute apart at most, so that a full disk that gets room again is noticed.
      skip = Math.min(2 ** failures, 60);
      log.error('the embedded database cannot be brought back; trying again', { error });
    } finally {
      mutex?.release();
      healing = null;
    }
  };
  const isWhole = () => {
    try {
      return findServer(place.dataFolder) !== null && held.lease.isKept();
    } catch (error) {
      // A program that has run out of file descriptors cannot look; that is no reason for it to end.
      log.warn('the embedded database cannot be looked after now', { error });
      return true;
    }
  };
  const timer = setInterval(() => {
    if (skip > 0) skip -= 1;
    else if (healing === null && !isWhole()) healing = heal();
  }, watchIntervalMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await healing;
    },
  };
}
