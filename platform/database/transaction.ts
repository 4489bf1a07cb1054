// Transactions: all or nothing, tried again after a conflict, and streams of rows from one snapshot.
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from '../randomness.ts';
import { DatabaseUnavailableError, isTransactionConflict } from './database-errors.ts';
import { kyselyThrough } from './kysely-queries.ts';
import { type Queryable, queriesThrough, type RunStatement } from './queries.ts';
import type { Session } from './session.ts';
import type { SqlValue } from './sql-values.ts';
import type { Statement } from './statement.ts';

/** An open transaction; unusable once its work has ended. */
export interface Transaction extends Queryable {
  /** Waits until no other transaction holds the lock of this name; held until this transaction ends. */
  lock(name: string): Promise<void>;
}

export interface TransactionOptions {
  /** `read-committed` unless said otherwise. */
  readonly isolation?: 'read-committed' | 'repeatable-read' | 'serializable';
  readonly readOnly?: boolean;
  /** How often the work is run at most when it meets conflicts with other transactions; 5 unless said otherwise. */
  readonly attemptsMax?: number;
  /** For one statement; 0 is without limit. The database's own limit unless said otherwise. */
  readonly statementTimeoutMs?: number;
  /**
   * Reaches rows through indexes only. A prepared statement keeps its plan; one that was planned while a table was new would go on
   * reading the whole table when it has long grown.
   */
  readonly indexedAccess?: boolean;
  /**
   * Its commit does not wait until it is on the disk: when the machine goes down, it may be gone together with everything that was committed behind
   * it, never alone. For work that is done again from its own checkpoint.
   */
  readonly mayBeRepeated?: boolean;
}

interface OpenTransaction {
  readonly transaction: Transaction;
  commit(): Promise<void>;
  /** Undoes everything; never throws, because the reason for the rollback is what the caller wants to know. */
  rollBack(): Promise<void>;
}

/** Where connections come from, and how long to wait for an answer when the server allows a statement this much time. */
export interface SessionSource {
  acquire(): Promise<Session>;
  readonly statementTimeoutMs: number;
  readonly connectionsMax: number;
  waitMs(statementTimeoutMs: number): number;
}

// A table without a usable index is still read, but at a price so high that it would look worth compiling.
const indexedOnly = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']
  .map((setting) => `; set local ${setting} = off`)
  .join('');

const beginOf = ({
  isolation = 'read-committed',
  readOnly = false,
  indexedAccess = false,
  mayBeRepeated = false,
}: TransactionOptions): string =>
  `begin isolation level ${isolation.replace('-', ' ')} ${readOnly ? 'read only' : 'read write'}${indexedAccess ? indexedOnly : ''}${
    mayBeRepeated ? '; set local synchronous_commit = off' : ''
  }`;

/** Opens a transaction on a connection of its own. */
async function openTransaction(source: SessionSource, options: TransactionOptions): Promise<OpenTransaction> {
  const session = await beginOnLivingSession(source, beginOf(options));
  const waitMs = source.waitMs(options.statementTimeoutMs ?? source.statementTimeoutMs);
  let isOpen = true;
  const run: RunStatement = (statement, values) => {
    if (!isOpen) throw new TypeError('a transaction was used after its end; a promise in its work was not awaited');
    return session.run(statement, values, { outcomeUnknown: false, waitMs });
  };
  if (options.statementTimeoutMs !== undefined)
    await run(`set local statement_timeout = ${Math.trunc(options.statementTimeoutMs)}`, []);
  const transaction: Transaction = {
    ...queriesThrough(run),
    kysely: <Schema>() => kyselyThrough<Schema>(run),
    lock: async (name) => {
      await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
    },
  };
  return {
    transaction,
    commit: async () => {
      isOpen = false;
      let isCommitted = false;
      try {
        const { command } = await session.run('commit', [], { outcomeUnknown: true, waitMs });
        // PostgreSQL answers COMMIT with ROLLBACK when a statement had failed and the work went on regardless.
        isCommitted = command === 'COMMIT';
      } finally {
        session.release({ discard: !isCommitted });
      }
      if (!isCommitted)
        throw new TypeError('the transaction was rolled back: its work went on after a statement of it had failed');
    },
    rollBack: async () => {
      isOpen = false;
      const isUndone = await session.run('rollback', [], { outcomeUnknown: false, waitMs }).then(
        () => true,
        () => false,
      );
      session.release({ discard: !isUndone });
    },
  };
}

/** A connection may have died while it lay idle, which shows only when it is used; nothing has happened then, so take another. */
async function beginOnLivingSession(source: SessionSource, begin: string): Promise<Session> {
  for (let attempt = 1; ; attempt += 1) {
    const session = await source.acquire();
    try {
      const waitMs = source.waitMs(source.statementTimeoutMs);
      await session.run(begin, [], { outcomeUnknown: false, waitMs });
      return session;
    } catch (error) {
      session.release({ discard: true });
      // After a restart of the server every connection in the pool may be dead.
      if (attempt > source.connectionsMax || !(error instanceof DatabaseUnavailableError)) throw error;
    }
  }
}

/** See Database.transaction. */
export async function runTransaction<Result>(
  source: SessionSource,
  work: (transaction: Transaction) => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  const attemptsMax = options.attemptsMax ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    const open = await openTransaction(source, options);
    let isFinished = false;
    try {
      const result = await work(open.transaction);
      isFinished = true;
      await open.commit();
      return result;
    } catch (error) {
      if (!isFinished) await open.rollBack();
      if (attempt >= attemptsMax || !isTransactionConflict(error)) throw error;
      // Two that met once would meet again without some chance in their waiting.
      await sleep((randomBytes(1)[0] ?? 0) * 0.1 * attempt);
    }
  }
}

/** See Database.stream. */
export async function* streamRows<Row extends object>(
  source: SessionSource,
  statement: Statement | string,
  values: readonly SqlValue[],
  batchRows: number,
): AsyncGenerator<readonly Row[]> {
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) throw new RangeError('batchRows must be 1 or more');
  const open = await openTransaction(source, { isolation: 'repeatable-read', readOnly: true });
  const text = typeof statement === 'string' ? statement : statement.text;
  const fetch = `fetch ${batchRows} from streamed_rows`;
  try {
    await open.transaction.execute(`declare streamed_rows no scroll cursor for ${text}`, values);
    for (;;) {
      const rows = await open.transaction.query<Row>(fetch);
      if (rows.length > 0) yield rows;
      if (rows.length < batchRows) return;
    }
  } finally {
    await open.rollBack();
  }
}
