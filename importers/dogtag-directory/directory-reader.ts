// What reading a Dogtag directory needs of whatever holds it: a live server or a recorded file.
import type { DirectoryEntry } from '#codecs/ldif';
import type { ChangeMark } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';

/** A container whose children are numbered: named `cn=<number>`, with the number once more in `attribute`, prefixed by its length. */
export interface NumberedContainer {
  readonly dn: string;
  readonly objectClass: string;
  readonly attribute: string;
  /** Attributes that are wanted of the children; null for all of them. A hint: readers may bring more. */
  readonly wanted: readonly string[] | null;
}

export interface NumberedBatch {
  /** Ascending by the number in the attribute; may be gone through once only. */
  readonly entries: Iterable<DirectoryEntry>;
  /** The number behind the last entry: who goes on from here also meets what is added at the end meanwhile. */
  readonly next: bigint;
}

/** An entry by its name and classes. */
export interface SurveyedEntry {
  readonly dn: string;
  readonly objectClasses: readonly string[];
}

export interface Survey {
  readonly entries: readonly SurveyedEntry[];
  /** A container in which the search for entries with children was forbidden; else null. */
  readonly unseen: string | null;
}

/** Names of what has happened since a mark. */
export interface DirectoryChanges {
  /** As in ChangeReview. */
  readonly gap: string | null;
  /** Entries added or changed, in no order; null when everything may have been. */
  readonly changed: readonly string[] | null;
  /** Entries removed, by the names that they had; null when the directory cannot tell. */
  readonly removed: readonly string[] | null;
  readonly mark: ChangeMark;
}

/** All methods reject with SourceError when the directory cannot be read. A missing container is an empty one. */
export interface DirectoryReader {
  /** For people and provenance, such as `ldap://127.0.0.1:3389/o=ipaca`. */
  readonly name: string;
  /** What answers, such as vendor and version, and what is odd about the whole of it. */
  describeServer(): Promise<{
    readonly server: string;
    readonly remarks: readonly string[];
    readonly findings?: readonly SourceFinding[];
  }>;
  findEntry(dn: string): Promise<DirectoryEntry | null>;
  /** All children of an object class (`*`: of any) in the directory's order, which is that of their creation. For containers that fit in memory. */
  listChildren(containerDn: string, objectClass: string): Promise<readonly DirectoryEntry[]>;
  /** At most `count` children of an object class, any of them. */
  sampleChildren(containerDn: string, objectClass: string, count: number): Promise<readonly DirectoryEntry[]>;
  /** Children with this attribute value (equality as the directory understands it). */
  findChildren(containerDn: string, attribute: string, value: string): Promise<readonly DirectoryEntry[]>;
  /** Entries under the base that lost a replication conflict, hidden ones too. */
  findConflicts(): Promise<readonly DirectoryEntry[]>;
  /** How many children a container has, whatever they are; null when the directory cannot tell. */
  countChildren(containerDn: string): Promise<number | null>;
  /** Children from number `from` on, ascending, in batches of a few hundred. */
  readNumbered(container: NumberedContainer, from: bigint): AsyncIterable<NumberedBatch>;
  /**
   * Names of children that `readNumbered` cannot meet, because their attribute is missing or not the canonical text of a number. `expected` is how many
   * there must be, null where nobody knows: a reader that has found so many need not look at all others.
   */
  listUnnumbered(container: NumberedContainer, expected: number | null): AsyncIterable<string>;
  /** Every entry under `base`, itself too, subentries too; of the children of `numbered` containers only those that have children themselves. */
  surveyTree(base: string, numbered: readonly string[]): AsyncIterable<Survey>;
  /** Deleted entries that the directory remembers, as far as `surveyTree` does not meet them. */
  countTombstones(base: string): Promise<number>;
  markChanges(): Promise<ChangeMark>;
  /** Under the base. */
  reviewChanges(since: string): Promise<DirectoryChanges>;
  /** Children changed since a mark and (unless `until` is null) not after another; with `names`, no others are looked for. */
  readChanged(
    containerDn: string,
    objectClass: string,
    limits: { readonly since: string; readonly until: string | null; readonly names?: readonly string[] | undefined },
  ): AsyncIterable<readonly DirectoryEntry[]>;
  close(): Promise<void>;
}
