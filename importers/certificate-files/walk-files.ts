// Every file below a folder, each once, in the order of their names.
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../import-source.ts';

export interface FoundFile {
  /** Below the folder as it was named; the file itself when that was named. */
  readonly path: string;
  readonly size: number;
}

export interface WalkedFiles {
  readonly files: readonly FoundFile[];
  /** What could not be looked into, or is no file at all. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Symbolic links are followed, each folder is entered once. Rejects with SourceError when there is nothing of that name or it cannot be read. */
export async function walkFiles(root: string): Promise<WalkedFiles> {
  const files: FoundFile[] = [];
  const problems: { path: string; message: string }[] = [];
  const entered = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    const found = await stat(path);
    if (found.isFile()) files.push({ path, size: found.size });
    else if (!found.isDirectory()) problems.push({ path, message: 'it is neither a file nor a folder' });
    else {
      const real = await realpath(path);
      if (entered.has(real)) return;
      entered.add(real);
      for (const name of (await readdir(path)).sort()) await attempt(join(path, name));
    }
  };
  const attempt = async (path: string): Promise<void> => {
    try {
      await visit(path);
    } catch (error) {
      problems.push({ path, message: explain(error as NodeJS.ErrnoException) });
    }
  };
  try {
    await visit(root);
  } catch (error) {
    throw new SourceError('unreachable', `${root}: ${explain(error as NodeJS.ErrnoException)}`, { cause: error });
  }
  return { files, problems };
}

export function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file or folder';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'it may not be read by this user';
  if (error.code === 'ELOOP') return 'its links lead in a circle';
  return error.message;
}
