// /ca/agent/ca/displayCRL: the CRL of an issuing point for agents (Dogtag's DisplayCRL).
import { formatCrl } from '#codecs/dogtag-pretty-print';
import { escapeScriptText, type TemplateBlock } from '#codecs/dogtag-servlets';
import type { JavaTimeZone } from '#codecs/dogtag-text';
import type { CrlRecord, RaClient } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { isCaError } from '../../ca-error.ts';
import { base64Records, crlDescription, crlValues, entriesShown } from '../crl-values.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { answerTemplate } from '../template-servlet.ts';

export async function displayCrl({ request, ra, settings: { zone } }: ServletCall): Promise<GatewayResponse> {
  const point = findParameter(request, 'crlIssuingPoint');
  const full = point === null ? undefined : await findCrl(ra, point);
  if (full === undefined || point === null) return page(request, [['error', unknownPoint(point)]]);
  const displayType = findParameter(request, 'crlDisplayType') ?? 'cachedCRL';
  if (full === null)
    return page(request, [
      ['crlDisplayType', displayType],
      ['error', 'The Certificate Revocation List has not been updated.'],
    ]);
  const delta = displayType === 'deltaCRL' ? await ra.findCrl(point, 'delta') : null;
  const isDelta = displayType === 'deltaCRL';
  return page(
    request,
    [
      ['crlDisplayType', displayType],
      ['crlIssuingPoint', point],
      ['crlNumber', String(isDelta ? (delta?.crlNumber ?? 0n) : full.crlNumber)],
      ['crlSize', String(full.entryCount)],
      ...crlDescription(full),
      ...(isDelta ? deltaValues(point, delta, zone) : valuesOf(request, displayType, full, zone)),
    ],
    recordsOf(displayType, full, delta),
  );
}

/** Undefined where there is no such issuing point; null while it has no CRL. */
async function findCrl(ra: RaClient, point: string): Promise<CrlRecord | null | undefined> {
  try {
    return await ra.findCrl(point, 'full');
  } catch (error) {
    if (isCaError(error) && error.code === 'unknown-issuing-point') return undefined;
    throw error;
  }
}

const unknownPoint = (point: string | null) =>
  `Request to unspecified or non-existing CRL issuing point: ${point === null ? 'null' : escapeScriptText(point)}`;

function valuesOf(request: GatewayRequest, displayType: string, crl: CrlRecord, zone: JavaTimeZone): TemplateBlock {
  switch (displayType) {
    case 'entireCRL':
      return crlValues(request, crl, zone);
    case 'cachedCRL':
      return crlValues(request, crl, zone).map(([name, value]) =>
        name === 'crlPrettyPrint' ? [name, asCached(String(value))] : [name, value],
      );
    case 'crlHeader':
      return [['crlPrettyPrint', formatCrl(crl.crlDer, 'count', zone)]];
    default:
      return [];
  }
}

/**
 * Dogtag prints its cache of revocations instead, which has neither a version nor extensions nor a signature, and whose number is 0 unless a page was asked
 * for. Here there is no cache beside the record, and the CRL says the same.
 */
function asCached(text: string): string {
  const end = text.search(/^ {8}(?:Extensions|Signature): /m);
  return (end < 0 ? text : text.slice(0, end))
    .replace(/^ *Version: .*\n/m, '')
    .replace(/^( *Signature Algorithm: \S+) - \S+/m, '$1')
    .replace(/^ *Revoked Certificates: $/m, (words) => `${words}0`)
    .replaceAll(/^( *)Revocation Date: .*$(?!\n *Extensions: )/gm, (line, indent) => `${line}\n${indent}Extensions: `);
}

function deltaValues(point: string, delta: CrlRecord | null, zone: JavaTimeZone): TemplateBlock {
  if (delta === null) return [['error', `Delta CRL is not enabled for ${point} issuing point`]];
  return [
    ['deltaCRLSize', delta.entryCount],
    ['crlPrettyPrint', formatCrl(delta.crlDer, entriesShown(delta.entryCount), zone)],
  ];
}

function recordsOf(displayType: string, full: CrlRecord, delta: CrlRecord | null): readonly TemplateBlock[] {
  if (displayType === 'base64Encoded') return base64Records(full, '');
  return delta === null ? [] : base64Records(delta, '');
}

function page(request: GatewayRequest, header: TemplateBlock, records: readonly TemplateBlock[] = []): GatewayResponse {
  return answerTemplate(request, 'Certificate Revocation List', { header, fixed: [], records });
}
