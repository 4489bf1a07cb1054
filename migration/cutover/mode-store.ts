// Keeps who answers which operation, durably, and lets running appliances and whoever changes it wait for each other.
import type { Database, Transaction } from '#platform';

export type Mode = 'forward' | 'rehearse' | 'serve-checked' | 'serve';
export const modes: readonly Mode[] = ['forward', 'rehearse', 'serve-checked', 'serve'];

export interface ModeChange {
  readonly operation: string;
  /** Null: for every profile that has no mode of its own. */
  readonly profileId: string | null;
  readonly mode: Mode;
}

export interface StoredMode extends ModeChange {
  readonly changedAt: Date;
  readonly changedBy: string;
  readonly reason: string | null;
}

/** A change under way: new requests of these operations wait until it ends or expires. */
export interface ModeTransition {
  readonly id: string;
  readonly operations: readonly string[];
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

export interface Acknowledgement {
  readonly applianceId: string;
  /** The appliance acts on all changes up to this one. */
  readonly change: bigint;
  /** Id of the transition for which nothing is under way there any more; null for none. */
  readonly transition: string | null;
  readonly at: Date;
}

export interface ModeStore {
  /** Only what was ever set; everything else is in mode forward. */
  read(): Promise<readonly StoredMode[]>;
  /**
   * Sets modes in the caller's transaction and notes each change. A mode for the operation as a whole removes those of single profiles,
   * since "all" means all. Returns what it changed, with the mode before.
   */
  change(
    transaction: Transaction,
    changes: readonly ModeChange[],
    by: string,
    reason: string | null,
    at: Date,
  ): Promise<readonly (ModeChange & { readonly before: Mode })[]>;
  /** Number of the newest change; 0n when there was none. */
  newestChange(): Promise<bigint>;
  /** Fails (false) while another transition is under way and has not expired. */
  beginTransition(transition: ModeTransition): Promise<boolean>;
  /** The transition under way; null when there is none, or when it has expired at `now`. */
  findTransition(now: Date): Promise<ModeTransition | null>;
  /** In the caller's transaction, so that it ends together with the change. Fails (false) when it is no longer under way. */
  endTransition(transaction: Transaction, id: string): Promise<boolean>;
  acknowledge(acknowledgement: Acknowledgement): Promise<void>;
  /** Of appliances that were heard of since `since`. */
  acknowledgements(since: Date): Promise<readonly Acknowledgement[]>;
  forgetAppliance(applianceId: string): Promise<void>;
}

export function createModeStore(database: Database): ModeStore {
  return {
    read: () => readModes(database),
    change: changeModes,
    newestChange: async () => {
      const row = await database.findRow<{ newest: bigint }>(
        'select coalesce(max(id), 0)::int8 as newest from operation_mode_change',
      );
      return row?.newest ?? 0n;
    },
    beginTransition: async ({ id, operations, startedBy, startedAt, expiresAt }) => {
      const changed = await database.execute(
        `insert into mode_transition (id, operations, started_by, started_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (only_row) do update set id = excluded.id, operations = excluded.operations, started_by = excluded.started_by,
           started_at = excluded.started_at, expires_at = excluded.expires_at
         where mode_transition.expires_at <= excluded.started_at`,
        [id, [...operations], startedBy, startedAt, expiresAt],
      );
      return changed === 1;
    },
    findTransition: async (now) => {
      const row = await database.findRow<TransitionRow>(
        'select id, operations, started_by, started_at, expires_at from mode_transition where expires_at > $1',
        [now],
      );
      return (
        row && {
          id: row.id,
          operations: row.operations,
          startedBy: row.started_by,
          startedAt: row.started_at,
          expiresAt: row.expires_at,
        }
      );
    },
    endTransition: async (transaction, id) =>
      (await transaction.execute('delete from mode_transition where id = $1', [id])) === 1,
    acknowledge: async ({ applianceId, change, transition, at }) => {
      await database.execute(
        `insert into appliance_acknowledgement (appliance_id, change, transition, at) values ($1, $2, $3, $4)
         on conflict (appliance_id) do update set change = excluded.change, transition = excluded.transition, at = excluded.at`,
        [applianceId, change, transition, at],
      );
    },
    acknowledgements: async (since) => {
      const rows = await database.query<AcknowledgementRow>(
        'select appliance_id, change, transition, at from appliance_acknowledgement where at >= $1',
        [since],
      );
      return rows.map((row) => ({
        applianceId: row.appliance_id,
        change: row.change,
        transition: row.transition,
        at: row.at,
      }));
    },
    forgetAppliance: async (applianceId) => {
      await database.execute('delete from appliance_acknowledgement where appliance_id = $1', [applianceId]);
    },
  };
}

interface ModeRow {
  operation: string;
  profile_id: string;
  mode: Mode;
  changed_at: Date;
  changed_by: string;
  reason: string | null;
}

interface TransitionRow {
  id: string;
  operations: readonly string[];
  started_by: string;
  started_at: Date;
  expires_at: Date;
}

interface AcknowledgementRow {
  appliance_id: string;
  change: bigint;
  transition: string | null;
  at: Date;
}

async function readModes(database: Database): Promise<readonly StoredMode[]> {
  const rows = await database.query<ModeRow>(
    'select operation, profile_id, mode, changed_at, changed_by, reason from operation_mode order by operation, profile_id',
  );
  return rows.map((row) => ({
    operation: row.operation,
    profileId: row.profile_id === '' ? null : row.profile_id,
    mode: row.mode,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    reason: row.reason,
  }));
}

async function changeModes(
  transaction: Transaction,
  changes: readonly ModeChange[],
  by: string,
  reason: string | null,
  at: Date,
): Promise<readonly (ModeChange & { readonly before: Mode })[]> {
  await transaction.lock('retag operation modes');
  const made: (ModeChange & { readonly before: Mode })[] = [];
  for (const change of changes) {
    const before = await replaceMode(transaction, change, by, reason, at);
    if (before === null) continue;
    await transaction.execute(
      'insert into operation_mode_change (at, changed_by, reason, operation, profile_id, mode_before, mode_after) values ($1, $2, $3, $4, $5, $6, $7)',
      [at, by, reason, change.operation, change.profileId ?? '', before, change.mode],
    );
    made.push({ ...change, before });
  }
  return made;
}

/** The mode before, or null when nothing had to be changed. */
async function replaceMode(
  transaction: Transaction,
  change: ModeChange,
  by: string,
  reason: string | null,
  at: Date,
): Promise<Mode | null> {
  const profileId = change.profileId ?? '';
  const rows = await transaction.query<{ profile_id: string; mode: Mode }>(
    'select profile_id, mode from operation_mode where operation = $1',
    [change.operation],
  );
  const whole = rows.find((row) => row.profile_id === '')?.mode ?? 'forward';
  const before = rows.find((row) => row.profile_id === profileId)?.mode ?? whole;
  const overrules = profileId === '' && rows.some((row) => row.profile_id !== '' && row.mode !== change.mode);
  if (before === change.mode && !overrules) return null;
  if (profileId === '')
    await transaction.execute(`delete from operation_mode where operation = $1 and profile_id <> ''`, [
      change.operation,
    ]);
  await transaction.execute(
    `insert into operation_mode (operation, profile_id, mode, changed_at, changed_by, reason) values ($1, $2, $3, $4, $5, $6)
     on conflict (operation, profile_id) do update
       set mode = excluded.mode, changed_at = excluded.changed_at, changed_by = excluded.changed_by, reason = excluded.reason`,
    [change.operation, profileId, change.mode, at, by, reason],
  );
  return before;
}
