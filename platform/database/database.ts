// A pool of connections to PostgreSQL: statements, transactions and streams, with connections made anew whenever they were lost.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../log.ts';
import type { DatabaseAddress } from './database-address.ts';
import { toDatabaseError } from './database-errors.ts';
import { kyselyThrough } from './kysely-queries.ts';
import { loadDriver } from './late-packages.ts';
import { type Queryable, queriesThrough, type RunStatement } from './queries.ts';
import { createSession } from './session.ts';
import { prepareSession } from './session-settings.ts';
import type { SqlValue } from './sql-values.ts';
import type { Statement } from './statement.ts';
import {
  runTransaction,
  type SessionSource,
  streamRows,
  type Transaction,
  type TransactionOptions,
} from './transaction.ts';

export interface Database extends Queryable {
  readonly address: DatabaseAddress;
  /**
   * Runs `work` in one transaction and settles after COMMIT. On a serialization failure or deadlock everything is undone and
   * `work` runs again, so it must have no effect outside the transaction. Rejects with what `work` threw, after a rollback.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Rows in batches of up to `batchRows` from one snapshot, without holding all of them; the statement must be a query. */
  stream<Row extends object>(
    statement: Statement | string,
    values: readonly SqlValue[],
    batchRows: number,
  ): AsyncIterable<readonly Row[]>;
  /** Waits for work under way, then closes all connections. Later calls reject with DatabaseUnavailableError. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly address: DatabaseAddress;
  readonly log: Log;
  /** Shown in the server's list of sessions; `retag` unless said otherwise. */
  readonly applicationName?: string;
  /** 8 unless said otherwise. */
  readonly connectionsMax?: number;
  /** For reaching the server and for waiting for a free connection; 10 seconds unless said otherwise. */
  readonly connectTimeoutMs?: number;
  /** After which the server cancels a statement; a minute unless said otherwise. */
  readonly statementTimeoutMs?: number;
}

/** How much longer than the server's own limit we wait before we take a connection for dead. */
const answerGraceMs = 5_000;
const idleTimeoutMs = 30_000;
const goodbyeTimeoutMs = 2_000;

/** Makes the pool; it connects on first use. */
export function createDatabase(options: DatabaseOptions): Database {
  const { address, log } = options;
  const place = `the ${address}`;
  const statementTimeoutMs = options.statementTimeoutMs ?? 60_000;
  const connectionsMax = options.connectionsMax ?? 8;
  const pool = new (loadDriver().Pool)({
    ...address.toClientConfig(),
    application_name: options.applicationName ?? 'retag',
    max: connectionsMax,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    idleTimeoutMillis: idleTimeoutMs,
    // Statements of a transaction that don't wait for each other share a round trip: started together, they run in that order.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    onConnect: (client) => prepareSession(client, { place, statementTimeoutMs, log }),
  });
  let closing: Promise<void> | null = null;
  pool.on('error', (error) => {
    if (closing === null) log.warn('a database connection was lost', { database: `${address}`, error });
  });
  const source: SessionSource = {
    statementTimeoutMs,
    connectionsMax,
    waitMs: (timeoutMs) => (timeoutMs === 0 ? 0 : timeoutMs + answerGraceMs),
    acquire: async () => {
      try {
        return createSession(await pool.connect(), place);
      } catch (error) {
        throw toDatabaseError(error, { place, statementName: null, outcomeUnknown: false });
      }
    },
  };
  const runAlone: RunStatement = async (statement, values) => {
    const session = await source.acquire();
    try {
      return await session.run(statement, values, { outcomeUnknown: true, waitMs: source.waitMs(statementTimeoutMs) });
    } finally {
      session.release({ discard: false });
    }
  };
  return {
    address,
    ...queriesThrough(runAlone),
    kysely: <Schema>() => kyselyThrough<Schema>(runAlone),
    transaction: (work, transactionOptions = {}) => runTransaction(source, work, transactionOptions),
    stream: (statement, values, batchRows) => streamRows(source, statement, values, batchRows),
    close: () => {
      closing ??= closePool(pool);
      return closing;
    },
  };
}

/** The pool itself is content once it has asked its connections to end; who drops the database next must wait until they have. */
async function closePool(pool: pg.Pool): Promise<void> {
  let ending = pool.totalCount;
  const ended = new Promise<void>((resolve) => {
    pool.on('remove', () => {
      ending -= 1;
      if (ending <= 0) resolve();
    });
  });
  await pool.end();
  const giveUp = new AbortController();
  // A server that has vanished never says goodbye.
  if (ending > 0) await Promise.race([ended, sleep(goodbyeTimeoutMs, undefined, { signal: giveUp.signal })]);
  giveUp.abort();
}
