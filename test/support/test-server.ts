// The PostgreSQL server of a test run: DATABASE_URL when set, else an embedded one in a temporary folder that vanishes with the run.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEmbeddedServerInUse, openDatabase } from '#appliance/postgres';
import { createLog, type DatabaseAddress, systemClock } from '#platform';

export interface TestServer {
  readonly address: DatabaseAddress;
  readonly kind: 'embedded' | 'external';
  close(): Promise<void>;
}

/** Set by the suite runner for its children, so that one server serves the whole run. */
export const testServerFolderVariable = 'RETAG_TEST_SERVER_FOLDER';

const folderPrefix = 'retag-test-';
const abandonedAfterMs = 10 * 60_000;
const log = createLog('warn', (line) => process.stderr.write(line));

/** Opens the server of this run; several processes may share the embedded one. */
export async function openTestServer(): Promise<TestServer> {
  const databaseUrl = process.env.DATABASE_URL ?? null;
  const shared = process.env[testServerFolderVariable];
  if (databaseUrl !== null || shared !== undefined) {
    const { release, ...opened } = await openDatabase({ databaseUrl, dataFolder: shared ?? '', log });
    return { ...opened, close: release };
  }
  const { folder, remove } = makeTestServerFolder();
  const { release, ...opened } = await openDatabase({ databaseUrl, dataFolder: folder, log });
  return { ...opened, close: () => release().finally(remove) };
}

/** A temporary data folder which the server's user may enter, wherever the checkout is. */
export function makeTestServerFolder(): { readonly folder: string; remove(): void } {
  removeAbandonedFolders();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  chmodSync(folder, 0o711);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A killed run cannot clean up after itself, so the next one does. */
function removeAbandonedFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const facts = statSync(folder, { throwIfNoEntry: false });
    if (facts === undefined || facts.uid !== process.geteuid?.()) continue;
    if (systemClock.now().getTime() - facts.mtimeMs < abandonedAfterMs || isEmbeddedServerInUse(folder)) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}
