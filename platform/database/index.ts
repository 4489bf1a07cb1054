// Access to PostgreSQL for every part that keeps something: statements, transactions, group commit, migrations.
export { textArray } from './binary-arrays.ts';
export { createDatabase, type Database, type DatabaseOptions } from './database.ts';
export { DatabaseAddress, DatabaseAddressError } from './database-address.ts';
export {
  DatabaseBusyError,
  DatabaseQueryError,
  DatabaseUnavailableError,
  isDatabaseUnavailable,
  isTransactionConflict,
  isUniqueViolation,
} from './database-errors.ts';
export { createGroupCommit, type GroupCommit, type GroupCommitOptions, ItemRefusal } from './group-commit.ts';
export {
  type Migration,
  MigrationError,
  type MigrationPart,
  type MigrationReport,
  migrate,
  readPendingMigrations,
} from './migrations.ts';
export type { Queryable } from './queries.ts';
export {
  dateFromMicros,
  microsFromDate,
  parseTimestampMicros,
  type SqlValue,
  type TimestampForm,
  timestampText,
} from './sql-values.ts';
export { type Statement, statement } from './statement.ts';
export type { Transaction, TransactionOptions } from './transaction.ts';
