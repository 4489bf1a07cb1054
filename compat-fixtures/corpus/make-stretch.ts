// Makes stretches of a corpus as LDIF text, and counts what is in them.
import { encodeLdifEntry } from '#codecs/ldif';
import type { ExpectedFinding } from './broken-certificates.ts';
import type { CorpusIssuers } from './corpus-issuers.ts';
import { openCorpusIssuers } from './corpus-issuers.ts';
import type { CorpusWish } from './corpus-plan.ts';
import { type DirectoryTemplates, readDirectoryTemplates } from './directory-templates.ts';
import type { EntryMaker, MadeEntry } from './make-entries.ts';

/** Where a corpus is grown from. */
export interface CorpusOrigin {
  /** LDIF of a whole CA, gzipped or not. */
  readonly ldifFile: string;
  readonly recordedBase: string;
  readonly base: string;
  readonly pkcs12File: string;
  readonly pkcs12Password: string;
}

/** What a worker is given: everything that takes long to make out of the origin, but for the templates, which cannot travel. */
export interface WorkerTask {
  readonly origin: CorpusOrigin;
  readonly wish: CorpusWish;
  readonly issuers: CorpusIssuers;
}

/** Entries with indexes from `from` to `to` - 1, of both kinds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An entry of which an import must find something, or which is broken so that it might. */
export interface NotedEntry {
  readonly entry: string;
  /** In which way it is broken; null for a sound one. */
  readonly brokenAs: string | null;
  readonly findings: readonly ExpectedFinding[];
}

export interface MadeStretch {
  readonly from: number;
  readonly ldif: Uint8Array;
  readonly certificateSorts: Readonly<Record<string, number>>;
  readonly requestSorts: Readonly<Record<string, number>>;
  readonly notedCertificates: readonly NotedEntry[];
  readonly notedRequests: readonly NotedEntry[];
}

/** Templates renamed to the base wanted. Throws as readDirectoryTemplates does. */
export function templatesOf({ ldifFile, recordedBase, base }: CorpusOrigin): DirectoryTemplates {
  return readDirectoryTemplates(ldifFile, recordedBase, base);
}

/** Throws as openCorpusIssuers does. */
export function issuersOf(
  { pkcs12File, pkcs12Password }: CorpusOrigin,
  seed: number,
  templates: DirectoryTemplates,
): CorpusIssuers {
  return openCorpusIssuers(seed, templates.authority, pkcs12File, pkcs12Password);
}

export function makeStretch(maker: EntryMaker, wish: CorpusWish, { from, to }: Stretch): MadeStretch {
  const texts: string[] = [];
  const take = ({ entry, sort, brokenAs, findings }: MadeEntry, sorts: Record<string, number>, noted: NotedEntry[]) => {
    texts.push(encodeLdifEntry(entry));
    sorts[sort] = (sorts[sort] ?? 0) + 1;
    if (brokenAs !== null || findings.length > 0) noted.push({ entry: entry.dn, brokenAs, findings });
  };
  const certificateSorts: Record<string, number> = {};
  const requestSorts: Record<string, number> = {};
  const notedCertificates: NotedEntry[] = [];
  const notedRequests: NotedEntry[] = [];
  // Interleaved, as they come into being in a directory.
  for (let index = from; index < to; index++) {
    if (index < wish.requests) take(maker.request(index), requestSorts, notedRequests);
    if (index < wish.certificates) take(maker.certificate(index), certificateSorts, notedCertificates);
  }
  return { from, ldif: Buffer.from(texts.join('')), certificateSorts, requestSorts, notedCertificates, notedRequests };
}
