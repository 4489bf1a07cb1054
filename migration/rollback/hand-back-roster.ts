// Brings users, groups and hosts of the security domain that were made, changed or removed here into Dogtag's directory, where Dogtag sees them with its next look.
import type { DomainHost, GroupRecord, UserRecord } from '#ca-core/engine';
import { decodeGroupEntry, decodeUserEntry, escapeNameValue } from '#codecs/dogtag-directory';
import { DirectoryEntry } from '#codecs/ldif';
import { DirectoryWriteError } from './directory-writer.ts';
import type { HandBackCount } from './hand-back.ts';
import type { EntryServices, HandedBack } from './hand-back-entries.ts';
import type { HandBackFinding } from './hand-back-finding.ts';

export interface NativeUser {
  readonly userId: string;
  /** Null for one who was removed. */
  readonly user: UserRecord | null;
  readonly passwordHash: string | null;
  readonly version: string;
}

export interface NativeGroup {
  readonly name: string;
  readonly group: GroupRecord | null;
  readonly version: string;
}

export interface NativeHost {
  readonly name: string;
  readonly host: DomainHost | null;
  readonly version: string;
}

export interface NativeRosterList {
  listUsers(): Promise<readonly NativeUser[]>;
  listGroups(): Promise<readonly NativeGroup[]>;
  markUserHandedBack(user: NativeUser): Promise<void>;
  markGroupHandedBack(group: NativeGroup): Promise<void>;
  listHosts(): Promise<readonly NativeHost[]>;
  markHostHandedBack(host: NativeHost): Promise<void>;
}

type AttributeValues = readonly [description: string, values: readonly Uint8Array[]];

/** What an entry is to hold, and which attributes must still be what they were for it to be written. */
interface Wanted {
  readonly whole: readonly AttributeValues[];
  /** Of an entry that is there: only what differs. */
  differing(entry: DirectoryEntry): readonly AttributeValues[];
  readonly guards: readonly string[];
  /** Whether the directory may lack the place of the entry, which is then left out. */
  readonly mayHaveNoPlace?: boolean;
}

/** Somebody else changes the entry while we look at it; never that often. */
const attemptsMax = 6;

/** Users before the groups that name them. Ours stands, whatever the directory has. Rejects with DirectoryWriteError. */
export async function handBackRoster(
  list: NativeRosterList,
  services: EntryServices,
  findings: HandBackFinding[],
): Promise<HandBackCount> {
  const count = { added: 0, changed: 0, unchanged: 0, notTaken: 0 };
  const [users, groups, hosts] = [await list.listUsers(), await list.listGroups(), await list.listHosts()];
  const present = new Set(
    [
      ...users.map(({ userId, user }) => user && userDn(userId, services)),
      ...groups.map(({ name, group }) => group && groupDn(name, services)),
      ...hosts.map(({ name, host }) => host && hostDn(name, services)),
    ].flatMap((dn) => (dn === null ? [] : [dn.toLowerCase()])),
  );
  const settle = async (dn: string, wanted: Wanted | null, mark: () => Promise<void>) => {
    // What was removed and made again in another spelling is one entry, which must not go after it has come.
    const isMadeAgain = wanted === null && present.has(dn.toLowerCase());
    const handed: HandedBack = isMadeAgain
      ? { outcome: 'unchanged', findings: [] }
      : await handBackEntry(dn, wanted, services);
    findings.push(...handed.findings);
    if (handed.outcome === 'not-taken' || handed.outcome === 'stopped') count.notTaken++;
    else {
      count[handed.outcome]++;
      await mark();
    }
  };
  for (const native of users) {
    const wanted = native.user === null ? null : userEntry(native.user, native.passwordHash, services);
    await settle(userDn(native.userId, services), wanted, () => list.markUserHandedBack(native));
  }
  for (const native of groups) {
    const wanted = native.group === null ? null : groupEntry(native.group, services);
    await settle(groupDn(native.name, services), wanted, () => list.markGroupHandedBack(native));
  }
  for (const native of hosts) {
    const wanted = native.host === null ? null : hostEntry(native.host);
    await settle(hostDn(native.name, services), wanted, () => list.markHostHandedBack(native));
  }
  return count;
}

function userDn(userId: string, { layout }: EntryServices): string {
  return `uid=${escapeNameValue(userId)},${layout.users}`;
}

function groupDn(name: string, { layout }: EntryServices): string {
  return `cn=${escapeNameValue(name)},${layout.groups}`;
}

function hostDn(name: string, { layout }: EntryServices): string {
  const space = name.indexOf(' ');
  return `cn=${escapeNameValue(name.slice(space + 1))},cn=${name.slice(0, space)}List,${layout.securityDomain}`;
}

async function handBackEntry(dn: string, wanted: Wanted | null, services: EntryServices): Promise<HandedBack> {
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const outcome = await settleEntry(dn, wanted, services);
      if (outcome !== null) return { outcome, findings: [] };
    }
  } catch (error) {
    const isOfEntry =
      error instanceof DirectoryWriteError &&
      (error.code === 'invalid-entry' || (error.code === 'malformed' && wanted?.mayHaveNoPlace === true));
    if (!isOfEntry) throw error;
    return { outcome: 'not-taken', findings: [refused(dn, error.message)] };
  }
  return { outcome: 'not-taken', findings: [refused(dn, 'something else changes this entry again and again')] };
}

/** Null when the entry is no longer what was read. */
async function settleEntry(
  dn: string,
  wanted: Wanted | null,
  { writer }: EntryServices,
): Promise<HandedBack['outcome'] | null> {
  const entry = await writer.findEntry(dn);
  if (wanted === null) {
    if (entry === null) return 'unchanged';
    await writer.removeEntry(dn);
    return 'changed';
  }
  if (entry === null) {
    const filled = wanted.whole.filter(([, values]) => values.length > 0);
    return (await writer.addEntry(new DirectoryEntry(dn, filled))) === 'added' ? 'added' : null;
  }
  const differing = wanted.differing(entry);
  if (differing.length === 0) return 'unchanged';
  const whileStill = wanted.guards.flatMap((name): AttributeValues[] => {
    const values = entry.values(name);
    return values.length === 0 ? [] : [[name, values]];
  });
  return (await writer.replaceAttributes(dn, differing, whileStill)) === 'replaced' ? 'changed' : null;
}

const texts = (...values: readonly (string | null)[]): Uint8Array[] =>
  values.flatMap((value) => (value === null || value === '' ? [] : [Buffer.from(value, 'utf8')]));

function userEntry(user: UserRecord, passwordHash: string | null, { layout }: EntryServices): Wanted {
  const { userId, fullName, email, phone, type, state, certificatesDer, certificateClaims } = user;
  const password: AttributeValues[] = passwordHash === null ? [] : [['userPassword', texts(passwordHash)]];
  const names: AttributeValues[] = [
    ['sn', texts(fullName)],
    ['cn', texts(fullName)],
  ];
  const ofEntry = (theirs: Partial<UserRecord>): AttributeValues[] => [
    ...(theirs.fullName === fullName ? [] : names),
    ...(theirs.email === email ? [] : [['mail', texts(email)] as const]),
    ...(theirs.phone === phone ? [] : [['telephoneNumber', texts(phone)] as const]),
    // The schema demands one.
    ...(theirs.type === type ? [] : [['usertype', texts(type ?? 'undefined')] as const]),
    ...(theirs.state === state ? [] : [['userstate', texts(state)] as const]),
  ];
  return {
    whole: [
      ['objectClass', texts('top', 'person', 'organizationalPerson', 'inetOrgPerson', 'cmsuser')],
      ['uid', texts(userId)],
      ...ofEntry({}),
      ['userCertificate', certificatesDer],
      ['description', texts(...certificateClaims)],
      ...password,
    ],
    differing: (entry) => {
      const certificates =
        entry.values('userCertificate;binary').length > 0 ? 'userCertificate;binary' : 'userCertificate';
      return [
        ...ofEntry(decodeUserEntry(entry, layout.users).value ?? {}),
        ...unlessSame(entry, [certificates, certificatesDer]),
        ...unlessSame(entry, ['description', texts(...certificateClaims)]),
        ...password,
      ];
    },
    // Changes with every certificate.
    guards: ['description'],
  };
}

/** Members that are no users, of which the record knows nothing, stay; those that are keep the spelling that the directory has. */
function groupEntry({ name, description, memberUserIds }: GroupRecord, { layout }: EntryServices): Wanted {
  const memberDn = (userId: string) => Buffer.from(`uid=${escapeNameValue(userId)},${layout.users}`, 'utf8');
  return {
    whole: [
      ['objectClass', texts('top', 'groupOfUniqueNames')],
      ['cn', texts(name)],
      ['description', texts(description)],
      ['uniqueMember', memberUserIds.map(memberDn)],
    ],
    differing: (entry) => {
      const userOf = (value: Uint8Array): string | null => {
        const alone = new DirectoryEntry(entry.dn, [['uniqueMember', [value]]]);
        return decodeGroupEntry(alone, layout.groups, layout.users).value?.memberUserIds[0] ?? null;
      };
      const known = entry
        .values('uniqueMember')
        .map((value) => ({ value, userId: userOf(value)?.toLowerCase() ?? null }));
      const members = memberUserIds.map(
        (userId) => known.find((one) => one.userId === userId.toLowerCase())?.value ?? memberDn(userId),
      );
      const others = known.filter(({ userId }) => userId === null).map(({ value }) => value);
      return [
        ...unlessSame(entry, ['description', texts(description)]),
        ...unlessSame(entry, ['uniqueMember', [...others, ...members]]),
      ];
    },
    guards: ['uniqueMember'],
  };
}

function hostEntry(host: DomainHost): Wanted {
  const attributes: AttributeValues[] = [
    ['host', texts(host.hostName)],
    ['SecurePort', texts(host.securePort)],
    ['SecureAgentPort', texts(host.secureAgentPort)],
    ['SecureAdminPort', texts(host.secureAdminPort)],
    ['UnSecurePort', texts(host.port)],
    ['SecureEEClientAuthPort', texts(host.secureEndEntityPort)],
    ['DomainManager', texts(host.domainManager)],
    ['Clone', texts(host.clone)],
    ['SubsystemName', texts(host.subsystemName)],
  ];
  return {
    whole: [
      ['objectClass', texts('top', 'pkiSubsystem')],
      ['cn', texts(host.name.slice(host.name.indexOf(' ') + 1))],
      ...attributes,
    ],
    differing: (entry) => attributes.flatMap((attribute) => unlessSame(entry, attribute)),
    guards: ['SubsystemName'],
    mayHaveNoPlace: true,
  };
}

function unlessSame(entry: DirectoryEntry, [description, values]: AttributeValues): AttributeValues[] {
  const theirs = entry.values(description);
  const isSame =
    theirs.length === values.length &&
    values.every((value) => theirs.some((other) => Buffer.compare(other, value) === 0));
  return isSame ? [] : [[description, values]];
}

function refused(entry: string, message: string): HandBackFinding {
  return { kind: 'entry-refused', stands: 'none', message, entry };
}
