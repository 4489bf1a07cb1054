// The part of an authority that keeps users and groups, over a roster in memory: what those who administer them ask, answered by the engine itself.
import {
  CertificationAuthority,
  type Roster,
  type RosterChange,
  type Store,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createInProcessRaClient, type RaClient } from '#ca-core/ra-client';
import { silentLog, systemClock } from '#platform';
import { createRehearsalRecord } from '#test/rehearsal-record';
import { createKeylessSigner, describeHost } from '#test/rehearsed-dogtag';

export type RosterKeeper = Pick<RaClient, 'readRoster' | 'administerRoster' | 'checkPassword'>;

export function createRosterKeeper(
  authorityCertificateDer: Buffer,
  { users, groups }: Pick<Roster, 'users' | 'groups'>,
): RosterKeeper {
  const { store } = createRehearsalRecord(describeHost(authorityCertificateDer));
  const authority = new CertificationAuthority(
    {
      store: { ...store, roster: createMemoryRoster({ users, groups }), audit: { record: async () => {} } },
      signer: createKeylessSigner(authorityCertificateDer),
      clock: systemClock,
      log: silentLog,
    },
    {
      profiles: { timeZone: 'UTC', defaultOcspUrl: '', subjectAltNameEntries: 1, peopleDn: '', runExternalCheck: null },
      crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
      ocsp: { delegate: null, signatureAlgorithm: null },
      hostSigningAlgorithm: null,
    },
  );
  const { readRoster, administerRoster, checkPassword } = createInProcessRaClient(authority, silentLog);
  return { readRoster, administerRoster, checkPassword };
}

/** A roster that forgets with the process. */
export function createMemoryRoster(seed: Pick<Roster, 'users' | 'groups'>): Store['roster'] {
  let roster: Roster = { revision: 1n, ...seed };
  const hashes = new Map<string, string>();
  return {
    read: async () => roster,
    change: async (seenRevision, change) => {
      if (seenRevision !== roster.revision) return false;
      roster = changed(roster, change);
      for (const [userId, hash] of change.passwordHashes) hashes.set(userId.toLowerCase(), hash);
      return true;
    },
    findPasswordHash: async (userId) => hashes.get(userId.toLowerCase()) ?? null,
  };
}

function changed({ revision, users, groups }: Roster, change: RosterChange): Roster {
  const merge = <T>(items: readonly T[], changes: ReadonlyMap<string, T | null>, nameOf: (item: T) => string): T[] => {
    const merged = new Map<string, T | null>(items.map((item) => [nameOf(item), item]));
    for (const [name, item] of changes) merged.set(name, item);
    return [...merged.values()].filter((item) => item !== null);
  };
  return {
    revision: revision + 1n,
    users: merge(users, change.users, ({ userId }) => userId),
    groups: merge(groups, change.groups, ({ name }) => name),
  };
}
