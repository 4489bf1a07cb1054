// Whether any process uses the embedded server of a data folder, without touching it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tryExclusiveLock } from './folder-lock.ts';

/** For cleaning up folders of which one does not know whether their process still lives. */
export function isEmbeddedServerInUse(dataFolder: string): boolean {
  const users = join(dataFolder, 'postgresql', 'run', 'users');
  if (!existsSync(users)) return false;
  const lock = tryExclusiveLock(users);
  lock?.release();
  return lock === null;
}
