// What the lab's Dogtag says about certificates and requests, over REST, its servlets, OCSP and its CRL.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  type CertificateList,
  decodeCertificateList,
  decodeCrlNumber,
  extensionOids,
  findExtension,
} from '#codecs/x509';
import {
  isObject,
  type Json,
  listOf,
  member,
  parseJson,
  readLabIdentity,
  readLabVariable,
  textOf,
} from '../profiles/lab-dogtag.ts';
import { callDogtag, callServlet } from './call-dogtag.ts';

const json = 'application/json';
const agent = () => readLabIdentity('AGENT');

/** JSON of a path, or null when Dogtag answers 404. */
export async function readJson(path: string, asAgent = false): Promise<Json> {
  const answer = await callDogtag(path, { accept: json, ...(asAgent ? { identity: agent() } : {}) });
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
  return parseJson(answer.body.toString());
}

async function post(path: string, body: Json): Promise<{ readonly status: number; readonly body: Json }> {
  const answer = await callDogtag(path, {
    identity: agent(),
    accept: json,
    contentType: json,
    body: JSON.stringify(body),
  });
  const text = answer.body.toString();
  return { status: answer.status, body: text.startsWith('{') ? parseJson(text) : text };
}

export interface ShownCertificate {
  readonly der: Buffer;
  readonly status: string;
  readonly revocationReason: number | null;
  readonly revokedBy: string | null;
}

export async function readCertificate(serialNumber: bigint): Promise<ShownCertificate | null> {
  const shown = await readJson(`/ca/rest/certs/${serialNumber}`);
  if (shown === null) return null;
  const reason = member(shown, 'RevocationReason');
  return {
    der: new X509Certificate(textOf(member(shown, 'Encoded')) ?? '').raw,
    status: textOf(member(shown, 'Status')) ?? '',
    revocationReason: typeof reason === 'number' ? reason : null,
    revokedBy: textOf(member(shown, 'RevokedBy')),
  };
}

export interface ShownRequest {
  readonly type: string;
  readonly state: string;
  readonly certificateSerial: bigint | null;
}

export async function readRequest(id: bigint): Promise<ShownRequest | null> {
  const shown = await readJson(`/ca/rest/certrequests/${id}`);
  if (shown === null) return null;
  const certificateId = textOf(member(shown, 'certId'));
  return {
    type: textOf(member(shown, 'requestType')) ?? '',
    state: textOf(member(shown, 'requestStatus')) ?? '',
    certificateSerial: certificateId === null ? null : BigInt(certificateId),
  };
}

/** Serial numbers of certificates with this common name. */
export async function searchCommonName(commonName: string): Promise<readonly bigint[]> {
  const found = await post('/ca/rest/certs/search', { commonName, subjectInUse: true, matchExactly: true });
  return listOf(member(found.body, 'entries')).map((entry) => BigInt(textOf(member(entry, 'id')) ?? '0'));
}

/** What an agent is shown of a request, as JSON text. */
export async function readReview(id: bigint): Promise<string> {
  return JSON.stringify(await readJson(`/ca/rest/agent/certrequests/${id}`, true));
}

/** Approves as an agent does: with the review as it came. Returns the state in which Dogtag then shows the request. */
export async function approveRequest(id: bigint): Promise<ShownRequest | null> {
  const review = await readJson(`/ca/rest/agent/certrequests/${id}`, true);
  if (review === null) throw new Error(`Dogtag has no request ${id} to review`);
  const answer = await post(`/ca/rest/agent/certrequests/${id}/approve`, review);
  if (answer.status >= 300)
    throw new Error(`approve ${id}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  return readRequest(id);
}

export async function revoke(serialNumber: bigint, reason: string): Promise<void> {
  const answer = await post(`/ca/rest/agent/certs/${serialNumber}/revoke`, { Reason: reason });
  if (answer.status !== 200) throw new Error(`revoke ${serialNumber}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

export async function release(serialNumber: bigint): Promise<void> {
  const answer = await post(`/ca/rest/agent/certs/${serialNumber}/unrevoke`, {});
  const isDone = answer.status === 200 && textOf(member(answer.body, 'operationResult')) === 'success';
  if (!isDone) throw new Error(`release ${serialNumber}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Submits as the agent; what came of the one request. */
export async function submit(
  profileId: string,
  inputs: Readonly<Record<string, string>>,
): Promise<{ readonly id: bigint; readonly state: string; readonly certificateSerial: bigint | null }> {
  const attributes = Object.entries(inputs).map(([name, value]) => ({ name, Value: value }));
  const body = {
    ProfileID: profileId,
    Renewal: false,
    Input: [{ id: 'i1', ClassID: 'any', Name: 'any', Attribute: attributes }],
  };
  const answer = await post('/ca/rest/certrequests', body);
  const [entry = null] = listOf(member(answer.body, 'entries'));
  if (!isObject(entry)) throw new Error(`submit ${profileId}: ${answer.status} ${JSON.stringify(answer.body)}`);
  const id = BigInt(textOf(member(entry, 'requestURL'))?.split('/').at(-1) ?? '0');
  const certificateId = textOf(member(entry, 'certId'));
  return {
    id,
    state: textOf(member(entry, 'requestStatus')) ?? '',
    certificateSerial: certificateId === null ? null : BigInt(certificateId),
  };
}

/** What profileSubmit says about a renewal by serial number, in its XML. */
export async function renewBySerial(serialNumber: bigint): Promise<string> {
  const fields = { profileId: 'caManualRenewal', renewal: 'true', xml: 'true', serial_num: String(serialNumber) };
  return (await callServlet('/ca/ee/ca/profileSubmit', fields)).body.toString();
}

export async function checkRequest(id: bigint): Promise<string> {
  const answer = await callDogtag(`/ca/ee/ca/checkRequest?requestId=${id}&format=id&xml=true`);
  return answer.body.toString();
}

export async function reviewByServlet(id: bigint): Promise<string> {
  const answer = await callDogtag(`/ca/agent/ca/profileReview?requestId=${id}&xml=true`, { identity: agent() });
  return answer.body.toString();
}

/** `good`, `revoked` or `unknown`, as openssl reads Dogtag's signed answer. */
export function askOcsp(serialNumber: bigint): string {
  const url = `${readLabVariable('DOGTAG_HTTP_URL')}/ca/ocsp`;
  const serial = `0x${serialNumber.toString(16)}`;
  const ca = readLabVariable('DOGTAG_CA_CERT');
  const args = ['ocsp', '-issuer', ca, '-CAfile', ca, '-serial', serial, '-url', url];
  const text = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /: (good|revoked|unknown)/.exec(text)?.[1] ?? text;
}

export async function readPublishedCrl(): Promise<{ readonly crlNumber: bigint; readonly list: CertificateList }> {
  const answer = await callDogtag('/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL');
  const list = decodeCertificateList(answer.body);
  const extension = findExtension(list.extensions, extensionOids.cRLNumber);
  return { crlNumber: extension === null ? 0n : decodeCrlNumber(extension.valueDer), list };
}
