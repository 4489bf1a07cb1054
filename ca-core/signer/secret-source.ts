// Where a passphrase comes from. Only the process that needs it reads it.
import { lstatSync, readFileSync } from 'node:fs';
import { SignerError } from './signer.ts';

/** Name of an environment variable, or path of a file that only its owner may read (its first line is the secret). */
export type SecretSource = { readonly environment: string } | { readonly file: string };

const secretBytesMax = 4096;

/** Reads the secret. Throws SignerError `unavailable`, naming the source and never the value. */
export function readSecret(source: SecretSource, environment: NodeJS.ProcessEnv): string {
  if ('environment' in source) {
    const value = environment[source.environment];
    if (value === undefined || value === '')
      throw new SignerError('unavailable', `environment variable ${source.environment} is not set`);
    return value;
  }
  const stats = lstatSync(source.file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile())
    throw new SignerError('unavailable', `passphrase file ${source.file} is missing or no ordinary file`);
  if ((stats.mode & 0o077) !== 0)
    throw new SignerError('unavailable', `passphrase file ${source.file} can be read by others: chmod 600`);
  if (stats.size > secretBytesMax)
    throw new SignerError('unavailable', `passphrase file ${source.file} is larger than ${secretBytesMax} bytes`);
  const [line] = readFileSync(source.file, 'utf8').split(/\r?\n/);
  if (line === undefined || line === '')
    throw new SignerError('unavailable', `passphrase file ${source.file} has an empty first line`);
  return line;
}

/** The environment a key-holding child gets: what Node needs, and the one variable that it is told to read. */
export function childEnvironment(
  environment: NodeJS.ProcessEnv,
  sources: readonly (SecretSource | null)[],
): NodeJS.ProcessEnv {
  const names = ['PATH', 'TZ', 'LANG', 'UV_THREADPOOL_SIZE', ...sources.flatMap(variableName)];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

function variableName(source: SecretSource | null): string[] {
  return source !== null && 'environment' in source ? [source.environment] : [];
}
