// The things of which an installation has few: read as a whole under lock, then written one by one.
import type { ImportWriter } from '#ca-core/engine';
import type { Transaction } from '#platform';
import { readDirectory, writeAccessRule, writeGroup, writeUser } from './access-directory.ts';
import { adoptFormerAuthority, lockAuthorities, readStoredAuthorities, writeStoredAuthority } from './authorities.ts';
import { findCrl, readHighestNumber, writeCrl } from './crls.ts';
import { findInNativeRanges } from './number-ranges.ts';
import { deleteProfile, orderProfiles, type ProfileContent, writeProfile } from './profiles.ts';
import { growRevision } from './revisions.ts';

type ImportedObjects = Pick<
  ImportWriter,
  'profiles' | 'orderProfiles' | 'users' | 'groups' | 'accessRules' | 'authorities' | 'crls' | 'findInNativeRanges'
>;

export function createImportedObjects(transaction: Transaction): ImportedObjects {
  return {
    profiles: {
      read: async () => {
        await transaction.lock('retag profiles');
        const rows = await transaction.query<{
          id: string;
          class_id: string;
          configuration_text: string;
          origin: 'native' | 'imported';
        }>('select id, class_id, configuration_text, origin from profiles');
        return new Map(
          rows.map(({ id, class_id, configuration_text, origin }) => [
            id,
            {
              content: { id: id as ProfileContent['id'], classId: class_id, configurationText: configuration_text },
              origin,
            },
          ]),
        );
      },
      write: (content) => writeProfile(transaction, content, 'imported'),
      remove: async (name) => {
        await deleteProfile(transaction, name as ProfileContent['id']);
      },
    },
    orderProfiles: (names) => orderProfiles(transaction, names),
    users: {
      read: async () => {
        const [{ users }, origins] = await readAccess(transaction, 'users', 'user_id');
        return new Map(
          users.map(({ groups, ...user }) => [user.userId, { content: user, origin: origins(user.userId) }]),
        );
      },
      write: (user) => writeUser(transaction, user, 'imported'),
      remove: (name) => removeAccess(transaction, 'users', 'user_id', name),
    },
    groups: {
      read: async () => {
        await transaction.lock(accessLock);
        const rows = await transaction.query<{
          name: string;
          member_user_ids: string[];
          origin: 'native' | 'imported';
        }>('select name, member_user_ids, origin from groups');
        return new Map(
          rows.map(({ name, member_user_ids, origin }) => [
            name,
            { content: { name, memberUserIds: member_user_ids }, origin },
          ]),
        );
      },
      write: (group) => writeGroup(transaction, group, 'imported'),
      remove: (name) => removeAccess(transaction, 'groups', 'name', name),
    },
    accessRules: {
      read: async () => {
        const [{ rules }, origins] = await readAccess(transaction, 'access_rules', 'resource');
        return new Map(rules.map((rule) => [rule.resource, { content: rule, origin: origins(rule.resource) }]));
      },
      write: (rule) => writeAccessRule(transaction, rule, 'imported'),
      remove: (name) => removeAccess(transaction, 'access_rules', 'resource', name),
    },
    authorities: {
      read: async () => {
        await lockAuthorities(transaction);
        return readStoredAuthorities(transaction);
      },
      write: (authority) => writeStoredAuthority(transaction, authority),
      adopt: (formerId, id) => adoptFormerAuthority(transaction, formerId, id),
    },
    crls: {
      highestNumber: (issuingPoint) => readHighestNumber(transaction, issuingPoint),
      find: (issuingPoint, kind, crlNumber) => findCrl(transaction, issuingPoint, kind, crlNumber),
      write: (crl) => writeCrl(transaction, crl),
    },
    findInNativeRanges: (serials) => findInNativeRanges(transaction, serials),
  };
}

const accessLock = 'retag access';

async function readAccess(transaction: Transaction, table: 'users' | 'access_rules', key: string) {
  await transaction.lock(accessLock);
  const rows = await transaction.query<{ name: string; origin: 'native' | 'imported' }>(
    `select ${key} as name, origin from ${table}`,
  );
  const origins = new Map(rows.map(({ name, origin }) => [name, origin]));
  return [await readDirectory(transaction), (name: string) => origins.get(name) ?? 'imported'] as const;
}

async function removeAccess(
  transaction: Transaction,
  table: 'users' | 'groups' | 'access_rules',
  key: string,
  name: string,
) {
  await growRevision(transaction, 'access');
  await transaction.execute(`delete from ${table} where ${key} = $1`, [name]);
}
