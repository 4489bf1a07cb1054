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
}

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

/**
 * A foreign store. All methods reject with SourceError when the store cannot be read; broken entries are no such failure but findings, and the
 * rest is read nonetheless. A lost connection is mended within, so that callers see a pause at most.
 */
export interface ImportSource {
  /** Names the source in provenance and for people; never holds a password. */
  readonly name: string;
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
  markChanges(): Promise<ChangeMark>;
  /** Whether `readChanges` can tell what has changed since this mark's `since`: not of another server or file, nor of one set back since. */
  tellsChangesSince(mark: string): Promise<boolean>;
  /**
   * What of a kind was added or changed since a mark's `since`, in no order, some perhaps unchanged. With the `until` of a later mark only
   * those that had changed by then and have not been changed again; without it all. Deletions do not show.
   */
  readChanges(kind: ChangingKind, since: string, until?: string): AsyncIterable<SourceBatch>;
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
