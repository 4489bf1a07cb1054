// Passwords that commands are given in files, because arguments can be read by everybody who lists processes.
import { lstat, readFile } from 'node:fs/promises';
import { CommandFailure } from './failure.ts';

const fileBytesMax = 64 * 1024;

/**
 * The first line of a file, or of Dogtag's password.conf the password of `entry` (such as `internal`, the token of the NSS database). Throws
 * CommandFailure for a file that is missing or that everybody may read; the message never holds a password.
 */
export async function readPasswordFile(file: string, entry: string | null): Promise<string> {
  const stats = await lstat(file).catch(() => null);
  if (stats === null || !stats.isFile())
    throw refusal(file, 'is missing or no ordinary file', 'name a file with the password in its first line');
  if ((stats.mode & 0o007) !== 0) throw refusal(file, 'can be read by everybody', `chmod 600 ${file}`);
  if (stats.size > fileBytesMax)
    throw refusal(file, `is larger than ${fileBytesMax} octets`, 'name a file with the password in its first line');
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  const prefix = `${entry}=`;
  const named = entry === null ? undefined : lines.find((line) => line.startsWith(prefix));
  return named === undefined ? (lines[0] ?? '') : named.slice(prefix.length);
}

function refusal(file: string, message: string, nextStep: string): CommandFailure {
  return new CommandFailure(`password file ${file} ${message}`, { nextStep });
}
