// The statements that a database and an open transaction both run, in the three shapes that callers want.
import type { Kysely } from 'kysely';
import type { SqlResult } from './session.ts';
import type { SqlValue } from './sql-values.ts';
import type { Statement } from './statement.ts';

/** What runs statements: the database itself (each statement its own transaction) or an open transaction. */
export interface Queryable {
  /** All rows. A text instead of a named statement is parsed each time. Throws DatabaseUnavailableError, DatabaseQueryError. */
  query<Row extends object>(statement: Statement | string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** The only row, or null. Throws RangeError for a second row, which is a mistake in the statement. */
  findRow<Row extends object>(statement: Statement | string, values?: readonly SqlValue[]): Promise<Row | null>;
  /** How many rows the statement changed. */
  execute(statement: Statement | string, values?: readonly SqlValue[]): Promise<number>;
  /** Query builder on the same connections, with the same reading of values (int8 and numeric are bigint). */
  kysely<Schema>(): Kysely<Schema>;
}

export type RunStatement = (statement: Statement | string, values: readonly SqlValue[]) => Promise<SqlResult>;

export function queriesThrough(run: RunStatement): Omit<Queryable, 'kysely'> {
  return {
    query: async <Row extends object>(statement: Statement | string, values: readonly SqlValue[] = []) =>
      (await run(statement, values)).rows as readonly Row[],
    findRow: async <Row extends object>(statement: Statement | string, values: readonly SqlValue[] = []) => {
      const { rows } = await run(statement, values);
      if (rows.length > 1) {
        const name = typeof statement === 'string' ? 'a statement' : `statement "${statement.name}"`;
        throw new RangeError(`${name} gave ${rows.length} rows where one at most was expected`);
      }
      return (rows[0] ?? null) as Row | null;
    },
    execute: async (statement, values = []) => (await run(statement, values)).rowCount,
  };
}
