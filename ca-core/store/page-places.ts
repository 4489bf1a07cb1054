// Where pages of a search begin, remembered from the pages before: who walks a list by offsets would else make the database count through everything
// in front of each page.
import { hash } from 'node:crypto';
import type { CertificatePage, CertificateQuery, SerialNumber } from '#ca-core/engine';

interface Place {
  /** Number of all matches when the place was found. */
  readonly total: number;
  /** The last certificate in front of the page. */
  readonly afterSerial: SerialNumber;
}

const placesMax = 10_000;

/** What of a certificate never changes, so that matches only ever become more; as long as their number is the same, so are they. */
const lastingConditions: ReadonlySet<string> = new Set([
  'serialFrom',
  'serialTo',
  'issuer',
  'subject',
  'profileId',
  'issuedBy',
  'issuedFrom',
  'issuedTo',
  'notBeforeFrom',
  'notBeforeTo',
  'notAfterFrom',
  'notAfterTo',
  'validityLength',
  'netscapeCertificateType',
]);
const paging: ReadonlySet<string> = new Set(['limit', 'offset', 'afterSerial', 'countTotal']);

export class PagePlaces {
  readonly #places = new Map<string, Place>();

  /** The certificate behind which the page at the query's offset begins, while there are `total` matches; null when that is not known. */
  find(query: CertificateQuery, total: number): SerialNumber | null {
    const key = keyOf(query, query.offset ?? 0);
    const place = key === null ? undefined : this.#places.get(key);
    return place?.total === total ? place.afterSerial : null;
  }

  /** Notes where the page after the one that was read begins. */
  noteNext(query: CertificateQuery, { certificates, total }: CertificatePage): void {
    const last = certificates.at(-1);
    if (last === undefined) return;
    const key = keyOf(query, (query.offset ?? 0) + certificates.length);
    if (key === null) return;
    this.#places.delete(key);
    if (this.#places.size >= placesMax) this.#places.delete(this.#places.keys().next().value ?? '');
    this.#places.set(key, { total, afterSerial: last.serialNumber });
  }
}

/** Null for searches whose matches may become others without becoming more or fewer. */
function keyOf(query: CertificateQuery, offset: number): string | null {
  const conditions = Object.entries(query).filter(([name, value]) => value !== undefined && !paging.has(name));
  if (!conditions.every(([name]) => lastingConditions.has(name))) return null;
  conditions.sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify(conditions, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  // Conditions are as long as their senders like, and a place is remembered for long.
  return `${offset} ${hash('sha256', text, 'base64')}`;
}
