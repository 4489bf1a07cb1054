// Finds the pieces of a Dogtag instance in a folder, a copy of one or a root with one in it, where links lead as they did on Dogtag's machine.
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SourceError } from '../import-source.ts';

const linksMax = 40;
const foldersMax = 20_000;
const depthMax = 6;
const fileBytesMax = 16 * 1024 * 1024;

export interface InstanceFolder {
  /** The instance's folder as it lies here, such as `/var/lib/pki/pki-tomcat`. */
  readonly path: string;
  /** What stands for `/` of Dogtag's machine. */
  readonly root: string;
  /** Where CS.cfg of the CA is. */
  readonly configurationFile: string;
  /** Text of the first of these files, below the folder, that is there; null when none is. Rejects with SourceError when it may not be read. */
  readText(...names: readonly string[]): Promise<string | null>;
  /** As it lies here, of a path on Dogtag's machine; null when it is not here. */
  find(pathThere: string): Promise<string | null>;
  /** The first of these folders, below the instance's, that is there. */
  findFolder(...names: readonly string[]): Promise<string | null>;
}

/** Places of the CA's CS.cfg: below `/var/lib/pki/NAME` (by links, from 10.0 on), and below `/etc/pki/NAME`. */
const configurationNames = ['conf/ca/CS.cfg', 'ca/conf/CS.cfg', 'ca/CS.cfg'];

/** Rejects with SourceError when there is no CA's instance in `start`, or are several. */
export async function locateInstance(start: string): Promise<InstanceFolder> {
  const top = resolve(start);
  const found = await findInstances(top);
  // `/etc/pki/NAME` belongs to `/var/lib/pki/NAME`, which also knows where the rest is.
  const names = new Set(found.map((path) => basename(path)));
  const [path] = found.filter((one) => found.length === 1 || !isConfigurationHalf(one, found));
  if (path === undefined)
    throw new SourceError(
      'unreachable',
      `${start} holds no instance of a Dogtag CA: neither conf/ca/CS.cfg nor anything like /var/lib/pki/NAME below it that may be read`,
    );
  if (names.size > 1)
    throw new SourceError('refused', `${start} holds several instances, name one of them: ${found.join(', ')}`);
  const root = /^(.*)\/(?:var\/lib|etc)\/pki\/[^/]+$/.exec(path)?.[1] ?? null;
  return new LocatedInstance(path, root === null ? '/' : root || '/');
}

function isConfigurationHalf(path: string, all: readonly string[]): boolean {
  const match = /^(.*)\/etc\/pki\/([^/]+)$/.exec(path);
  return match !== null && all.includes(`${match[1]}/var/lib/pki/${match[2]}`);
}

async function findInstances(top: string): Promise<readonly string[]> {
  if (await isInstance(top)) return [top];
  const usual = [...(await subfolders(join(top, 'var/lib/pki'))), ...(await subfolders(join(top, 'etc/pki')))];
  const instances: string[] = [];
  for (const path of usual) if (await isInstance(path)) instances.push(path);
  if (instances.length > 0) return instances;
  let looked = 0;
  let level = await subfolders(top);
  for (let depth = 0; depth < depthMax && level.length > 0; depth++) {
    const next: string[] = [];
    for (const path of level) {
      if (++looked > foldersMax) return instances;
      if (await isInstance(path)) instances.push(path);
      else next.push(...(await subfolders(path)));
    }
    level = next;
  }
  return instances;
}

async function isInstance(path: string): Promise<boolean> {
  const root = /^(.*)\/(?:var\/lib|etc)\/pki\/[^/]+$/.exec(path)?.[1] ?? '';
  for (const name of configurationNames) if ((await follow(join(path, name), root || '/')) !== null) return true;
  return false;
}

async function subfolders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
  } catch {
    return [];
  }
}

class LocatedInstance implements InstanceFolder {
  readonly path: string;
  readonly root: string;

  constructor(path: string, root: string) {
    this.path = path;
    this.root = root;
  }

  get configurationFile(): string {
    return join(this.path, configurationNames[0] ?? '');
  }

  async readText(...names: readonly string[]): Promise<string | null> {
    for (const name of names) {
      const file = await follow(join(this.path, name), this.root);
      if (file === null) continue;
      try {
        const { size } = await lstat(file);
        if (size > fileBytesMax)
          throw new SourceError('limited', `${file}: ${size} octets are more than ${fileBytesMax}`);
        return await readFile(file, 'utf8');
      } catch (error) {
        if (error instanceof SourceError) throw error;
        throw new SourceError('refused', `${file}: ${(error as Error).message}`, { cause: error });
      }
    }
    return null;
  }

  /** A path that CS.cfg names lies below the root, or, where only the instance's folder was copied, below that. */
  async find(pathThere: string): Promise<string | null> {
    const below = await follow(join(this.root, pathThere), this.root);
    if (below !== null) return below;
    const inside = /\/pki\/[^/]+\/(.+)$/.exec(pathThere)?.[1];
    return inside === undefined ? null : follow(join(this.path, inside), this.root);
  }

  async findFolder(...names: readonly string[]): Promise<string | null> {
    for (const name of names) {
      const found = await follow(join(this.path, name), this.root);
      if (found !== null && (await lstat(found)).isDirectory()) return found;
    }
    return null;
  }
}

/** Where a path leads when absolute links begin at `root`; null when it leads nowhere that may be looked at. */
export async function follow(path: string, root: string): Promise<string | null> {
  let links = 0;
  let at = path;
  for (;;) {
    const link = await firstLink(at);
    if (link === 'missing') return null;
    if (link === null) return at;
    if (++links > linksMax) return null;
    const target = await readlink(link.path).catch(() => null);
    if (target === null) return null;
    at = target.startsWith('/') ? join(root, target, link.rest) : join(dirname(link.path), target, link.rest);
  }
}

async function firstLink(path: string): Promise<{ readonly path: string; readonly rest: string } | 'missing' | null> {
  const parts = path.split('/').filter((part) => part !== '');
  for (let count = 1; count <= parts.length; count++) {
    const part = `/${parts.slice(0, count).join('/')}`;
    const stats = await lstat(part).catch(() => null);
    if (stats === null) return 'missing';
    if (stats.isSymbolicLink()) return { path: part, rest: parts.slice(count).join('/') };
  }
  return null;
}
