// Finds out what has happened in a directory since a mark, by one look at the server's root entry where nothing has.
import type { DirectoryEntry } from '#codecs/ldif';
import type { Clock } from '#platform';
import type { DirectoryChanges } from '../dogtag-directory/directory-reader.ts';
import type { ChangeMark } from '../import-source.ts';
import {
  changedSince,
  findGap,
  findLostWitness,
  findNumberMark,
  findNumbers,
  markOfNumbers,
  markOfTime,
  type NumberMark,
  remembersRemovals,
  type Witness,
} from './directory-changes.ts';
import type { DirectoryConnection } from './directory-connection.ts';

const namesPageSize = 1000;
/** A change that had its number when the server was asked is visible by then. */
const visibleAfterMs = 10_000;
/** Only what tells the state of the numbers; the root entry has much more. */
const rootAttributes = ['lastusn', 'nsBackendSuffix', 'netscapeMDSuffix'];

interface NumberedName {
  readonly dn: string;
  readonly uniqueId: string;
  readonly number: bigint;
}

export class ChangeReviewer {
  readonly #connection: DirectoryConnection;
  readonly #base: string;
  readonly #clock: Clock;
  /** Since when the last number has been what it is, and the mark up to which nothing was left to see. */
  #still: { readonly last: bigint; readonly since: Date; settled: string | null } | null = null;
  /** What was named by the last review: who comes back with the mark that it gave has taken that. */
  #named: { readonly mark: string; readonly numbers: ReadonlyMap<string, bigint> } | null = null;

  constructor(connection: DirectoryConnection, base: string, clock: Clock) {
    this.#connection = connection;
    this.#base = base;
    this.#clock = clock;
  }

  async mark(): Promise<ChangeMark> {
    const now = this.#clock.now();
    const numbers = findNumbers(await this.#rootEntry(), this.#base);
    if (numbers === null) return markOfTime(now);
    const { since } = markOfNumbers(numbers, [], now);
    return markOfNumbers(numbers, witnessesOf(await this.#changed(since)), now);
  }

  async review(since: string): Promise<DirectoryChanges> {
    const now = this.#clock.now();
    const numbers = findNumbers(await this.#rootEntry(), this.#base);
    const before = findNumberMark(since);
    const gap = before === null ? null : findGap(before, numbers);
    if (gap !== null) return { gap, changed: null, removed: null, mark: await this.mark() };
    if (numbers === null) return { gap: null, changed: null, removed: null, mark: markOfTime(now) };
    // A mark of before the server kept numbers, or of a release of Retag that noted less.
    if (before === null) return { gap: null, changed: null, removed: null, mark: await this.mark() };
    const still = this.#watch(numbers.last, now);
    if (still.settled === since)
      return { gap: null, changed: [], removed: [], mark: { since, until: `usn:${numbers.last}` } };
    const changed = await this.#changed(since);
    const removed = await this.#removed(since);
    const lost = findLostWitness(
      before,
      new Map([...changed, ...removed].map(({ uniqueId, number }) => [uniqueId, number])),
    );
    if (lost !== null) return { gap: lost, changed: null, removed: null, mark: await this.mark() };
    const mark = markOfNumbers(numbers, newestWitnesses(before, changed), now);
    const isVisible = now.getTime() - still.since.getTime() > visibleAfterMs;
    if (isVisible && before.last === numbers.last) still.settled = mark.since;
    const taken = this.#named?.mark === since ? this.#named.numbers : new Map<string, bigint>();
    const isNew = ({ uniqueId, number }: NumberedName) => uniqueId === '' || taken.get(uniqueId) !== number;
    this.#named = {
      mark: mark.since,
      numbers: new Map([...changed, ...removed].map((name) => [name.uniqueId, name.number])),
    };
    return {
      gap: null,
      changed: changed.filter(isNew).map(({ dn }) => dn),
      removed: remembersRemovals(before, now) ? removed.filter(isNew).map(({ dn }) => dn) : null,
      mark,
    };
  }

  #watch(last: bigint, now: Date) {
    if (this.#still?.last !== last) this.#still = { last, since: now, settled: null };
    return this.#still;
  }

  async #changed(since: string): Promise<NumberedName[]> {
    const query = {
      scope: 'sub',
      filter: changedSince(since),
      attributes: ['entryUSN', 'nsUniqueId'],
      pageSize: namesPageSize,
    } as const;
    const { kept } = await this.#connection.collect(this.#base, query, (entry) => numberedName(entry, entry.dn));
    return kept;
  }

  /** 389 Directory Server keeps what was removed under another name, with the number of the removal and the name that it had. */
  async #removed(since: string): Promise<NumberedName[]> {
    const query = {
      scope: 'sub',
      filter: `(&(objectClass=nsTombstone)${changedSince(since)})`,
      attributes: ['entryUSN', 'nsUniqueId', 'nscpEntryDN'],
      pageSize: namesPageSize,
    } as const;
    const { kept } = await this.#connection.collect(this.#base, query, (entry) =>
      numberedName(entry, entry.findText('nscpEntryDN') ?? entry.dn),
    );
    return kept;
  }

  async #rootEntry(): Promise<DirectoryEntry | null> {
    const query = { scope: 'base', filter: '(objectClass=*)', attributes: rootAttributes } as const;
    const [root] = await this.#connection.search('', query);
    return root ?? null;
  }
}

function numberedName(entry: DirectoryEntry, dn: string): NumberedName | null {
  const number = entry.findText('entryUSN');
  if (number === null || !/^[0-9]{1,20}$/.test(number)) return null;
  return { dn, uniqueId: entry.findText('nsUniqueId') ?? '', number: BigInt(number) };
}

function witnessesOf(names: readonly NumberedName[]): readonly Witness[] {
  return names.filter(({ uniqueId }) => uniqueId !== '');
}

/** Where nothing has changed meanwhile, those of before. */
function newestWitnesses(before: NumberMark, changed: readonly NumberedName[]): readonly Witness[] {
  const found = witnessesOf(changed);
  return found.length === 0 ? before.witnesses : found;
}
