// What OCSP and the CRL say of certificates that a lightweight authority has issued, on either side.
import assert from 'node:assert/strict';
import { decodeOcspResponse, encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodePem } from '#codecs/pem';
import {
  type Certificate,
  decodeCertificate,
  decodeCertificateList,
  decodeSubjectPublicKeyInfo,
  formatName,
} from '#codecs/x509';
import type { ConversationClient } from '#test/conversation-client';
import { hold, type Step, stepsNamed } from './conversation.ts';

export interface StatusTold {
  /** As OCSP tells it: when it was issued, when it was revoked, when its issuer was disabled, and when that was gone. */
  readonly statuses: readonly string[];
  /** Who signs these answers, and how many certificates come with each. */
  readonly responders: readonly string[];
  readonly isOnCrl: boolean;
}

const get = (name: string, target: string, accept: string): Step => ({ name, method: 'GET', target, accept });
const send = (name: string, method: string, target: string, body = ''): Step => ({
  name,
  method,
  target,
  body,
  contentType: 'application/json',
  accept: 'application/json',
});

/** Makes an authority, has it issue, asks, revokes, asks again, and does away with it. */
export async function tellStatus(client: ConversationClient, run: string): Promise<StatusTold> {
  const named = (wanted: string) => stepsNamed(run).find(({ name }) => name === wanted) ?? assert.fail(wanted);
  const told = { statuses: [] as string[], responders: [] as string[] };
  let issuer: Certificate | null = null;
  let issued: Certificate | null = null;
  const ask = async () => {
    assert.ok(issuer !== null && issued !== null);
    const { status, responder } = await askOcsp(client, issuer, issued);
    told.statuses.push(status);
    told.responders.push(responder);
  };
  const steps = [
    named('make one'),
    get('its certificate as DER', '/ca/rest/authorities/SUB/cert', 'application/pkix-cert'),
    named('enrol under it'),
    get('what was issued', '/ca/rest/certs/CERT', 'application/json'),
    send('revoke', 'POST', '/ca/rest/agent/certs/CERT/revoke', '{"Reason":"superseded"}'),
    get('update the CRL', '/ca/agent/ca/updateCRL?crlIssuingPoint=MasterCRL&waitForUpdate=true&xml=true', '*/*'),
    send('disable', 'POST', '/ca/rest/authorities/SUB/disable'),
    send('delete', 'DELETE', '/ca/rest/authorities/SUB'),
  ];
  await hold(client, steps, async ({ name }, { body, text }) => {
    if (name === 'its certificate as DER') issuer = decodeCertificate(body, { rules: 'ber' });
    if (name === 'what was issued')
      issued = decodeCertificate(decodePem(JSON.parse(text).Encoded, 'CERTIFICATE'), { rules: 'ber' });
    if (['what was issued', 'revoke', 'disable', 'delete'].includes(name)) await ask();
  });
  const crl = await client.say({
    shows: 'the CRL',
    method: 'GET',
    target: '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL',
    listener: 'http',
  });
  const serialNumber = (issued as Certificate | null)?.serialNumber;
  const entries = [...decodeCertificateList(crl.body).revokedCertificates()];
  return { ...told, isOnCrl: entries.some((entry) => entry.serialNumber === serialNumber) };
}

async function askOcsp(client: ConversationClient, issuer: Certificate, { serialNumber }: Certificate) {
  const { keyBytes } = decodeSubjectPublicKeyInfo(issuer.subjectPublicKeyInfoDer);
  const { body } = await client.say({
    shows: 'OCSP',
    method: 'POST',
    target: '/ca/ocsp',
    listener: 'http',
    headers: { 'Content-Type': 'application/ocsp-request' },
    body: encodeOcspRequest([encodeCertId({ nameDer: issuer.subjectDer, keyBytes }, serialNumber)]),
  });
  // Dogtag answers with nothing, or with a page for people, where it has no answer.
  if (body[0] !== 0x30) return { status: 'none', responder: 'none' };
  const { status, basic } = decodeOcspResponse(body);
  const id = basic?.responderId;
  return {
    status: `${status} ${basic?.responses[0]?.status.kind}`,
    responder: `${id?.kind === 'byName' ? formatName(id.nameDer) : 'by key'}, ${basic?.certificatesDer.length}`,
  };
}
