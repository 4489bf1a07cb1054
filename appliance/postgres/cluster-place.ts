// Where the database of a data folder lives: inside it, or elsewhere when the server's user cannot get there, as under /root.
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Log, randomBytes } from '#platform';
import { EmbeddedDatabaseError, useYourOwnServer } from './embedded-database-error.ts';
import { canUser, chooseServerUser, describeUser, type ServerUser } from './server-user.ts';

export interface ClusterPlace {
  readonly user: ServerUser;
  /** Mode 0700, belongs to `user`. */
  readonly folder: string;
  /** PostgreSQL's own data folder; absent until initialized. */
  readonly dataFolder: string;
  /** Locks, the lease, and the socket when its path is short enough. */
  readonly runFolder: string;
  readonly logFile: string;
}

/** Where root keeps databases whose data folder the server's user cannot enter. */
const relocatedRoot = '/var/lib/retag';
const folderName = 'postgresql';
/** In the data folder, beside where the database would be; says where it is instead. */
const locationName = 'postgresql.location.json';

const isRoot = () => process.geteuid?.() === 0;

/** Finds or makes the folders for `dataFolder` (made too when absent). Throws EmbeddedDatabaseError. */
export function prepareClusterPlace(dataFolder: string, log: Log): ClusterPlace {
  if (dataFolder === '') throw new EmbeddedDatabaseError('no data folder was named: say where the database is to live');
  const base = makeBase(resolve(dataFolder));
  const here = join(base, folderName);
  const moved = readLocation(join(base, locationName));
  const existing = moved ?? here;
  const existingOwner = ownerOf(existing);
  if (existingOwner === null && moved !== null)
    throw new EmbeddedDatabaseError(
      `${join(base, locationName)} says that the database is in ${moved}, which does not exist: restore that folder, or delete the file to begin with an empty database`,
    );
  const user = chooseServerUser(existingOwner ?? ownerOf(base));
  if (existingOwner !== null) {
    assertUsable(existing, existingOwner, user);
    return placeIn(existing, user);
  }
  if (!user.isOther || canUser(user, '-x', base)) return placeIn(makeOwned(here, user), user);
  const folder = relocate(base, user);
  reportAbandoned(log);
  return placeIn(folder, user);
}

function placeIn(folder: string, user: ServerUser): ClusterPlace {
  const runFolder = makeOwned(join(folder, 'run'), user);
  return { user, folder, dataFolder: join(folder, 'data'), runFolder, logFile: join(folder, 'postgresql.log') };
}

function makeBase(dataFolder: string): string {
  try {
    mkdirSync(dataFolder, { recursive: true });
    return realpathSync(dataFolder);
  } catch (error) {
    throw explainFolder(error, dataFolder);
  }
}

/** The user id of a folder's owner, null when nothing is there. Refuses a link, through which root could be led elsewhere. */
function ownerOf(folder: string): number | null {
  try {
    const facts = lstatSync(folder);
    if (facts.isDirectory()) return facts.uid;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw explainFolder(error, folder);
  }
  throw new EmbeddedDatabaseError(`${folder} is not a folder: move it away, or choose another data folder`);
}

function assertUsable(folder: string, ownerUid: number, user: ServerUser): void {
  if (!isRoot() && ownerUid !== user.uid)
    throw new EmbeddedDatabaseError(
      `the database in ${folder} belongs to user ${describeUser({ name: null, uid: ownerUid })}, and this is user ${describeUser(user)}: start retag as that user or as root, or choose another data folder`,
    );
  if (ownerUid === 0)
    throw new EmbeddedDatabaseError(
      `the database folder ${folder} belongs to root, as whom PostgreSQL refuses to run: give it to another user (chown -R postgres ${folder}), or choose another data folder`,
    );
  if (user.isOther && !canUser(user, '-x', folder))
    throw new EmbeddedDatabaseError(
      `user ${describeUser(user)}, as whom the database runs, cannot enter ${folder}${blockedAt(folder, user)}`,
    );
  if (!canUser(user, '-w', folder))
    throw new EmbeddedDatabaseError(
      `user ${describeUser(user)}, as whom the database runs, cannot write in ${folder}: mount its file system for writing, give the folder back its mode 0700, or choose another data folder`,
    );
}

/** Names the first folder on the way that is closed, since that is where the remedy is. */
function blockedAt(folder: string, user: ServerUser): string {
  for (let path = folder, below = folder; ; below = path, path = dirname(path)) {
    if (canUser(user, '-x', path) && path !== folder)
      return `: open the folder on the way to it (chmod o+x ${below}), or move your data folder to where that user may go`;
    if (path === dirname(path)) return `: the folders above it are closed to that user`;
  }
}

function relocate(base: string, user: ServerUser): string {
  const folder = join(relocatedRoot, `postgresql-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(relocatedRoot, { recursive: true, mode: 0o755 });
    if (!canUser(user, '-x', relocatedRoot)) chmodSync(relocatedRoot, 0o755);
    makeOwned(folder, user);
    writeFileSync(join(folder, 'belongs-to.txt'), `${base}\n`);
    const location = join(base, locationName);
    const why = `user ${describeUser(user)} cannot enter ${base}`;
    if (writeOnce(location, `${JSON.stringify({ folder, why }, null, 2)}\n`)) return folder;
    // Another process was faster; two databases for one data folder must not be.
    rmSync(folder, { recursive: true, force: true });
    return readLocation(location) ?? folder;
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `started as root, the database runs as user ${describeUser(user)}, who cannot enter ${base}; and ${relocatedRoot} cannot be used instead (${messageOf(error)}): choose a data folder that this user can enter, ${useYourOwnServer}`,
      { cause: error },
    );
  }
}

/** Databases whose data folder is gone or has another one now. They are somebody's data, so they are named and not removed. */
function reportAbandoned(log: Log): void {
  const abandoned = readdirSync(relocatedRoot).flatMap((name) => {
    const folder = join(relocatedRoot, name);
    try {
      const base = readFileSync(join(folder, 'belongs-to.txt'), 'utf8').trim();
      return readLocation(join(base, locationName)) === folder ? [] : [`${folder} (of ${base})`];
    } catch {
      return [];
    }
  });
  if (abandoned.length > 0)
    log.warn('databases of data folders that were deleted are still there; delete them when nobody needs them', {
      folders: abandoned,
    });
}

function readLocation(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw explainFolder(error, file);
  }
  try {
    const { folder } = JSON.parse(text) as { folder?: unknown };
    if (typeof folder === 'string' && folder.startsWith('/')) return folder;
  } catch {
    // Falls through to the same message as for a file without the member.
  }
  throw new EmbeddedDatabaseError(
    `${file} does not say where the database is: restore it ({"folder": "/var/lib/retag/postgresql-…"}), or delete it to begin with an empty database`,
  );
}

/** A folder of mode 0700 that belongs to `user`; an existing one is left as it is. Several processes may do it at once. */
export function makeOwned(folder: string, user: ServerUser): string {
  if (folderExists(folder)) return folder;
  const fresh = `${folder}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(fresh);
    chmodSync(fresh, 0o700);
    giveTo(fresh, user);
    // Only a finished folder gets the name, so that no other process finds one that is still root's.
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (error instanceof EmbeddedDatabaseError) throw error;
    if (!folderExists(folder)) throw explainFolder(error, folder);
  }
  return folder;
}

export function giveTo(path: string, user: ServerUser): void {
  if (!user.isOther) return;
  try {
    chownSync(path, user.uid, user.gid);
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `${path} cannot be given to user ${describeUser(user)}, as whom the database runs (${messageOf(error)}): choose a data folder on a local disk, start retag as an ordinary user, ${useYourOwnServer}`,
      { cause: error },
    );
  }
}

/** Writes by rename, so that a kill leaves the old file or the new one. */
export function writeAtomically(file: string, text: string): void {
  const fresh = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}

/** False when the file is there already, which then stays as it is. */
function writeOnce(file: string, text: string): boolean {
  const fresh = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(fresh, text);
  try {
    linkSync(fresh, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

export function folderExists(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Turns a refusal of the file system into a sentence; anything else comes back as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  const isFileError = error instanceof Error && 'code' in error && 'syscall' in error;
  return isFileError && !(error instanceof EmbeddedDatabaseError) ? explainFolder(error, path) : error;
}

export function explainFolder(error: unknown, path: string): EmbeddedDatabaseError {
  const known: Record<string, string> = {
    EACCES: `this user may not write there: choose another data folder, or start retag as its owner`,
    EPERM: `this user may not write there: choose another data folder, or start retag as its owner`,
    EROFS: `it is on a file system that is mounted read-only: choose another data folder`,
    ENOSPC: `its disk is full: make room, or choose another data folder`,
    EDQUOT: `the disk quota is used up: make room, or choose another data folder`,
    ENOTDIR: `a part of that path is a file: choose another data folder`,
    EEXIST: `a file of that name is there: choose another data folder`,
  };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new EmbeddedDatabaseError(`the database folder ${path} cannot be used: ${known[code] ?? messageOf(error)}`, {
    cause: error,
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
