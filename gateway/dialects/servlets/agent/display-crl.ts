// /ca/agent/ca/displayCRL: a CRL in every form (Dogtag's DisplayCRL). What is wrong stands beside what could be told.
import { escapeScriptText, type TemplateAnswer, type TemplateBlock } from '#codecs/dogtag-servlets';
import type { CrlRecord, RaClient } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { isCaError } from '../../ca-error.ts';
import { base64Records, descriptionOf } from '../crl-page.ts';
import { notUpdated } from '../ee/get-crl.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { type CrlStyle, crlHeaderText, crlText, crlTextValues } from '../shown-crl.ts';
import { answerTemplateList } from '../template-servlet.ts';

type Shown = Pick<TemplateAnswer, 'header' | 'records'>;

export async function displayCrl(call: ServletCall): Promise<GatewayResponse> {
  const point = findParameter(call.request, 'crlIssuingPoint');
  const full = point === null ? 'unknown' : await findPoint(call.ra, point);
  const shown = full === 'unknown' ? unknownPoint(point) : await showPoint(call, full);
  return await answerTemplateList(call.request, 'Certificate Revocation List', { ...shown, fixed: [] });
}

async function findPoint(ra: RaClient, point: string): Promise<CrlRecord | null | 'unknown'> {
  try {
    return await ra.findCrl(point, 'full');
  } catch (error) {
    if (isCaError(error) && error.code === 'unknown-issuing-point') return 'unknown';
    throw error;
  }
}

function unknownPoint(point: string | null): Shown {
  const named = point === null ? 'null' : escapeScriptText(point);
  return fault([], `Request to unspecified or non-existing CRL issuing point: ${named}`);
}

function fault(header: TemplateBlock, error: string): Shown {
  return { header: [...header, ['error', error]], records: [] };
}

async function showPoint(call: ServletCall, full: CrlRecord | null): Promise<Shown> {
  const type = findParameter(call.request, 'crlDisplayType') ?? 'cachedCRL';
  if (full === null) return fault([['crlDisplayType', type]], notUpdated);
  const delta = type === 'deltaCRL' ? await call.ra.findCrl(full.issuingPoint, 'delta') : null;
  const number = type === 'deltaCRL' ? (delta?.crlNumber ?? 0n) : full.crlNumber;
  const header: TemplateBlock = [
    ['crlDisplayType', type],
    ['crlIssuingPoint', full.issuingPoint],
    ['crlNumber', String(number)],
    ['crlSize', String(full.entryCount)],
    ...descriptionOf(full),
  ];
  if (type === 'deltaCRL') return await showDelta(call, header, full, delta);
  if (type === 'base64Encoded') return { header, records: await base64Records(full, '') };
  return { header: [...header, ...(await textValues(call, type, full))], records: [] };
}

const styles: ReadonlyMap<string, CrlStyle> = new Map<string, CrlStyle>([
  ['entireCRL', 'plain'],
  ['cachedCRL', 'cached'],
]);

async function textValues(
  { request, settings: { zone } }: ServletCall,
  type: string,
  full: CrlRecord,
): Promise<TemplateBlock> {
  if (type === 'crlHeader') return [['crlPrettyPrint', await crlHeaderText(full, zone)]];
  const style = styles.get(type);
  return style === undefined ? [] : await crlTextValues(request, full, zone, style);
}

async function showDelta(
  { settings: { zone } }: ServletCall,
  header: TemplateBlock,
  { issuingPoint }: CrlRecord,
  delta: CrlRecord | null,
): Promise<Shown> {
  if (delta === null) return fault(header, `Delta CRL is not enabled for ${issuingPoint} issuing point`);
  const text = await crlText(delta, zone);
  return {
    header: [...header, ['deltaCRLSize', delta.entryCount], ['crlPrettyPrint', text]],
    records: await base64Records(delta, ''),
  };
}
