// CRLs as they are shown. Anybody may ask for a page of one, so that where its entries stand is found once for a CRL, not once for a page.
import { type CrlEntriesForm, cachedCrlTextPieces, crlTextPieces } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import type { JavaTimeZone } from '#codecs/dogtag-text';
import { decodeCertificateList, indexRevokedCertificates, type RevokedCertificateIndex } from '#codecs/x509';
import type { CrlRecord } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { joinInTurns, runInTurns } from '../in-turns.ts';
import { entriesShownMax, findPage } from './crl-page.ts';

interface KeptIndex {
  readonly crlDer: Uint8Array;
  readonly index: Promise<RevokedCertificateIndex>;
}

/** Each has the CRL itself, and eight octets for each of its entries. */
const keptMax = 4;
/** By issuing point, kind and number; the longest unused first. */
const kept = new Map<string, KeptIndex>();

/** Of a CRL's entries in Dogtag's order. Rejects with DerError for one that cannot be read. */
export function indexCrl({ issuingPoint, kind, crlNumber, crlDer }: CrlRecord): Promise<RevokedCertificateIndex> {
  const key = `${issuingPoint} ${kind} ${crlNumber}`;
  const known = kept.get(key);
  kept.delete(key);
  // The number says nothing where a CRL is rehearsed, or where there are several authorities' records.
  const isKnown = known !== undefined && Buffer.compare(known.crlDer, crlDer) === 0;
  const entry = isKnown ? known : { crlDer, index: computeIndex(crlDer) };
  const [longestUnused] = kept.keys();
  if (longestUnused !== undefined && kept.size >= keptMax) kept.delete(longestUnused);
  kept.set(key, entry);
  return entry.index;
}

async function computeIndex(crlDer: Uint8Array): Promise<RevokedCertificateIndex> {
  return await runInTurns(indexRevokedCertificates(decodeCertificateList(crlDer, { rules: 'ber' })));
}

/** `cached` is the form of Dogtag's cache of revocations. */
export type CrlStyle = 'plain' | 'cached';

/** The CRL without its entries, of which only the number is told. */
export async function crlHeaderText({ crlDer, entryCount }: CrlRecord, zone: JavaTimeZone): Promise<string> {
  const entries = { count: entryCount, entries: () => [] };
  return await joinInTurns(crlTextPieces(decodeCertificateList(crlDer, { rules: 'ber' }), entries, 'count', zone));
}

/** All entries, or as many as are shown at once. */
export async function crlText(crl: CrlRecord, zone: JavaTimeZone, style: CrlStyle = 'plain'): Promise<string> {
  const isLong = crl.entryCount > entriesShownMax;
  return await formatCrl(crl, isLong ? { pageStart: 1, pageSize: entriesShownMax } : 'all', zone, style);
}

/** The text of the page that is asked for, and which one it is; that of all entries where none is. */
export async function crlTextValues(
  request: GatewayRequest,
  crl: CrlRecord,
  zone: JavaTimeZone,
  style: CrlStyle = 'plain',
): Promise<TemplateBlock> {
  const page = findPage(request);
  if (page === null) return [['crlPrettyPrint', await crlText(crl, zone, style)]];
  return [
    ['crlPrettyPrint', await formatCrl(crl, page, zone, style)],
    ['pageStart', String(page.pageStart)],
    ['pageSize', String(page.pageSize)],
  ];
}

async function formatCrl(
  crl: CrlRecord,
  form: Exclude<CrlEntriesForm, 'count'>,
  zone: JavaTimeZone,
  style: CrlStyle,
): Promise<string> {
  const list = decodeCertificateList(crl.crlDer, { rules: 'ber' });
  const pieces = style === 'cached' ? cachedCrlTextPieces : crlTextPieces;
  return await joinInTurns(pieces(list, await indexCrl(crl), form, zone));
}
