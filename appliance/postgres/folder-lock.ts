// Locks between processes that the kernel releases when their holder dies, however it dies: those of SQLite on an empty file.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';

export interface FolderLock {
  /** Further calls do nothing. */
  release(): void;
}

/** SQLITE_BUSY: another process holds a lock that excludes ours. */
const busyCode = 5;

// Node has no flock(2), and a lock made of a file with a process number in it outlives its holder.
function tryLock(file: string, statements: string): FolderLock | null {
  const connection = new DatabaseSync(file, { timeout: 0 });
  try {
    // A journal on disk would be left behind by a killed process and would be rolled back by the next one.
    connection.exec('pragma journal_mode = memory');
    connection.exec(statements);
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busyCode) return null;
    throw error;
  }
  return {
    release: () => {
      if (connection.isOpen) connection.close();
    },
  };
}

/** Excludes everybody else; null when somebody holds a lock on `file`. */
export function tryExclusiveLock(file: string): FolderLock | null {
  return tryLock(file, 'begin exclusive');
}

/** Excludes `tryExclusiveLock` only, so that many may hold it; null while an exclusive one is held. */
function trySharedLock(file: string): FolderLock | null {
  return tryLock(file, 'begin; select count(*) from sqlite_schema');
}

/** A shared lock, as soon as a passing look at the lock (`isEmbeddedServerInUse`) is over. Throws EmbeddedDatabaseError. */
export async function waitForSharedLock(file: string): Promise<FolderLock> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 5) {
    const lock = trySharedLock(file);
    if (lock !== null) return lock;
    await sleep(5);
  }
  throw new EmbeddedDatabaseError(`another program keeps ${file} locked: end it and start again`);
}

/**
 * Waits for an exclusive lock. `onWait` is told once when it takes longer than a second. Throws EmbeddedDatabaseError after
 * `timeoutMs`.
 */
export async function waitForExclusiveLock(file: string, timeoutMs: number, onWait: () => void): Promise<FolderLock> {
  const stepMs = 10;
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    const lock = tryExclusiveLock(file);
    if (lock !== null) return lock;
    if (waitedMs >= timeoutMs)
      throw new EmbeddedDatabaseError(
        `another retag process has been starting or stopping the embedded PostgreSQL for ${Math.round(timeoutMs / 1000)} seconds (it holds ${file}): look at its output, stop it, and start again`,
      );
    if (waitedMs === 1000) onWait();
    await sleep(stepMs);
  }
}
