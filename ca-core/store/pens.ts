// The pen: which side may sign what with an authority's key. At any moment one side at most; without an entry it goes with the host
// authority's, and is upstream where that has none either.
import { type AuditEvent, type AuthorityId, CaError, type PenScope } from '#ca-core/engine';
import { type Clock, type Database, statement, type Transaction } from '#platform';

export type PenHolder = 'native' | 'upstream';

/** `certificates:*` stands for every profile without an entry of its own. */
export interface PenPlace {
  readonly authorityId: AuthorityId;
  readonly scope: PenScope;
  readonly holder: PenHolder;
  readonly movedAt: Date;
  readonly movedBy: string;
  readonly reason: string;
}

export interface PenMove {
  readonly authorityId: AuthorityId;
  readonly scope: PenScope;
  readonly holder: PenHolder;
  /** User id of who moves it. */
  readonly movedBy: string;
  readonly remoteAddress: string | null;
  readonly reason: string;
}

interface PenRow {
  readonly authority_id: string;
  readonly scope: string;
  readonly holder: PenHolder;
}

interface HeldPenRow extends PenRow {
  readonly is_host: boolean;
  /** Those of the authorities asked for that are one of this installation now. */
  readonly living: readonly string[] | null;
}

const hostId = '(select id from authorities where is_host_authority)';
const living = '(select array_agg(id) from authorities where id = any($1) and not is_former)';
const ofAuthoritiesAndHost = `authority_id = any(array_append($1::text[], ${hostId}))`;

const lockPens = statement(
  'pens.lock',
  // A move waits until the transactions that relied on the pen have ended, and those that come later see it.
  `select authority_id, scope, holder, authority_id = ${hostId} as is_host, ${living} as living from pens
   where ${ofAuthoritiesAndHost} order by authority_id, scope for share`,
);
const readPensOf = statement(
  'pens.read-of',
  `select authority_id, scope, holder, authority_id = ${hostId} as is_host, ${living} as living from pens where ${ofAuthoritiesAndHost}`,
);
const move = statement(
  'pens.move',
  `insert into pens (authority_id, scope, holder, moved_at, moved_by, reason) values ($1, $2, $3, $4, $5, $6)
   on conflict (authority_id, scope) do update set holder = excluded.holder, moved_at = excluded.moved_at,
     moved_by = excluded.moved_by, reason = excluded.reason`,
);

/** Which pens this side holds, as read in one transaction. The most specific entry decides: a profile's own before `certificates:*`. */
export type HeldPens = (authorityId: AuthorityId, scope: PenScope) => boolean;

/** Reads the pens of these authorities and keeps them from moving until the transaction ends. */
export async function holdPens(transaction: Transaction, authorities: readonly AuthorityId[]): Promise<HeldPens> {
  if (authorities.length === 0) return heldPens([]);
  return heldPens(await transaction.query<HeldPenRow>(lockPens, [[...new Set(authorities)]]));
}

function heldPens(rows: readonly HeldPenRow[]): HeldPens {
  const holders = new Map(rows.map((row) => [`${row.authority_id} ${row.scope}`, row.holder]));
  const host = rows.find(({ is_host }) => is_host)?.authority_id ?? '';
  const holderFor = (authority: string, scope: PenScope) => {
    const general = scope.startsWith('certificates:') ? holders.get(`${authority} certificates:*`) : undefined;
    return holders.get(`${authority} ${scope}`) ?? general;
  };
  const goWithHost = new Set(rows[0]?.living ?? []);
  return (authority, scope) =>
    (holderFor(authority, scope) ?? (goWithHost.has(authority) ? holderFor(host, scope) : undefined)) === 'native';
}

/** Without keeping it from moving: for those who only want to know. */
export async function isPenHeldHere(database: Database, authority: AuthorityId, scope: PenScope): Promise<boolean> {
  return heldPens(await database.query<HeldPenRow>(readPensOf, [[authority]]))(authority, scope);
}

export function readPens(database: Database): Promise<readonly PenPlace[]> {
  return database
    .query<PenRow & { moved_at: Date; moved_by: string; reason: string }>(
      'select authority_id, scope, holder, moved_at, moved_by, reason from pens order by authority_id, scope',
    )
    .then((rows) =>
      rows.map((row) => ({
        authorityId: row.authority_id as AuthorityId,
        scope: row.scope as PenScope,
        holder: row.holder,
        movedAt: row.moved_at,
        movedBy: row.moved_by,
        reason: row.reason,
      })),
    );
}

/** Stores the moves; the caller records the events that `penMoved` makes in the same transaction. */
export async function writePenMoves(transaction: Transaction, moves: readonly PenMove[], clock: Clock): Promise<void> {
  const ordered = moves.toSorted((a, b) => (penKey(a) < penKey(b) ? -1 : 1));
  for (const { authorityId, scope, holder, movedBy, reason } of ordered) {
    if (!/^(certificates:(\*|[^*\s]+)|crl|ocsp)$/.test(scope))
      throw new CaError('internal', `There is no pen for ${JSON.stringify(scope)}`, { subject: scope });
    await transaction.execute(move, [authorityId, scope, holder, clock.now(), movedBy, reason]);
  }
}

export function penMoved({ authorityId, scope, holder, movedBy, remoteAddress, reason }: PenMove): AuditEvent {
  return {
    name: 'pen-moved',
    outcome: 'success',
    actor: movedBy,
    remoteAddress,
    details: { authorityId, scope, holder, reason },
  };
}

const penKey = ({ authorityId, scope }: PenMove) => `${authorityId} ${scope}`;
