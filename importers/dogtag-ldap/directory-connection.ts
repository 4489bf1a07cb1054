// Reads from a directory server over a connection that is renewed when it is lost.
import { type Client, ResultCodeError, type SearchOptions } from 'ldapts';
import { DirectoryEntry, internDescription } from '#codecs/ldif';
import type { Log } from '#platform';
import { explainDirectoryError } from './directory-error.ts';
import { type DirectorySettings, whoBinds } from './directory-settings.ts';
import { ReconnectingSession } from './reconnecting-session.ts';

export interface DirectoryQuery {
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: string;
  /** `*` and `+` as in LDAP; default all user attributes. */
  readonly attributes?: readonly string[];
  /** The server may answer with as many and leave out the rest, without saying so. */
  readonly sizeLimit?: number;
}

const noSuchObject = 32;

export class DirectoryConnection {
  /** Without credentials; for people and provenance. */
  readonly name: string;
  readonly #bindDn: string;
  readonly #session: ReconnectingSession;

  constructor(settings: DirectorySettings, log: Log) {
    this.#bindDn = whoBinds(settings);
    this.#session = new ReconnectingSession(settings, log);
    this.name = this.#session.name;
  }

  /** Entries that match; none when the base does not exist. Rejects with SourceError. */
  search(base: string, query: DirectoryQuery): Promise<DirectoryEntry[]> {
    return this.#perform(base, async (client) => {
      const { searchEntries } = await client.search(base, searchOptions(query));
      return searchEntries.map(entryOf);
    });
  }

  /**
   * What `keep` makes of matching entries (null: nothing), read page by page (RFC 2696) until `max` things are kept. `isComplete` is false when it
   * stopped there. A server that knows no pages sends one big one. When the connection is lost, it begins anew. Rejects with SourceError.
   */
  async collect<T>(
    base: string,
    query: DirectoryQuery & { readonly pageSize: number; readonly max?: number },
    keep: (entry: DirectoryEntry) => T | null,
  ): Promise<{ readonly kept: T[]; readonly isComplete: boolean }> {
    const max = query.max ?? Number.POSITIVE_INFINITY;
    let isComplete = true;
    const kept = await this.#perform(base, async (client) => {
      const fresh: T[] = [];
      for await (const page of client.searchPaginated(base, {
        ...searchOptions(query),
        paged: { pageSize: query.pageSize },
      })) {
        for (const found of page.searchEntries) {
          const thing = keep(entryOf(found));
          if (thing !== null) fresh.push(thing);
        }
        isComplete = fresh.length < max;
        if (!isComplete) break;
      }
      return fresh;
    });
    return { kept, isComplete };
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** Runs a read. Nothing is found where the base does not exist. */
  #perform<T>(base: string, read: (client: Client) => Promise<T[]>): Promise<T[]> {
    return this.#session.perform(
      async (client) => {
        try {
          return await read(client);
        } catch (error) {
          if (error instanceof ResultCodeError && error.code === noSuchObject) return [];
          throw error;
        }
      },
      (error) => explainDirectoryError(error, { server: this.name, base, bindDn: this.#bindDn }),
    );
  }
}

/** ldapts makes text of values that happen to be UTF-8 and drops byte-order marks; a list that holds every name keeps all of them octets. */
class EveryAttribute extends Array<string> {
  override includes(): boolean {
    return true;
  }
}
export const everyAttribute: string[] = new EveryAttribute();

function searchOptions(query: DirectoryQuery): SearchOptions {
  return {
    scope: query.scope,
    filter: query.filter,
    attributes: [...(query.attributes ?? [])],
    explicitBufferAttributes: everyAttribute,
    sizeLimit: query.sizeLimit ?? 0,
    timeLimit: 0,
  };
}

/** An entry as ldapts gives it when asked with `everyAttribute`, or by decodeEntriesQuickly. */
export function entryOf(found: Readonly<Record<string, Buffer | Buffer[] | string[] | string>>): DirectoryEntry {
  const quick: unknown = found;
  if (quick instanceof DirectoryEntry) return quick;
  const attributes: [string, Uint8Array[]][] = [];
  for (const [description, value] of Object.entries(found)) {
    if (description === 'dn') continue;
    const values = (Array.isArray(value) ? value : [value]).map((item) =>
      typeof item === 'string' ? Buffer.from(item) : item,
    );
    if (values.length > 0) attributes.push([internDescription(description), values]);
  }
  return new DirectoryEntry(typeof found.dn === 'string' ? found.dn : '', attributes);
}
