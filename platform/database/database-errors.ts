// What can go wrong between us and PostgreSQL, in two kinds: the database is not there, or it refused what was asked.
import type pg from 'pg';
import { loadDriver } from './late-packages.ts';

/**
 * The database cannot be used now; asking again later may help. `message` says what to do.
 * `outcomeUnknown` is true when the connection was lost while a COMMIT or a lone statement was under way: the change may or may
 * not have happened.
 */
export class DatabaseUnavailableError extends Error {
  readonly outcomeUnknown: boolean;
  constructor(message: string, options: { cause?: unknown; outcomeUnknown?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'DatabaseUnavailableError';
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** More was asked than the bounded queue or the pool takes; nothing was done. */
export class DatabaseBusyError extends DatabaseUnavailableError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DatabaseBusyError';
  }
}

/** PostgreSQL refused a statement: a constraint, a value it cannot read, a missing table, a conflict. Nothing was changed by it. */
export class DatabaseQueryError extends Error {
  /** Five characters, as in PostgreSQL's appendix A: `23505` is a unique violation. */
  readonly sqlState: string;
  readonly constraint: string | null;
  readonly table: string | null;
  readonly statementName: string | null;
  constructor(cause: pg.DatabaseError, statementName: string | null) {
    const where = statementName === null ? 'a statement' : `statement "${statementName}"`;
    super(`PostgreSQL refused ${where}: ${cause.message} (SQLSTATE ${cause.code ?? 'unknown'})`, { cause });
    this.name = 'DatabaseQueryError';
    this.sqlState = cause.code ?? 'XX000';
    this.constraint = cause.constraint ?? null;
    this.table = cause.table ?? null;
    this.statementName = statementName;
  }
}

/** Whether `error` (or a cause of it) is a unique violation, of `constraint` when given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const refusal = findQueryError(error);
  return refusal?.sqlState === '23505' && (constraint === undefined || refusal.constraint === constraint);
}

/** Whether `error` (or a cause of it) is a conflict with another transaction that a fresh attempt may win. */
export function isTransactionConflict(error: unknown): boolean {
  const sqlState = findQueryError(error)?.sqlState;
  return sqlState === '40001' || sqlState === '40P01';
}

/** Whether `error` or a cause of it says that the database is not there. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return causes(error).some((cause) => cause instanceof DatabaseUnavailableError);
}

function findQueryError(error: unknown): DatabaseQueryError | undefined {
  return causes(error).find((cause) => cause instanceof DatabaseQueryError);
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let cause = error; cause instanceof Error && found.length < 20; cause = cause.cause) found.push(cause);
  return found;
}

/** Sentences for the refusals that a person can do something about; by SQLSTATE, then by its class. */
const advice: Readonly<Record<string, string>> = {
  '08': 'the connection was lost',
  '28': 'it refused the sign-in; check user, password and pg_hba.conf',
  '3D000': 'there is no such database; create it, or correct its name',
  '25006': 'it is read-only, as a standby is; use the address of the primary server',
  '53': 'it has run out of a resource',
  '53100': 'its disk is full; make room, and it goes on by itself',
  '53300': 'it has no connection left; raise max_connections or stop other users of it',
  '55P03': 'a lock was not granted in time',
  '57014': 'the statement took too long and was canceled',
  '57P': 'it is starting, stopping or was restarted; the next attempt reconnects',
  '58': 'it reports an error of its machine; look into its log',
};

/** Names of errors by which the operating system or Node says that the other side is not there. */
const systemAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start it, or correct the address',
  ENOENT: 'there is no socket in that folder; start the server, or correct the address',
  EACCES: 'this user may not open its socket',
  ENOTFOUND: 'its host name is unknown; correct the address',
  EAI_AGAIN: 'its host name could not be looked up; try again later',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
};

/** What the driver says, without any code, when a connection is gone. */
const driverAdvice: readonly (readonly [RegExp, string])[] = [
  [/Connection terminated|not queryable|Client was closed|Connection ended/i, 'the connection was lost'],
  [/Query read timeout/i, 'it did not answer in time'],
  [/connection timeout/i, 'it did not answer in time'],
  [/server does not support SSL|self.signed|certificate|TLS|SSL/i, 'the TLS connection to it could not be made'],
];

/** Turns what the driver throws into one of the errors above; anything else comes back as it is. */
export function toDatabaseError(
  error: unknown,
  context: { place: string; statementName: string | null; outcomeUnknown: boolean },
): unknown {
  if (error instanceof DatabaseUnavailableError || error instanceof DatabaseQueryError) return error;
  if (!(error instanceof Error)) return error;
  const say = (what: string, options: { outcomeUnknown: boolean }) =>
    new DatabaseUnavailableError(`${context.place} is not available: ${what} (${error.message})`, {
      cause: error,
      ...options,
    });
  if (error instanceof loadDriver().DatabaseError) {
    const code = error.code ?? '';
    const what = advice[code] ?? advice[code.slice(0, 3)] ?? advice[code.slice(0, 2)];
    // The server itself answered "no": only an end of the session while it worked leaves the outcome open.
    const ended = code.startsWith('57P') || code.startsWith('08');
    if (what !== undefined) return say(what, { outcomeUnknown: ended && context.outcomeUnknown });
    return new DatabaseQueryError(error, context.statementName);
  }
  if (/timeout exceeded when trying to connect/.test(error.message))
    return new DatabaseBusyError(`${context.place} is not available: all connections of this program are in use`, {
      cause: error,
    });
  if (/after calling end on the pool/.test(error.message))
    return new DatabaseUnavailableError(`${context.place} is not available: this program is stopping`, {
      cause: error,
    });
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const what = systemAdvice[code] ?? driverAdvice.find(([pattern]) => pattern.test(error.message))?.[1];
  return what === undefined ? error : say(what, { outcomeUnknown: context.outcomeUnknown });
}
