// The users and groups of the recorded installation, kept by the engine itself: what was recorded of those who administer them is answered from
// what stands in its directory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DomainHost, GroupRecord, UserRecord } from '#ca-core/engine';
import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { openRecordedDogtagDirectory } from '#importers';
import { createRosterKeeper, type RosterKeeper } from '#test/roster-keeper';
import type { Release } from './recorded-exchanges.ts';
import { authorityDer } from './scripted-facts.ts';

const packedDirectory = new URL('../../../compat-fixtures/trial/directory.ldif.gz', import.meta.url);

/** Made for the recordings, and gone when the directory was packed. */
const nobody: UserRecord = {
  userId: 'nobody',
  fullName: 'Nobody',
  email: null,
  phone: null,
  type: null,
  state: null,
  certificatesDer: [],
  certificateClaims: [],
};

/** What the installer of 11.x makes besides, in its place. */
const estAdministrators: GroupRecord = {
  name: 'Enterprise EST Administrators',
  description: 'People who are the administrators for the security domain for EST',
  memberUserIds: ['caadmin'],
};

/** Who was agent when 11.10.1 was recorded. */
const laterAgents: ReadonlySet<string> = new Set(['caadmin', 'ipara']);

function asOf(release: Release, groups: readonly GroupRecord[]): readonly GroupRecord[] {
  if (release === '10.10.2') return groups;
  return groups.flatMap((group) => {
    if (group.name === 'Enterprise RA Administrators') return [estAdministrators, group];
    if (group.name !== 'Certificate Manager Agents') return [group];
    return [{ ...group, memberUserIds: group.memberUserIds.filter((id) => laterAgents.has(id)) }];
  });
}

/** One user is named after a port, and has it as his name; the directory was packed on a machine with others. */
function named(userId: string, release: Release): Pick<UserRecord, 'userId'> & Partial<UserRecord> {
  if (!userId.endsWith('-18543')) return { userId };
  const name = userId.replace('-18543', release === '10.10.2' ? '-18443' : '-28443');
  return { userId: name, fullName: name };
}

export async function keepRecordedRoster(release: Release): Promise<RosterKeeper> {
  const users: UserRecord[] = [];
  const groups: GroupRecord[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'retag-roster-'));
  const file = join(folder, 'directory.ldif');
  writeFileSync(file, gunzipSync(readFileSync(packedDirectory)));
  const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  for await (const { records } of source.read('user', null))
    for (const record of records) if (record.kind === 'user') users.push(asRecorded(record.value, release));
  for await (const { records } of source.read('group', null))
    for (const record of records) if (record.kind === 'group') groups.push(record.value);
  const hosts: DomainHost[] = [];
  for await (const { records } of source.read('domain-host', null))
    for (const record of records) if (record.kind === 'domain-host') hosts.push(hostAsOf(release, record.value));
  rmSync(folder, { recursive: true });
  const rank = new Map(users.map(({ userId }, index) => [userId, index]));
  const inOrder = (ids: readonly string[]) =>
    ids.map((id) => named(id, release).userId).sort((one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0));
  const roster = {
    users: usersOf(release, [...users, nobody]),
    groups: asOf(release, groups).map((group) => ({ ...group, memberUserIds: inOrder(group.memberUserIds) })),
  };
  return createRosterKeeper(authorityDer, roster, hosts);
}

/** On the ports of the machine that was recorded. */
function hostAsOf(release: Release, host: DomainHost): DomainHost {
  const thousands = release === '10.10.2' ? '18' : '28';
  const entries = Object.entries(host).map(([key, value]) => [
    key,
    typeof value === 'string'
      ? value.replace(/\b18180$/, `${thousands}080`).replace(/\b18543$/, `${thousands}443`)
      : value,
  ]);
  return Object.fromEntries(entries) as DomainHost;
}

/** 11.10.1 was recorded with a KRA beside it, and others had come and gone before. */
function usersOf(release: Release, users: readonly UserRecord[]): readonly UserRecord[] {
  if (release === '10.10.2') return users;
  const kra = { ...nobody, userId: 'KRA-pki.example.test-28443', fullName: 'KRA pki.example.test 28443' };
  const inTheirOrder = ['CA-pki.example.test-28443', 'caadmin', 'ipara', kra.userId, 'nobody'];
  const rank = ({ userId }: UserRecord) => inTheirOrder.indexOf(userId);
  return [...users, kra].filter((user) => rank(user) >= 0).sort((one, other) => rank(one) - rank(other));
}

/** Without the certificates that the agent was given for the trial. */
function asRecorded(user: UserRecord, release: Release): UserRecord {
  const isRecorded = (claim: string) => user.userId !== 'ipara' || claim.startsWith('2;7;');
  return {
    ...user,
    ...named(user.userId, release),
    certificatesDer: user.certificatesDer.filter((der) => isRecorded(formatCertificateClaim(der))),
    certificateClaims: user.certificateClaims.filter(isRecorded),
  };
}
