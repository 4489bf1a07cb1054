// Entries of the other side that are kept as they came: what this side does not act upon, and may not lose either.
import type { DirectoryEntry } from '#codecs/ldif';

/** What an entry is, in the words of GLOSSARY.md. What each kind is read from is known to importers alone. */
export const keptKinds = [
  'issuing-point',
  'request-remainder',
  'number-counter',
  'number-range',
  'cross-certificates',
  'kra-key',
  'kra-request',
  'kra-user',
  'kra-group',
  'kra-access-rules',
  'acme-settings',
  'acme-account',
  'acme-order',
  'acme-authorization',
  'acme-challenge',
  'acme-certificate',
] as const;
export type KeptKind = (typeof keptKinds)[number];

/** Kept beside a request or a CRL that came out of the same entry; it is that one which counts. */
export const accompanyingKinds: ReadonlySet<string> = new Set<KeptKind>(['issuing-point', 'request-remainder']);

/** What is shown and searched of an entry; the rest is in its content alone. */
export interface KeptEntryFacets {
  readonly state: string | null;
  readonly owner: string | null;
  readonly algorithm: string | null;
  /** Of what the entry holds, in its own unit: bits of a key, entries of a CRL. */
  readonly size: bigint | null;
}

export interface KeptEntry extends KeptEntryFacets {
  /** Unique within its kind. */
  readonly name: string;
  /** Attributes with every value's exact octets, under the entry's own name. */
  readonly content: DirectoryEntry;
}

/** A kept entry without its content. */
export interface KeptEntryLine extends KeptEntryFacets {
  readonly name: string;
  /** SHA-256 over the content as LDIF (RFC 2849), in hex. */
  readonly contentDigest: string;
  readonly contentBytes: number;
}
