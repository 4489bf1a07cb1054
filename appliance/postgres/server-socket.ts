// Where the server's socket is: in the run folder, or in a short temporary one, because a socket's path holds 107 bytes at most.
import { chmodSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ClusterPlace, giveTo } from './cluster-place.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { canUser } from './server-user.ts';

/** `sun_path` of sockaddr_un in unix(7) has 108 bytes with the closing zero. */
const pathBytesMax = 107;
const temporaryPrefix = 'retag-socket-';

/** Room for a port of five digits, since the operator may set another. */
const fits = (folder: string) => Buffer.byteLength(join(folder, '.s.PGSQL.65535')) <= pathBytesMax;

/** A folder that only the server's user can enter. Throws EmbeddedDatabaseError. */
export function chooseSocketFolder(place: ClusterPlace): string {
  if (fits(place.runFolder)) return place.runFolder;
  for (const parent of new Set([tmpdir(), '/tmp', '/run'])) {
    if (!fits(join(parent, `${temporaryPrefix}XXXXXX`))) continue;
    let folder: string;
    try {
      folder = mkdtempSync(join(parent, temporaryPrefix));
    } catch {
      continue;
    }
    chmodSync(folder, 0o700);
    giveTo(folder, place.user);
    if (canUser(place.user, '-w', folder)) return folder;
    rmSync(folder, { recursive: true, force: true });
  }
  throw new EmbeddedDatabaseError(
    `the path ${place.runFolder} is too long for a socket (${pathBytesMax} bytes with its name), and no temporary folder can be used instead: choose a data folder with a shorter path`,
  );
}

/** Whether a folder that was chosen once is still there and still ours alone: in /tmp, anybody may have made one of that name since. */
export function isSocketFolderUsable(place: ClusterPlace, folder: string): boolean {
  if (!fits(folder)) return false;
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  return facts?.isDirectory() === true && facts.uid === place.user.uid && (facts.mode & 0o077) === 0;
}

/** Removes a temporary folder that a killed server left; never the run folder. */
export function removeSocketFolder(folder: string): void {
  if (basename(folder).startsWith(temporaryPrefix)) rmSync(folder, { recursive: true, force: true });
}
