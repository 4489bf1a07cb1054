// The lock file must name every optional package, also those for other systems, or npm ci refuses it before it installs anything.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './source-files.ts';

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
  readonly [member: string]: unknown;
}

export interface MissingEntry {
  /** The package that wants it. */
  readonly wantedBy: string;
  readonly name: string;
  readonly version: string;
}

export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')) as LockFile;
}

/**
 * Optional packages without an entry. npm leaves them out when the registry it asks does not have them for every system, and then
 * finds its own lock file incomplete.
 */
export function findMissingEntries({ packages }: LockFile): MissingEntry[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(packages, path, name))
      .map(([name, version]) => ({ wantedBy: path, name, version })),
  );
}

/** Looks where Node would: in the node_modules of the wanting package and of every package around it. */
function isLocked(packages: LockFile['packages'], from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const folder = base === '' ? '' : `${base}/`;
    if (packages[`${folder}node_modules/${name}`] !== undefined) return true;
    if (base === '') return false;
  }
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'];

/** The entry as npm writes it for a package of another system, which it then never fetches. Throws for a name it cannot read. */
export function entryFor({ name, version }: MissingEntry, isDevelopment: boolean): LockedPackage {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const isMusl = words.some((word) => word.startsWith('musl'));
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+/.test(version))
    throw new TypeError(`${name}@${version} does not tell its system and processor by its name: lock it by hand`);
  return {
    version,
    cpu,
    ...(isDevelopment ? { dev: true } : {}),
    ...(os[0] === 'linux' ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}),
    optional: true,
    os,
  };
}

/** Adds the missing entries to package-lock.json, in npm's order. Returns how many. */
export function completeLockFile(): number {
  const lock = readLockFile();
  const missing = findMissingEntries(lock);
  const added = missing.map((entry): [string, LockedPackage] => {
    const isDevelopment = lock.packages[entry.wantedBy]?.dev === true;
    return [`node_modules/${entry.name}`, entryFor(entry, isDevelopment)];
  });
  const entries = [...Object.entries(lock.packages), ...added].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2);
  if (added.length > 0) writeFileSync(join(projectFolder, 'package-lock.json'), `${text}\n`);
  return added.length;
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${completeLockFile()} optional packages added to package-lock.json\n`);
