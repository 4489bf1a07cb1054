// Where a database is and how to sign in: opaque, so that a password in it never reaches a log line or a message.
import { isAbsolute } from 'node:path';
import type { ClientConfig } from 'pg';

/** An address that can't be used. `message` says what was expected and never repeats the password. */
export class DatabaseAddressError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseAddressError';
  }
}

/** The address of one database. Printing, logging or serializing it shows no password. */
export class DatabaseAddress {
  readonly #clientConfig: ClientConfig;
  readonly #description: string;
  readonly #rename: (databaseName: string) => DatabaseAddress;
  readonly databaseName: string;

  private constructor(
    clientConfig: ClientConfig,
    description: string,
    databaseName: string,
    rename: (databaseName: string) => DatabaseAddress,
  ) {
    this.#clientConfig = clientConfig;
    this.#description = description;
    this.#rename = rename;
    this.databaseName = databaseName;
  }

  /**
   * From a `postgresql://user:password@host:port/name?sslmode=…` URL, as `DATABASE_URL` holds it; a server's Unix socket is
   * `postgresql:///name?host=/folder`. Throws DatabaseAddressError.
   */
  static fromUrl(text: string): DatabaseAddress {
    const expected =
      'expected postgresql://user:password@host:port/name, or postgresql:///name?host=/folder for a Unix socket';
    if (!URL.canParse(text)) throw new DatabaseAddressError(`the database URL cannot be read: ${expected}`);
    const url = new URL(text);
    if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:')
      throw new DatabaseAddressError(`the database URL starts with ${url.protocol}//: ${expected}`);
    const databaseName = decodeURIComponent(url.pathname.replace(/^\//, ''));
    if (databaseName === '' || databaseName.includes('/'))
      throw new DatabaseAddressError(`the database URL names no database: ${expected}`);
    const host = url.searchParams.get('host') ?? url.hostname;
    const place = host === '' ? 'the default host' : `${host}${url.port === '' ? '' : `:${url.port}`}`;
    const user = url.searchParams.get('user') ?? decodeURIComponent(url.username);
    const description = `database "${databaseName}" at ${place}${user === '' ? '' : ` as user "${user}"`}`;
    const rename = (name: string) => {
      const renamed = new URL(url);
      renamed.pathname = `/${encodeURIComponent(name)}`;
      return DatabaseAddress.fromUrl(renamed.href);
    };
    return new DatabaseAddress({ connectionString: text }, description, databaseName, rename);
  }

  /** A server's Unix socket in `folder` (absolute); whoever may open the folder may sign in, so no password. */
  static onSocket(socket: { folder: string; port: number; user: string; databaseName: string }): DatabaseAddress {
    if (!isAbsolute(socket.folder))
      throw new DatabaseAddressError(`the socket folder must be an absolute path, found ${socket.folder}`);
    const { folder, port, user, databaseName } = socket;
    return new DatabaseAddress(
      { host: folder, port, user, database: databaseName },
      `database "${databaseName}" at the Unix socket in ${folder}`,
      databaseName,
      (name) => DatabaseAddress.onSocket({ ...socket, databaseName: name }),
    );
  }

  /** Another database of the same server. */
  withDatabaseName(databaseName: string): DatabaseAddress {
    return this.#rename(databaseName);
  }

  /** For the driver only: holds the password. */
  toClientConfig(): ClientConfig {
    return { ...this.#clientConfig };
  }

  /** For messages: place and database name. */
  toString(): string {
    return this.#description;
  }

  toJSON(): string {
    return this.#description;
  }
}
