// Adds and removes hosts of the security domain; each deed shares its commit with its audit record.
import type { AuditEvent } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import type { Caller, DomainOrder, SecurityDomain } from '../model/index.ts';
import type { Store } from '../store.ts';
import { applyDomainChange, type DomainChange, judgeDomainOrder } from './judge-domain-order.ts';

/** Somebody else changes something at the same moment; never that often. */
const attemptsMax = 20;

/** Returns the domain as it is afterwards. Throws what `judgeDomainOrder` throws, and CaError `store-unavailable`. */
export async function administerDomain(order: DomainOrder, caller: Caller, store: Store): Promise<SecurityDomain> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    // The revision is that of the hosts, too: what changes them between the two reads makes it another.
    const roster = await store.roster.read();
    const domain = await store.securityDomain.read();
    const change = await judgeOrRecord(() => judgeDomainOrder(order, domain, roster), order, caller, store);
    const written = { ...change, passwordHashes: new Map() };
    const event = domainEvent(order, 'success', caller, removedUsers(change));
    if (await store.roster.change(roster.revision, written, [event])) return applyDomainChange(domain, change);
  }
  throw new CaError('store-unavailable', 'The security domain is being changed by others all the time');
}

/** Whose certificate opens nothing any more. */
function removedUsers({ users }: DomainChange): Readonly<Record<string, string>> {
  const gone = [...users].flatMap(([userId, user]) => (user === null ? [userId] : []));
  return gone.length === 0 ? {} : { removedUser: gone.join(' ') };
}

/** Refusals are accounted for as well. */
async function judgeOrRecord<Change>(judge: () => Change, order: DomainOrder, caller: Caller, store: Store) {
  try {
    return judge();
  } catch (error) {
    if (error instanceof CaError)
      await store.audit.record([domainEvent(order, 'failure', caller, { reason: error.message })]);
    throw error;
  }
}

function domainEvent(
  order: DomainOrder,
  outcome: AuditEvent['outcome'],
  { userId, remoteAddress }: Caller,
  more: Readonly<Record<string, string>>,
): AuditEvent {
  const { hostName, securePort } = order.action === 'add-host' ? order.host : order;
  return {
    name: 'domain-changed',
    outcome,
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: { action: order.action, host: `${order.subsystem} ${hostName}:${securePort ?? ''}`, ...more },
  };
}
