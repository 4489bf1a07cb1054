// What the servlets that show CRLs have in common.
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import type { CrlRecord } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';

/** Most entries of one page for people. */
export const entriesShownMax = 10_000;
export const firstPage = { pageStart: 1, pageSize: entriesShownMax };

export function descriptionOf({ issuingPoint }: CrlRecord): TemplateBlock {
  return issuingPoint === 'MasterCRL' ? [['crlDescription', "CA's complete Certificate Revocation List"]] : [];
}

/** Null unless both numbers are there. */
export function findPage(request: GatewayRequest): { readonly pageStart: number; readonly pageSize: number } | null {
  const startText = findParameter(request, 'pageStart');
  const sizeText = findParameter(request, 'pageSize');
  if (startText === null || sizeText === null) return null;
  const pageStart = parsePositive(startText) ?? 1;
  return { pageStart, pageSize: Math.min(parsePositive(sizeText) ?? 10, entriesShownMax) };
}

function parsePositive(text: string): number | null {
  const value = /^\+?[0-9]{1,15}$/.test(text) ? Number(text) : 0;
  return value < 1 ? null : value;
}

/** A hundred lines to a record; what `end` is comes behind the last line of one that is not full. */
export function base64Records({ crlDer }: CrlRecord, end: '\n' | ''): TemplateBlock[] {
  const lines = encodeBase64Lines(crlDer).split('\n');
  lines.pop();
  const records: TemplateBlock[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const part = lines.slice(at, at + 100);
    records.push([['crlBase64Encoded', part.join('\n') + (part.length === 100 ? '' : end)]]);
  }
  return records;
}
