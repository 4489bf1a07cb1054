// /ca/ee/ca/getCRL: the CRL as a file, as text, or only whether a certificate is on it (Dogtag's GetCRL).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import type { CrlRecord } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { base64Records, descriptionOf } from '../crl-page.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { crlHeaderText, crlText, crlTextValues, indexCrl } from '../shown-crl.ts';
import { answerTemplateListPage } from '../template-servlet.ts';

export const notUpdated = 'The CRL you selected for download has not been updated.';

type DisplayType = 'entireCRL' | 'crlHeader' | 'base64Encoded' | 'deltaCRL';
const displayTypes: ReadonlySet<string> = new Set<DisplayType>(['entireCRL', 'crlHeader', 'base64Encoded', 'deltaCRL']);

export async function getCrl(call: ServletCall): Promise<GatewayResponse> {
  const { request } = call;
  const op = findParameter(request, 'op');
  if (op === null) throw new ServletFault('You must select an option from the form.');
  const point = findParameter(request, 'crlIssuingPoint');
  if (point === null) throw new ServletFault('You must specify the CRL issuing point.');
  const displayType = findParameter(request, 'crlDisplayType');
  const full = await call.ra.findCrl(point, 'full');
  // There is no cache of revocations beside the record itself, so that this is true here.
  if (op === 'checkCRLcache' || (op === 'displayCRL' && displayType === 'cachedCRL'))
    throw new ServletFault(`CRL cache is not enabled for ${point} issuing point.`);
  switch (op) {
    case 'getCRL':
      return file(full, 'application/octet-stream', `${point}.crl`);
    case 'getDeltaCRL':
      return file(await findDelta(call, point), 'application/octet-stream', `delta-${point}.crl`);
    case 'importCRL':
      return file(full, 'application/x-pkcs7-crl', null);
    case 'importDeltaCRL':
      return file(await findDelta(call, point), 'application/x-pkcs7-crl', null);
    case 'checkCRL':
      return await check(request, existing(full));
    case 'displayCRL':
      if (!isDisplayType(displayType)) throw new ServletFault(notUpdated);
      return await display(call, displayType, existing(full), await findDelta(call, point));
    default:
      throw new ServletFault(notUpdated);
  }
}

function isDisplayType(text: string | null): text is DisplayType {
  return text !== null && displayTypes.has(text);
}

/** Throws ServletFault when there is no CRL yet. */
function existing(crl: CrlRecord | null): CrlRecord {
  if (crl === null) throw new ServletFault(notUpdated);
  return crl;
}

async function findDelta({ ra }: ServletCall, point: string): Promise<CrlRecord | null> {
  return await ra.findCrl(point, 'delta');
}

function file(crl: CrlRecord | null, contentType: string, name: string | null): GatewayResponse {
  const { crlDer } = existing(crl);
  // The name is that of an issuing point that exists, never just what somebody sent.
  const disposition = name === null ? {} : { 'Content-disposition': `attachment; filename=${name}` };
  return { status: 200, headers: { ...disposition, 'Content-Type': contentType }, body: Buffer.from(crlDer) };
}

/** Answers in a page even when XML was asked for, as Dogtag does. */
async function check(request: GatewayRequest, crl: CrlRecord): Promise<GatewayResponse> {
  const serialNumber = parseSerial(findParameter(request, 'certSerialNumber') ?? '');
  const index = await indexCrl(crl);
  return await page(request, crl, [['isOnCRL', index.includes(serialNumber)]], []);
}

/** Throws ServletFault for what is no number; Dogtag shows an exception then. */
function parseSerial(text: string): bigint {
  const hexadecimal = /^0x([0-9a-f]{1,200})$/i.exec(text);
  if (hexadecimal !== null) return BigInt(text.toLowerCase());
  if (!/^[+-]?[0-9]{1,200}$/.test(text)) throw new ServletFault('Invalid number format: the serial number');
  return BigInt(text.replace('+', ''));
}

async function display(
  { request, settings: { zone } }: ServletCall,
  type: DisplayType,
  full: CrlRecord,
  delta: CrlRecord | null,
): Promise<GatewayResponse> {
  switch (type) {
    case 'crlHeader':
      return await page(request, full, [['crlPrettyPrint', await crlHeaderText(full, zone)]], []);
    case 'entireCRL':
      return await page(request, full, await crlTextValues(request, full, zone), []);
    case 'base64Encoded':
      return await page(request, full, [], await base64Records(full, '\n'));
    case 'deltaCRL': {
      const shown = existing(delta);
      const values: TemplateBlock = [
        ['deltaCRLSize', shown.entryCount],
        ['crlPrettyPrint', await crlText(shown, zone)],
      ];
      return await page(request, full, values, await base64Records(shown, '\n'));
    }
  }
}

async function page(
  request: GatewayRequest,
  crl: CrlRecord,
  values: TemplateBlock,
  records: readonly TemplateBlock[],
): Promise<GatewayResponse> {
  const displayType = findParameter(request, 'crlDisplayType');
  return await answerTemplateListPage('Certificate Revocation List', {
    header: [
      ['crlIssuingPoint', crl.issuingPoint],
      ['crlNumber', String(crl.crlNumber)],
      ['crlSize', String(crl.entryCount)],
      ...descriptionOf(crl),
      ...(displayType === null ? [] : [['crlDisplayType', displayType] as const]),
      ['toDo', findParameter(request, 'op') ?? ''],
      ['certSerialNumber', findParameter(request, 'certSerialNumber') ?? ''],
      ...values,
    ],
    fixed: [],
    records,
  });
}
