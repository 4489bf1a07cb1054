// The door to the database for the whole appliance: one's own server by URL, or the embedded one of the data folder.
import { createDatabase, DatabaseAddress, type Log } from '#platform';
import { useEmbeddedServer } from './embedded-server.ts';

export interface OpenedDatabase {
  /** Give it to `createDatabase`. */
  readonly address: DatabaseAddress;
  readonly kind: 'embedded' | 'external';
  /** After all pools on it are closed. Settles when nothing of ours runs any more that nobody else uses. */
  release(): Promise<void>;
}

/**
 * Opens the server at `databaseUrl`, or with null the embedded one whose files are in `dataFolder`, which is made, started,
 * adopted or shared as need be. Throws EmbeddedDatabaseError, DatabaseAddressError, DatabaseUnavailableError.
 */
export async function openDatabase(options: {
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
  readonly log: Log;
}): Promise<OpenedDatabase> {
  if (options.databaseUrl === null)
    return { kind: 'embedded', ...(await useEmbeddedServer(options.dataFolder, options.log)) };
  const address = DatabaseAddress.fromUrl(options.databaseUrl);
  const database = createDatabase({ address, log: options.log, connectionsMax: 1 });
  try {
    await database.query('select 1');
  } finally {
    await database.close();
  }
  return { kind: 'external', address, release: async () => {} };
}
