// As which user the server runs: PostgreSQL refuses root, so root hands it to somebody with less power.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EmbeddedDatabaseError, useYourOwnServer } from './embedded-database-error.ts';

export interface ServerUser {
  /** Null for a user id without a name, as containers with an arbitrary user have. */
  readonly name: string | null;
  readonly uid: number;
  readonly gid: number;
  /** True when this process must change its user to become that one. */
  readonly isOther: boolean;
}

/** In order of preference: one made for us, the one every PostgreSQL package makes, the one every system has. */
const preferredNames = ['retag', 'postgres', 'nobody'];

interface PasswordEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function readPasswordEntries(): PasswordEntry[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** The user of this process, which is not root. */
function currentUser(uid: number): ServerUser {
  const name = readPasswordEntries().find((entry) => entry.uid === uid)?.name ?? null;
  return { name, uid, gid: process.getegid?.() ?? uid, isOther: false };
}

/**
 * The user for the server. Root takes the owner of the folder when that is somebody else (`ownerUid`), so that a folder made by
 * a user stays that user's; else the first of retag, postgres, nobody. Throws EmbeddedDatabaseError.
 */
export function chooseServerUser(ownerUid: number | null): ServerUser {
  const uid = process.geteuid?.() ?? 0;
  if (uid !== 0) return currentUser(uid);
  const entries = readPasswordEntries();
  if (ownerUid !== null && ownerUid !== 0) {
    const owner = entries.find((entry) => entry.uid === ownerUid);
    return { name: owner?.name ?? null, uid: ownerUid, gid: owner?.gid ?? ownerUid, isOther: true };
  }
  const chosen = preferredNames
    .map((name) => entries.find((entry) => entry.name === name && entry.uid !== 0))
    .find((entry) => entry !== undefined);
  if (chosen === undefined)
    throw new EmbeddedDatabaseError(
      `PostgreSQL refuses to run as root, and this machine has none of the users ${preferredNames.join(', ')}: create one (useradd --system retag), start retag as another user, ${useYourOwnServer}`,
    );
  return { ...chosen, isOther: true };
}

/** For child processes: the credentials to take, or none to keep our own. */
export function credentialsOf(user: ServerUser): { uid?: number; gid?: number } {
  return user.isOther ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether that user can do what the shell's `test` is asked (`-x`, `-w`) with the path; asked of the kernel, not guessed from modes. */
export function canUser(user: ServerUser, test: '-x' | '-r' | '-w', path: string): boolean {
  const result = spawnSync('/bin/sh', ['-c', `test ${test} "$1"`, 'sh', path], {
    ...credentialsOf(user),
    cwd: '/',
    stdio: 'ignore',
  });
  if (result.error !== undefined)
    throw new EmbeddedDatabaseError(
      `this process may not start a program as user ${describeUser(user)} (${result.error.message}): start retag as an ordinary user, ${useYourOwnServer}`,
      { cause: result.error },
    );
  return result.status === 0;
}

export function describeUser(user: Pick<ServerUser, 'name' | 'uid'>): string {
  return user.name ?? `number ${user.uid}`;
}
