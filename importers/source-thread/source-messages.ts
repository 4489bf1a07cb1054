// What passes between a source on a thread of its own and whoever reads it. Values are copied (structured clone), so that entries of a directory, which
// are objects with insides, travel as their parts.
import { DirectoryEntry } from '#codecs/ldif';
import type { LogFields, LogLevel } from '#platform';
import type { DirectorySettings } from '../dogtag-ldap/directory-settings.ts';
import type { SourceBatch, SourceError } from '../import-source.ts';
import type { SourceKeptEntry, SourceKeptSet, SourceRecord } from '../records.ts';

/** Which source the thread opens; `base` null is the only CA in a recording. */
export type SourcePlace =
  | {
      readonly kind: 'directory';
      readonly settings: Omit<DirectorySettings, 'url'>;
      readonly url: string;
      readonly base: string;
      readonly timeZone: string | null;
    }
  | {
      readonly kind: 'recording';
      readonly file: string;
      readonly base: string | null;
      readonly timeZone: string | null;
    };

/** Methods that answer once. */
export type SourceCall =
  | 'describe'
  | 'findUsersPlace'
  | 'count'
  | 'find'
  | 'readNumberRanges'
  | 'account'
  | 'markChanges'
  | 'reviewChanges';
/** Methods that answer piece by piece. */
export type SourceStream = 'read' | 'readChanges' | 'listNumbers';

export type ToSource =
  | { readonly kind: 'call'; readonly id: number; readonly method: SourceCall; readonly values: readonly unknown[] }
  | { readonly kind: 'stream'; readonly id: number; readonly method: SourceStream; readonly values: readonly unknown[] }
  /** One more piece of a stream may be sent. */
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

export interface SentError {
  /** Null for what is no SourceError. */
  readonly code: SourceError['code'] | null;
  readonly message: string;
  readonly stack: string | undefined;
}

export type FromSource =
  | { readonly kind: 'opened'; readonly name: string; readonly base: string }
  | { readonly kind: 'not-opened'; readonly error: SentError }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'piece'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'failure'; readonly id: number; readonly error: SentError }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields | undefined;
    };

type PackedKeptEntry = Omit<SourceKeptEntry, 'content'> & {
  readonly dn: string;
  readonly attributes: readonly (readonly [description: string, values: readonly Uint8Array[]])[];
};
type PackedKeptSet = Omit<SourceKeptSet, 'entries'> & { readonly entries: readonly PackedKeptEntry[] };
export type PackedBatch = Omit<SourceBatch, 'kept'> & { readonly kept: readonly PackedKeptSet[] | null };

/** The batch, and the memory that holds all of its octets, to be handed over instead of being copied once more. */
export function packBatch({ kept, ...batch }: SourceBatch): {
  readonly value: PackedBatch;
  readonly transfer: readonly ArrayBuffer[];
} {
  const octets = new OctetsOfBatch(batch.records, kept ?? []);
  const value = {
    ...batch,
    records: batch.records.map((record) => packRecord(record, octets)),
    kept: kept === undefined ? null : kept.map((set) => packKeptSet(set, octets)),
  };
  return { value, transfer: [octets.memory] };
}

export function unpackBatch({ kept, ...batch }: PackedBatch): SourceBatch {
  return kept === null ? batch : { ...batch, kept: kept.map(unpackKeptSet) };
}

/**
 * The octets of a batch in one piece of memory. Each for itself would be an allocation here and there, and a view of a few octets would take along the
 * whole of the memory that it looks at.
 */
class OctetsOfBatch {
  readonly memory: ArrayBuffer;
  #used = 0;

  constructor(records: readonly SourceRecord[], kept: readonly SourceKeptSet[]) {
    let length = 0;
    for (const record of records) length += octetsOf(record)?.length ?? 0;
    for (const { entries } of kept)
      for (const { content } of entries)
        for (const [, values] of content.attributes()) for (const value of values) length += value.length;
    this.memory = new ArrayBuffer(length);
  }

  take(octets: Uint8Array): Uint8Array {
    const own = new Uint8Array(this.memory, this.#used, octets.length);
    own.set(octets);
    this.#used += octets.length;
    return own;
  }
}

function octetsOf(record: SourceRecord): Uint8Array | null {
  if (record.kind === 'certificate') return record.value.certificateDer;
  return record.kind === 'request' ? record.value.draftDer : null;
}

function packRecord(record: SourceRecord, octets: OctetsOfBatch): SourceRecord {
  if (record.kind === 'certificate')
    return { ...record, value: { ...record.value, certificateDer: octets.take(record.value.certificateDer) } };
  if (record.kind === 'request' && record.value.draftDer !== null)
    return { ...record, value: { ...record.value, draftDer: octets.take(record.value.draftDer) } };
  return record;
}

function packKeptSet({ entries, ...set }: SourceKeptSet, octets: OctetsOfBatch): PackedKeptSet {
  return {
    ...set,
    entries: entries.map(({ content, ...entry }) => ({
      ...entry,
      dn: content.dn,
      attributes: content
        .attributes()
        .map(([description, values]) => [description, values.map((value) => octets.take(value))] as const),
    })),
  };
}

function unpackKeptSet({ entries, ...set }: PackedKeptSet): SourceKeptSet {
  return {
    ...set,
    entries: entries.map(({ dn, attributes, ...entry }) => ({ ...entry, content: new DirectoryEntry(dn, attributes) })),
  };
}
