// What clients say to a CA in a day: every operation of the gateway, as FreeIPA, certmonger, agents and relying parties use them. One
// conversation serves the comparison with a real Dogtag, the same conversation answered natively, and the recording of the trial.
import { generateKeyPairSync } from 'node:crypto';
import { encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodePem } from '#codecs/pem';
import { decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { sayInCmc } from './cmc-conversation.ts';
import type { ConversationClient, Reply, Said } from './conversation-client.ts';
import { editableValues, fillTemplate, inputsFor, query, serialOf } from './enrollment-forms.ts';
import { makeRequestPem } from './make-request.ts';

export type { ConversationClient, Reply, Said };

export interface ConversationResult {
  readonly issued: readonly { readonly profileId: string; readonly serialNumber: bigint; readonly pem: string }[];
  /** What an answer lacked, in words; empty when everything went as it should. */
  readonly problems: readonly string[];
}

export interface ConversationOptions {
  readonly profiles: readonly string[];
  /** Told apart by it: names of this conversation's certificates. */
  readonly label: string;
  readonly authorityPem: string;
}

/** Those of the first issue: what FreeIPA and certmonger track, and people's certificates. */
export const trackedProfiles = [
  'caIPAserviceCert',
  'caServerCert',
  'caSubsystemCert',
  'caOCSPCert',
  'caSignedLogCert',
  'caAuditSigningCert',
  'caTransportCert',
  'caStorageCert',
  'caCACert',
  'caUserCert',
  'AdminCert',
] as const;

const json = { Accept: 'application/json' };
const jsonBody = { ...json, 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** Says everything once, in an order in which each part has what it needs. */
export async function converse(client: ConversationClient, options: ConversationOptions): Promise<ConversationResult> {
  return new Conversation(client, options).run();
}

class Conversation {
  readonly #client: ConversationClient;
  readonly #options: ConversationOptions;
  readonly #issued: { profileId: string; serialNumber: bigint; pem: string }[] = [];
  readonly #problems: string[] = [];

  constructor(client: ConversationClient, options: ConversationOptions) {
    this.#client = client;
    this.#options = options;
  }

  async run(): Promise<ConversationResult> {
    await this.#introduce();
    for (const profileId of this.#options.profiles) await this.#enrollOverRest(profileId);
    await this.#enrollOverServlets('caServerCert');
    await this.#enrollWithCertificate();
    for (const said of sayInCmc(this.#options.label)) await this.#say(said);
    await this.#renew();
    await this.#refusals();
    await this.#changeStatus();
    await this.#search();
    await this.#rely();
    return { issued: this.#issued, problems: this.#problems };
  }

  async #introduce(): Promise<void> {
    await this.#say({ shows: 'product', method: 'GET', target: '/pki/rest/info', headers: json });
    await this.#say({ shows: 'key archival', method: 'GET', target: '/ca/rest/info', headers: json });
    await this.#say({
      shows: 'status, as FreeIPA asks',
      method: 'POST',
      target: '/ca/admin/ca/getStatus',
      headers: form,
      listener: 'http',
    });
    await this.#say({ shows: 'status', method: 'GET', target: '/ca/admin/ca/getStatus' });
    await this.#say({ shows: 'chain', method: 'GET', target: '/ca/ee/ca/getCertChain', listener: 'http' });
    await this.#say({
      shows: 'profiles for everybody',
      method: 'GET',
      target: '/ca/ee/ca/profileList?xml=true',
      listener: 'http',
    });
    await this.#say({
      shows: 'profiles for agents',
      method: 'GET',
      target: '/ca/agent/ca/profileList?xml=true',
      identity: 'agent',
    });
    await this.#say({
      shows: 'templates',
      method: 'GET',
      target: '/ca/rest/certrequests/profiles?size=100',
      headers: json,
    });
    await this.#say({
      shows: 'login',
      method: 'GET',
      target: '/ca/rest/account/login',
      headers: json,
      identity: 'agent',
    });
    await this.#say({
      shows: 'logout',
      method: 'GET',
      target: '/ca/rest/account/logout',
      headers: json,
      identity: 'agent',
    });
  }

  /** FreeIPA's sequence, and an agent's where the profile waits for one. */
  async #enrollOverRest(profileId: string): Promise<void> {
    const template = await this.#say({
      shows: `template ${profileId}`,
      method: 'GET',
      target: `/ca/rest/certrequests/profiles/${profileId}`,
      headers: json,
      identity: 'agent',
    });
    const name = `${profileId.toLowerCase()}.${this.#options.label}.example.test`;
    const body = fillTemplate(template.text, inputsFor(profileId, name));
    const submitted = await this.#say({
      shows: `submit ${profileId}`,
      method: 'POST',
      target: '/ca/rest/certrequests',
      headers: jsonBody,
      body,
      identity: 'agent',
      profileId,
    });
    const id = /\/certrequests\/(\d+)"/.exec(submitted.text)?.[1];
    if (id === undefined) return this.#miss(`submit ${profileId}`, submitted);
    if (submitted.text.includes('"requestStatus":"pending"')) await this.#approveOverRest(id, profileId);
    const status = await this.#say({
      shows: `status of ${profileId}`,
      method: 'GET',
      target: `/ca/rest/certrequests/${id}`,
      headers: json,
      identity: 'agent',
    });
    const serial = /"certId":"(0x[0-9a-f]+)"/.exec(status.text)?.[1];
    if (serial === undefined) return this.#miss(`status of ${profileId}`, status);
    await this.#fetch(BigInt(serial), profileId);
  }

  async #approveOverRest(id: string, profileId: string): Promise<void> {
    const target = `/ca/rest/agent/certrequests/${id}`;
    const review = await this.#say({
      shows: `review ${profileId}`,
      method: 'GET',
      target,
      headers: json,
      identity: 'agent',
    });
    const approved = await this.#say({
      shows: `approve ${profileId}`,
      method: 'POST',
      target: `${target}/approve`,
      headers: jsonBody,
      body: review.text,
      identity: 'agent',
      profileId,
    });
    if (approved.status !== 204) this.#miss(`approve ${profileId}`, approved);
  }

  async #fetch(serialNumber: bigint, profileId: string): Promise<void> {
    const answer = await this.#say({
      shows: `certificate of ${profileId}`,
      method: 'GET',
      target: `/ca/rest/certs/${serialNumber}`,
      headers: json,
    });
    const pem = /"Encoded":"([^"]+)"/.exec(answer.text)?.[1]?.replaceAll('\\n', '\n').replaceAll('\\r', '');
    if (pem === undefined) return this.#miss(`certificate of ${profileId}`, answer);
    this.#issued.push({ profileId, serialNumber, pem });
  }

  /** certmonger's sequence: submit, review, process, retrieve; everything in query strings. */
  async #enrollOverServlets(profileId: string): Promise<void> {
    const name = `servlet.${this.#options.label}.example.test`;
    const submitted = await this.#say({
      shows: `profileSubmit ${profileId}`,
      method: 'GET',
      target: `/ca/ee/ca/profileSubmit?${query({ profileId, cert_request_type: 'pkcs10', cert_request: makeRequestPem(name), xml: 'true' })}`,
      listener: 'http',
      profileId,
    });
    await this.#processOverServlets(/<RequestId>\s*(\d+)/.exec(submitted.text)?.[1], profileId, submitted);
  }

  async #processOverServlets(id: string | undefined, profileId: string, submitted: Reply): Promise<void> {
    if (id === undefined) return this.#miss(`profileSubmit ${profileId}`, submitted);
    await this.#say({
      shows: 'checkRequest while it waits',
      method: 'GET',
      target: `/ca/ee/ca/checkRequest?${query({ requestId: id, xml: 'true' })}`,
      listener: 'http',
    });
    const review = await this.#say({
      shows: 'profileReview',
      method: 'GET',
      target: `/ca/agent/ca/profileReview?${query({ requestId: id, xml: 'true' })}`,
      identity: 'agent',
      profileId,
    });
    const processed = await this.#say({
      shows: 'profileProcess',
      method: 'GET',
      target: `/ca/agent/ca/profileProcess?${query({ requestId: id, xml: 'true', op: 'approve', ...editableValues(review.text) })}`,
      identity: 'agent',
      profileId,
    });
    if (!/<requestStatus>\s*complete/.test(processed.text)) this.#miss(`profileProcess ${profileId}`, processed);
    await this.#say({
      shows: 'checkRequest when it is complete',
      method: 'GET',
      target: `/ca/ee/ca/checkRequest?${query({ requestId: id, importCert: 'true', xml: 'true' })}`,
      listener: 'http',
    });
    const retrieved = await this.#say({
      shows: 'displayCertFromRequest',
      method: 'GET',
      target: `/ca/ee/ca/displayCertFromRequest?${query({ requestId: id, importCert: 'true', xml: 'true' })}`,
      listener: 'http',
    });
    const pem = /<base64Cert>([^<]+)</.exec(retrieved.text)?.[1]?.replaceAll('&#13;', '');
    if (pem === undefined) return this.#miss('displayCertFromRequest', retrieved);
    this.#issued.push({ profileId, serialNumber: serialOf(pem), pem });
  }

  /** The installer's way: an agent's certificate on the connection, the certificate in the answer. */
  async #enrollWithCertificate(): Promise<void> {
    const profileId = 'caIPAserviceCert';
    const request = decodePem(makeRequestPem(`installer.${this.#options.label}.example.test`), 'CERTIFICATE REQUEST');
    const answer = await this.#say({
      shows: 'profileSubmitSSLClient',
      method: 'POST',
      target: '/ca/eeca/ca/profileSubmitSSLClient',
      headers: form,
      body: query({
        profileId,
        cert_request_type: 'pkcs10',
        requestor_name: 'IPA Installer',
        cert_request: request.toString('base64'),
        xmlOutput: 'true',
      }),
      identity: 'agent',
      profileId,
    });
    const base64 = /<b64>([^<]+)</.exec(answer.text)?.[1];
    if (base64 === undefined) return this.#miss('profileSubmitSSLClient', answer);
    const pem = `-----BEGIN CERTIFICATE-----\n${base64.replaceAll('&#13;', '').trim()}\n-----END CERTIFICATE-----\n`;
    this.#issued.push({ profileId, serialNumber: serialOf(pem), pem });
  }

  /** Renewal by serial, as certmonger asks for it. */
  async #renew(): Promise<void> {
    const original = this.#issued.find(({ profileId }) => profileId === 'caServerCert');
    if (original === undefined) return;
    const submitted = await this.#say({
      shows: 'renewal by serial',
      method: 'GET',
      target: `/ca/ee/ca/profileSubmit?${query({ profileId: 'caManualRenewal', serial_num: String(original.serialNumber), renewal: 'true', xml: 'true' })}`,
      listener: 'http',
      profileId: 'caManualRenewal',
    });
    await this.#processOverServlets(/<RequestId>\s*(\d+)/.exec(submitted.text)?.[1], 'caManualRenewal', submitted);
  }

  /** What must be refused, and how: these answers are compared like the others. */
  async #refusals(): Promise<void> {
    const smallKey = makeRequestPem(
      `small.${this.#options.label}.example.test`,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    );
    const submit = (body: string, shows: string, identity: 'agent' | 'none' = 'agent') =>
      this.#say({ shows, method: 'POST', target: '/ca/rest/certrequests', headers: jsonBody, body, identity });
    const template = await this.#say({
      shows: 'template again',
      method: 'GET',
      target: '/ca/rest/certrequests/profiles/caIPAserviceCert',
      headers: json,
    });
    await submit(
      fillTemplate(template.text, { cert_request_type: 'pkcs10', cert_request: smallKey }),
      'a key that the profile does not take',
    );
    await submit(
      fillTemplate(template.text, {
        cert_request_type: 'pkcs10',
        cert_request: '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
      }),
      'a broken request',
    );
    await submit(
      fillTemplate(template.text, inputsFor('caIPAserviceCert', `anonymous.${this.#options.label}.example.test`)),
      "nobody may use an agent's profile",
      'none',
    );
    await submit(template.text.replaceAll('caIPAserviceCert', 'noSuchProfile'), 'a profile that does not exist');
    await submit('{"ProfileID":', 'a broken body');
    await this.#say({
      shows: 'template of a profile that does not exist',
      method: 'GET',
      target: '/ca/rest/certrequests/profiles/noSuchProfile',
      headers: json,
    });
    for (const id of ['999999999', 'abc', '0xzz', '-1'])
      await this.#say({ shows: `certificate ${id}`, method: 'GET', target: `/ca/rest/certs/${id}`, headers: json });
    for (const id of ['999999999', 'abc'])
      await this.#say({ shows: `request ${id}`, method: 'GET', target: `/ca/rest/certrequests/${id}`, headers: json });
    await this.#say({
      shows: 'review without a certificate',
      method: 'GET',
      target: '/ca/rest/agent/certrequests/1',
      headers: json,
    });
    await this.#say({
      shows: 'profileReview without a certificate',
      method: 'GET',
      target: '/ca/agent/ca/profileReview?requestId=1&xml=true',
    });
    await this.#say({
      shows: 'profileSubmit without a profile',
      method: 'GET',
      target: '/ca/ee/ca/profileSubmit?xml=true',
      listener: 'http',
    });
    await this.#say({
      shows: 'profileSubmit of a profile that does not exist',
      method: 'GET',
      target: '/ca/ee/ca/profileSubmit?profileId=noSuchProfile&xml=true',
      listener: 'http',
    });
    await this.#say({
      shows: 'checkRequest of nothing',
      method: 'GET',
      target: '/ca/ee/ca/checkRequest?requestId=999999999&xml=true',
      listener: 'http',
    });
    await this.#say({
      shows: 'login without a certificate',
      method: 'GET',
      target: '/ca/rest/account/login',
      headers: json,
    });
  }

  async #changeStatus(): Promise<void> {
    const [first, second] = this.#issued;
    if (first === undefined || second === undefined) return;
    const agent = (serial: bigint) => `/ca/rest/agent/certs/${serial}`;
    const post = (shows: string, target: string, body: string) =>
      this.#say({ shows, method: 'POST', target, headers: jsonBody, body, identity: 'agent' });
    await this.#say({
      shows: 'certificate as an agent sees it',
      method: 'GET',
      target: agent(first.serialNumber),
      headers: json,
      identity: 'agent',
    });
    await post('hold', `${agent(first.serialNumber)}/revoke`, '{"Reason":"Certificate_Hold"}');
    await this.#say({
      shows: 'certificate on hold',
      method: 'GET',
      target: `/ca/rest/certs/${first.serialNumber}`,
      headers: json,
    });
    await post('release', `${agent(first.serialNumber)}/unrevoke`, '');
    await post('release again', `${agent(first.serialNumber)}/unrevoke`, '');
    await post('revoke', `${agent(second.serialNumber)}/revoke`, '{"Reason":"Superseded","Comments":"replaced"}');
    await post('revoke again', `${agent(second.serialNumber)}/revoke`, '{"Reason":"Key_Compromise"}');
    await post('revoke what does not exist', `${agent(999999999n)}/revoke`, '{"Reason":"Superseded"}');
    await post('revoke-ca of no CA', `${agent(first.serialNumber)}/revoke-ca`, '{"Reason":"Superseded"}');
    const ofAuthority = this.#issued.find(({ profileId }) => profileId === 'caCACert');
    if (ofAuthority !== undefined)
      await post('revoke-ca', `${agent(ofAuthority.serialNumber)}/revoke-ca`, '{"Reason":"Cessation_of_Operation"}');
    await this.#say({
      shows: 'revoke without a certificate',
      method: 'POST',
      target: `${agent(first.serialNumber)}/revoke`,
      headers: jsonBody,
      body: '{"Reason":"Superseded"}',
    });
    await this.#say({
      shows: 'revoked certificate',
      method: 'GET',
      target: `/ca/rest/certs/${second.serialNumber}`,
      headers: json,
    });
  }

  async #search(): Promise<void> {
    const search = (shows: string, criteria: object, size = 5) =>
      this.#say({
        shows,
        method: 'POST',
        target: `/ca/rest/certs/search?size=${size}`,
        headers: jsonBody,
        body: JSON.stringify(criteria),
      });
    await search(
      'search by name',
      { commonName: `.${this.#options.label}.`, subjectInUse: true, matchExactly: false },
      50,
    );
    await search(
      'search by serial',
      {
        serialFrom: String(this.#issued[0]?.serialNumber ?? 1n),
        serialTo: String(this.#issued.at(-1)?.serialNumber ?? 1n),
      },
      100,
    );
    await search('search the revoked', { status: 'REVOKED' });
    await search('search by a name that nobody has', {
      commonName: 'nobody.at.all',
      subjectInUse: true,
      matchExactly: true,
    });
    await this.#say({ shows: 'first certificates', method: 'GET', target: '/ca/rest/certs?size=3', headers: json });
    await this.#say({
      shows: 'first requests',
      method: 'GET',
      target: '/ca/rest/agent/certrequests?start=1&pageSize=3&maxResults=3',
      headers: json,
      identity: 'agent',
    });
  }

  /** Relying parties: CRL and OCSP. */
  async #rely(): Promise<void> {
    const authority = decodeCertificate(decodePem(this.#options.authorityPem, 'CERTIFICATE'));
    const { keyBytes } = decodeSubjectPublicKeyInfo(authority.subjectPublicKeyInfoDer);
    const ask = (serialNumber: bigint) =>
      encodeOcspRequest([encodeCertId({ nameDer: authority.subjectDer, keyBytes }, serialNumber)]);
    await this.#say({
      shows: 'updateCRL and wait',
      method: 'POST',
      target: '/ca/agent/ca/updateCRL',
      headers: form,
      body: 'crlIssuingPoint=MasterCRL&waitForUpdate=true&xml=true',
      identity: 'agent',
    });
    await this.#say({
      shows: 'getCRL',
      method: 'GET',
      target: '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL',
      listener: 'http',
    });
    for (const [shows, serialNumber] of [
      ['OCSP of a good certificate', this.#issued[0]?.serialNumber],
      ['OCSP of a revoked certificate', this.#issued[1]?.serialNumber],
    ] as const) {
      if (serialNumber === undefined) continue;
      const body = ask(serialNumber);
      await this.#say({
        shows,
        method: 'POST',
        target: '/ca/ocsp',
        headers: { 'Content-Type': 'application/ocsp-request' },
        body,
        listener: 'http',
      });
    }
    const encoded = encodeURIComponent(Buffer.from(ask(1n)).toString('base64'));
    await this.#say({ shows: 'OCSP over GET', method: 'GET', target: `/ca/ocsp/${encoded}`, listener: 'http' });
  }

  #say(said: Said): Promise<Reply> {
    return this.#client.say(said);
  }

  #miss(what: string, reply: Reply): void {
    this.#problems.push(`${what}: ${reply.status} ${reply.text.slice(0, 300)}`);
  }
}
