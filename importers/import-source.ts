// The contract of every importer: what a foreign store holds, read in a stable order, one by one, or as it changes.
import type { SourceFinding, SourceKind, SourceNumberRange, SourceRecord } from './records.ts';

export interface SourceDescription {
  /** The source's own name. */
  readonly name: string;
  /** What answers there, in its own words. */
  readonly server: string;
  /** IANA name of the zone in which the source's dates were read. */
  readonly timeZone: string;
  /** CA servers that share this store as `host:port`: each of them may sign with the same key. Empty when the source does not say. */
  readonly servers: readonly string[];
  /** Facts for people, in the order in which they should be read. */
  readonly remarks: readonly string[];
  /** Findings about the source as a whole. */
  readonly findings: readonly SourceFinding[];
}

export interface SourceBatch {
  readonly records: readonly SourceRecord[];
  /** About entries of this batch, also of those that yielded no record. */
  readonly findings: readonly SourceFinding[];
  /** Entries looked at, whether or not they yielded a record. */
  readonly entryCount: number;
  /** Hand this to `read` to go on behind this batch. */
  readonly checkpoint: string;
  /** For kinds that come in one piece: the names of all there are, records or not. Null where a batch is only a part. */
  readonly roll: readonly string[] | null;
  /** True of records that come again in their place: issuers that others are to be judged by, ahead of them. */
  readonly isAhead?: boolean;
}

/**
 * How much of a kind a source speaks of. `whole`: everything that its installation has. `part`: some of it, so that what it lacks is not missing.
 * `none`: nothing; that it yields no record of the kind means nothing either.
 */
export type SourceExtent = 'whole' | 'part' | 'none';

/** The kinds whose records can be asked for by name. */
export type SourceName =
  | { readonly kind: 'certificate'; readonly serialNumber: bigint }
  | { readonly kind: 'request'; readonly id: bigint }
  | { readonly kind: 'profile' | 'user' | 'group' | 'authority' | 'crl'; readonly name: string };

/** A moment in the source's own reckoning of changes. */
export interface ChangeMark {
  /** Everything that changes from now on comes behind it, and a little that came before. */
  readonly since: string;
  /** Nothing that changes from now on comes before it. */
  readonly until: string;
}

/**
 * A foreign store. All methods reject with SourceError when the store cannot be read; broken entries are no such failure but findings, and the
 * rest is read nonetheless. A lost connection is mended within, so that callers see a pause at most.
 */
export interface ImportSource {
  /** Names the source in provenance and for people; never holds a password. */
  readonly name: string;
  /** Without it, the whole of every kind. */
  extentOf?(kind: SourceKind): SourceExtent;
  describe(): Promise<SourceDescription>;
  /** Where users are, in the letters in which the directory says it, which may be others than those of the settings; null when it shows no user. */
  findUsersPlace(): Promise<string | null>;
  /** Entries of a kind; null when the source cannot tell without reading them. */
  count(kind: SourceKind): Promise<number | null>;
  /**
   * Everything of a kind, ascending by number or name, from behind the batch whose checkpoint is given (null: from the start), in batches of a
   * few hundred, with bounded memory. What is added meanwhile may or may not be among it: `readChanges` finds it.
   */
  read(kind: SourceKind, after: string | null): AsyncIterable<SourceBatch>;
  /** One object by name, as a batch with one entry; null when there is none. */
  find(name: SourceName): Promise<SourceBatch | null>;
  readNumberRanges(): Promise<{
    readonly ranges: readonly SourceNumberRange[];
    readonly findings: readonly SourceFinding[];
  }>;
  markChanges(): Promise<ChangeMark>;
  /**
   * Certificates and requests added or changed since a mark's `since`, in no order, some perhaps unchanged. With the `until` of a later mark only
   * those that had changed by then and have not been changed again; without it all. Deletions do not show.
   */
  readChanges(kind: 'certificate' | 'request', since: string, until?: string): AsyncIterable<SourceBatch>;
  close(): Promise<void>;
}

/** Kinds in the order in which their records may be taken in, each before those that refer to it. */
export const sourceKinds: readonly SourceKind[] = [
  'authority',
  'profile',
  'user',
  'group',
  'access-rule',
  'domain-host',
  'certificate',
  'request',
  'crl',
];

/** The store cannot be read. `message` is for people and says what to do; it never holds a password. */
export class SourceError extends Error {
  /** `unreachable` may pass by itself; `refused` (credentials, access) and `limited` (the server's limits) need somebody; `malformed` is the store's content. */
  readonly code: 'unreachable' | 'refused' | 'limited' | 'malformed';
  constructor(code: SourceError['code'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'SourceError';
    this.code = code;
  }
}
