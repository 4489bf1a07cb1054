// profileSubmit and profileSubmitSSLClient: asks for a certificate or its renewal with a form (Dogtag's ProfileSubmitServlet).
import { type ArgsetSet, escapeScriptText, type XmlResponseItem } from '#codecs/dogtag-servlets';
import type {
  AuthorityId,
  CertificateRecord,
  ProfileDescription,
  ProfileId,
  RequestRecord,
  SerialNumber,
} from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../../routing/operation.ts';
import type { DialectContext } from '../../dialect-settings.ts';
import { findAuthority, parseAuthorityId } from '../../submitted-authority.ts';
import { parseRenewedSerial, RenewalError, serialOfCaller } from '../../submitted-renewal.ts';
import { answerArgsetPage, argsetError } from '../argset-servlet.ts';
import { encodeChainLines, findIssuedCertificate, outputSets } from '../issued-certificate.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { faultOf, ServletFault } from '../servlet-fault.ts';
import { answerXmlResponse, xmlResponseError } from '../xml-response-servlet.ts';

const title = 'Certificate Profile';

export function profileSubmitHandler(settings: DialectContext): OperationHandler {
  return async (request, caller, ra) => {
    const isXml = isXmlAsked(request);
    try {
      return await submit({ request, caller, ra, settings }, isXml);
    } catch (error) {
      const fault = faultOf(error, settings.product.containerName);
      if (!(fault instanceof ServletFault)) return fault;
      return isXml
        ? answerXmlResponse(xmlResponseError(fault.message))
        : answerArgsetPage(title, argsetError(fault.message));
    }
  };
}

/** Under either name and in any case, unlike elsewhere. */
function isXmlAsked(request: GatewayRequest): boolean {
  return ['xml', 'xmlOutput'].some((name) => findParameter(request, name)?.toLowerCase() === 'true');
}

async function submit(call: ServletCall, isXml: boolean): Promise<GatewayResponse> {
  const { request, caller, ra } = call;
  // Java prints null for the profile that nobody named.
  const profileId = (findParameter(request, 'profileId') ?? 'null') as ProfileId;
  const profile = await ra.findProfile(profileId);
  if (profile === null) throw new ServletFault(`Profile ${escapeScriptText(profileId)} Not Found`);
  const isRenewal = findParameter(request, 'renewal')?.toLowerCase() === 'true';
  const records = await ra.submitEnrollment(
    {
      profileId,
      authorityId: isRenewal ? null : await readAuthority(call),
      inputs: inputsOf(request),
      renewalOf: isRenewal ? readRenewedSerial(profile, call) : null,
    },
    caller,
  );
  const unfinished = outcomeOf(records);
  if (unfinished !== null)
    return isXml ? answerXmlResponse(refusalItems(unfinished, records)) : page(unfinished, records);
  // A renewal is made by the profile of the original request, and its outputs are what is shown.
  const usedId = records[0]?.profileId ?? profileId;
  const used = usedId === profileId ? profile : ((await ra.findProfile(usedId)) ?? profile);
  return isXml ? answerXmlResponse(await successItems(used, records, call)) : await successPage(used, records, call);
}

/** Throws ServletFault. */
async function readAuthority({ request, ra }: ServletCall): Promise<AuthorityId | null> {
  const text = findParameter(request, 'authorityId');
  if (text === null || text === '') return null;
  const id = parseAuthorityId(text);
  if (id === null) throw new ServletFault(`invalid AuthorityID: ${text}`);
  const authority = await findAuthority(id, ra);
  if (authority === null) throw new ServletFault(`CA not found: ${text}`);
  return authority.id;
}

/** Throws ServletFault. */
function readRenewedSerial({ inputs }: ProfileDescription, { request, caller }: ServletCall): SerialNumber {
  const text = findParameter(request, 'serial_num');
  try {
    if (text !== null) return parseRenewedSerial(text);
    // The form of a profile with inputs has no names for them, which stops Dogtag before it looks at the certificate.
    if (inputs.length > 0) throw new RenewalError('Missing input ID');
    return serialOfCaller(caller, request.isSecure);
  } catch (error) {
    if (error instanceof RenewalError) throw new ServletFault(error.message);
    throw error;
  }
}

/** All fields: those that no input of the profile knows have no effect. */
function inputsOf({ form }: GatewayRequest): Record<string, string> {
  const inputs: Record<string, string> = Object.create(null);
  for (const [name, [value]] of form) if (value !== undefined) inputs[name] = value;
  return inputs;
}

interface Outcome {
  readonly code: '1' | '2' | '3';
  readonly reason: string;
}

/** Null when all requests are complete. The last of several decides the code; all of them give their reasons. */
function outcomeOf(records: readonly RequestRecord[]): Outcome | null {
  let code: Outcome['code'] | null = null;
  const reasons: string[] = [];
  for (const { id, state, errorMessage } of records) {
    if (state === 'complete') continue;
    if (state === 'rejected') {
      code = '3';
      reasons.push(`Request ${id} Rejected - ${errorMessage ?? ''}`);
    } else if (errorMessage !== null) {
      code = '1';
      reasons.push(errorMessage);
    } else code = '2';
  }
  return code === null ? null : { code, reason: reasons.join('\n') };
}

function refusalItems({ code, reason }: Outcome, records: readonly RequestRecord[]): readonly XmlResponseItem[] {
  return [
    ['Status', code],
    ['Error', reason],
    ['RequestId', records.map(({ id }) => `  ${id}`).join('')],
  ];
}

async function successItems(
  profile: ProfileDescription,
  records: readonly RequestRecord[],
  call: ServletCall,
): Promise<readonly XmlResponseItem[]> {
  const requests: XmlResponseItem[] = [];
  for (const record of records) {
    const items: XmlResponseItem[] = [['Id', String(record.id)]];
    const certificate = await findIssuedCertificate(record, call.ra);
    if (certificate !== null) {
      items.push(['SubjectDN', certificate.subject]);
      for (const { values } of profile.outputs)
        for (const { name } of values) items.push(...(await outputItems(name, certificate, call)));
    }
    requests.push(['Request', items]);
  }
  return [
    ['Status', '0'],
    ['Requests', requests],
  ];
}

async function outputItems(
  name: string,
  { serialNumber, certificateDer }: CertificateRecord,
  { ra, settings: { release } }: ServletCall,
): Promise<XmlResponseItem[]> {
  if (name === 'b64_cert' || name === 'der')
    return [
      ['serialno', serialNumber.toString(16)],
      ['b64', Buffer.from(certificateDer).toString('base64')],
    ];
  if (name !== 'pkcs7') return [];
  return [['pkcs7', (await encodeChainLines(certificateDer, ra, release)).replaceAll('\r\n', '')]];
}

async function successPage(
  profile: ProfileDescription,
  records: readonly RequestRecord[],
  { ra, settings: { zone, release } }: ServletCall,
): Promise<GatewayResponse> {
  const outputs: ArgsetSet[] = [];
  for (const record of records)
    outputs.push(
      ...(await outputSets(profile.outputs, await findIssuedCertificate(record, ra), { ra, zone, release })),
    );
  return answerArgsetPage(title, {
    set: [
      ['outputList', { list: outputs }],
      ['requestList', requestList(records)],
      ['errorCode', '0'],
      ['errorReason', ''],
    ],
  });
}

function page({ code, reason }: Outcome, records: readonly RequestRecord[]): GatewayResponse {
  return answerArgsetPage(title, {
    set: [
      ['requestList', requestList(records)],
      ['errorCode', code],
      ['errorReason', reason],
    ],
  });
}

function requestList(records: readonly RequestRecord[]): { readonly list: readonly ArgsetSet[] } {
  return { list: records.map(({ id }) => ({ set: [['requestId', String(id)]] })) };
}
