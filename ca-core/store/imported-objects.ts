// The things of which an installation has few: read as a whole under lock, then written one by one.
import type { ImportWriter } from '#ca-core/engine';
import type { Transaction } from '#platform';
import { readDirectory, writeAccessRule } from './access-directory.ts';
import { readAcme, writeAcme } from './acme.ts';
import { adoptFormerAuthority, lockAuthorities, readStoredAuthorities, writeStoredAuthority } from './authorities.ts';
import { findCrl, readHighestNumber, writeCrl } from './crls.ts';
import { findInNativeRanges } from './number-ranges.ts';
import { deleteProfile, orderProfiles, type ProfileContent, profilesLock, writeProfile } from './profiles.ts';
import { growRevision } from './revisions.ts';
import { orderRoster, readStoredGroups, readStoredUsers, writeGroup, writeUser } from './roster.ts';
import { readStoredHosts, writeImportedHost } from './security-domain.ts';

type ImportedObjects = Pick<
  ImportWriter,
  | 'profiles'
  | 'orderProfiles'
  | 'users'
  | 'groups'
  | 'orderRoster'
  | 'accessRules'
  | 'domainHosts'
  | 'authorities'
  | 'crls'
  | 'acme'
  | 'findInNativeRanges'
>;

export function createImportedObjects(transaction: Transaction): ImportedObjects {
  return {
    profiles: {
      read: async () => {
        await transaction.lock(profilesLock);
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
        await transaction.lock(accessLock);
        return readStoredUsers(transaction);
      },
      write: (user) => writeUser(transaction, user, 'imported'),
      remove: (name) => removeAccess(transaction, 'users', 'user_id', name),
    },
    groups: {
      read: async () => {
        await transaction.lock(accessLock);
        return readStoredGroups(transaction);
      },
      write: (group) => writeGroup(transaction, group, 'imported'),
      remove: (name) => removeAccess(transaction, 'groups', 'name', name),
    },
    orderRoster: (of, names) => orderRoster(transaction, of, names),
    accessRules: {
      read: async () => {
        const [{ rules }, origins] = await readRules(transaction);
        return new Map(rules.map((rule) => [rule.resource, { content: rule, origin: origins(rule.resource) }]));
      },
      write: (rule) => writeAccessRule(transaction, rule, 'imported'),
      remove: (name) => removeAccess(transaction, 'access_rules', 'resource', name),
    },
    domainHosts: {
      read: async () => {
        await transaction.lock(accessLock);
        return readStoredHosts(transaction);
      },
      write: (host) => writeImportedHost(transaction, host),
      remove: (name) => removeAccess(transaction, 'security_domain_hosts', 'name', name),
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
    acme: {
      isEnabled: () => readAcme(transaction),
      write: (enabled) => writeAcme(transaction, enabled),
    },
    findInNativeRanges: (serials) => findInNativeRanges(transaction, serials),
  };
}

const accessLock = 'retag access';

async function readRules(transaction: Transaction) {
  await transaction.lock(accessLock);
  const rows = await transaction.query<{ name: string; origin: 'native' | 'imported' }>(
    'select resource as name, origin from access_rules',
  );
  const origins = new Map(rows.map(({ name, origin }) => [name, origin]));
  return [await readDirectory(transaction), (name: string) => origins.get(name) ?? 'imported'] as const;
}

async function removeAccess(
  transaction: Transaction,
  table: 'users' | 'groups' | 'access_rules' | 'security_domain_hosts',
  key: string,
  name: string,
) {
  await growRevision(transaction, 'access');
  await transaction.execute(`delete from ${table} where ${key} = $1`, [name]);
}
