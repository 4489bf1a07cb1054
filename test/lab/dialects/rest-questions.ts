// What both sides are asked of the security domain, of the configuration, of the audit, and by installers.
import { get, type Question, servlet } from './questions.ts';

const json = ['Accept', 'application/json'] as const;
const jsonBody = ['Content-Type', 'application/json'] as const;
const forms: readonly (readonly (readonly [string, string])[])[] = [
  [json],
  [['Accept', 'application/xml']],
  [],
  [['Accept', 'text/html, */*;q=0.5']],
  [['Accept', 'text/csv']],
];
const asAgent = { identity: 'ipara' } as const;
const asAdministrator = { identity: 'caadmin' } as const;
const domain = '/ca/rest/securityDomain';

/** `port` is the secure one under which the lab's subsystems stand in the domain. */
export function restQuestions(port: string): Question[] {
  const hosts = ['CA', 'KRA', 'ca'].map((subsystem) => `${subsystem}%20pki.example.test%20${port}`);
  return [
    ...[
      `${domain}/domainInfo`,
      `${domain}/hosts`,
      `${domain}/hosts/${hosts[0]}`,
      '/ca/rest/config/features',
      '/ca/rest/config/features/authority',
      '/ca/rest/config/cert/signing',
      '/ca/rest/config/cert/transport',
      '/pki/rest/apps',
    ].flatMap((path) => [
      ...forms.map((headers) => get(path, { headers })),
      get(path, { method: 'HEAD' }),
      get(path, { method: 'DELETE' }),
      get(`${path}?x=1&start=2`, asAgent),
    ]),
    ...hosts.map((id) => get(`${domain}/hosts/${id}`)),
    ...['nonsense', 'CA+pki.example.test+443', '%00', 'CA%20x%20443;a=b', 'a%2Fb'].map((id) =>
      get(`${domain}/hosts/${id}`),
    ),
    ...[undefined, asAgent, asAdministrator].flatMap((who) => [
      get(`${domain}/hosts`, { method: 'PUT', headers: [json, jsonBody], body: '{}', ...who }),
      get(`${domain}/hosts/OCSP%20nosuch%20443`, { method: 'DELETE', ...who }),
    ]),
    ...['', '?subsystem=CA', '?subsystem=kra&hostname=x', '?subsystem=XYZ'].map((query) =>
      get(`${domain}/installToken${query}`),
    ),
    ...['?subsystem=CA', '?subsystem=kra&hostname=x', '?subsystem=XYZ', '?subsystem='].map((query) =>
      get(`${domain}/installToken${query}`, asAgent),
    ),
    get('/ca/rest/config/features/nosuch'),
    get('/ca/rest/config/cert/nosuch'),
    ...['*', '"1"', '"1", *', 'W/"1"'].map((tag) =>
      get('/ca/rest/config/cert/signing', { headers: [json, ['If-None-Match', tag]] }),
    ),
    ...[undefined, asAgent].flatMap((who) => [
      get('/ca/rest/admin/kraconnector', who),
      get('/ca/rest/admin/kraconnector/remove', { method: 'POST', ...who }),
      get('/ca/rest/admin/kraconnector/add', { method: 'POST', headers: [json, jsonBody], body: '{}', ...who }),
      get('/ca/rest/audit?action=disable', { method: 'POST', ...who }),
      get('/ca/rest/audit/files', who),
      ...[...forms, [['Accept', 'application/octet-stream'] as const]].map((headers) =>
        get('/ca/rest/audit/files/ca_audit', { headers, ...who }),
      ),
    ]),
    get('/ca/rest/audit'),
    get('/ca/rest/audit?action=nonsense', { method: 'POST', ...asAdministrator }),
    get('/ca/rest/audit', { method: 'POST', ...asAdministrator }),
    get('/ca/rest/audit/files', asAdministrator),
    get('/ca/rest/jobs', asAgent),
    ...installers(),
  ];
}

function installers(): Question[] {
  const token = 'sessionID=12345&xmlOutput=true';
  return [
    servlet('/ca/admin/ca/getDomainXML'),
    servlet('/ca/admin/ca/getDomainXML?xml=true', { method: 'POST' }),
    servlet('/ca/admin/ca/getSubsystemCert'),
    ...['getConfigEntries', 'updateDomainXML', 'updateConnector', 'registerUser', 'registerRaUser', 'tokenAuthenticate']
      .map((name) => `/ca/admin/ca/${name}`)
      .flatMap((path) => [servlet(path), servlet(`${path}?${token}&hostname=x`), servlet(path, asAgent)]),
    servlet(`/ca/ee/ca/tokenAuthenticate?${token}`),
    servlet('/ca/agent/ca/updateDomainXML'),
    servlet('/ca/agent/ca/updateDomainXML', asAgent),
    servlet('/ca/agent/ca/updateDomainXML?host=a&name=b&sport=443&type=OCSP', asAgent),
    servlet('/ca/agent/ca/updateDomainXML', asAdministrator),
    servlet('/ca/agent/ca/updateDomainXML?host=a&type=OCSP&operation=remove', asAdministrator),
  ];
}
