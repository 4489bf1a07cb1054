// Asks Dogtag and the gateway in front of it the same things and finds what a client could tell apart.
import { exchangeRaw, type RawAnswer, type RawIdentity } from './raw-exchange.ts';

export interface Question {
  readonly name: string;
  readonly as: 'nobody' | 'agent' | 'administrator' | 'unmapped';
  readonly isPlain: boolean;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

export interface Ports {
  readonly https: number;
  readonly http: number;
}

const json = ['Accept: application/json'];
const form = ['Content-Type: application/x-www-form-urlencoded'];
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

function question(name: string, target: string, more: Partial<Omit<Question, 'name' | 'target'>> = {}): Question {
  return { name, target, as: 'nobody', isPlain: false, method: 'GET', headers: [], body: '', ...more };
}

/** What reads only, so that both sides meet the same state. */
export const questions: readonly Question[] = [
  question('info', '/pki/rest/info', { headers: json }),
  question('info in XML', '/pki/rest/info'),
  question('info that may not be acceptable', '/pki/rest/info', { headers: ['Accept: text/html'] }),
  question('info of the CA', '/ca/rest/info', { headers: json }),
  question('info of the KRA', '/kra/rest/info', { headers: json }),
  question('info over plain HTTP', '/pki/rest/info', { headers: json, isPlain: true }),
  question('login', '/ca/rest/account/login', { as: 'agent', headers: json }),
  question('login as administrator', '/ca/rest/account/login', { as: 'administrator', headers: json }),
  question('login with an unmapped certificate', '/ca/rest/account/login', { as: 'unmapped', headers: json }),
  question('login without anything', '/ca/rest/account/login', { headers: json }),
  question('login over plain HTTP', '/ca/rest/account/login?x=%20y', { headers: json, isPlain: true }),
  question('login with a wrong password', '/ca/rest/account/login', {
    headers: ['Authorization: Basic eDp5', ...json],
  }),
  question('template', '/ca/rest/certrequests/profiles/caIPAserviceCert', { headers: json }),
  question('templates', '/ca/rest/certrequests/profiles?start=1&size=3', { headers: json }),
  question('unknown template', '/ca/rest/certrequests/profiles/nosuch', { headers: json }),
  question('certificate', '/ca/rest/certs/1', { headers: json }),
  question('certificate in XML', '/ca/rest/certs/0x1'),
  question('certificate over plain HTTP', '/ca/rest/certs/1', { headers: json, isPlain: true }),
  question('missing certificate', '/ca/rest/certs/99999999', { headers: json }),
  question('certificate with a bad number', '/ca/rest/certs/zzz', { headers: json }),
  question('HEAD of a certificate', '/ca/rest/certs/1', { method: 'HEAD', headers: json }),
  question('OPTIONS of a certificate', '/ca/rest/certs/1', { method: 'OPTIONS' }),
  question('DELETE of a certificate', '/ca/rest/certs/1', { method: 'DELETE' }),
  question('search', '/ca/rest/certs/search?size=2', {
    method: 'POST',
    headers: ['Content-Type: application/json', ...json],
    body: '{"serialTo":"2"}',
  }),
  question('search sent in chunks', '/ca/rest/certs/search?size=2', {
    method: 'POST',
    headers: ['Content-Type: application/json', 'Transfer-Encoding: chunked', ...json],
    body: chunked('{"serialTo":"2"}'),
  }),
  question('search with a broken body', '/ca/rest/certs/search', {
    method: 'POST',
    headers: ['Content-Type: application/json', ...json],
    body: '{',
  }),
  question('certificate as agent', '/ca/rest/agent/certs/1', { as: 'agent', headers: json }),
  question('certificate as agent, anonymously', '/ca/rest/agent/certs/1', { headers: json }),
  question('requests', '/ca/rest/agent/certrequests?pageSize=2', { as: 'agent', headers: json }),
  question('review', '/ca/rest/agent/certrequests/1', { as: 'agent', headers: json }),
  question('users as administrator', '/ca/rest/admin/users', { as: 'administrator', headers: json }),
  question('users as agent', '/ca/rest/admin/users', { as: 'agent', headers: json }),
  question('profiles without a session', '/ca/rest/profiles', { as: 'agent', headers: json }),
  question('authorities over plain HTTP', '/ca/rest/authorities', { headers: json, isPlain: true }),
  question('security domain', '/ca/rest/securityDomain/domainInfo', { headers: json }),
  question('status', '/ca/admin/ca/getStatus', { isPlain: true }),
  question('status by POST', '/ca/admin/ca/getStatus', { method: 'POST', headers: form, isPlain: true }),
  question('chain', '/ca/ee/ca/getCertChain', { isPlain: true }),
  question('chain on the admin path', '/ca/admin/ca/getCertChain'),
  question('chain by an odd path', '/ca//ee/./ca/../ca/getCertChain;x=1', { isPlain: true }),
  question('chain by an encoded path', '/ca/ee%2Fca/getCert%43hain'),
  question('profiles of end entities', '/ca/ee/ca/profileList?xml=true'),
  question('profiles as a page', '/ca/ee/ca/profileList'),
  question('profiles by a chunked form', '/ca/ee/ca/profileList', {
    method: 'POST',
    headers: [...form, 'Transfer-Encoding: chunked'],
    body: chunked('xml=true'),
  }),
  question('profiles of agents', '/ca/agent/ca/profileList?xml=true', { as: 'agent' }),
  question('profiles of agents, anonymously', '/ca/agent/ca/profileList?xml=true'),
  question('review servlet, unmapped', '/ca/agent/ca/profileReview?requestId=1&xml=true', { as: 'unmapped' }),
  question('request', '/ca/ee/ca/checkRequest?requestId=1&xml=true', { isPlain: true }),
  question('certificate of a request', '/ca/ee/ca/displayCertFromRequest?requestId=1&importCert=true&xml=true', {
    isPlain: true,
  }),
  question('certificate by number', '/ca/ee/ca/displayBySerial?serialNumber=1&xml=true'),
  question('certificate by number as agent', '/ca/agent/ca/displayBySerial?serialNumber=1&xml=true', { as: 'agent' }),
  question('CRL', '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL', { isPlain: true }),
  question('CRL without a name', '/ca/ee/ca/getCRL?op=getCRL&xml=true'),
  question('malformed OCSP', '/ca/ocsp/AAAA', { isPlain: true }),
  question('ACME directory', '/acme/directory'),
  question('start page', '/', { isPlain: true }),
  question('start page of the CA', '/ca/services'),
  question('unknown page', '/ca/ee/ca/nosuch'),
  question('unknown application', '/nosuch/x', { isPlain: true }),
  question('unknown resource', '/ca/rest/nosuch', { headers: json }),
  question('encoded slash in a number', '/ca/rest/certs/1%2F2', { headers: json }),
  question('a long query', `/ca/rest/certs/1?x=${'a'.repeat(4_000)}`, { as: 'agent', headers: json }),
];

/** Headers that concern one connection, or the moment. */
const unlike: ReadonlySet<string> = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
]);

/** Null when a client could not tell both answers apart; else what differs. */
export async function compareAnswers(
  host: string,
  asked: Question,
  identities: Readonly<Record<Question['as'], RawIdentity | null>>,
  dogtag: Ports,
  gateway: Ports,
): Promise<string | null> {
  const ask = (ports: Ports) =>
    exchangeRaw(host, {
      port: asked.isPlain ? ports.http : ports.https,
      tls: asked.isPlain ? null : { identity: identities[asked.as] },
      method: asked.method,
      target: asked.target,
      headers: asked.headers,
      body: asked.body,
    });
  // Certificates name Dogtag's own ports whoever is asked.
  const theirs = comparable(await ask(dogtag), [dogtag]);
  const ours = comparable(await ask(gateway), [gateway, dogtag]);
  for (const part of ['statusLine', 'headers', 'body'] as const)
    if (theirs[part] !== ours[part]) return `${part}: ${excerpt(theirs[part], ours[part])}`;
  return null;
}

/** Ports and session ids become names; the rest stays as it came. */
function comparable({ statusLine, headers, body }: RawAnswer, sides: readonly Ports[]) {
  const named = (text: string) => {
    let result = text.replace(/JSESSIONID=[0-9A-F]{32}/g, 'JSESSIONID=ID');
    for (const { https, http } of sides)
      result = result
        .replace(new RegExp(`([:>])${https}(?!\\d)`, 'g'), '$1HTTPS')
        .replace(new RegExp(`([:>])${http}(?!\\d)`, 'g'), '$1HTTP');
    return result;
  };
  const kept = headers.filter(([name]) => !unlike.has(name.toLowerCase()));
  return {
    statusLine,
    headers: named(kept.map(([name, value]) => `${name}: ${value}`).join('\n')),
    body: named(body.toString('latin1')),
  };
}

function excerpt(theirs: string, ours: string): string {
  let at = 0;
  while (at < theirs.length && theirs[at] === ours[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 50));
  return `theirs ${around(theirs)}, ours ${around(ours)}`;
}
