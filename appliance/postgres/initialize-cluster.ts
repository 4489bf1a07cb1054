// Makes the data folder of the embedded server, or checks the one that is there.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, randomBytes } from '#platform';
import { type ClusterPlace, folderExists, giveTo, writeAtomically } from './cluster-place.ts';
import { EmbeddedDatabaseError, explainFailedStart, useYourOwnServer } from './embedded-database-error.ts';
import { accessText, administratorRole, configurationText, identityMapText } from './server-configuration.ts';
import type { ServerProgram } from './server-program.ts';
import { credentialsOf, describeUser } from './server-user.ts';

/** An empty cluster takes 40 MB, its first log segments 80 MB. */
const freeBytesMin = 200 * 1024 * 1024;
const unfinishedPrefix = 'initializing-';

/** Makes the data folder unless it is there, checks that it fits the program, and writes its configuration. */
export async function initializeCluster(
  place: ClusterPlace,
  program: ServerProgram,
  socketFolder: string,
  log: Log,
): Promise<void> {
  if (folderExists(place.dataFolder)) assertFits(place, program);
  else await runInitdb(place, program, log);
  makeLocalConfiguration(place);
  writeConfiguration(place, 'postgresql.conf', configurationText(socketFolder));
  writeConfiguration(place, 'pg_hba.conf', accessText(place.user));
  writeConfiguration(place, 'pg_ident.conf', identityMapText(place.user));
}

function writeConfiguration(place: ClusterPlace, name: string, text: string): void {
  const file = join(place.dataFolder, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeAtomically(file, text);
  giveTo(file, place.user);
}

/** Once; from then on it is the operator's. */
function makeLocalConfiguration(place: ClusterPlace): void {
  const file = join(place.folder, 'local.conf');
  if (existsSync(file)) return;
  writeAtomically(
    file,
    "# Settings of your own for the embedded PostgreSQL; they override retag's. Read at each start.\n",
  );
  giveTo(file, place.user);
}

function assertFits({ dataFolder }: ClusterPlace, { majorVersion }: ServerProgram): void {
  const file = join(dataFolder, 'PG_VERSION');
  if (!existsSync(file))
    throw new EmbeddedDatabaseError(
      `${dataFolder} is not a PostgreSQL data folder (it has no PG_VERSION): move it away, or choose another data folder`,
    );
  const found = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (found !== majorVersion)
    throw new EmbeddedDatabaseError(
      `the database in ${dataFolder} was made by PostgreSQL ${found}, and this retag brings PostgreSQL ${majorVersion}, which cannot read it: go back to the retag that made it, or carry the data over with pg_dump and psql of version ${found} ${useYourOwnServer.replace('or set', 'and set')}`,
    );
}

/** Works in a folder of another name, which becomes the data folder in one step: a killed initdb leaves nothing half made. */
async function runInitdb(place: ClusterPlace, program: ServerProgram, log: Log): Promise<void> {
  for (const name of readdirSync(place.folder))
    if (name.startsWith(unfinishedPrefix)) rmSync(join(place.folder, name), { recursive: true, force: true });
  assertRoom(place.folder);
  if (place.user.name === null)
    throw new EmbeddedDatabaseError(
      `user ${describeUser(place.user)} has no name in /etc/passwd, without which PostgreSQL cannot make a database: add a line for it, start retag as another user, ${useYourOwnServer}`,
    );
  const unfinished = join(place.folder, `${unfinishedPrefix}${randomBytes(4).toString('hex')}`);
  log.info('making the embedded database', { folder: place.dataFolder, user: place.user.name });
  const words = ['-D', unfinished, '-U', administratorRole, '--encoding=UTF8', '--locale=C', '--data-checksums'];
  const { code, output } = await run(program.initdb, [...words, '--auth=peer', '--no-instructions'], place);
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw explainFailedStart(output, 'what initdb wrote', place.folder);
  }
  renameSync(unfinished, place.dataFolder);
}

function assertRoom(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < freeBytesMin)
    throw new EmbeddedDatabaseError(
      `the disk that holds ${folder} has ${Math.round(free / 1024 / 1024)} MB left and a database needs ${freeBytesMin / 1024 / 1024} MB to begin with: make room, or choose another data folder`,
    );
}

function run(
  program: string,
  words: readonly string[],
  place: ClusterPlace,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      ...credentialsOf(place.user),
      cwd: place.folder,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (bytes: Buffer) => {
      output = (output + bytes.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) =>
      reject(
        new EmbeddedDatabaseError(
          `${program} cannot be started (${error.message}): it needs a Linux with glibc and a file system that allows programs; ${useYourOwnServer.replace('or ', '')}`,
          { cause: error },
        ),
      ),
    );
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/** Nothing of ours: the environment may hold passwords, and PG* variables would change what the server does. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', HOME: '/' };
}
