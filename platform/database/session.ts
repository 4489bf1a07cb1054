// One connection taken from the pool: runs statements and turns what the driver throws into our errors.
import { nextTick } from 'node:process';
import type { PoolClient } from 'pg';
import { toDatabaseError } from './database-errors.ts';
import { encodeSqlValue, type SqlValue, typeParsers } from './sql-values.ts';
import type { Statement } from './statement.ts';

const parsersByForm = { date: typeParsers('date'), microseconds: typeParsers('microseconds') };

export interface SqlResult {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: readonly Record<string, unknown>[];
}

export interface Session {
  /**
   * `outcomeUnknown` says what losing the connection during this statement means. `waitMs` bounds the wait for an answer; 0 waits
   * as long as the connection lives.
   */
  run(
    statement: Statement | string,
    values: readonly SqlValue[],
    options: { outcomeUnknown: boolean; waitMs: number },
  ): Promise<SqlResult>;
  /** Gives the connection back, or closes it when it is no longer fit for use. */
  release(options: { discard: boolean }): void;
}

/** Wraps a connection; `place` names the database in messages. */
export function createSession(client: PoolClient, place: string): Session {
  let broken = false;
  // The pool listens only while a connection lies idle; without a listener a lost connection would end the process.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  let isGathering = false;
  // Statements that start in the same turn leave in one write, which costs this process more than all else that it does for a statement.
  const gatherWrites = () => {
    if (isGathering) return;
    isGathering = true;
    const { stream } = client.connection;
    stream.cork();
    nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
  return {
    run: async (statement, values, { outcomeUnknown, waitMs }) => {
      const isNamed = typeof statement !== 'string';
      const query = {
        text: isNamed ? statement.text : statement,
        ...(isNamed ? { name: statement.name } : {}),
        types: parsersByForm[isNamed ? statement.timestamps : 'date'],
        // Without values the driver uses the simple protocol, which alone takes scripts of several statements.
        ...(values.length > 0 || isNamed ? { values: values.map(encodeSqlValue) } : {}),
        ...(waitMs > 0 ? { query_timeout: waitMs } : {}),
      };
      gatherWrites();
      try {
        const result = await client.query(query);
        return { command: result.command, rowCount: result.rowCount ?? 0, rows: result.rows ?? [] };
      } catch (error) {
        const known = toDatabaseError(error, { place, statementName: isNamed ? statement.name : null, outcomeUnknown });
        // After a timeout the late answer would be taken for that of the next statement.
        if (known instanceof Error && known.name === 'DatabaseUnavailableError') broken = true;
        throw known;
      }
    },
    release: ({ discard }) => {
      client.removeListener('error', onError);
      client.release(discard || broken);
    },
  };
}
