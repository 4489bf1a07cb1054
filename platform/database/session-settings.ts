// What every connection must be before it is used: a server that we can trust with the record, and one way of writing values.
import type { ClientBase } from 'pg';
import type { Log } from '../log.ts';
import { DatabaseUnavailableError } from './database-errors.ts';

/** The oldest PostgreSQL with which the suites are run. */
const oldestVersion = 14;
/** Ends a session whose program hangs in the middle of a transaction, because its locks hold up everybody else. */
const idleInTransactionTimeoutMs = 300_000;

interface ServerFacts {
  readonly version: string;
  readonly encoding: string;
  readonly standby: boolean;
  readonly fsync: string;
}

/**
 * One round trip per new connection. A server may be configured to write dates in another order, or to confirm commits before
 * they are on disk; a record that is said to be durable cannot rest on that.
 */
export async function prepareSession(
  client: ClientBase,
  options: { place: string; statementTimeoutMs: number; log: Log },
): Promise<void> {
  const { rows } = await client.query<ServerFacts>(
    `select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, MDY', false),
            set_config('bytea_output', 'hex', false), set_config('standard_conforming_strings', 'on', false),
            set_config('statement_timeout', $1, false),
            set_config('idle_in_transaction_session_timeout', $2, false),
            set_config('synchronous_commit',
                       case current_setting('synchronous_commit') when 'off' then 'on'
                       else current_setting('synchronous_commit') end, false),
            current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
            pg_is_in_recovery() as standby, current_setting('fsync') as fsync`,
    [String(options.statementTimeoutMs), String(idleInTransactionTimeoutMs)],
  );
  const facts = rows[0];
  if (facts === undefined) throw new DatabaseUnavailableError(`${options.place} does not describe itself`);
  const major = Math.trunc(Number(facts.version) / 10_000);
  if (major < oldestVersion)
    throw new DatabaseUnavailableError(
      `${options.place} is PostgreSQL ${major}; ${oldestVersion} or newer is needed: upgrade it, or leave DATABASE_URL unset for the embedded one`,
    );
  if (facts.encoding !== 'UTF8')
    throw new DatabaseUnavailableError(
      `${options.place} is encoded in ${facts.encoding}, which cannot hold every name: create it with ENCODING 'UTF8' TEMPLATE template0`,
    );
  if (facts.standby)
    throw new DatabaseUnavailableError(
      `${options.place} is a standby, which takes no writes: use the address of the primary server`,
    );
  if (facts.fsync !== 'on')
    options.log.warn(
      'the database runs with fsync off: a power failure can lose certificates that clients already hold',
      {
        database: options.place,
      },
    );
}
