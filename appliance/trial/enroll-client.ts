// A service that asks for its certificate as FreeIPA does: template, enrolment, request status, certificate, over REST as an agent.
import { generateKeyPairSync, sign } from 'node:crypto';
import { decodePem, encodePem } from '#codecs/pem';
import { assembleCertificationRequest, encodeCertificationRequestInfo } from '#codecs/pkcs';
import { encodeNameText, findSignatureAlgorithm } from '#codecs/x509';
import type { TrialClients } from './trial-clients.ts';

interface Template {
  readonly Input: readonly { readonly Attribute: readonly { readonly name: string; Value: string }[] }[];
}

/** Resolves with the certificate. Rejects with the gateway's own words when it was not issued. */
export async function enrollClient(clients: TrialClients, profileId: string, subject: string): Promise<Buffer> {
  const ask = async (method: string, target: string, body = '') => {
    const headers = [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/json'],
    ] as const;
    const said = { listener: 'https', identity: 'agent', method, target, headers, body: Buffer.from(body) } as const;
    const answer = await clients.say(said);
    const text = answer.body.toString('utf8');
    if (answer.status !== 200) throw new Error(`${method} ${target}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const template = await ask('GET', `/ca/rest/certrequests/profiles/${profileId}`);
  const values: Readonly<Record<string, string>> = {
    cert_request_type: 'pkcs10',
    cert_request: encodePem('CERTIFICATE REQUEST', makeRequest(subject)),
  };
  for (const { Attribute } of (template as unknown as Template).Input)
    for (const attribute of Attribute) attribute.Value = values[attribute.name] ?? '';
  const submitted = await ask('POST', '/ca/rest/certrequests', JSON.stringify(template));
  const [entry] = submitted.entries as readonly { readonly certId?: string; readonly errorMessage?: string }[];
  if (entry?.certId === undefined) throw new Error(`no certificate was issued: ${entry?.errorMessage ?? 'no reason'}`);
  const certificate = await ask('GET', `/ca/rest/certs/${entry.certId}`);
  return decodePem(String(certificate.Encoded), 'CERTIFICATE');
}

function makeRequest(subject: string): Buffer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const infoDer = encodeCertificationRequestInfo({
    subjectDer: encodeNameText(subject),
    subjectPublicKeyInfoDer: publicKey.export({ type: 'spki', format: 'der' }),
  });
  const algorithmDer = findSignatureAlgorithm('SHA256withRSA')?.der ?? Buffer.alloc(0);
  return assembleCertificationRequest(infoDer, algorithmDer, sign('sha256', infoDer, privateKey));
}
