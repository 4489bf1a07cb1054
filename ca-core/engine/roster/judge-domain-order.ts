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

/** Throws CaError `unknown-roster-entry` for a subsystem that the domain has no list of, `malformed-roster-value`, `last-administrator`. */
export function judgeDomainOrder(order: DomainOrder, domain: SecurityDomain, roster: Roster): DomainChange {
  switch (order.action) {
    case 'add-host':
      return { users: new Map(), groups: new Map(), hosts: addedHost(order, domain) };
    case 'remove-host': {
      const gone = hostsNamed(domain, `${order.subsystem} ${order.hostName}:${order.securePort}`);
      return { ...removedUser(order, roster), hosts: new Map(gone.map(({ name }) => [name, null])) };
    }
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

/** One of another spelling makes way. */
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
  const replaced = hostsNamed(domain, name).map((old): [string, null] => [old.name, null]);
  return new Map<string, DomainHost | null>([
    ...replaced,
    [name, { ...host, name, domain: domain.name ?? '', subsystem }],
  ]);
}

/** Each server has a user of its own, who goes with it. */
function removedUser(
  { subsystem, hostName, securePort }: Extract<DomainOrder, { action: 'remove-host' }>,
  roster: Roster,
): Pick<RosterChange, 'users' | 'groups'> {
  const userId = `${subsystem}-${hostName}-${securePort}`;
  const isThere = roster.users.some((user) => foldName(user.userId) === foldName(userId));
  return isThere
    ? judgeRosterOrder({ action: 'remove-user', userId }, roster)
    : { users: new Map(), groups: new Map() };
}

function hostsNamed({ hosts }: SecurityDomain, name: string): readonly DomainHost[] {
  return hosts.filter((host) => foldName(host.name) === foldName(name));
}

function getSubsystem(named: string): DomainSubsystem {
  const found = domainSubsystems.find((subsystem) => subsystem === named.toUpperCase());
  if (found === undefined) throw new CaError('unknown-roster-entry', `The domain has no list of ${named} hosts`);
  return found;
}

const malformed = () => new CaError('malformed-roster-value', 'This cannot be a host of the domain');
