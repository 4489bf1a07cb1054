// Users and groups that were made, changed or removed here and that the other side's directory does not have so yet.
import type { GroupRecord, UserRecord } from '#ca-core/engine';
import { type Database, statement } from '#platform';
import { listNativeHosts, markNativeHost, type NativeHost } from './security-domain.ts';

export interface NativeUser {
  readonly userId: string;
  /** Null for one who was removed. */
  readonly user: UserRecord | null;
  /** Of a password that was set here; a secret, for the other side's directory alone. */
  readonly passwordHash: string | null;
  /** Of its row, as it was read. */
  readonly version: string;
}

export interface NativeGroup {
  readonly name: string;
  /** Null for one that was removed. */
  readonly group: GroupRecord | null;
  readonly version: string;
}

export interface NativeRoster {
  listUsers(): Promise<readonly NativeUser[]>;
  listGroups(): Promise<readonly NativeGroup[]>;
  /** Says that the other side has these as they were read; those that changed meanwhile stay on the lists. */
  markUserHandedBack(user: NativeUser): Promise<void>;
  markGroupHandedBack(group: NativeGroup): Promise<void>;
  /** Of the security domain. */
  listHosts(): Promise<readonly NativeHost[]>;
  markHostHandedBack(host: NativeHost): Promise<void>;
}

interface UserRow {
  readonly user_id: string;
  readonly full_name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly type: string | null;
  readonly state: string | null;
  readonly certificates_der: readonly Buffer[];
  readonly certificate_claims: readonly string[];
  readonly password_hash: string | null;
  readonly removed: boolean;
  readonly version: string;
}

interface GroupRow {
  readonly name: string;
  readonly description: string | null;
  readonly member_user_ids: readonly string[];
  readonly removed: boolean;
  readonly version: string;
}

const listUsers = statement(
  'native-roster.users',
  `select user_id, full_name, email, phone, type, state, certificates_der, certificate_claims, password_hash, removed,
     xmin::text as version
   from users where changed_natively order by added`,
);
const listGroups = statement(
  'native-roster.groups',
  `select name, description, member_user_ids, removed, xmin::text as version
   from groups where changed_natively order by added`,
);
// What the other side has, too, is followed from there again, and passwords are checked there. Every change of a row gives it another xmin.
const markUser = statement(
  'native-roster.mark-user',
  `update users set changed_natively = false, origin = 'imported', password_hash = null
   where user_id = $1 and xmin::text = $2`,
);
const markGroup = statement(
  'native-roster.mark-group',
  `update groups set changed_natively = false, origin = 'imported' where name = $1 and xmin::text = $2`,
);
const forgetUsers = statement('native-roster.forget-users', 'delete from users where removed and not changed_natively');
const forgetGroups = statement(
  'native-roster.forget-groups',
  'delete from groups where removed and not changed_natively',
);

export function createNativeRoster(database: Database): NativeRoster {
  return {
    listUsers: async () => (await database.query<UserRow>(listUsers)).map(userFromRow),
    listGroups: async () => (await database.query<GroupRow>(listGroups)).map(groupFromRow),
    markUserHandedBack: ({ userId, version }) =>
      database.transaction(async (transaction) => {
        await transaction.execute(markUser, [userId, version]);
        await transaction.execute(forgetUsers, []);
      }),
    markGroupHandedBack: ({ name, version }) =>
      database.transaction(async (transaction) => {
        await transaction.execute(markGroup, [name, version]);
        await transaction.execute(forgetGroups, []);
      }),
    listHosts: () => listNativeHosts(database),
    markHostHandedBack: (host) => markNativeHost(database, host),
  };
}

function userFromRow(row: UserRow): NativeUser {
  const { user_id: userId, email, phone, type, state, version } = row;
  const user = {
    userId,
    fullName: row.full_name,
    email,
    phone,
    type,
    state,
    certificatesDer: row.certificates_der,
    certificateClaims: row.certificate_claims,
  };
  return { userId, user: row.removed ? null : user, passwordHash: row.password_hash, version };
}

function groupFromRow({ name, description, member_user_ids, removed, version }: GroupRow): NativeGroup {
  return { name, group: removed ? null : { name, description, memberUserIds: member_user_ids }, version };
}
