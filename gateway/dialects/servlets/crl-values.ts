// A CRL as pages for people show it: printed, whole or a page of its entries, and in base64.
import { formatCrl } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines, type JavaTimeZone } from '#codecs/dogtag-text';
import type { CrlRecord } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';

/** Most entries of one page. */
const entriesShownMax = 10_000;

const firstPage = { pageStart: 1, pageSize: entriesShownMax };

/** All of them, as long as they are not too many. */
export const entriesShown = (entryCount: number): 'all' | typeof firstPage =>
  entryCount > entriesShownMax ? firstPage : 'all';

/** The printed CRL, or the page of it that `pageStart` and `pageSize` name. */
export function crlValues(
  request: GatewayRequest,
  { crlDer, entryCount }: CrlRecord,
  zone: JavaTimeZone,
): TemplateBlock {
  const startText = findParameter(request, 'pageStart');
  const sizeText = findParameter(request, 'pageSize');
  if (startText === null || sizeText === null)
    return [['crlPrettyPrint', formatCrl(crlDer, entriesShown(entryCount), zone)]];
  const pageStart = parsePositive(startText) ?? 1;
  const pageSize = Math.min(parsePositive(sizeText) ?? 10, entriesShownMax);
  return [
    ['crlPrettyPrint', formatCrl(crlDer, { pageStart, pageSize }, zone)],
    ['pageStart', String(pageStart)],
    ['pageSize', String(pageSize)],
  ];
}

function parsePositive(text: string): number | null {
  const value = /^\+?[0-9]{1,15}$/.test(text) ? Number(text) : 0;
  return value < 1 ? null : value;
}

/** A hundred lines to a record; the last line of a full one has lost its line feed, and `lineEnd` is what that of another one has. */
export function base64Records({ crlDer }: CrlRecord, lineEnd: '' | '\n' = '\n'): TemplateBlock[] {
  const lines = encodeBase64Lines(crlDer).split('\n');
  lines.pop();
  const records: TemplateBlock[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const part = lines.slice(at, at + 100);
    const end = part.length === 100 ? '' : lineEnd;
    records.push([['crlBase64Encoded', part.join('\n') + end]]);
  }
  return records;
}

/** What an issuing point is called; only Dogtag's main one has words of its own. */
export function crlDescription({ issuingPoint }: CrlRecord): TemplateBlock {
  return issuingPoint === 'MasterCRL' ? [['crlDescription', "CA's complete Certificate Revocation List"]] : [];
}
