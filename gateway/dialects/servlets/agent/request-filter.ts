// The filters by which the agents' form searches for requests: conditions on number, type, state and owner, joined with `&` (RFC 4515).
import { parseIdentifier } from '#codecs/dogtag-text';
import type { RequestKind, RequestRecord, RequestState } from '../../../contract.ts';
import { findRequestKind } from '../../request-types.ts';
import { ServletFault } from '../servlet-fault.ts';

export interface RequestFilter {
  readonly state?: RequestState;
  readonly kind?: RequestKind;
  readonly fromId: bigint;
  readonly toId: bigint | null;
  readonly owner: string | null;
  /** No request is of a type or state that is named. */
  readonly isEmpty: boolean;
}

const states: ReadonlySet<string> = new Set<RequestState>([
  'begin',
  'pending',
  'approved',
  'svc_pending',
  'canceled',
  'rejected',
  'complete',
]);
const everything: RequestFilter = { fromId: 0n, toId: null, owner: null, isEmpty: false };

const badFilter = () => new ServletFault('Unable to search LDAP record: Bad search filter');

/** Throws ServletFault for whatever else a filter can say. */
export function parseRequestFilter(text: string): RequestFilter {
  const inside = /^\(&((?:\([^()]*\))*)\)$/.exec(text)?.[1] ?? text;
  const items = [...inside.matchAll(/\((\w+)(>=|<=|=)([^()*\\]{1,400}|\*)\)/g)];
  if (items.map(([item]) => item).join('') !== inside) throw badFilter();
  return items.reduce(
    (filter, [, name = '', operator = '', value = '']) => narrow(filter, name.toLowerCase(), operator, value),
    everything,
  );
}

function narrow(filter: RequestFilter, name: string, operator: string, value: string): RequestFilter {
  if (name === 'requestid') return value === '*' ? filter : narrowByNumber(filter, operator, value);
  if (operator !== '=') throw badFilter();
  if (value === '*') return filter;
  switch (name) {
    case 'requesttype': {
      const kind = findRequestKind(value.toLowerCase());
      return kind === undefined || (filter.kind ?? kind) !== kind ? { ...filter, isEmpty: true } : { ...filter, kind };
    }
    case 'requeststate':
      return !isState(value) || (filter.state ?? value) !== value
        ? { ...filter, isEmpty: true }
        : { ...filter, state: value };
    case 'requestowner':
      return withOwner(filter, value);
    default:
      throw badFilter();
  }
}

/** Those that are assigned to this user, too. */
export function withOwner(filter: RequestFilter, userId: string): RequestFilter {
  const isOther = (filter.owner ?? userId).toLowerCase() !== userId.toLowerCase();
  return isOther ? { ...filter, isEmpty: true } : { ...filter, owner: userId };
}

function isState(text: string): text is RequestState {
  return states.has(text);
}

function narrowByNumber(filter: RequestFilter, operator: string, value: string): RequestFilter {
  const id = parseIdentifier(value);
  if (id === null || id < 0n) throw badFilter();
  const fromId = operator === '<=' || id < filter.fromId ? filter.fromId : id;
  const toId = operator === '>=' || (filter.toId !== null && filter.toId < id) ? filter.toId : id;
  return { ...filter, fromId, toId };
}

/** What the record is not searched by. */
export function isWithin({ id, owner }: RequestRecord, filter: RequestFilter): boolean {
  return (
    (filter.toId === null || id <= filter.toId) &&
    (filter.owner === null || owner?.toLowerCase() === filter.owner.toLowerCase())
  );
}
