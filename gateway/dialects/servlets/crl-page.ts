// What the servlets that show CRLs have in common.
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import type { CrlRecord } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { mapInTurns } from '../in-turns.ts';
import { findParameter } from './servlet-call.ts';

/** Most entries of one page for people. */
export const entriesShownMax = 10_000;

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

/** A hundred lines of 76 characters. */
const recordOctets = 5_700;

/** A hundred lines to a record; what `end` is comes behind the last line of one that is not full. */
export async function base64Records({ crlDer }: CrlRecord, end: '\n' | ''): Promise<TemplateBlock[]> {
  const places = Array.from({ length: Math.ceil(crlDer.length / recordOctets) }, (_, index) => index * recordOctets);
  return await mapInTurns(places, (place): TemplateBlock => {
    const octets = crlDer.subarray(place, place + recordOctets);
    const lines = encodeBase64Lines(octets).slice(0, -1);
    return [['crlBase64Encoded', lines + (octets.length === recordOctets ? '' : end)]];
  });
}
