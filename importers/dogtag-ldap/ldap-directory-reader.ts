// Reads a Dogtag directory from a live server. Paging and sorting are left aside for the big containers: servers limit both for everybody but the
// directory manager, cookies die with the connection, and 389 Directory Server sorts all entries for every page. Stretches of numbers need none of it.
import { encodePrefixedNumber, prefixedNumberMax } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { Clock, Log } from '#platform';
import type {
  DirectoryChanges,
  DirectoryReader,
  NumberedBatch,
  NumberedContainer,
} from '../dogtag-directory/directory-reader.ts';
import { findCanonicalNumber, sortByNumber } from '../dogtag-directory/numbered-entry.ts';
import { type ChangeMark, SourceError } from '../import-source.ts';
import { ChangeReviewer } from './change-reviewer.ts';
import { changedSince, changedUntil, findNumbers } from './directory-changes.ts';
import { DirectoryConnection } from './directory-connection.ts';
import type { DirectorySettings } from './directory-settings.ts';
import { NumberGaps } from './number-gaps.ts';
import { entriesMax, NumberedWindow } from './numbered-window.ts';
import { StretchesAhead } from './stretches-ahead.ts';
import { countTombstones, surveyDirectory } from './survey-directory.ts';

const pageSize = 200;
const namesPageSize = 1000;
/** Names before `0` and behind `9`; in that order stands whatever begins with anything but a digit. */
const beyondDigits = '(cn<=/)(cn>=:)';

/** Nothing is asked of the server before the first read. `base` is the CA's base, such as `o=ipaca`. */
export function createLdapDirectoryReader(
  settings: DirectorySettings & { readonly base: string },
  dependencies: { readonly log: Log; readonly clock: Clock },
): DirectoryReader {
  return new LdapDirectoryReader(settings, dependencies);
}

interface Stretch {
  /** Ascending, at least one. */
  readonly numbered: readonly { readonly entry: DirectoryEntry; readonly number: bigint }[];
  /** Behind the last of them. */
  readonly next: bigint;
  /** Behind what was asked for. */
  readonly end: bigint;
}

class LdapDirectoryReader implements DirectoryReader {
  readonly name: string;
  readonly #connection: DirectoryConnection;
  readonly #base: string;
  readonly #changes: ChangeReviewer;
  /** Of containers that were read from their beginning, by their names. */
  readonly #gaps = new Map<string, NumberGaps>();

  constructor(
    settings: DirectorySettings & { readonly base: string },
    { log, clock }: { readonly log: Log; readonly clock: Clock },
  ) {
    this.#connection = new DirectoryConnection(settings, log);
    this.#base = settings.base;
    this.#changes = new ChangeReviewer(this.#connection, settings.base, clock);
    this.name = `${this.#connection.name}/${settings.base}`;
  }

  async describeServer() {
    const root = await this.#rootEntry();
    const server = [root?.findText('vendorName'), root?.findText('vendorVersion')].filter(Boolean).join(' ');
    const follows =
      findNumbers(root, this.#base) === null
        ? 'modification times (the USN plug-in is off): slower, and what is removed is noticed late'
        : 'update sequence numbers';
    return { server: server || 'unknown directory server', remarks: [`changes are followed by ${follows}`] };
  }

  async findEntry(dn: string): Promise<DirectoryEntry | null> {
    const [entry] = await this.#connection.search(dn, { scope: 'base', filter: '(objectClass=*)' });
    return entry ?? null;
  }

  async listChildren(containerDn: string, objectClass: string): Promise<readonly DirectoryEntry[]> {
    const query = { scope: 'one', filter: `(objectClass=${objectClass})`, pageSize } as const;
    const { kept } = await this.#connection.collect(containerDn, query, (entry) => entry);
    return kept;
  }

  sampleChildren(containerDn: string, objectClass: string, count: number): Promise<readonly DirectoryEntry[]> {
    return this.#connection.search(containerDn, {
      scope: 'one',
      filter: `(objectClass=${objectClass})`,
      sizeLimit: count,
    });
  }

  findChildren(containerDn: string, attribute: string, value: string): Promise<readonly DirectoryEntry[]> {
    return this.#connection.search(containerDn, { scope: 'one', filter: `(${attribute}=${escapeFilterValue(value)})` });
  }

  async findConflicts(): Promise<readonly DirectoryEntry[]> {
    const found = new Map<string, DirectoryEntry>();
    // Since 1.4 the server hides them from whoever does not ask for subentries.
    for (const filter of ['(nsds5ReplConflict=*)', '(&(objectClass=ldapSubEntry)(nsds5ReplConflict=*))']) {
      const query = { scope: 'sub', filter, attributes: ['*', 'nsds5ReplConflict'], pageSize } as const;
      const { kept } = await this.#connection.collect(this.#base, query, (entry) => entry);
      for (const entry of kept) found.set(entry.dn, entry);
    }
    return [...found.values()];
  }

  async countChildren(containerDn: string): Promise<number | null> {
    const [entry] = await this.#connection.search(containerDn, {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: ['numSubordinates'],
    });
    if (entry === undefined) return 0;
    const text = entry.findText('numSubordinates');
    return text !== null && /^[0-9]{1,10}$/.test(text) ? Number(text) : null;
  }

  async *readNumbered(container: NumberedContainer, from: bigint): AsyncGenerator<NumberedBatch> {
    const window = new NumberedWindow();
    const stretches = new StretchesAhead((low: bigint, high: bigint) => this.#findBetween(container, low, high));
    const gaps = from <= 0n ? new NumberGaps() : this.#gaps.get(container.dn);
    if (gaps !== undefined) this.#gaps.set(container.dn, gaps);
    // Dogtag never writes negative numbers here; `0` is the smallest that the order of texts holds for.
    let pending = this.#readStretch(container, from < 0n ? 0n : from, window, stretches);
    for (;;) {
      const stretch = await pending;
      if (stretch === null) return;
      // Ask for the next stretch while the caller works on this one.
      pending = this.#readStretch(container, stretch.end, window, stretches);
      pending.catch(() => {});
      for (const { number } of stretch.numbered) gaps?.note(number);
      yield { entries: stretch.numbered.map(({ entry }) => entry), next: stretch.next };
    }
  }

  async *listUnnumbered(container: NumberedContainer, expected: number | null): AsyncGenerator<string> {
    // Nearly always the index of names leads to them. To list all names, the server goes through all entries.
    const passedOver = expected === null ? [] : await this.#listPassedOver(container);
    const isAll = passedOver.length === expected;
    yield* (isAll ? passedOver : await this.#listOdd(container, `(objectClass=${container.objectClass})`)).sort();
  }

  surveyTree(base: string, numbered: readonly string[]) {
    return surveyDirectory(this.#connection, base, numbered);
  }

  countTombstones(base: string): Promise<number> {
    return countTombstones(this.#connection, base);
  }

  markChanges(): Promise<ChangeMark> {
    return this.#changes.mark();
  }

  reviewChanges(since: string): Promise<DirectoryChanges> {
    return this.#changes.review(since);
  }

  async *readChanged(
    containerDn: string,
    objectClass: string,
    limits: { readonly since: string; readonly until: string | null; readonly names?: readonly string[] | undefined },
  ): AsyncGenerator<readonly DirectoryEntry[]> {
    const { until } = limits;
    const names = limits.names ?? (await this.#findChanged(containerDn, objectClass, limits));
    for (let i = 0; i < names.length; i += pageSize) {
      // Asked again with the limit: an entry may have been changed once more since its name was found.
      const filter = until === null ? '(objectClass=*)' : changedUntil(until);
      const found = await Promise.all(
        names.slice(i, i + pageSize).map((dn) => this.#connection.search(dn, { scope: 'base', filter })),
      );
      yield found.flat();
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** By the index of names: those that are no numbers, and numbers that were passed over. Nothing where the server will not do that. */
  async #listPassedOver(container: NumberedContainer): Promise<string[]> {
    const numbers = this.#gaps.get(container.dn)?.numbers ?? [];
    const filters = [beyondDigits];
    for (let i = 0; i < numbers.length; i += pageSize)
      filters.push(
        numbers
          .slice(i, i + pageSize)
          .map((number) => `(cn=${number})`)
          .join(''),
      );
    const found = new Set<string>();
    try {
      for (const filter of filters) for (const name of await this.#listOdd(container, `(|${filter})`)) found.add(name);
    } catch (error) {
      if (error instanceof SourceError && error.code !== 'unreachable') return [];
      throw error;
    }
    return [...found];
  }

  async #listOdd(container: NumberedContainer, filter: string): Promise<string[]> {
    const attributes = ['objectClass', container.attribute];
    const query = { scope: 'one', filter, attributes, pageSize: namesPageSize } as const;
    const name = (entry: DirectoryEntry) => (isOdd(entry, container) ? entry.dn : null);
    return (await this.#connection.collect(container.dn, query, name)).kept;
  }

  /** Names first: they are few octets each, so that the entries can be read in small pieces without holding pages open. */
  async #findChanged(
    containerDn: string,
    objectClass: string,
    { since, until }: { readonly since: string; readonly until: string | null },
  ): Promise<readonly string[]> {
    const query = {
      scope: 'one',
      filter: `(&(objectClass=${objectClass})${changedSince(since)}${until === null ? '' : changedUntil(until)})`,
      attributes: ['1.1'],
      pageSize: namesPageSize,
    } as const;
    const { kept } = await this.#connection.collect(containerDn, query, ({ dn }) => dn);
    return kept;
  }

  /** The next stretch that holds entries, with the first number behind it; null when there are no more. */
  async #readStretch(
    container: NumberedContainer,
    from: bigint,
    window: NumberedWindow,
    stretches: StretchesAhead<DirectoryEntry[] | null>,
  ): Promise<Stretch | null> {
    let known: bigint | null = null;
    let low = from;
    while (low <= prefixedNumberMax) {
      const width = window.width;
      const high = low + width - 1n < prefixedNumberMax ? low + width - 1n : prefixedNumberMax;
      const entries = await stretches.read(low, high, window.isDense);
      if (entries === null) {
        if (!window.shrink(high - low + 1n))
          throw new SourceError(
            'limited',
            `${this.name} does not even answer for the single number ${low} under ${container.dn}`,
          );
        continue;
      }
      window.found(entries.length);
      const sorted = sortByNumber(entries, container.attribute);
      const last = sorted.at(-1);
      if (last !== undefined) return { numbered: sorted, next: last.number + 1n, end: high + 1n };
      low = high + 1n;
      // A gap: is there anything behind it at all?
      if (known === null || known < low) {
        const behind = await this.#findBehind(container, low);
        if (behind === null) return null;
        known = behind;
      }
    }
    return null;
  }

  /** Entries with numbers in [low, high]; null when they are too many for us or for the server. */
  async #findBetween(container: NumberedContainer, low: bigint, high: bigint): Promise<DirectoryEntry[] | null> {
    const { attribute, objectClass } = container;
    // The class is looked at here: the server would read the list of all entries of that class for every stretch, which grows with the square of their number.
    const filter = `(&(${attribute}>=${encodePrefixedNumber(low)})(${attribute}<=${encodePrefixedNumber(high)}))`;
    const attributes = container.wanted === null ? [] : ['objectClass', ...container.wanted];
    const isWanted = (entry: DirectoryEntry) => isOfClass(entry, objectClass);
    const query = { scope: 'one', filter, attributes } as const;
    try {
      // So few numbers cannot be too many entries, and 389 Directory Server spends three times as long on an answer that it gives by pages.
      if (high - low < BigInt(entriesMax)) return (await this.#connection.search(container.dn, query)).filter(isWanted);
      const { kept, isComplete } = await this.#connection.collect(
        container.dn,
        { ...query, pageSize: entriesMax, max: entriesMax },
        (entry) => entry,
      );
      return isComplete ? kept.filter(isWanted) : null;
    } catch (error) {
      if (error instanceof SourceError && error.code === 'limited') return null;
      throw error;
    }
  }

  /** Some number from `from` on, not always the lowest; null when there is none. When the server's limits hide it, `from` itself. */
  async #findBehind(container: NumberedContainer, from: bigint): Promise<bigint | null> {
    const filter = `(${container.attribute}>=${encodePrefixedNumber(from)})`;
    try {
      const [entry] = await this.#connection.search(container.dn, {
        scope: 'one',
        filter,
        attributes: [container.attribute],
        sizeLimit: 1,
      });
      return entry === undefined ? null : (findCanonicalNumber(entry, container.attribute) ?? from);
    } catch (error) {
      if (error instanceof SourceError && error.code === 'limited') return from;
      throw error;
    }
  }

  async #rootEntry(): Promise<DirectoryEntry | null> {
    const [root] = await this.#connection.search('', {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: ['*', '+'],
    });
    return root ?? null;
  }
}

/** Whether no number leads to an entry. */
function isOdd(entry: DirectoryEntry, { objectClass, attribute }: NumberedContainer): boolean {
  return isOfClass(entry, objectClass) && findCanonicalNumber(entry, attribute) === null;
}

function isOfClass(entry: DirectoryEntry, objectClass: string): boolean {
  return entry.texts('objectClass').some((name) => name.toLowerCase() === objectClass.toLowerCase());
}

/** RFC 4515 section 3. */
function escapeFilterValue(value: string): string {
  return value.replace(/[\0()*\\]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
