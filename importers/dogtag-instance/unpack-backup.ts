// Unpacks what belongs to an instance from a tar archive (also packed, also one inside another, as ipa-backup makes them) into a private folder.
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from '../import-source.ts';

const timeoutMs = 600_000;
const outputBytesMax = 256 * 1024 * 1024;
const archivesMax = 8;

/** Configuration, NSS databases, profiles and links; neither logs nor the directory's own files. */
const wanted =
  /(?:^|\/)(?:CS\.cfg|registry\.cfg|password\.conf|(?:cert|key)\d\.db|pkcs11\.txt|secmod\.db|[^/]+\.profile|profiles\/.+\.cfg|conf|alias|ca|certs(?:\/[^/]+)?)$/;
const nested = /(?:^|\/)files\.tar(?:\.[a-z0-9]+)?$/;

export interface UnpackedBackup {
  readonly folder: string;
  /** LDIF files that are in the archive too, which are not unpacked. */
  readonly exports: readonly string[];
  /** Removes the folder. */
  close(): Promise<void>;
}

/** Rejects with SourceError when it is no archive or `tar` is missing. The folder may be entered by its owner alone, because passwords are in it. */
export async function unpackBackup(file: string): Promise<UnpackedBackup> {
  const folder = await mkdtemp(join(tmpdir(), 'retag-instance-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const exports = await unpackInto(folder, file, 0);
    return { folder, exports, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unpackInto(folder: string, file: string, depth: number): Promise<readonly string[]> {
  const names = (await runTar(['-tf', file], file)).split('\n').filter((name) => name !== '');
  const chosen = names.filter((name) => wanted.test(name) || nested.test(name));
  const exports = names.filter((name) => /\.ldif$/i.test(name));
  if (chosen.length === 0) return exports;
  const list = join(folder, '.wanted');
  await writeFile(list, `${chosen.join('\n')}\n`);
  // Names are taken as they stand; folders would bring along everything below them.
  const options = ['--no-recursion', '--no-same-owner', '--no-same-permissions', '--verbatim-files-from'];
  await runTar([...options, '-C', folder, '-xf', file, '-T', list], file);
  await rm(list);
  const archives = depth === 0 ? chosen.filter((name) => nested.test(name)).slice(0, archivesMax) : [];
  const inner: string[] = [];
  for (const name of archives) {
    const archive = join(folder, name);
    inner.push(...(await unpackInto(folder, archive, depth + 1)));
    await rm(archive);
  }
  return [...exports, ...inner];
}

function runTar(parameters: readonly string[], file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'tar',
      [...parameters],
      {
        timeout: timeoutMs,
        maxBuffer: outputBytesMax,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', TAR_OPTIONS: '--quoting-style=literal' },
      },
      (error, output, complaint) => {
        if (error === null) resolve(output);
        else reject(explain(error, complaint, file));
      },
    );
  });
}

function explain(error: ExecFileException, complaint: string, file: string): SourceError {
  if (error.code === 'ENOENT')
    return new SourceError('limited', `${file} is unpacked by the program tar, which is not installed`, {
      cause: error,
    });
  const why = complaint.trim().split('\n')[0] ?? '';
  return new SourceError('malformed', `${file} cannot be unpacked: ${why === '' ? error.message : why}`, {
    cause: error,
  });
}
