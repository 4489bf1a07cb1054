// Reads a Dogtag directory from a recorded LDIF file, held in memory: for trials and for backups, not for millions of entries.
import { normalizeEntryName, parseEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
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
import { type LdifContent, readLdifFile } from './read-ldif-file.ts';

const batchSize = 250;

/** A recorded directory, which also knows where in it a CA is. */
export interface RecordedDirectory extends DirectoryReader {
  /** Bases (`o=ipaca`) of the CAs in it. */
  findBases(): readonly string[];
}

/** Reads the whole file. Rejects with SourceError when it cannot be read, is larger than 1 GiB or is not LDIF. */
export async function openLdifDirectoryReader(file: string): Promise<RecordedDirectory> {
  return new LdifDirectoryReader(`ldif:${file}`, await readLdifFile(file));
}

class LdifDirectoryReader implements RecordedDirectory {
  readonly name: string;
  readonly #entries = new Map<string, DirectoryEntry>();
  readonly #children = new Map<string, DirectoryEntry[]>();
  readonly #content: LdifContent;

  constructor(name: string, content: LdifContent) {
    this.name = name;
    this.#content = content;
    for (const entry of content.entries) {
      // The root of all names (RFC 4512 section 5.1), which a search from there brings along.
      if (entry.dn === '') continue;
      const parts = parseEntryName(entry.dn);
      if (parts === null) throw new SourceError('malformed', `${name}: ${JSON.stringify(entry.dn)} is not a name`);
      const key = normalizeEntryName(entry.dn);
      if (this.#entries.has(key))
        throw new SourceError('malformed', `${name}: ${JSON.stringify(entry.dn)} occurs twice`);
      this.#entries.set(key, entry);
      const parentKey = parentKeyOf(entry.dn);
      const siblings = this.#children.get(parentKey);
      if (siblings === undefined) this.#children.set(parentKey, [entry]);
      else siblings.push(entry);
    }
  }

  async describeServer() {
    const { tombstoneCount, findings } = this.#content;
    const deleted = tombstoneCount === 0 ? '' : `, and ${tombstoneCount} that were deleted, which are left out`;
    const remarks = [`${this.#entries.size} entries${deleted}; a recording does not change`];
    return { server: 'recorded directory', remarks, findings };
  }

  findBases(): readonly string[] {
    return [...this.#entries.values()].flatMap(
      ({ dn }) => /^ou=certificateRepository\s*,\s*ou=ca\s*,\s*(.+)$/i.exec(dn)?.[1] ?? [],
    );
  }

  async findEntry(dn: string): Promise<DirectoryEntry | null> {
    return this.#entries.get(normalizeEntryName(dn)) ?? null;
  }

  async listChildren(containerDn: string, objectClass: string): Promise<readonly DirectoryEntry[]> {
    return this.#childrenOf(containerDn, objectClass);
  }

  async sampleChildren(containerDn: string, objectClass: string, count: number): Promise<readonly DirectoryEntry[]> {
    return this.#childrenOf(containerDn, objectClass).slice(0, count);
  }

  async findChildren(containerDn: string, attribute: string, value: string): Promise<readonly DirectoryEntry[]> {
    const wanted = value.toLowerCase();
    const siblings = this.#children.get(normalizeEntryName(containerDn)) ?? [];
    return siblings.filter((entry) => entry.texts(attribute).some((text) => text.toLowerCase() === wanted));
  }

  async findConflicts(): Promise<readonly DirectoryEntry[]> {
    return [...this.#entries.values()].filter(isReplicationConflict);
  }

  async countChildren(containerDn: string): Promise<number> {
    return this.#children.get(normalizeEntryName(containerDn))?.length ?? 0;
  }

  async *readNumbered(container: NumberedContainer, from: bigint): AsyncGenerator<NumberedBatch> {
    const children = this.#childrenOf(container.dn, container.objectClass);
    const numbered = sortByNumber(children, container.attribute).filter(({ number }) => number >= from);
    for (let i = 0; i < numbered.length; ) {
      let end = Math.min(i + batchSize, numbered.length);
      // Entries with the same number belong into one batch, since the next begins behind it.
      while (end < numbered.length && numbered[end]?.number === numbered[end - 1]?.number) end++;
      const entries = numbered.slice(i, end);
      yield { entries: entries.map(({ entry }) => entry), next: (entries.at(-1)?.number ?? 0n) + 1n };
      i = end;
    }
  }

  async *listUnnumbered(container: NumberedContainer): AsyncGenerator<string> {
    for (const entry of this.#childrenOf(container.dn, container.objectClass))
      if (findCanonicalNumber(entry, container.attribute) === null) yield entry.dn;
  }

  /** Whatever stands under the base, whether or not the file holds the containers above it. */
  async *surveyTree(base: string, numbered: readonly string[]): AsyncGenerator<Survey> {
    const top = normalizeEntryName(base);
    const isNumbered = new Set(numbered.map(normalizeEntryName));
    for (const [key, entry] of this.#entries) {
      if (key !== top && !key.endsWith(`,${top}`)) continue;
      if (isNumbered.has(parentKeyOf(entry.dn)) && !this.#children.has(key)) continue;
      yield { entries: [{ dn: entry.dn, objectClasses: entry.texts('objectClass') }], unseen: null };
    }
  }

  /** A file that holds them shows them among the others. */
  async countTombstones(): Promise<number> {
    return 0;
  }

  async markChanges(): Promise<ChangeMark> {
    return { since: 'none', until: 'none' };
  }

  async reviewChanges(): Promise<DirectoryChanges> {
    return { gap: null, changed: [], removed: [], mark: await this.markChanges() };
  }

  async *readChanged(): AsyncGenerator<readonly DirectoryEntry[]> {}

  async close(): Promise<void> {}

  #childrenOf(containerDn: string, objectClass: string): DirectoryEntry[] {
    const wanted = objectClass.toLowerCase();
    const siblings = this.#children.get(normalizeEntryName(containerDn)) ?? [];
    if (wanted === '*') return siblings;
    return siblings.filter((entry) => entry.texts('objectClass').some((text) => text.toLowerCase() === wanted));
  }
}

function parentKeyOf(dn: string): string {
  const [, ...place] = JSON.parse(`[${normalizeEntryName(dn)}]`) as unknown[];
  return place.map((part) => JSON.stringify(part)).join();
}
