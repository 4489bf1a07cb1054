// Brings a database to the shape that this program needs: numbered steps, forward only, each exactly once.
import { createHash } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Database } from './database.ts';
import { DatabaseQueryError } from './database-errors.ts';
import type { Transaction } from './transaction.ts';

export interface Migration {
  /** `NNNN-what-it-adds`; the numbers of a part run from 0001 without a gap. */
  readonly name: string;
  /** One or several statements, run in one transaction. Never change one that was released: add another. */
  readonly sql: string;
}

/** What one part of the program contributes; parts are migrated in the order given. */
export interface MigrationPart {
  /** Kebab case, such as `ca-core-store`. Never changes. */
  readonly part: string;
  readonly migrations: readonly Migration[];
}

/** The database does not fit this program, and running on would harm it. `message` says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

export interface MigrationReport {
  /** As `part/NNNN-name`, in the order in which they were run. */
  readonly applied: readonly string[];
}

interface AppliedMigration {
  readonly part: string;
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

interface Step {
  readonly part: string;
  readonly number: number;
  readonly migration: Migration;
}

const lockName = 'retag migrations';

/**
 * Runs what is missing, each step in a transaction of its own, so that a killed run resumes at the step it was in. Several
 * processes may start at once: a lock lets one migrate while the others wait. Throws MigrationError when the database is newer
 * than this program, was migrated differently, or refuses a step; DatabaseUnavailableError.
 */
export async function migrate(database: Database, parts: readonly MigrationPart[], log: Log): Promise<MigrationReport> {
  const steps = stepsOf(parts);
  const applied: string[] = [];
  for (;;) {
    const next = await database.transaction((transaction) => applyNext(transaction, steps), { statementTimeoutMs: 0 });
    if (next === null) return { applied };
    const name = nameOf(next);
    log.info('database migrated', { migration: name });
    applied.push(name);
  }
}

/** What `migrate` would run, without running it; for checks. Throws like `migrate` for a database that does not fit. */
export async function readPendingMigrations(
  database: Database,
  parts: readonly MigrationPart[],
): Promise<readonly string[]> {
  const steps = stepsOf(parts);
  return database.transaction(
    async (transaction) => {
      const exists = await transaction.findRow(`select 1 from pg_class where oid = to_regclass('retag_migration')`);
      const applied = exists === null ? [] : await readApplied(transaction);
      return pendingSteps(steps, applied).map(nameOf);
    },
    { readOnly: true },
  );
}

async function applyNext(transaction: Transaction, steps: readonly Step[]): Promise<Step | null> {
  await transaction.lock(lockName);
  await createTable(transaction);
  const next = pendingSteps(steps, await readApplied(transaction))[0];
  if (next === undefined) return null;
  const before = await readTransactionId(transaction);
  try {
    await transaction.execute(next.migration.sql);
  } catch (error) {
    if (!(error instanceof DatabaseQueryError)) throw error;
    throw new MigrationError(`migration ${nameOf(next)} failed and was undone: ${error.message}`, { cause: error });
  }
  if ((await readTransactionId(transaction)) !== before)
    throw new MigrationError(`migration ${nameOf(next)} ends its transaction itself: remove its commit or rollback`);
  await transaction.execute('insert into retag_migration (part, number, name, sha256) values ($1, $2, $3, $4)', [
    next.part,
    next.number,
    next.migration.name,
    hashOf(next.migration),
  ]);
  return next;
}

async function createTable(transaction: Transaction): Promise<void> {
  try {
    await transaction.execute(
      `create table if not exists retag_migration (
         part text not null,
         number integer not null,
         name text not null,
         sha256 text not null,
         applied_at timestamptz not null default now(),
         primary key (part, number)
       )`,
    );
  } catch (error) {
    if (!(error instanceof DatabaseQueryError) || error.sqlState !== '42501') throw error;
    throw new MigrationError(
      'this user may not create tables in the database: make it the owner of the database, or grant it CREATE on schema public',
      { cause: error },
    );
  }
}

function readApplied(transaction: Transaction): Promise<readonly AppliedMigration[]> {
  return transaction.query<AppliedMigration>(
    'select part, number, name, sha256 from retag_migration order by part, number',
  );
}

async function readTransactionId(transaction: Transaction): Promise<string> {
  const row = await transaction.findRow<{ id: string }>('select pg_current_xact_id()::text as id');
  return row?.id ?? '';
}

/** The steps not yet applied, in order. Throws MigrationError when what was applied is not a beginning of what is known. */
function pendingSteps(steps: readonly Step[], applied: readonly AppliedMigration[]): Step[] {
  const known = new Map(steps.map((step) => [`${step.part}/${step.number}`, step]));
  for (const done of applied) {
    const step = known.get(`${done.part}/${done.number}`);
    if (step === undefined)
      throw new MigrationError(
        `the database is newer than this program: it has migration ${done.part}/${done.name}, which is unknown here; start the newer version of retag again, or restore a backup made before the upgrade`,
      );
    if (step.migration.name !== done.name)
      throw new MigrationError(
        `the database has migration ${done.part}/${done.name} where this program has ${nameOf(step)}: they come from different versions of retag; use the one that made the database`,
      );
    if (hashOf(step.migration) !== done.sha256)
      throw new MigrationError(
        `migration ${nameOf(step)} was changed after it was applied: put its text back and add a new migration instead`,
      );
  }
  const isApplied = new Set(applied.map((done) => `${done.part}/${done.number}`));
  const pending = steps.filter((step) => !isApplied.has(`${step.part}/${step.number}`));
  for (const step of pending)
    if (applied.some((done) => done.part === step.part && done.number > step.number))
      throw new MigrationError(
        `the database lacks migration ${nameOf(step)} but has later ones of ${step.part}: its table retag_migration was altered; restore it from a backup`,
      );
  return pending;
}

/** Checks the lists themselves; a mistake in them is one of the program, found by its tests. */
function stepsOf(parts: readonly MigrationPart[]): Step[] {
  const names = parts.map(({ part }) => part);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`part ${twice} contributes migrations twice`);
  return parts.flatMap(({ part, migrations }) =>
    migrations.map((migration, index) => {
      const number = index + 1;
      const prefix = String(number).padStart(4, '0');
      if (!new RegExp(`^${prefix}(-[a-z0-9]+)+$`).test(migration.name))
        throw new TypeError(`migration ${part}/${migration.name} must be named ${prefix}-what-it-adds`);
      return { part, number, migration };
    }),
  );
}

const nameOf = (step: Step): string => `${step.part}/${step.migration.name}`;

/** Line ends do not count, since a checkout may change them. */
function hashOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}
