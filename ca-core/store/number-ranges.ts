// Serial numbers and request ids: taken in blocks from ranges that meet no other side's, durable before the first is used.
import { type AuthorityId, CaError, type RequestId, requestId, type SerialNumber, serialNumber } from '#ca-core/engine';
import { type Clock, type Database, DatabaseQueryError, type Queryable, statement, type Transaction } from '#platform';

export interface NumberRange {
  readonly first: bigint;
  /** Inclusive. */
  readonly last: bigint;
}

export interface ActiveNumberRange extends NumberRange {
  /** Null for the range of request ids. */
  readonly authorityId: AuthorityId | null;
  /** The lowest number that was given to no process yet; last + 1 when none is left. */
  readonly next: bigint;
}

type Kind = 'serial-number' | 'request-id';

const lockOwnRange = statement(
  'number-ranges.lock-own',
  `select first_number, last_number, next_number from number_ranges
   where kind = $1 and authority_id = $2 and is_active for update`,
);
// An authority without a range of its own takes its numbers from the host authority's: all of an installation share one row, as in Dogtag.
const lockRange = statement(
  'number-ranges.lock',
  `select first_number, last_number, next_number from number_ranges
   where kind = $1 and is_active and authority_id = coalesce(
     (select authority_id from number_ranges where kind = $1 and authority_id = $2 and is_active),
     (select h.id from authorities h, authorities a where h.is_host_authority and a.id = $2 and not a.is_former))
   for update`,
);
const advance = statement(
  'number-ranges.advance',
  'update number_ranges set next_number = $3 where kind = $1 and first_number = $2',
);
const takenSerials = statement(
  'number-ranges.taken-serials',
  `select serial_number as number from certificates where serial_number >= $1 and serial_number < $2
   union select serial_number from issuance_intents where serial_number >= $1 and serial_number < $2`,
);
const takenRequestIds = statement(
  'number-ranges.taken-request-ids',
  'select id as number from requests where id >= $1 and id < $2',
);

const blockLengthMin = 8;
const blockLengthMax = 512;

/** Gives out the numbers of one range in this process, in order, from blocks that it has reserved. */
class NumberBlock {
  readonly #database: Database;
  readonly #kind: Kind;
  readonly #authorityId: string;
  #numbers: bigint[] = [];
  #length = blockLengthMin;
  #refill: Promise<void> | null = null;

  constructor(database: Database, kind: Kind, authorityId: string) {
    this.#database = database;
    this.#kind = kind;
    this.#authorityId = authorityId;
  }

  async next(): Promise<bigint> {
    for (;;) {
      const number = this.#numbers.shift();
      if (number !== undefined) {
        // The next block is fetched before this one is used up, so that nobody waits for it.
        if (this.#numbers.length < this.#length / 4) this.#fill().catch(() => {});
        return number;
      }
      await this.#fill();
    }
  }

  #fill(): Promise<void> {
    this.#refill ??= this.#reserve().finally(() => {
      this.#refill = null;
    });
    return this.#refill;
  }

  async #reserve(): Promise<void> {
    const numbers = await this.#database.transaction((transaction) =>
      reserveBlock(transaction, this.#kind, this.#authorityId, this.#length),
    );
    // A crash wastes what is left of a block, so small installations take small ones.
    this.#length = Math.min(this.#length * 2, blockLengthMax);
    this.#numbers.push(...numbers);
  }
}

async function reserveBlock(
  transaction: Transaction,
  kind: Kind,
  authority: string,
  length: number,
): Promise<readonly bigint[]> {
  const range = await transaction.findRow<{ first_number: bigint; last_number: bigint; next_number: bigint }>(
    lockRange,
    [kind, authority],
  );
  const what = kind === 'serial-number' ? `serial numbers of authority ${authority}` : 'request ids';
  if (range === null) throw new CaError('pen-elsewhere', `This side has no range of ${what}`, { subject: authority });
  const from = range.next_number;
  const to = from + BigInt(length) <= range.last_number ? from + BigInt(length) : range.last_number + 1n;
  if (from > range.last_number)
    throw new CaError('internal', `The range of ${what} is used up`, { subject: authority });
  await transaction.execute(advance, [kind, range.first_number, to]);
  // Whatever is already in the record under a number of ours came from elsewhere; it is passed over, not met.
  const taken = await transaction.query<{ number: bigint }>(kind === 'serial-number' ? takenSerials : takenRequestIds, [
    from,
    to,
  ]);
  const isTaken = new Set(taken.map(({ number }) => number));
  return Array.from({ length: Number(to - from) }, (_, index) => from + BigInt(index)).filter(
    (number) => !isTaken.has(number),
  );
}

export interface NumberReservations {
  reserveSerialNumber(authorityId: AuthorityId): Promise<SerialNumber>;
  reserveRequestId(): Promise<RequestId>;
  /** Drops what this process has reserved and not used, because the range it came from is no longer the active one. */
  forget(authorityId: AuthorityId | null): void;
}

export function createNumberReservations(database: Database): NumberReservations {
  const serials = new Map<AuthorityId, NumberBlock>();
  let requestIds = new NumberBlock(database, 'request-id', '');
  return {
    reserveSerialNumber: async (authority) => {
      let block = serials.get(authority);
      if (block === undefined) {
        block = new NumberBlock(database, 'serial-number', authority);
        serials.set(authority, block);
      }
      return serialNumber(await block.next());
    },
    reserveRequestId: async () => requestId(await requestIds.next()),
    forget: (authority) => {
      if (authority === null) requestIds = new NumberBlock(database, 'request-id', '');
      // Others may have taken theirs from the same range.
      else serials.clear();
    },
  };
}

/** The ranges from which this side gives out numbers now. */
export async function readActiveRanges(database: Queryable): Promise<readonly ActiveNumberRange[]> {
  const rows = await database.query<{
    authority_id: string;
    first_number: bigint;
    last_number: bigint;
    next_number: bigint;
  }>(
    'select authority_id, first_number, last_number, next_number from number_ranges where is_active order by kind desc, authority_id',
  );
  return rows.map((row) => ({
    authorityId: row.authority_id === '' ? null : (row.authority_id as AuthorityId),
    first: row.first_number,
    last: row.last_number,
    next: row.next_number,
  }));
}

const inRanges = statement(
  'number-ranges.find-within',
  `select given.number from unnest($1::numeric[]) as given (number)
   where exists (select from number_ranges r where r.kind = 'serial-number'
     and given.number between r.first_number and r.last_number)`,
);

/** Those of the serial numbers that lie in any range that was ever set for this side. */
export async function findInNativeRanges(
  transaction: Transaction,
  serials: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  const rows = await transaction.query<{ number: bigint }>(inRanges, [serials]);
  return new Set(rows.map(({ number }) => number));
}

/**
 * Makes `range` the one from which numbers are given out; `authorityId` null means request ids. The same first number again may
 * only move the end, and not below what was given out. A range that meets any earlier one of this side is refused with CaError
 * `internal`; that it meets none of the other side is for the caller to make sure.
 */
export async function setNumberRange(
  transaction: Transaction,
  authority: AuthorityId | null,
  range: NumberRange,
  clock: Clock,
): Promise<void> {
  const kind: Kind = authority === null ? 'request-id' : 'serial-number';
  const what = `range ${range.first} to ${range.last}`;
  if (range.first <= 0n || range.last < range.first)
    throw new CaError('internal', `The ${what} is not one: numbers begin at 1 and the end is not before the beginning`);
  await transaction.execute(
    `update number_ranges set is_active = false where kind = $1 and authority_id = $2 and is_active`,
    [kind, authority ?? ''],
  );
  try {
    await transaction.execute(
      `insert into number_ranges (kind, authority_id, first_number, last_number, next_number, is_active, set_at)
       values ($1, $2, $3, $4, $3, true, $5)
       on conflict (kind, first_number) do update
         set last_number = excluded.last_number, is_active = true, set_at = excluded.set_at
         where number_ranges.authority_id = excluded.authority_id`,
      [kind, authority ?? '', range.first, range.last, clock.now()],
    );
  } catch (error) {
    if (!(error instanceof DatabaseQueryError)) throw error;
    if (error.sqlState === '23P01')
      throw new CaError('internal', `The ${what} meets an earlier range of this side`, { cause: error });
    if (error.sqlState === '23514')
      throw new CaError('internal', `The ${what} ends below numbers that were already given out`, { cause: error });
    throw error;
  }
  const active = await transaction.findRow(lockOwnRange, [kind, authority ?? '']);
  if (active === null)
    throw new CaError('internal', `The ${what} begins where a range of another authority does`, {
      subject: authority ?? '',
    });
}
