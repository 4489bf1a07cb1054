// What reading the whole record needs of it: everything in order, a page at a time, so that a million entries take no more memory than one page.
import type { CertificateRecord, RequestId, RequestRecord, SerialNumber } from './model/index.ts';

/** `next` is where the page behind this one begins, null behind the last. */
export interface RecordPage<Entry, Place> {
  readonly entries: readonly Entry[];
  readonly next: Place | null;
}

/** Every method rejects with CaError only. */
export interface RecordReader {
  /** Ascending by serial number, above `after`; null begins with the lowest. */
  certificatesAfter(after: SerialNumber | null, limit: number): Promise<RecordPage<CertificateRecord, SerialNumber>>;
  /** Ascending by number, above `after`; null begins with the lowest. */
  requestsAfter(after: RequestId | null, limit: number): Promise<RecordPage<RequestRecord, RequestId>>;
  /** Objects of which this side has the last word: made, changed or removed here, and not handed back yet. */
  listMadeHere(): Promise<readonly { readonly kind: NamedObjectKind; readonly name: string }[]>;
}

/** What an installation has few of, and names rather than numbers. */
export type NamedObjectKind = 'profile' | 'user' | 'group' | 'access-rule' | 'domain-host' | 'authority';
