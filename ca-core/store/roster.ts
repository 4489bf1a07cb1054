// Users and groups as those who administer them see them; with what was changed here and the other side does not know of.
import type { GroupRecord, Roster, RosterChange, Store, UserRecord } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { growRevision, readRevision } from './revisions.ts';
import { changeHosts } from './security-domain.ts';

type Origin = 'native' | 'imported';

interface UserRow {
  readonly user_id: string;
  readonly full_name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly type: string | null;
  readonly state: string | null;
  readonly certificates_der: readonly Buffer[];
  readonly certificate_claims: readonly string[];
  readonly origin: Origin;
}

interface GroupRow {
  readonly name: string;
  readonly description: string | null;
  readonly member_user_ids: readonly string[];
  readonly origin: Origin;
}

export interface Stored<Content> {
  readonly content: Content;
  readonly origin: Origin;
}

const userColumns = 'user_id, full_name, email, phone, type, state, certificates_der, certificate_claims';
const inOrder = 'order by position nulls last, added';
const listUsers = statement('roster.users', `select ${userColumns}, origin from users where not removed ${inOrder}`);
const listGroups = statement(
  'roster.groups',
  `select name, description, member_user_ids, origin from groups where not removed ${inOrder}`,
);
const findHash = statement(
  'roster.password-hash',
  'select password_hash from users where lower(user_id) = lower($1) and not removed',
);
// Made again after it was removed here, an entry stands at the end of the list, as a new one does.
const writeUserRow = statement(
  'roster.write-user',
  `insert into users (${userColumns}, origin, changed_natively)
   values ($1, $2, $3, $4, $5, $6, $7::bytea[], $8::text[], $9, $9 = 'native')
   on conflict (user_id) do update set full_name = excluded.full_name, email = excluded.email, phone = excluded.phone,
     type = excluded.type, state = excluded.state, certificates_der = excluded.certificates_der,
     certificate_claims = excluded.certificate_claims, origin = excluded.origin,
     changed_natively = excluded.changed_natively, removed = false,
     password_hash = case when users.removed then null else users.password_hash end,
     position = case when users.removed then null else users.position end,
     added = case when users.removed then excluded.added else users.added end`,
);
const writeGroupRow = statement(
  'roster.write-group',
  `insert into groups (name, description, member_user_ids, origin, changed_natively)
   values ($1, $2, $3::text[], $4, $4 = 'native')
   on conflict (name) do update set description = excluded.description, member_user_ids = excluded.member_user_ids,
     origin = excluded.origin, changed_natively = excluded.changed_natively, removed = false,
     position = case when groups.removed then null else groups.position end,
     added = case when groups.removed then excluded.added else groups.added end`,
);
/** Whoever else changes something waits, and then sees another revision. */
const lockRevision = statement(
  'roster.lock-revision',
  `select revision from revisions where subject = 'access' for update`,
);
const setHash = statement(
  'roster.set-password-hash',
  'update users set password_hash = $2 where lower(user_id) = lower($1) and not removed',
);
// Nothing of somebody who is gone is kept but the name.
const dropUser = statement(
  'roster.drop-user',
  `update users set full_name = '', email = null, phone = null, type = null, state = null, certificates_der = '{}',
     certificate_claims = '{}', password_hash = null, origin = 'native', changed_natively = true, removed = true
   where user_id = $1`,
);
const dropGroup = statement(
  'roster.drop-group',
  `update groups set description = null, member_user_ids = '{}', origin = 'native', changed_natively = true, removed = true
   where name = $1`,
);

export function createRosterReader(database: Database): Pick<Store['roster'], 'read' | 'findPasswordHash'> {
  return {
    read: () => database.transaction(readRoster, { isolation: 'repeatable-read', readOnly: true }),
    findPasswordHash: async (userId) =>
      (await database.findRow<{ password_hash: string | null }>(findHash, [userId]))?.password_hash ?? null,
  };
}

export async function readRoster(transaction: Transaction): Promise<Roster> {
  const revision = await readRevision(transaction, 'access');
  const users = await transaction.query<UserRow>(listUsers);
  const groups = await transaction.query<GroupRow>(listGroups);
  return { revision, users: users.map(userFromRow), groups: groups.map(groupFromRow) };
}

/** All of it if the revision is still the one seen. False when not; then nothing was written. */
export async function changeRoster(
  transaction: Transaction,
  seenRevision: bigint,
  { users, groups, passwordHashes, hosts = new Map() }: RosterChange,
): Promise<boolean> {
  const locked = await transaction.findRow<{ revision: bigint }>(lockRevision, []);
  if (locked?.revision !== seenRevision) return false;
  await growRevision(transaction, 'access');
  for (const [userId, user] of users)
    if (user === null) await transaction.execute(dropUser, [userId]);
    else await insertUser(transaction, user, 'native');
  for (const [name, group] of groups)
    if (group === null) await transaction.execute(dropGroup, [name]);
    else await insertGroup(transaction, group, 'native');
  for (const [userId, hash] of passwordHashes) await transaction.execute(setHash, [userId, hash]);
  await changeHosts(transaction, hosts);
  return true;
}

export async function writeUser(transaction: Transaction, user: UserRecord, origin: Origin): Promise<void> {
  await growRevision(transaction, 'access');
  await insertUser(transaction, user, origin);
}

export async function writeGroup(transaction: Transaction, group: GroupRecord, origin: Origin): Promise<void> {
  await growRevision(transaction, 'access');
  await insertGroup(transaction, group, origin);
}

/** With those that were removed here: what the source says of them must not bring them back. */
export async function readStoredUsers(transaction: Transaction): Promise<Map<string, Stored<UserRecord>>> {
  const rows = await transaction.query<UserRow>(`select ${userColumns}, origin from users`);
  return new Map(rows.map((row) => [row.user_id, { content: userFromRow(row), origin: row.origin }]));
}

/** As for users. */
export async function readStoredGroups(transaction: Transaction): Promise<Map<string, Stored<GroupRecord>>> {
  const rows = await transaction.query<GroupRow>('select name, description, member_user_ids, origin from groups');
  return new Map(rows.map((row) => [row.name, { content: groupFromRow(row), origin: row.origin }]));
}

const tablesOf = {
  user: ['users', 'user_id'],
  group: ['groups', 'name'],
  'domain-host': ['security_domain_hosts', 'name'],
} as const;

/** Puts entries in this order; those that are not named come behind. Writes nothing where they stand so already. */
export async function orderRoster(
  transaction: Transaction,
  of: 'user' | 'group' | 'domain-host',
  names: readonly string[],
): Promise<void> {
  const [table, key] = tablesOf[of];
  const moved = await transaction.execute(
    `update ${table} t set position = given.position
     from unnest($1::text[]) with ordinality as given (name, position)
     where t.${key} = given.name and t.position is distinct from given.position`,
    [names],
  );
  if (moved > 0) await growRevision(transaction, 'access');
}

async function insertUser(transaction: Transaction, user: UserRecord, origin: Origin): Promise<void> {
  const { userId, fullName, email, phone, type, state, certificatesDer, certificateClaims } = user;
  const values = [userId, fullName, email, phone, type, state, certificatesDer, certificateClaims, origin];
  await transaction.execute(writeUserRow, values);
}

async function insertGroup(transaction: Transaction, group: GroupRecord, origin: Origin): Promise<void> {
  await transaction.execute(writeGroupRow, [group.name, group.description, group.memberUserIds, origin]);
}

function userFromRow(row: UserRow): UserRecord {
  return {
    userId: row.user_id,
    fullName: row.full_name,
    email: row.email,
    phone: row.phone,
    type: row.type,
    state: row.state,
    certificatesDer: row.certificates_der,
    certificateClaims: row.certificate_claims,
  };
}

function groupFromRow({ name, description, member_user_ids }: GroupRow): GroupRecord {
  return { name, description, memberUserIds: member_user_ids };
}
