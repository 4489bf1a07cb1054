// An NSS database as a place of keys: which nickname a key has is told by the certificates under it.
import { readNssDatabase } from '#importers';
import type { KeyPlace } from './take-authority-keys.ts';

/** `database` is a folder, with `sql:` or `dbm:` before it or not. Throws SourceError when it cannot be read. */
export async function nssKeyPlace(database: string, tokenPassword: string): Promise<KeyPlace> {
  const { name, certificates } = await readNssDatabase(database, null);
  return { nssDatabase: name, certificates, tokenPassword };
}
