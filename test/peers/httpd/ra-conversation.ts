// What FreeIPA's RA says to a CA through httpd: every call of its dogtag plug-in (raw REST, version 1), of its installer and of relying parties.
import { encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodePem } from '#codecs/pem';
import { decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import type { ConversationClient, Reply, Said } from '#test/conversation-client';
import { fillTemplate, query } from '#test/enrollment-forms';
import { makeRequestPem } from '#test/make-request';

export interface Turn {
  readonly shows: string;
  readonly reply: Reply;
}

export interface Transcript {
  readonly turns: readonly Turn[];
  /** Part of every name that this conversation made up. */
  readonly label: string;
  readonly ownNumbers: OwnNumbers;
}

/** Numbers that are others in every conversation, and what stands for them in a comparison. */
export interface OwnNumbers {
  readonly requests: readonly OwnNumber[];
  readonly certificates: readonly OwnNumber[];
}

export interface OwnNumber {
  readonly decimal: string;
  readonly hexadecimal: string;
  readonly word: string;
}

const json = { Accept: 'application/json' };
const jsonBody = { ...json, 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const profileId = 'caIPAserviceCert';

/** `label` makes names of this conversation's own; whatever it creates besides certificates, it deletes. */
export async function converseAsFreeIpa(
  client: ConversationClient,
  label: string,
  authorityPem: string,
): Promise<Transcript> {
  return await new RaConversation(client, label, authorityPem).run();
}

class RaConversation {
  readonly #client: ConversationClient;
  readonly #label: string;
  readonly #authorityPem: string;
  readonly #turns: Turn[] = [];
  readonly #ownNumbers: { readonly [Kind in keyof OwnNumbers]: OwnNumber[] } = { requests: [], certificates: [] };
  #cookie: Readonly<Record<string, string>> = {};

  constructor(client: ConversationClient, label: string, authorityPem: string) {
    this.#client = client;
    this.#label = label;
    this.#authorityPem = authorityPem;
  }

  async run(): Promise<Transcript> {
    await this.#introduce();
    await this.#logIn();
    await this.#readProfiles();
    await this.#administerProfile();
    await this.#readAuthorities();
    const serial = await this.#enroll();
    await this.#find(serial);
    await this.#changeStatus(serial);
    await this.#refusals();
    await this.#agent('logout', 'GET', '/ca/rest/account/logout', { headers: json });
    await this.#enrollOverServlets();
    await this.#rely(serial);
    return { turns: this.#turns, label: this.#label, ownNumbers: this.#ownNumbers };
  }

  async #introduce(): Promise<void> {
    await this.#say('status, as FreeIPA asks', 'POST', '/ca/admin/ca/getStatus', { headers: form, body: '' });
    await this.#say('status over HTTP', 'GET', '/ca/admin/ca/getStatus', { listener: 'http' });
    await this.#say('chain over HTTP', 'GET', '/ca/ee/ca/getCertChain', { listener: 'http' });
    await this.#say('product', 'GET', '/pki/rest/info', { headers: json });
    await this.#say('key archival', 'GET', '/ca/rest/info', { headers: json });
    await this.#say('login without a certificate', 'GET', '/ca/rest/account/login', { headers: json });
    await this.#say('ACME', 'GET', '/acme/directory', { headers: json });
    await this.#say('what is not passed on', 'GET', '/ca/services', {});
  }

  async #logIn(): Promise<void> {
    const reply = await this.#agent('login', 'GET', '/ca/rest/account/login', { headers: json });
    const at = reply.rawHeaders.findIndex((text) => text.toLowerCase() === 'set-cookie');
    const cookie = at < 0 ? undefined : reply.rawHeaders[at + 1]?.split(';')[0];
    this.#cookie = cookie === undefined ? {} : { Cookie: cookie };
  }

  async #readProfiles(): Promise<void> {
    await this.#agent('profiles', 'GET', '/ca/rest/profiles?size=5', { headers: json });
    await this.#agent('profile', 'GET', `/ca/rest/profiles/${profileId}`, { headers: json });
    await this.#agent('profile as text', 'GET', `/ca/rest/profiles/${profileId}/raw`, {});
    await this.#agent('profile that is none', 'GET', '/ca/rest/profiles/noSuchProfile/raw', {});
  }

  /** certprofile-import, -mod, enabling, disabling and -del. */
  async #administerProfile(): Promise<void> {
    const raw = await this.#client.say({
      ...{ shows: '', method: 'GET', target: `/ca/rest/profiles/${profileId}/raw`, identity: 'agent' },
      headers: this.#cookie,
    });
    const id = `httpd${this.#label}`;
    const body = `profileId=${id}\nclassId=caEnrollImpl\n${raw.text.replace(/^(?:profileId|classId|enable|#).*\n/gm, '')}`;
    const text = { ...json, 'Content-Type': 'application/xml' };
    await this.#agent('create a profile', 'POST', '/ca/rest/profiles/raw', { headers: text, body });
    await this.#agent('create it again', 'POST', '/ca/rest/profiles/raw', { headers: text, body });
    const target = `/ca/rest/profiles/${id}`;
    await this.#agent('enable it', 'POST', `${target}?action=enable`, { headers: jsonBody });
    await this.#agent('change it while it is enabled', 'PUT', `${target}/raw`, { headers: text, body });
    await this.#agent('disable it', 'POST', `${target}?action=disable`, { headers: jsonBody });
    const changed = `${body}desc=Changed\n`;
    await this.#agent('change it', 'PUT', `${target}/raw`, { headers: text, body: changed });
    await this.#agent('delete it', 'DELETE', target, { headers: json });
    await this.#agent('delete it again', 'DELETE', target, { headers: json });
  }

  async #readAuthorities(): Promise<void> {
    const host = '/ca/rest/authorities/host-authority';
    await this.#agent('authorities', 'GET', '/ca/rest/authorities', { headers: json });
    await this.#agent('host authority', 'GET', host, { headers: json });
    await this.#agent('its certificate', 'GET', `${host}/cert`, { headers: { Accept: 'application/x-pem-file' } });
    await this.#agent('its chain', 'GET', `${host}/chain`, { headers: { Accept: 'application/x-pem-file' } });
    await this.#agent('hosts of the domain', 'GET', '/ca/rest/securityDomain/domainInfo', { headers: json });
  }

  /** Serial number of what was issued; 0 when nothing was. */
  async #enroll(): Promise<bigint> {
    const template = await this.#agent('template', 'GET', `/ca/rest/certrequests/profiles/${profileId}`, {
      headers: json,
    });
    const request = makeRequestPem(`${this.#label}.httpd.example.test`);
    const body = fillTemplate(template.text, { cert_request_type: 'pkcs10', cert_request: request });
    const submitted = await this.#agent('submit', 'POST', '/ca/rest/certrequests', { headers: jsonBody, body });
    const id = /\/certrequests\/(\d+)"/.exec(submitted.text)?.[1] ?? '0';
    this.#keep('requests', BigInt(id), 'REQUEST');
    const status = await this.#agent('status of the request', 'GET', `/ca/rest/certrequests/${id}`, { headers: json });
    const serial = BigInt(/"certId":"(0x[0-9a-f]+)"/.exec(status.text)?.[1] ?? '0');
    this.#keep('certificates', serial, 'SERIAL');
    await this.#agent('certificate', 'GET', `/ca/rest/certs/${serial}`, { headers: json });
    return serial;
  }

  /** cert-find asks without a certificate, and writes booleans as texts. */
  async #find(serial: bigint): Promise<void> {
    const search = (shows: string, criteria: object) => {
      const body = JSON.stringify({ subjectInUse: 'true', matchExactly: 'true', ...criteria });
      return this.#say(shows, 'POST', '/ca/rest/certs/search?size=5', { headers: jsonBody, body });
    };
    const numbers = { serialNumberRangeInUse: 'true', serialFrom: String(serial), serialTo: String(serial) };
    await search('find by number', numbers);
    await search('find by name', { commonName: `${this.#label}.httpd.example.test` });
    await search('find nothing', { commonName: 'nobody.at.all' });
  }

  async #changeStatus(serial: bigint): Promise<void> {
    const target = `/ca/rest/agent/certs/${serial}`;
    const reason = (text: string) => ({ headers: jsonBody, body: JSON.stringify({ Reason: text }) });
    await this.#agent('as an agent sees it', 'GET', target, { headers: json });
    await this.#agent('hold', 'POST', `${target}/revoke`, reason('Certificate_Hold'));
    await this.#agent('release', 'POST', `${target}/unrevoke`, { headers: jsonBody, body: '' });
    await this.#agent('revoke', 'POST', `${target}/revoke`, reason('Superseded'));
    await this.#agent('revoked', 'GET', `/ca/rest/certs/${serial}`, { headers: json });
    // Dogtag's to answer, before and after a cutover.
    await this.#agent('to a browser', 'GET', '/ca/agent/ca/displayBySerial?serialNumber=1&xml=true', {});
    await this.#say('revoke as nobody', 'POST', `${target}/revoke`, reason('Superseded'));
  }

  async #refusals(): Promise<void> {
    await this.#agent('a certificate that is none', 'GET', '/ca/rest/certs/999999999', { headers: json });
    await this.#agent('a request that is none', 'GET', '/ca/rest/certrequests/999999999', { headers: json });
    const broken = { headers: jsonBody, body: '{"ProfileID":' };
    await this.#agent('a broken body', 'POST', '/ca/rest/certrequests', broken);
    await this.#agent('a path that is none', 'GET', '/ca/rest/nothing', { headers: json });
  }

  /** The ways of certmonger and of the installer, as far as httpd passes them on. */
  async #enrollOverServlets(): Promise<void> {
    const request = makeRequestPem(`${this.#label}.servlet.httpd.example.test`);
    const common = { cert_request_type: 'pkcs10', cert_request: request };
    const submit = query({ profileId: 'caServerCert', ...common, xml: 'true' });
    const submitted = await this.#say('profileSubmit', 'POST', '/ca/ee/ca/profileSubmit', {
      headers: form,
      body: submit,
    });
    const id = /<RequestId>\s*(\d+)/.exec(submitted.text)?.[1] ?? '0';
    this.#keep('requests', BigInt(id), 'WAITING');
    await this.#say('checkRequest', 'GET', `/ca/ee/ca/checkRequest?requestId=${id}&xml=true`, {});
    const installer = query({ profileId, requestor_name: 'IPA Installer', ...common, xmlOutput: 'true' });
    const issued = await this.#agent('profileSubmitSSLClient', 'POST', '/ca/eeca/ca/profileSubmitSSLClient', {
      headers: form,
      body: installer,
    });
    const base64 = /<b64>([^<]+)</.exec(issued.text)?.[1]?.replaceAll('&#13;', '');
    if (base64 !== undefined)
      this.#keep('certificates', decodeCertificate(Buffer.from(base64, 'base64')).serialNumber, 'INSTALLED');
    this.#keep('requests', BigInt(/<Id>\s*(\d+)/.exec(issued.text)?.[1] ?? '0'), 'INSTALLING');
  }

  async #rely(serial: bigint): Promise<void> {
    await this.#say('CRL', 'GET', '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL', { listener: 'http' });
    const authority = decodeCertificate(decodePem(this.#authorityPem, 'CERTIFICATE'));
    const { keyBytes } = decodeSubjectPublicKeyInfo(authority.subjectPublicKeyInfoDer);
    const ask = encodeOcspRequest([encodeCertId({ nameDer: authority.subjectDer, keyBytes }, serial)]);
    const headers = { 'Content-Type': 'application/ocsp-request' };
    await this.#say('OCSP', 'POST', '/ca/ocsp', { headers, body: ask, listener: 'http' });
    // httpd refuses an encoded slash in a path, before it looks for whom the path is.
    const encoded = encodeURIComponent(Buffer.from(ask).toString('base64')).replaceAll('%2F', '/');
    await this.#say('OCSP over GET', 'GET', `/ca/ocsp/${encoded}`, { listener: 'http' });
  }

  #agent(shows: string, method: string, target: string, more: Partial<Said>): Promise<Reply> {
    return this.#say(shows, method, target, {
      ...more,
      headers: { ...more.headers, ...this.#cookie },
      identity: 'agent',
    });
  }

  async #say(shows: string, method: string, target: string, more: Partial<Said>): Promise<Reply> {
    const reply = await this.#client.say({ shows, method, target, ...more });
    this.#turns.push({ shows, reply });
    return reply;
  }

  #keep(kind: keyof OwnNumbers, number: bigint, word: string): void {
    if (number !== 0n) this.#ownNumbers[kind].push({ decimal: String(number), hexadecimal: number.toString(16), word });
  }
}
