// What an order makes of the security domain, or why it is refused: pure, so that it can be rehearsed as well as done.
import { foldDirectoryName as foldName } from '#codecs/dogtag-text';
import { CaError } from '../errors.ts';
import {
  type DomainHost,
  type DomainOrder,
  type DomainSubsystem,
  domainSubsystems,
  type Roster,
  type RosterChange,
  type SecurityDomain,
} from '../model/index.ts';
import { judgeRosterOrder } from './judge-roster-order.ts';
import { isStorable } from './roster-values.ts';

export type DomainChange = Pick<RosterChange, 'users' | 'groups'> & Required<Pick<RosterChange, 'hosts'>>;

const nameLengthMax = 256;

/**
 * Throws CaError `unknown-roster-entry` for a new host of a subsystem that the domain has no list of, `malformed-roster-value`, `last-administrator`. Where there
 * is nothing to remove, nothing changes.
 */
export function judgeDomainOrder(order: DomainOrder, domain: SecurityDomain, roster: Roster): DomainChange {
  switch (order.action) {
    case 'add-host':
      return { users: new Map(), groups: new Map(), hosts: addedHost(order, domain) };
    case 'remove-host':
      return removedHost(order, domain, roster);
  }
}

/** The domain as it is after the change; what is new stands behind the other hosts of its subsystem. */
export function applyDomainChange({ name, hosts }: SecurityDomain, { hosts: changes }: DomainChange): SecurityDomain {
  const kept = hosts.filter((host) => !changes.has(host.name));
  const added = [...changes.values()].filter((host) => host !== null);
  return { name, hosts: bySubsystem([...kept, ...added]) };
}

export function bySubsystem(hosts: readonly DomainHost[]): readonly DomainHost[] {
  return domainSubsystems.flatMap((subsystem) => hosts.filter((host) => host.subsystem === subsystem));
}

/** One that is there in another spelling is replaced under the name that it has: to a directory both are one entry. */
function addedHost(
  { host, subsystem: named }: Extract<DomainOrder, { action: 'add-host' }>,
  domain: SecurityDomain,
): Map<string, DomainHost | null> {
  const subsystem = getSubsystem(named);
  const name = `${subsystem} ${host.hostName}:${host.securePort ?? ''}`;
  // What a directory takes for more than one part of a name would stand elsewhere there.
  if (name.length > nameLengthMax || /[,+"\\<>;=#]/.test(name)) throw malformed();
  for (const value of Object.values(host))
    if (value === '' || (value !== null && !isStorable(value))) throw malformed();
  const known = hostsNamed(domain, name)[0]?.name ?? name;
  return new Map([[known, { ...host, name: known, domain: domain.name ?? '', subsystem }]]);
}

/** Each server has a user of its own, who goes with it; a user whose name alone is of that form is nobody's server. */
function removedHost(
  { subsystem: named, hostName, securePort }: Extract<DomainOrder, { action: 'remove-host' }>,
  domain: SecurityDomain,
  roster: Roster,
): DomainChange {
  const subsystem = findSubsystem(named);
  const gone = subsystem === null ? [] : hostsNamed(domain, `${subsystem} ${hostName}:${securePort}`);
  const userId = `${subsystem}-${hostName}-${securePort}`;
  const hasUser = gone.length > 0 && roster.users.some((user) => foldName(user.userId) === foldName(userId));
  const user = hasUser ? judgeRosterOrder({ action: 'remove-user', userId }, roster) : noUser;
  return { ...user, hosts: new Map(gone.map(({ name }) => [name, null])) };
}

function hostsNamed({ hosts }: SecurityDomain, name: string): readonly DomainHost[] {
  return hosts.filter((host) => foldName(host.name) === foldName(name));
}

function findSubsystem(named: string): DomainSubsystem | null {
  return domainSubsystems.find((subsystem) => subsystem === named.toUpperCase()) ?? null;
}

function getSubsystem(named: string): DomainSubsystem {
  const found = findSubsystem(named);
  if (found === null) throw new CaError('unknown-roster-entry', `The domain has no list of ${named} hosts`);
  return found;
}

const noUser: Pick<RosterChange, 'users' | 'groups'> = { users: new Map(), groups: new Map() };

const malformed = () => new CaError('malformed-roster-value', 'This cannot be a host of the domain');
