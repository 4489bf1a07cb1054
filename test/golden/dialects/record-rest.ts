// Records at the lab's Dogtag what the recordings lack of the security domain, the configuration, the audit and of installers: refusals, malformed
// requests, strangers. `node test/golden/dialects/record-rest.ts`, with the variables of `lab env`. A host that it adds is removed again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  encodeRecordedRequest,
  encodeRecordedResponse,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';
import type { OperationName } from '#gateway';
import { labFile, labVariable } from '#test/appliance-clients';
import type { Identity } from './recorded-exchanges.ts';
import { withoutInsides } from './without-insides.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/', import.meta.url));
/** As in all recordings, whatever port the lab listens on. */
const host = 'pki.example.test:18443';

interface Asked {
  readonly operation: OperationName;
  readonly name: string;
  readonly shows: string;
  readonly identity: Identity;
  readonly method: string;
  readonly target: string;
  readonly accept?: string;
  readonly body?: string;
  /** Whether with the cookie of a login made beforehand. */
  readonly hasSession?: boolean;
}

const whole = {
  id: 'OCSP gap.example.test 443',
  Port: '80',
  SecureEEClientAuthPort: '443',
  SecureAgentPort: '443',
  SecureAdminPort: '443',
  Clone: 'false',
  DomainManager: 'false',
};
const ofAdministrator = { identity: 'caadmin', hasSession: true } as const;

function put(name: string, shows: string, body: object | string): Asked {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const target = '/ca/rest/securityDomain/hosts';
  return { operation: 'rest-add-domain-host', name, shows, ...ofAdministrator, method: 'PUT', target, body: text };
}

function remove(name: string, shows: string, id: string): Asked {
  const target = `/ca/rest/securityDomain/hosts/${encodeURIComponent(id)}`;
  return { operation: 'rest-remove-domain-host', name, shows, ...ofAdministrator, method: 'DELETE', target };
}

const post = (operation: OperationName, name: string, shows: string, path: string, identity: Identity): Asked => ({
  operation,
  name,
  shows,
  identity,
  method: 'POST',
  target: `/ca/rest/${path}`,
});

const read = (
  operation: OperationName,
  name: string,
  shows: string,
  path: string,
  more: Partial<Asked> = {},
): Asked => ({
  operation,
  name,
  shows,
  identity: 'none',
  method: 'GET',
  target: `/${path}`,
  ...more,
});

const updateDomain = (name: string, shows: string, body: string, identity: Identity): Asked => ({
  operation: 'servlet-update-domain-xml',
  name,
  shows,
  identity,
  method: 'POST',
  target: '/ca/agent/ca/updateDomainXML',
  body,
});
const noForm = { accept: 'text/csv' };
const unreadable = 'an Accept that nothing satisfies';

const asked: readonly Asked[] = [
  put('domain-host-put-no-id', 'an id that does not parse', { ...whole, id: 'nonsense' }),
  put('domain-host-put-ports', 'ports that differ', { ...whole, SecureAgentPort: '444' }),
  put('domain-host-put-subsystem', 'a subsystem that there is not', { ...whole, id: 'XYZ gap.example.test 443' }),
  put('domain-host-put-member', 'an unknown member', { ...whole, nosuch: 1 }),
  put('domain-host-put-broken', 'a body that is broken', '{"broken'),
  put('domain-host-put-empty', 'no body', ''),
  put('domain-host-put-no-clone', 'no flag of a clone', { ...whole, Clone: undefined }),
  put('domain-host-put', 'a host with the least that it needs', { ...whole, Port: '', DomainManager: undefined }),
  put('domain-host-put-again', 'the same host, spelled otherwise', { ...whole, id: 'ocsp GAP.example.test 443' }),
  read(
    'rest-get-domain-host',
    'domain-host-least',
    'what became of it',
    'ca/rest/securityDomain/hosts/OCSP%20GAP.example.test%20443',
  ),
  remove('domain-host-delete-bad', 'an id that does not parse', 'nonsense'),
  remove('domain-host-delete', 'a host by another spelling', 'ocsp gap.example.test 443'),
  remove('domain-host-delete-again', 'a host that there is not', 'OCSP gap.example.test 443'),
  remove('domain-host-delete-subsystem', 'a subsystem that there is not', 'XYZ gap.example.test 443'),
  read('rest-domain-information', 'domain-info-unreadable', unreadable, 'ca/rest/securityDomain/domainInfo', noForm),
  read('rest-list-domain-hosts', 'domain-hosts-unreadable', unreadable, 'ca/rest/securityDomain/hosts', noForm),
  read('rest-list-features', 'features-unreadable', unreadable, 'ca/rest/config/features', noForm),
  read('rest-get-feature', 'feature-unreadable', unreadable, 'ca/rest/config/features/authority', noForm),
  read('rest-get-signing-certificate', 'signing-unreadable', unreadable, 'ca/rest/config/cert/signing', noForm),
  read('rest-get-transport-certificate', 'transport-unreadable', unreadable, 'ca/rest/config/cert/transport', noForm),
  read('rest-list-applications', 'applications-unreadable', unreadable, 'pki/rest/apps', noForm),
  read('rest-get-kra-connector', 'kra-connector-stranger', 'nobody who is known', 'ca/rest/admin/kraconnector'),
  read('rest-list-audit-files', 'audit-files-stranger', 'nobody who is known', 'ca/rest/audit/files'),
  post('rest-add-kra-connector-host', 'kra-connector-host-stranger', 'nobody', 'admin/kraconnector/addHost', 'none'),
  post('rest-add-kra-connector-host', 'kra-connector-host-agent', 'an agent', 'admin/kraconnector/addHost', 'ipara'),
  post('rest-remove-kra-connector', 'kra-connector-remove-stranger', 'nobody', 'admin/kraconnector/remove', 'none'),
  post('rest-remove-kra-connector', 'kra-connector-remove-agent', 'an agent', 'admin/kraconnector/remove', 'ipara'),
  post('rest-remove-kra-connector', 'kra-connector-remove-no-host', 'no host', 'admin/kraconnector/remove', 'caadmin'),
  post(
    'rest-remove-kra-connector',
    'kra-connector-remove-no-port',
    'no port',
    'admin/kraconnector/remove?host=a',
    'caadmin',
  ),
  {
    ...post('rest-add-kra-connector', 'kra-connector-add-stranger', 'nobody', 'admin/kraconnector/add', 'none'),
    body: '{}',
  },
  {
    ...post('rest-add-kra-connector', 'kra-connector-add-agent', 'an agent', 'admin/kraconnector/add', 'ipara'),
    body: '{}',
  },
  {
    ...post(
      'rest-add-kra-connector',
      'kra-connector-add-bare',
      'a bad body, with nothing in it',
      'admin/kraconnector/add',
      'caadmin',
    ),
    body: '{}',
  },
  post('rest-change-audit-status', 'audit-action-stranger', 'nobody', 'audit?action=disable', 'none'),
  post('rest-change-audit-status', 'audit-action-agent', 'an agent', 'audit?action=disable', 'ipara'),
  {
    ...post('rest-update-audit-configuration', 'audit-change-stranger', 'nobody', 'audit', 'none'),
    method: 'PATCH',
    body: '{}',
  },
  {
    ...post('rest-update-audit-configuration', 'audit-change-agent', 'an agent', 'audit', 'ipara'),
    method: 'PATCH',
    body: '{}',
  },
  updateDomain('domain-xml-missing', 'bad parameters: two are missing', 'host=gap.example.test&type=OCSP', 'caadmin'),
  updateDomain('domain-xml-stranger', 'nobody who is known', 'host=gap.example.test&type=OCSP', 'none'),
  updateDomain(
    'domain-xml-add',
    'a host',
    'host=gap.example.test&type=OCSP&name=x&sport=444&httpport=80&clone=true',
    'caadmin',
  ),
  updateDomain(
    'domain-xml-subsystem',
    'a subsystem that there is not',
    'host=gap.example.test&type=XYZ&name=x&sport=444',
    'caadmin',
  ),
  updateDomain(
    'domain-xml-remove',
    'the host, removed',
    'host=gap.example.test&type=OCSP&name=x&sport=444&operation=remove',
    'caadmin',
  ),
];

async function ask(identity: Identity, request: RecordedRequest): Promise<RecordedResponse> {
  const names: Readonly<Record<string, string>> = { ipara: 'AGENT', caadmin: 'ADMIN' };
  const role = names[identity];
  const tls = role === undefined ? {} : { cert: labFile(`DOGTAG_${role}_CERT`), key: labFile(`DOGTAG_${role}_KEY`) };
  const options = {
    ...tls,
    host: '127.0.0.1',
    port: new URL(labVariable('DOGTAG_URL')).port,
    servername: labVariable('DOGTAG_HOST'),
    ca: labFile('DOGTAG_CA_CERT'),
    method: request.method,
    path: request.target,
    headers: Object.fromEntries(request.headers),
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const sent = secureRequest(options, (message) => {
      const pieces: Buffer[] = [];
      message.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
      message.on('end', () => {
        const raw = message.rawHeaders;
        const headers = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
        const kept = headers.filter(([name]) => !/^connection$/i.test(name));
        resolve({ status: message.statusCode ?? 0, reason: '', headers: kept, body: Buffer.concat(pieces) });
      });
    });
    sent.on('error', reject).end(request.body);
  });
}

const cookies = new Map<Identity, string>();

/** The cookie of a session that the identity has. */
async function logIn(identity: Identity): Promise<string> {
  const known = cookies.get(identity);
  if (known !== undefined) return known;
  const target = '/ca/rest/account/login';
  const { headers } = await ask(identity, { method: 'GET', target, headers: [['Host', host]], body: Buffer.alloc(0) });
  const cookie = headers.find(([name]) => /^set-cookie$/i.test(name))?.[1].split(';')[0] ?? '';
  cookies.set(identity, cookie);
  return cookie;
}

async function record(number: number, { operation, name, shows, identity, ...asking }: Asked): Promise<void> {
  const isServlet = operation.startsWith('servlet-');
  const { method, target, body: text, accept = 'application/json', hasSession = false } = asking;
  const body = Buffer.from(text ?? '');
  const contentType = isServlet ? 'application/x-www-form-urlencoded' : 'application/json';
  const headers: Readonly<Record<string, string>> = {
    Host: host,
    ...(isServlet ? {} : { Accept: accept }),
    ...(text === undefined ? {} : { 'Content-Type': contentType }),
    ...(hasSession ? { Cookie: await logIn(identity) } : {}),
    ...(text !== undefined || method === 'POST' ? { 'Content-Length': String(body.length) } : {}),
  };
  const request = { method, target, headers: Object.entries(headers), body };
  const response = await ask(identity, request);
  const into = join(folder, isServlet ? 'servlet' : 'v1-json', operation, `${number}-${name}`);
  mkdirSync(into, { recursive: true });
  const about = { identity, shows, ...(hasSession ? { session: 'beforehand' } : {}) };
  writeFileSync(join(into, 'about.json'), `${JSON.stringify(about, null, 1)}\n`);
  writeFileSync(join(into, 'request.http'), encodeRecordedRequest(request));
  writeFileSync(join(into, 'response.http'), encodeRecordedResponse(withoutInsides(response)));
  process.stdout.write(`${name}: ${response.status}\n`);
}

const firstNumber = 1_200;
for (const [index, one] of asked.entries()) await record(firstNumber + index, one);
