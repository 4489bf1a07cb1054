// Adds, changes and removes users, groups and what belongs to them; each deed shares its commit with its audit record.
import type { AuditEvent, AuditEventName } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import type { Caller, Roster, RosterChange, RosterOrder } from '../model/index.ts';
import type { Store } from '../store.ts';
import { applyRosterChange, judgeRosterOrder } from './judge-roster-order.ts';
import { hashPassword } from './password-hash.ts';

/** Somebody else changes something at the same moment; never that often. */
const attemptsMax = 20;

/** Returns the roster as it is afterwards. Throws what `judgeRosterOrder` throws, and CaError `store-unavailable`. */
export async function administerRoster(order: RosterOrder, caller: Caller, store: Store): Promise<Roster> {
  const passwordHashes = await hashesOf(order);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const roster = await store.roster.read();
    const change: RosterChange = { ...(await judgeOrRecord(order, roster, caller, store)), passwordHashes };
    if (await store.roster.change(roster.revision, change, [rosterEvent(order, 'success', caller, {})]))
      return applyRosterChange(roster, change);
  }
  throw new CaError('store-unavailable', 'Users and groups are being changed by others all the time');
}

async function hashesOf(order: RosterOrder): Promise<RosterChange['passwordHashes']> {
  if (order.action !== 'add-user' && order.action !== 'change-user') return new Map();
  if (order.password === null || order.password === '') return new Map();
  const userId = order.action === 'add-user' ? order.user.userId : order.userId;
  return new Map([[userId, await hashPassword(order.password)]]);
}

/** Refusals are accounted for as well. */
async function judgeOrRecord(order: RosterOrder, roster: Roster, caller: Caller, store: Store) {
  try {
    return judgeRosterOrder(order, roster);
  } catch (error) {
    if (error instanceof CaError)
      await store.audit.record([rosterEvent(order, 'failure', caller, { reason: error.message })]);
    throw error;
  }
}

const eventNames: Readonly<Record<RosterOrder['action'], AuditEventName>> = {
  'add-user': 'user-added',
  'change-user': 'user-changed',
  'remove-user': 'user-removed',
  'add-user-certificate': 'user-changed',
  'remove-user-certificate': 'user-changed',
  'add-group': 'group-added',
  'change-group': 'group-changed',
  'remove-group': 'group-removed',
  'add-member': 'group-changed',
  'remove-member': 'group-changed',
};

/** Says what was ordered, and of a password only that there was one. */
function rosterEvent(
  order: RosterOrder,
  outcome: AuditEvent['outcome'],
  { userId, remoteAddress }: Caller,
  more: Readonly<Record<string, string>>,
): AuditEvent {
  return {
    name: eventNames[order.action],
    outcome,
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: { action: order.action, ...detailsOf(order), ...more },
  };
}

function detailsOf(order: RosterOrder): Record<string, string> {
  switch (order.action) {
    case 'add-user':
      return { user: order.user.userId, password: order.password ? 'given' : 'none' };
    case 'change-user':
      return {
        user: order.userId,
        changed: Object.keys(order.changes).join(' '),
        password: order.password ? 'changed' : 'kept',
      };
    case 'remove-user':
    case 'add-user-certificate':
      return { user: order.userId };
    case 'remove-user-certificate':
      return { user: order.userId, certificate: order.claim };
    case 'add-group':
    case 'change-group':
    case 'remove-group':
      return { group: order.name };
    case 'add-member':
    case 'remove-member':
      return { group: order.group, user: order.userId };
  }
}
