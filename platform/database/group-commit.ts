// Group commit: what is queued while one transaction is on its way to the disk shares the next one, so that one flush to disk serves many.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from './database.ts';
import { DatabaseBusyError, DatabaseUnavailableError, isDatabaseUnavailable } from './database-errors.ts';
import type { Transaction, TransactionOptions } from './transaction.ts';

/** The outcome of one item of a batch that must not be done, such as a revocation of what is already revoked; the others go on. */
export class ItemRefusal {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

export interface GroupCommit<Item, Result = void> {
  /**
   * Settles after the COMMIT that made this item's data durable, or rejects when it was not done: with the item's own error, with
   * DatabaseBusyError when the queue is full, with DatabaseUnavailableError when the database is not there or this is closed
   * (see its `outcomeUnknown`).
   */
  submit(item: Item): Promise<Result>;
  /** How many wait or are under way. */
  readonly queueLength: number;
  /** Waits for everything submitted so far; later submissions reject. */
  close(): Promise<void>;
}

export interface GroupCommitOptions<Item, Result> {
  readonly database: Database;
  /** In messages, such as `issuances`. */
  readonly name: string;
  /**
   * Writes the items, in the order in which they were submitted, and returns one outcome for each, in order: its result, or an
   * ItemRefusal when nothing was written for it. Throws to fail the batch. May be called again for the same items, so it has no
   * effect outside the transaction.
   */
  flush(transaction: Transaction, items: readonly Item[]): Promise<readonly (Result | ItemRefusal)[]>;
  /** Items waiting at most; 10,000 unless said otherwise. */
  readonly queueLengthMax?: number;
  /** Items in one transaction at most; 256 unless said otherwise. */
  readonly batchLengthMax?: number;
  readonly transactionOptions?: TransactionOptions;
}

interface QueuedItem<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** One batch is under way at a time, so `flush` may rely on being alone in this process (not across processes). */
export function createGroupCommit<Item, Result = void>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const { database, name } = options;
  const queueLengthMax = options.queueLengthMax ?? 10_000;
  const batchLengthMax = options.batchLengthMax ?? 256;
  const waiting: QueuedItem<Item, Result>[] = [];
  let underWay = 0;
  let running: Promise<void> | null = null;
  let isClosed = false;

  const commit = (batch: readonly QueuedItem<Item, Result>[]) =>
    database.transaction(async (transaction) => {
      const outcomes = await options.flush(
        transaction,
        batch.map(({ item }) => item),
      );
      if (outcomes.length !== batch.length)
        throw new RangeError(`${name}: ${batch.length} items gave ${outcomes.length} outcomes`);
      return outcomes;
    }, options.transactionOptions);

  // One bad item must not fail the others: a failed batch is halved until the bad one stands alone.
  const settle = async (batch: readonly QueuedItem<Item, Result>[]): Promise<void> => {
    try {
      const outcomes = await commit(batch);
      for (const [index, outcome] of outcomes.entries())
        if (outcome instanceof ItemRefusal) batch[index]?.reject(outcome.error);
        else batch[index]?.resolve(outcome);
    } catch (error) {
      // Without a database every half fails alike; and after a COMMIT of unknown outcome a second attempt could do things twice.
      if (batch.length === 1 || isDatabaseUnavailable(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await settle(batch.slice(0, middle));
      await settle(batch.slice(middle));
    }
  };

  const run = async () => {
    while (waiting.length > 0) {
      // Whoever asks in this turn, or was just answered and asks for the next thing, comes along instead of waiting for a whole round.
      await nextTurn();
      const batch = waiting.splice(0, batchLengthMax);
      underWay = batch.length;
      await settle(batch);
      underWay = 0;
    }
    running = null;
  };

  return {
    get queueLength() {
      return waiting.length + underWay;
    },
    submit: (item) =>
      new Promise<Result>((resolve, reject) => {
        if (isClosed) {
          reject(new DatabaseUnavailableError(`${name}: this program is stopping and takes no more work`));
        } else if (waiting.length >= queueLengthMax) {
          reject(new DatabaseBusyError(`${name}: ${queueLengthMax} are waiting already; try again later`));
        } else {
          waiting.push({ item, resolve, reject });
          running ??= run();
        }
      }),
    close: async () => {
      isClosed = true;
      while (running !== null) await running;
    },
  };
}
