// The users and groups of the recorded installation, kept by the engine itself: what was recorded of those who administer them is answered from
// what stands in its directory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GroupRecord, UserRecord } from '#ca-core/engine';
import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { openRecordedDogtagDirectory } from '#importers';
import { createRosterKeeper, type RosterKeeper } from '#test/roster-keeper';
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

/** One user is named after a port, and has it as his name; the directory was packed on a machine with others. */
function named(userId: string): Pick<UserRecord, 'userId'> & Partial<UserRecord> {
  if (!userId.endsWith('-18543')) return { userId };
  const name = userId.replace('-18543', '-18443');
  return { userId: name, fullName: name };
}

export async function keepRecordedRoster(): Promise<RosterKeeper> {
  const users: UserRecord[] = [];
  const groups: GroupRecord[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'retag-roster-'));
  const file = join(folder, 'directory.ldif');
  writeFileSync(file, gunzipSync(readFileSync(packedDirectory)));
  const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  for await (const { records } of source.read('user', null))
    for (const record of records) if (record.kind === 'user') users.push(asRecorded(record.value));
  for await (const { records } of source.read('group', null))
    for (const record of records) if (record.kind === 'group') groups.push(record.value);
  rmSync(folder, { recursive: true });
  const rank = new Map(users.map(({ userId }, index) => [userId, index]));
  const inOrder = (ids: readonly string[]) =>
    ids.map((id) => named(id).userId).sort((one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0));
  return createRosterKeeper(authorityDer, {
    users: [...users, nobody],
    groups: groups.map((group) => ({ ...group, memberUserIds: inOrder(group.memberUserIds) })),
  });
}

/** Without the certificates that the agent was given for the trial. */
function asRecorded(user: UserRecord): UserRecord {
  const isRecorded = (claim: string) => user.userId !== 'ipara' || claim.startsWith('2;7;');
  return {
    ...user,
    ...named(user.userId),
    certificatesDer: user.certificatesDer.filter((der) => isRecorded(formatCertificateClaim(der))),
    certificateClaims: user.certificateClaims.filter(isRecorded),
  };
}
