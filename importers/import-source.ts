// The contract of every importer: what a foreign store holds, read in a stable order, one by one, or as it changes.
import {
  type KeptSourceKind,
  keptSourceKinds,
  type SourceAccountLine,
  type SourceFinding,
  type SourceKeptSet,
  type SourceKind,
  type SourceNumberRange,
  type SourceRecord,
} from './records.ts';

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
  /** Entries that are kept as they came; absent: none. */
  readonly kept?: readonly SourceKeptSet[];
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

/** The kinds of which there are many, so that changes are followed entry by entry. */
export const changingKinds = [
  'certificate',
  'request',
  'kra-key',
  'kra-request',
  'acme-account',
  'acme-order',
  'acme-authorization',
  'acme-challenge',
  'acme-certificate',
] as const satisfies readonly SourceKind[];
export type ChangingKind = (typeof changingKinds)[number];

/** Kept kinds that are few and read whole each time. */
export const wholeKeptKinds: readonly KeptSourceKind[] = keptSourceKinds.filter(
  (kind) => !changingKinds.some((changing) => changing === kind),
);

/** A moment in the source's own reckoning of changes. */
export interface ChangeMark {
  /** Everything that changes from now on comes behind it, and a little that came before. */
  readonly since: string;
  /** Nothing that changes from now on comes before it. */
  readonly until: string;
}

/** What has happened in a source since a mark, by kind and name. */
export interface ChangeReview {
  /**
   * Why the mark says nothing here (any more): another server answers, or its database was replaced by an older one. Everything must then be read
   * again, and what is gone be looked for. Null while the mark holds.
   */
  readonly gap: string | null;
  /** Kinds of which something may have been added, changed or removed. */
  readonly kinds: ReadonlySet<SourceKind>;
  /** Numbers of what was added or changed; null when only `readChanges` can tell. What was reviewed by the mark before is not named again. */
  readonly changed: { readonly certificate: readonly bigint[]; readonly request: readonly bigint[] } | null;
  /** Certificates and requests that are gone, with their entries; null when the source cannot tell without being read to its end. */
  readonly removed: readonly RemovedObject[] | null;
  /** The mark to review from next time, taken before this was looked at. */
  readonly mark: ChangeMark;
}

/** Of a kind, what a review has named; undefined where `readChanges` has to tell. */
export function numbersOf(changed: ChangeReview['changed'], kind: ChangingKind): readonly bigint[] | undefined {
  return kind === 'certificate' || kind === 'request' ? changed?.[kind] : undefined;
}

export interface RemovedObject {
  readonly kind: 'certificate' | 'request';
  readonly number: bigint;
  readonly entry: string;
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
  /** Every entry of the source by container and class, and what becomes of it; what nobody has thought of comes first. */
  account(): Promise<readonly SourceAccountLine[]>;
  /** How the source calls what holds an object, whether or not there is one. */
  entryOf(name: SourceName): string;
  /** Numbers of all certificates or requests, ascending; the few that stand outside of their order may be left out. */
  listNumbers(kind: 'certificate' | 'request'): AsyncIterable<bigint>;
  markChanges(): Promise<ChangeMark>;
  /** Cheap where nothing has happened, so that it may be asked several times a second. `since` is a mark's `since`, of today or of long ago. */
  reviewChanges(since: string): Promise<ChangeReview>;
  /**
   * What of a kind was added or changed since a mark's `since`, in no order, some perhaps unchanged. With the `until` of a later mark only
   * those that had changed by then and have not been changed again; without it (or null) all. With `only`, the numbers of certificates or requests that a review named, no others
   * are looked for. Deletions do not show.
   */
  readChanges(
    kind: ChangingKind,
    since: string,
    until?: string | null,
    only?: readonly bigint[],
  ): AsyncIterable<SourceBatch>;
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
  ...keptSourceKinds,
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
