// The query builder on our own connections, so that its statements have the same errors, limits and reading of values.
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult } from 'kysely';
import { loadQueryBuilder } from './late-packages.ts';
import type { RunStatement } from './queries.ts';
import type { SqlValue } from './sql-values.ts';

const refuse = (what: string) => async (): Promise<never> => {
  throw new TypeError(
    `${what} through the query builder is not possible here; use database.transaction or database.stream`,
  );
};

/** Every statement goes through `run`; transactions are begun by `database.transaction` alone, which knows when to try again. */
export function kyselyThrough<Schema>(run: RunStatement): Kysely<Schema> {
  const builder = loadQueryBuilder();
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> => {
      const { rows, rowCount, command } = await run(compiled.sql, compiled.parameters as readonly SqlValue[]);
      const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
      return { rows: rows as Row[], ...(changes ? { numAffectedRows: BigInt(rowCount) } : {}) };
    },
    streamQuery: () => {
      throw new TypeError('a stream through the query builder is not possible here; use database.stream');
    },
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse('a transaction'),
    commitTransaction: refuse('a transaction'),
    rollbackTransaction: refuse('a transaction'),
    destroy: async () => {},
  };
  const dialect: Dialect = {
    createAdapter: () => new builder.PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new builder.PostgresIntrospector(database),
    createQueryCompiler: () => new builder.PostgresQueryCompiler(),
  };
  return new builder.Kysely<Schema>({ dialect });
}
