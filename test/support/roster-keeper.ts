// The part of an authority that keeps users and groups, over a roster in memory: what those who administer them ask, answered by the engine itself.
import {
  CertificationAuthority,
  type DomainHost,
  domainSubsystems,
  type Roster,
  type RosterChange,
  type Store,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createInProcessRaClient, type RaClient } from '#ca-core/ra-client';
import { silentLog, systemClock } from '#platform';
import { createRehearsalRecord } from '#test/rehearsal-record';
import { createKeylessSigner, describeHost } from '#test/rehearsed-dogtag';

export type RosterKeeper = Pick<
  RaClient,
  'readRoster' | 'administerRoster' | 'readSecurityDomain' | 'administerSecurityDomain' | 'checkPassword'
>;

export function createRosterKeeper(
  authorityCertificateDer: Buffer,
  { users, groups }: Pick<Roster, 'users' | 'groups'>,
  hosts: readonly DomainHost[] = [],
): RosterKeeper {
  const { store } = createRehearsalRecord(describeHost(authorityCertificateDer));
  const authority = new CertificationAuthority(
    {
      store: { ...store, ...createMemoryRoster({ users, groups }, hosts), audit: { record: async () => {} } },
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
  const { readRoster, administerRoster, readSecurityDomain, administerSecurityDomain, checkPassword } =
    createInProcessRaClient(authority, silentLog);
  return { readRoster, administerRoster, readSecurityDomain, administerSecurityDomain, checkPassword };
}

/** A roster and a domain that are forgotten with the process. */
export function createMemoryRoster(
  seed: Pick<Roster, 'users' | 'groups'>,
  domainHosts: readonly DomainHost[],
): Pick<Store, 'roster' | 'securityDomain'> {
  let roster: Roster = { revision: 1n, ...seed };
  let hosts = domainHosts;
  const hashes = new Map<string, string>();
  const keeper: Store['roster'] = {
    read: async () => roster,
    change: async (seenRevision, change) => {
      if (seenRevision !== roster.revision) return false;
      roster = changed(roster, change);
      const changedHosts = change.hosts ?? new Map<string, null>();
      hosts = [
        ...hosts.filter(({ name }) => !changedHosts.has(name)),
        ...[...changedHosts.values()].filter((host) => host !== null),
      ];
      for (const [userId, hash] of change.passwordHashes) hashes.set(userId.toLowerCase(), hash);
      return true;
    },
    findPasswordHash: async (userId) => hashes.get(userId.toLowerCase()) ?? null,
  };
  const inOrder = () => domainSubsystems.flatMap((subsystem) => hosts.filter((host) => host.subsystem === subsystem));
  const securityDomain: Store['securityDomain'] = {
    read: async () => ({ name: domainHosts[0]?.domain ?? null, hosts: inOrder() }),
  };
  return { roster: keeper, securityDomain };
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
