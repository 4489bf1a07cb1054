// What an order makes of users and groups, or why it is refused: pure, so that it can be rehearsed as well as done.
import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { foldDirectoryName as foldName } from '#codecs/dogtag-text';
import { CaError } from '../errors.ts';
import type { GroupRecord, Roster, RosterChange, RosterOrder, UserRecord } from '../model/index.ts';
import { assertDirectoryName, assertEmail, assertPhone, assertText, isStorable } from './roster-values.ts';

/** The group without whose members nobody could administer anything any more. */
export const administratorsGroup = 'Administrators';

type Change = Pick<RosterChange, 'users' | 'groups'>;

/** Throws CaError `unknown-roster-entry`, `unknown-roster-value`, `roster-conflict`, `last-administrator`, `malformed-roster-value`, `malformed-name`. */
export function judgeRosterOrder(order: RosterOrder, roster: Roster): Change {
  switch (order.action) {
    case 'add-user': {
      const { user } = order;
      assertDirectoryName(user.userId);
      assertText(user.fullName);
      assertEmail(user.email ?? '');
      assertPhone(user.phone ?? '');
      for (const text of [user.type, user.state]) if (text) assertText(text);
      if (findUser(roster, user.userId) !== null) throw conflict('There is a user of that name already');
      return userChange(user.userId, { ...user, ...emptyAsNull(user), certificatesDer: [], certificateClaims: [] });
    }
    case 'change-user': {
      const user = getUser(roster, order.userId);
      const { fullName, email, phone, state } = order.changes;
      if (fullName !== undefined) assertText(fullName);
      assertEmail(email ?? '');
      assertPhone(phone ?? '');
      if (state) assertText(state);
      const changed = { ...user, ...definedOnly({ fullName, email, phone, state }) };
      return userChange(user.userId, { ...changed, ...emptyAsNull(changed) });
    }
    case 'remove-user':
      return removeUser(roster, getUser(roster, order.userId));
    case 'add-user-certificate':
      return addCertificate(getUser(roster, order.userId), order.certificateDer);
    case 'remove-user-certificate':
      return removeCertificate(getUser(roster, order.userId), order.claim);
    case 'add-group':
      assertDirectoryName(order.name);
      if (findGroup(roster, order.name) !== null) throw conflict('There is a group of that name already');
      if (order.description) assertText(order.description);
      return groupChange({ name: order.name, description: order.description || null, memberUserIds: [] });
    case 'change-group': {
      const group = getGroup(roster, order.name);
      if (order.description) assertText(order.description);
      return groupChange({ ...group, description: order.description || null });
    }
    case 'remove-group': {
      const { name } = getGroup(roster, order.name);
      if (isAdministrators(name))
        throw new CaError('last-administrator', `Unable to remove ${administratorsGroup} group`);
      return { users: new Map(), groups: new Map([[name, null]]) };
    }
    case 'add-member': {
      const group = getGroup(roster, order.group);
      if (foldName(order.userId) === '' || !isStorable(order.userId)) throw malformed('This is the name of no member');
      if (isMember(group, order.userId)) throw conflict('The user is a member already');
      return groupChange({ ...group, memberUserIds: [...group.memberUserIds, order.userId] });
    }
    case 'remove-member': {
      const group = getGroup(roster, order.group);
      if (!isMember(group, order.userId)) throw unknownValue('The user is no member');
      return groupChange(withoutMember(group, order.userId));
    }
  }
}

/** Whether what an order was refused for is that there is nothing left of it to do. */
export function isDoneAlready({ action }: RosterOrder, refusal: unknown): boolean {
  if (!(refusal instanceof CaError)) return false;
  if (action.startsWith('add-')) return refusal.code === 'roster-conflict';
  return action.startsWith('remove-') && refusal.code.startsWith('unknown-');
}

/** The roster as it is after the change; what is new stands at the end. */
export function applyRosterChange(roster: Roster, { users, groups }: Change): Roster {
  return {
    revision: roster.revision,
    users: applyTo(roster.users, users, ({ userId }) => userId),
    groups: applyTo(roster.groups, groups, ({ name }) => name),
  };
}

function applyTo<Item>(
  items: readonly Item[],
  changes: ReadonlyMap<string, Item | null>,
  nameOf: (item: Item) => string,
): Item[] {
  const kept = items.flatMap((item) => {
    const changed = changes.get(nameOf(item));
    return changed === undefined ? [item] : changed === null ? [] : [changed];
  });
  const known = new Set(items.map(nameOf));
  return [...kept, ...[...changes].flatMap(([name, item]) => (known.has(name) || item === null ? [] : [item]))];
}

function addCertificate(user: UserRecord, certificateDer: Uint8Array): Change {
  const claim = formatCertificateClaim(certificateDer);
  const isThere =
    user.certificatesDer.some((der) => Buffer.compare(der, certificateDer) === 0) ||
    user.certificateClaims.some((other) => foldName(other) === foldName(claim));
  if (isThere) throw conflict('The user has this certificate already');
  return userChange(user.userId, {
    ...user,
    certificatesDer: [...user.certificatesDer, certificateDer],
    certificateClaims: [...user.certificateClaims, claim],
  });
}

function removeCertificate(user: UserRecord, wanted: string): Change {
  if (user.certificatesDer.length === 0) throw unknownValue('User certificate not found');
  const removed = user.certificatesDer.filter((der) => {
    const claim = formatCertificateClaim(der);
    const comparable = wanted.startsWith('-1;') ? `-1${claim.slice(claim.indexOf(';'))}` : claim;
    return comparable.toLowerCase() === wanted.toLowerCase();
  });
  if (removed.length === 0) throw new CaError('unknown-user-certificate', 'User certificate not found');
  const gone = new Set(removed.map((der) => foldName(formatCertificateClaim(der))));
  const certificatesDer = user.certificatesDer.filter((der) => !removed.includes(der));
  // A claim without any certificate beside it would go on opening the door to whoever fits it.
  const certificateClaims =
    certificatesDer.length === 0 ? [] : user.certificateClaims.filter((claim) => !gone.has(foldName(claim)));
  return userChange(user.userId, { ...user, certificatesDer, certificateClaims });
}

/** Takes the user out of all groups as well. */
function removeUser(roster: Roster, { userId }: UserRecord): Change {
  const left = roster.groups
    .filter((group) => isMember(group, userId))
    .map((group) => withoutMember(group, userId))
    .map((group): [string, GroupRecord] => [group.name, group]);
  return { users: new Map([[userId, null]]), groups: new Map(left) };
}

function withoutMember(group: GroupRecord, userId: string): GroupRecord {
  const gone = foldName(userId);
  const memberUserIds = group.memberUserIds.filter((id) => foldName(id) !== gone);
  if (isAdministrators(group.name) && memberUserIds.length === 0)
    throw new CaError('last-administrator', `Unable to remove the last member of ${administratorsGroup} group`);
  return { ...group, memberUserIds };
}

function isMember({ memberUserIds }: GroupRecord, userId: string): boolean {
  const wanted = foldName(userId);
  return memberUserIds.some((id) => foldName(id) === wanted);
}

const isAdministrators = (name: string) => foldName(name) === foldName(administratorsGroup);

function findUser({ users }: Roster, userId: string): UserRecord | null {
  const wanted = foldName(userId);
  return users.find((user) => foldName(user.userId) === wanted) ?? null;
}

function findGroup({ groups }: Roster, name: string): GroupRecord | null {
  const wanted = foldName(name);
  return groups.find((group) => foldName(group.name) === wanted) ?? null;
}

function getUser(roster: Roster, userId: string): UserRecord {
  const user = findUser(roster, userId);
  if (user === null) throw new CaError('unknown-roster-entry', `User ${userId} not found`, { subject: userId });
  return user;
}

function getGroup(roster: Roster, name: string): GroupRecord {
  const group = findGroup(roster, name);
  if (group === null) throw new CaError('unknown-roster-entry', `Group ${name} not found`, { subject: name });
  return group;
}

function userChange(userId: string, user: UserRecord): Change {
  return { users: new Map([[userId, user]]), groups: new Map() };
}

function groupChange(group: GroupRecord): Change {
  return { users: new Map(), groups: new Map([[group.name, group]]) };
}

type Optional = Pick<UserRecord, 'email' | 'phone' | 'type' | 'state'>;

function emptyAsNull({ email, phone, type, state }: Optional): Optional {
  return { email: email || null, phone: phone || null, type: type || null, state: state || null };
}

function definedOnly<T extends object>(values: T): { [Key in keyof T]: NonNullable<T[Key]> } {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as { [Key in keyof T]: NonNullable<T[Key]> };
}

const conflict = (message: string) => new CaError('roster-conflict', message);
const unknownValue = (message: string) => new CaError('unknown-roster-value', message);
const malformed = (message: string) => new CaError('malformed-roster-value', message);
