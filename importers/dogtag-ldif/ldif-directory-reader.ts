// Reads a Dogtag directory from a recorded LDIF file of any size: entries with numbers are left in the file, and only their places are kept.
import {
  encodePrefixedNumber,
  normalizeEntryName,
  parseEntryName,
  parsePrefixedNumber,
} from '#codecs/dogtag-directory';
import type { DirectoryEntry, LdifRecordText } from '#codecs/ldif';
import type {
  DirectoryChanges,
  DirectoryReader,
  NumberedBatch,
  NumberedContainer,
  Survey,
} from '../dogtag-directory/directory-reader.ts';
import { findCanonicalNumber, sortByNumber } from '../dogtag-directory/numbered-entry.ts';
import { isReplicationConflict } from '../dogtag-directory/replication-conflicts.ts';
import { type ChangeMark, SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';
import { LdifFile } from './ldif-file.ts';
import { type EntryPlace, NumberedPlaces } from './numbered-places.ts';
import { glanceAt, numberedContainerOf } from './record-glance.ts';

const batchSize = 100;
/** Entries with several subjects, or none, are always looked at. */
const anyDigest = 0;

/** Children of a container that are numbered. */
interface Numbered {
  readonly places: NumberedPlaces;
  /** Those without a usable number, by normalized name. */
  readonly odd: Map<string, EntryPlace>;
  /** Those whose number is not their name, which stand among the places too. */
  readonly misnamed: Map<string, EntryPlace>;
}

/** A recorded directory, which also knows where in it a CA is. */
export interface RecordedDirectory extends DirectoryReader {
  /** Bases (`o=ipaca`) of the CAs in it. */
  findBases(): readonly string[];
}

/** Reads the whole file once, to know where everything is. Rejects with SourceError when it cannot be read or is not LDIF. */
export async function openLdifDirectoryReader(file: string): Promise<RecordedDirectory> {
  const opened = await LdifFile.open(file);
  const reader = new LdifDirectoryReader(`ldif:${file}`, opened);
  try {
    await reader.index();
  } catch (error) {
    await opened.close();
    throw error;
  }
  return reader;
}

class LdifDirectoryReader implements RecordedDirectory {
  readonly name: string;
  readonly #file: LdifFile;
  readonly #entries = new Map<string, DirectoryEntry>();
  readonly #children = new Map<string, DirectoryEntry[]>();
  readonly #numbered = new Map<string, Numbered>();
  /** Names of containers as they are spelled, which are few. */
  readonly #containerKeys = new Map<string, string>();
  /** Entries that lost a conflict of replicas: the directory hides them from its clients. */
  readonly #conflicts: DirectoryEntry[] = [];
  #tombstoneCount = 0;
  #endsLine = true;
  #digest = '';

  constructor(name: string, file: LdifFile) {
    this.name = name;
    this.#file = file;
  }

  async index(): Promise<void> {
    const scanned = await this.#file.scan((record) => this.#take(record));
    this.#digest = scanned.sha256;
    this.#endsLine = scanned.endsLine;
    for (const { places } of this.#numbered.values()) places.seal();
    await this.#refuseDoubles();
  }

  async describeServer() {
    const numbered = [...this.#numbered.values()].map(({ places, odd }) => places.count + odd.size);
    const count = numbered.reduce((sum, one) => sum + one, this.#entries.size);
    const deleted =
      this.#tombstoneCount === 0 ? '' : `, and ${this.#tombstoneCount} that were deleted, which are left out`;
    const remarks = [`${count} entries${deleted}; a recording does not change`];
    return { server: 'recorded directory', remarks, findings: this.#endsLine ? [] : [this.#cutOff()] };
  }

  #cutOff(): SourceFinding {
    const message = 'the file ends in the middle of a line; was the export finished?';
    return { kind: 'export-may-be-cut-off', verdict: 'accepted', message, entry: this.name };
  }

  findBases(): readonly string[] {
    return [...this.#entries.values()].flatMap(
      ({ dn }) => /^ou=certificateRepository\s*,\s*ou=ca\s*,\s*(.+)$/i.exec(dn)?.[1] ?? [],
    );
  }

  async findConflicts(): Promise<readonly DirectoryEntry[]> {
    return this.#conflicts;
  }

  async findEntry(dn: string): Promise<DirectoryEntry | null> {
    const key = normalizeEntryName(dn);
    const held = this.#entries.get(key);
    if (held !== undefined) return held;
    const numbered = this.#numbered.get(parentKeyOf(key));
    if (numbered === undefined) return null;
    const known = numbered.odd.get(key) ?? numbered.misnamed.get(key);
    const places = known === undefined ? placesOf(numbered.places, parseEntryName(dn)?.[0]?.value ?? '') : [known];
    const found = await this.#file.read(places);
    return found.find((entry) => normalizeEntryName(entry.dn) === key) ?? null;
  }

  async listChildren(containerDn: string, objectClass: string): Promise<readonly DirectoryEntry[]> {
    return (this.#children.get(normalizeEntryName(containerDn)) ?? []).filter((entry) => isOfClass(entry, objectClass));
  }

  async sampleChildren(containerDn: string, objectClass: string, count: number): Promise<readonly DirectoryEntry[]> {
    const held = await this.listChildren(containerDn, objectClass);
    const { places } = this.#numbered.get(normalizeEntryName(containerDn)) ?? emptyNumbered();
    const ranks = Array.from({ length: Math.min(count, places.count) }, (_, rank) => places.placeAt(rank));
    const read = await this.#file.read(ranks);
    return [...held, ...read.filter((entry) => isOfClass(entry, objectClass))].slice(0, count);
  }

  async findChildren(containerDn: string, attribute: string, value: string): Promise<readonly DirectoryEntry[]> {
    const key = normalizeEntryName(containerDn);
    const { places, odd } = this.#numbered.get(key) ?? emptyNumbered();
    const digest = attribute.toLowerCase() === 'subjectname' ? digestOf(value) : null;
    const candidates: EntryPlace[] = [];
    for (let rank = 0; rank < places.count; rank++) {
      const known = places.digestAt(rank);
      if (digest === null || known === digest || known === anyDigest) candidates.push(places.placeAt(rank));
    }
    const found = [...(this.#children.get(key) ?? [])].filter((entry) => hasValue(entry, attribute, value));
    const all = [...candidates, ...odd.values()];
    for (let i = 0; i < all.length; i += batchSize)
      found.push(
        ...(await this.#file.read(all.slice(i, i + batchSize))).filter((entry) => hasValue(entry, attribute, value)),
      );
    return found;
  }

  async countChildren(containerDn: string): Promise<number> {
    const key = normalizeEntryName(containerDn);
    const { places, odd } = this.#numbered.get(key) ?? emptyNumbered();
    return (this.#children.get(key)?.length ?? 0) + places.count + odd.size;
  }

  async *readNumbered(container: NumberedContainer, from: bigint): AsyncGenerator<NumberedBatch> {
    const { places } = this.#numbered.get(normalizeEntryName(container.dn)) ?? emptyNumbered();
    const readFrom = (rank: number) => {
      let end = Math.min(rank + batchSize, places.count);
      // Entries with the same number belong into one batch, since the next begins behind it.
      while (end < places.count && places.numberAt(end) === places.numberAt(end - 1)) end++;
      const wanted = Array.from({ length: end - rank }, (_, index) => places.placeAt(rank + index));
      return { end, reading: this.#file.readTexts(wanted) };
    };
    yield* this.#readHeld(container, from);
    let rank = places.rankOf(from);
    let ahead = rank < places.count ? readFrom(rank) : null;
    while (ahead !== null) {
      const { end, reading } = ahead;
      const entries = this.#decodeEach(await reading, container.objectClass);
      rank = end;
      // The next batch is read while the caller works on this one.
      ahead = rank < places.count ? readFrom(rank) : null;
      ahead?.reading.catch(() => {});
      yield { entries, next: places.numberAt(end - 1) + 1n };
    }
  }

  /** One after the other, so that each can be forgotten before the next: entries are large, and what is made of them is small. */
  *#decodeEach(texts: readonly LdifRecordText[], objectClass: string): Generator<DirectoryEntry> {
    for (const text of texts) {
      const entry = this.#file.decode(text);
      if (isOfClass(entry, objectClass)) yield entry;
    }
  }

  /** Of containers with few entries, all are in memory; none has some here and some in the file. */
  async *#readHeld({ dn, objectClass, attribute }: NumberedContainer, from: bigint): AsyncGenerator<NumberedBatch> {
    const children = await this.listChildren(dn, objectClass);
    const numbered = sortByNumber(children, attribute).filter(({ number }) => number >= from);
    for (let i = 0; i < numbered.length; ) {
      let end = Math.min(i + batchSize, numbered.length);
      while (end < numbered.length && numbered[end]?.number === numbered[end - 1]?.number) end++;
      const entries = numbered.slice(i, end);
      yield { entries: entries.map(({ entry }) => entry), next: (entries.at(-1)?.number ?? 0n) + 1n };
      i = end;
    }
  }

  async *listUnnumbered(container: NumberedContainer): AsyncGenerator<string> {
    for (const entry of await this.listChildren(container.dn, container.objectClass))
      if (findCanonicalNumber(entry, container.attribute) === null) yield entry.dn;
    const { odd } = this.#numbered.get(normalizeEntryName(container.dn)) ?? emptyNumbered();
    for (const place of odd.values())
      for (const entry of await this.#file.read([place])) if (isOfClass(entry, container.objectClass)) yield entry.dn;
  }

  /** Whatever stands under the base, whether or not the file holds the containers above it. */
  async *surveyTree(base: string, numbered: readonly string[]): AsyncGenerator<Survey> {
    const top = normalizeEntryName(base);
    const isNumbered = new Set(numbered.map(normalizeEntryName));
    for (const [key, entry] of this.#entries) {
      if (key !== top && !key.endsWith(`,${top}`)) continue;
      if (isNumbered.has(parentKeyOf(key)) && !this.#children.has(key)) continue;
      yield { entries: [{ dn: entry.dn, objectClasses: entry.texts('objectClass') }], unseen: null };
    }
  }

  /** A file that holds them shows them among the others. */
  async countTombstones(): Promise<number> {
    return 0;
  }

  async markChanges(): Promise<ChangeMark> {
    const mark = `sha256:${this.#digest}`;
    return { since: mark, until: mark };
  }

  /** A recording does not change; another file under the same name does not tell how it differs. */
  async reviewChanges(since: string): Promise<DirectoryChanges> {
    const mark = await this.markChanges();
    const gap = since === mark.since ? null : 'the file is another one than before';
    return { gap, changed: [], removed: [], mark };
  }

  async *readChanged(): AsyncGenerator<readonly DirectoryEntry[]> {}

  close(): Promise<void> {
    return this.#file.close();
  }

  #take(record: LdifRecordText): void {
    const place = { offset: record.offset, length: record.bytes.length };
    const glance = glanceAt(record.bytes);
    if (glance !== null) {
      const { places } = this.#numberedAt(glance.parentDn);
      const number = canonicalNumber(glance.numberText);
      // Under another name than its number it would not be found by that name: such an entry is looked at.
      if (number !== null && glance.ownName === number.toString()) {
        if (places.add(place, number, digestOf(glance.subject))) return;
      }
    }
    const entry = this.#file.decodeIfAny(record);
    if (entry === null) return;
    if (isOfClass(entry, 'nsTombstone')) this.#tombstoneCount++;
    else if (isReplicationConflict(entry)) this.#conflicts.push(entry);
    else this.#takeDecoded(entry, place);
  }

  #takeDecoded(entry: DirectoryEntry, place: EntryPlace): void {
    const key = normalizeEntryName(entry.dn);
    if (parseEntryName(entry.dn) === null)
      throw new SourceError('malformed', `${this.name}: ${JSON.stringify(entry.dn)} is not a name`);
    const container = numberedContainerOf(entry.dn);
    if (container === null) {
      if (this.#entries.has(key)) throw this.#twice(entry.dn);
      this.#entries.set(key, entry);
      const siblings = this.#children.get(parentKeyOf(key));
      if (siblings === undefined) this.#children.set(parentKeyOf(key), [entry]);
      else siblings.push(entry);
      return;
    }
    const numbered = this.#numberedAt(container.parentDn);
    const number = findCanonicalNumber(entry, container.attribute);
    const subjects = entry.texts('subjectName');
    const digest = subjects.length === 1 ? digestOf(subjects[0] ?? '') : anyDigest;
    const isPlaced = number !== null && numbered.places.add(place, number, digest);
    if (isPlaced && parseEntryName(entry.dn)?.[0]?.value === number.toString()) return;
    const others = isPlaced ? numbered.misnamed : numbered.odd;
    if (others.has(key)) throw this.#twice(entry.dn);
    others.set(key, place);
  }

  /** Two entries of one number may have different names; the same name twice is no directory. */
  async #refuseDoubles(): Promise<void> {
    for (const { places } of this.#numbered.values())
      for (let rank = 1; rank < places.count; rank++) {
        if (places.numberAt(rank) !== places.numberAt(rank - 1)) continue;
        const [one, other] = await this.#file.read([places.placeAt(rank - 1), places.placeAt(rank)]);
        if (one !== undefined && other !== undefined && normalizeEntryName(one.dn) === normalizeEntryName(other.dn))
          throw this.#twice(one.dn);
      }
  }

  #twice(dn: string): SourceError {
    return new SourceError('malformed', `${this.name}: ${JSON.stringify(dn)} occurs twice`);
  }

  #numberedAt(parentDn: string): Numbered {
    let key = this.#containerKeys.get(parentDn);
    if (key === undefined) {
      key = normalizeEntryName(parentDn);
      this.#containerKeys.set(parentDn, key);
    }
    const known = this.#numbered.get(key);
    if (known !== undefined) return known;
    const fresh = emptyNumbered();
    this.#numbered.set(key, fresh);
    return fresh;
  }
}

function emptyNumbered(): Numbered {
  return { places: new NumberedPlaces(), odd: new Map(), misnamed: new Map() };
}

/** Places of the entries that may be called by this number. */
function placesOf(places: NumberedPlaces, value: string): EntryPlace[] {
  const number = /^[0-9]{1,60}$/.test(value) ? BigInt(value) : null;
  if (number === null) return [];
  const found: EntryPlace[] = [];
  for (let rank = places.rankOf(number); rank < places.count && places.numberAt(rank) === number; rank++)
    found.push(places.placeAt(rank));
  return found;
}

function canonicalNumber(text: string): bigint | null {
  const number = parsePrefixedNumber(text);
  return number !== null && number >= 0n && encodePrefixedNumber(number) === text ? number : null;
}

/** FNV-1a over the text without regard to case; never `anyDigest`. */
function digestOf(text: string): number {
  let digest = 0x811c9dc5;
  const folded = text.toLowerCase();
  for (let i = 0; i < folded.length; i++) digest = Math.imul(digest ^ folded.charCodeAt(i), 0x01000193);
  return digest >>> 0 || 1;
}

function hasValue(entry: DirectoryEntry, attribute: string, value: string): boolean {
  const wanted = value.toLowerCase();
  return entry.texts(attribute).some((text) => text.toLowerCase() === wanted);
}

function isOfClass(entry: DirectoryEntry, objectClass: string): boolean {
  return objectClass === '*' || hasValue(entry, 'objectClass', objectClass);
}

/** Of a normalized name: that of what it stands under. */
function parentKeyOf(key: string): string {
  const [, ...place] = JSON.parse(`[${key}]`) as unknown[];
  return place.map((part) => JSON.stringify(part)).join();
}

/** The base of the one CA that a recording holds. Throws SourceError where it holds none, or several. */
export function onlyBase(bases: readonly string[], file: string): string {
  const [base] = bases;
  if (base !== undefined && bases.length === 1) return base;
  const what =
    base === undefined ? 'holds no certificate repository of a CA' : `holds several CAs: ${bases.join(', ')}`;
  throw new SourceError('malformed', `${file} ${what}; name the base (such as "o=ipaca") if you know better`);
}
