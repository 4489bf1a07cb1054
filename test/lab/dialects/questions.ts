// What both sides are asked: everything that only reads, in ordinary ways and in odd ones.
import type { RequestRecord } from '#ca-core/engine';
import type { Identity } from '../../golden/dialects/recorded-exchanges.ts';
import type { LabRecord } from './read-record.ts';

export interface Question {
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE';
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly identity: Identity;
  readonly isServlet: boolean;
}

const json = ['Accept', 'application/json'] as const;
const xml = ['Accept', 'application/xml'] as const;
const jsonBody = ['Content-Type', 'application/json'] as const;
const xmlBody = ['Content-Type', 'application/xml'] as const;

export const get = (target: string, more: Partial<Question> = {}): Question => ({
  method: 'GET',
  target,
  headers: [json],
  body: '',
  identity: 'none',
  isServlet: false,
  ...more,
});
const asAgent = { identity: 'ipara' } as const;
const inXml = { headers: [xml] } as const;
export const servlet = (target: string, more: Partial<Question> = {}): Question =>
  get(target, { headers: [], isServlet: true, ...more });

const search = (body: string, query = '', more: Partial<Question> = {}): Question =>
  get(`/ca/rest/certs/search${query}`, { method: 'POST', headers: [json, jsonBody], body, ...more });

const ids = [
  '0',
  '1',
  '0x1',
  '0X1',
  '-1',
  '0x-1',
  '+1',
  '01',
  '0x01',
  '%201',
  '1%20',
  '0xg',
  'zzz',
  '1.0',
  '1e1',
  '99999',
  '0x1869f',
  'ABC',
  '0xABCDEF',
  '9'.repeat(30),
  '%2B1',
  '1;x=1',
  '%31',
];

/** One of each, for every certificate, request and profile. */
export function recordQuestions({ profiles, ...record }: LabRecord): Question[] {
  const numbers = record.certificates.flatMap(({ record: { serialNumber }, isWhole }) =>
    isWhole ? [serialNumber] : [],
  );
  const whole = new Set(numbers);
  const requests = record.requests.flatMap((request) => (request.isWhole ? [request.record] : []));
  const isShowable = ({ certificateSerials: [serial] }: RequestRecord) => serial === undefined || whole.has(serial);
  return [
    ...numbers.map((serial) => get(`/ca/rest/certs/${serial}`)),
    ...numbers
      .filter((_, index) => index % 8 === 0)
      .map((serial) => get(`/ca/rest/certs/0x${serial.toString(16)}`, inXml)),
    ...numbers.filter((_, index) => index % 25 === 0).map((serial) => get(`/ca/rest/agent/certs/${serial}`, asAgent)),
    ...requests.map(({ id }) => get(`/ca/rest/certrequests/${id}`)),
    ...requests
      .filter((_, index) => index % 8 === 0)
      .map(({ id }) => get(`/ca/rest/certrequests/0x${id.toString(16)}`, inXml)),
    ...requests
      .filter(({ profileId }) => profileId !== null)
      .map(({ id }) => servlet(`/ca/ee/ca/checkRequest?requestId=${id}&xml=true`)),
    ...requests
      .filter(isShowable)
      .filter(({ kind, state }, index) =>
        kind === 'enrollment' && state === 'complete' ? index % 4 === 0 : index % 8 === 0,
      )
      .flatMap(({ id }) => [
        servlet(`/ca/ee/ca/checkRequest?requestId=${id}&importCert=true`),
        servlet(`/ca/ee/ca/displayCertFromRequest?requestId=${id}&xml=true`),
        servlet(`/ca/ee/ca/displayCertFromRequest?requestId=${id}`),
      ]),
    ...profiles.flatMap(({ id }, index) => [
      get(`/ca/rest/certrequests/profiles/${id}`),
      ...(index % 4 === 0 ? [get(`/ca/rest/certrequests/profiles/${id}`, inXml)] : []),
    ]),
  ];
}

export function oddQuestions(): Question[] {
  return [
    // What clients of later releases try first.
    ...['/pki/v2/info', '/ca/v2/certs/1', '/ca/v2/account/login', '/ca/v1/certs/1', '/pki/v1/info'].map((path) =>
      get(path),
    ),
    ...ids.flatMap((id) => [
      get(`/ca/rest/certs/${id}`),
      get(`/ca/rest/certrequests/${id}`),
      get(`/ca/rest/agent/certs/${id}`, asAgent),
    ]),
    ...[
      '',
      '?',
      '?start=1',
      '?size=2',
      '?start=1&size=2',
      '?size=0',
      '?size=-1',
      '?size=abc',
      '?start=',
      '?start=-1',
      '?start=-5&size=3',
      '?maxResults=0&size=3',
      '?maxResults=-1&size=3',
      '?maxResults=5&start=4',
      '?maxResults=7&size=3&start=3&x=1',
      '?status=valid',
      '?status=Revoked&size=100',
      '?status=REVOKED_EXPIRED',
      '?status=',
      '?status=*',
      '?status=NOSUCH',
      '?start=2147483647',
      '?start=2147483648',
      '?start=5&size=2147483647',
      '?start=3&start=5&size=2',
      '?maxTime=x',
      '?size=3&a=%20+%2F',
    ].map((query) => get(`/ca/rest/certs${query}`)),
    get('/ca/rest/certs?size=3', inXml),
    ...['', '?size=5', '?start=3&size=4', '?start=1000', '?size=0', '?size=x', '?start=30&size=10'].map((query) =>
      get(`/ca/rest/certrequests/profiles${query}`),
    ),
    get('/ca/rest/certrequests/profiles?size=3', inXml),
    get('/ca/rest/certrequests/profiles/noSuch'),
    get('/ca/rest/certrequests/profiles/no%20such'),
    ...requestLists().map((query) => get(`/ca/rest/agent/certrequests${query}`, asAgent)),
    get('/ca/rest/agent/certrequests?pageSize=3&start=3', { ...asAgent, ...inXml }),
    ...searches(),
    ...mediaTypes(),
    ...servletQuestions(),
  ];
}

function requestLists(): string[] {
  const filters = [
    '',
    'requestState=complete',
    'requestState=COMPLETE',
    'requestState=rejected',
    'requestState=canceled',
    'requestState=pending',
    'requestState=nosuch',
    'requestType=enrollment',
    'requestType=revocation',
    'requestType=renewal',
    'requestType=unrevocation',
    'requestType=nosuch',
    'requestState=complete&requestType=enrollment',
    'requestState=pending&requestType=enrollment',
    'requestState=complete&requestType=revocation',
  ];
  const pages = [
    '',
    'pageSize=3',
    'start=5&pageSize=4',
    'start=0x5&pageSize=4',
    'start=99999&pageSize=3',
    'pageSize=0',
    'pageSize=-2',
    'maxResults=2',
  ];
  return filters
    .flatMap((filter) => pages.map((page) => `?${[filter, page].filter((part) => part !== '').join('&')}`))
    .concat(['?start=zzz', '?start=', '?pageSize=x', '?pageSize=', '?maxTime=x']);
}

function searches(): Question[] {
  const day = 86_400_000;
  const conditions = [
    '{}',
    'null',
    '',
    '[]',
    '"x"',
    '{"x":1}',
    '{"status":"VALID"}',
    '{"status":"revoked"}',
    '{"status":"nope"}',
    '{"status":""}',
    '{"issuerDN":"cn=certificate authority,o=example.test"}',
    '{"issuerDN":"CN=Certificate Authority, O=EXAMPLE.TEST"}',
    '{"issuerDN":"*"}',
    '{"serialFrom":"5"}',
    '{"serialTo":"5"}',
    '{"serialFrom":"0x5","serialTo":"0X9"}',
    '{"serialFrom":"zz"}',
    '{"serialTo":"zz"}',
    '{"serialFrom":" 5"}',
    '{"serialFrom":"-1"}',
    '{"serialFrom":3,"serialTo":4}',
    '{"subjectInUse":true}',
    '{"commonName":"test","subjectInUse":true}',
    '{"commonName":"TEST","subjectInUse":"true"}',
    '{"commonName":"test"}',
    '{"org":"EXAMPLE.TEST","subjectInUse":true}',
    '{"org":"EXAMPLE.TEST","subjectInUse":true,"matchExactly":true}',
    '{"org":"example","subjectInUse":true,"matchExactly":true}',
    '{"commonName":"pki","org":"IPA","subjectInUse":true}',
    '{"commonName":"ext","org":"Example, Inc.","subjectInUse":true,"matchExactly":true}',
    '{"org":"Example, Inc.","subjectInUse":true,"matchExactly":true}',
    '{"orgUnit":"A+B","subjectInUse":true}',
    '{"eMail":"a@b.example","subjectInUse":true,"matchExactly":true}',
    '{"country":"DE","subjectInUse":true,"matchExactly":true}',
    '{"commonName":"*","subjectInUse":true}',
    '{"commonName":"(","subjectInUse":true}',
    '{"commonName":"\\\\","subjectInUse":true}',
    '{"userID":"x","subjectInUse":true}',
    '{"locality":"x","state":"y","subjectInUse":true}',
    '{"issuedBy":"ipara","issuedByInUse":true}',
    '{"issuedBy":"IPARA","issuedByInUse":true}',
    '{"issuedBy":"","issuedByInUse":true}',
    '{"issuedByInUse":true}',
    '{"issuedBy":"ipara"}',
    '{"revokedBy":"ipara","revokedByInUse":true}',
    '{"revokedByInUse":true}',
    '{"revocationReason":"1","revocationReasonInUse":true}',
    '{"revocationReason":"1,4,9","revocationReasonInUse":true}',
    '{"revocationReason":"0","revocationReasonInUse":true}',
    '{"revocationReason":"77","revocationReasonInUse":true}',
    '{"revocationReason":"x","revocationReasonInUse":true}',
    '{"revocationReasonInUse":true}',
    `{"issuedOnFrom":"${1_795_400_000_000}","issuedOnInUse":true}`,
    `{"issuedOnTo":"${1_795_400_000_000}","issuedOnInUse":true}`,
    `{"validNotAfterTo":"${1_795_400_000_000 + 700 * day}","validNotAfterInUse":true}`,
    `{"validNotBeforeFrom":"${1_795_400_000_000}","validNotBeforeInUse":true}`,
    '{"revokedOnFrom":"0","revokedOnInUse":true}',
    '{"issuedOnFrom":"","issuedOnInUse":true}',
    '{"issuedOnInUse":true}',
    '{"validityOperation":"<=","validityCount":2,"validityUnit":31536000000,"validityLengthInUse":true}',
    '{"validityOperation":">=","validityCount":2,"validityUnit":31536000000,"validityLengthInUse":true}',
    '{"certTypeSSLServer":"maybe","certTypeInUse":true}',
    '{"certTypeSSLServer":"on"}',
    '{"certTypeInUse":true}',
    '{"status":"VALID","serialFrom":"10","serialTo":"20"}',
    '{"matchExactly":null,"subjectInUse":null}',
    '{"subjectInUse":1}',
    '{"validityCount":"2"}',
    '{"status":"VALID","status":"REVOKED"}',
  ];
  const xmlSearch = '<?xml version="1.0" encoding="UTF-8"?><CertSearchRequest>';
  return [
    ...conditions.map((body) => search(body, '?size=5')),
    ...[
      '?start=3',
      '?start=-1',
      '?start=-1&size=0',
      '?size=0',
      '?size=-4',
      '?size=x',
      '?start=100000',
      '?start=2&size=2&q=1',
      '?size=2147483647',
    ].map((query) => search('{}', query)),
    ...[
      '<serialFrom>3</serialFrom><serialTo>5</serialTo>',
      '<status>REVOKED</status>',
      '<nonsense>1</nonsense>',
      '<subjectInUse>true</subjectInUse><org>IPA</org>',
      '',
    ].map((inside) => search(`${xmlSearch}${inside}</CertSearchRequest>`, '?size=3', { headers: [xml, xmlBody] })),
    search(`${xmlSearch}</CertSearchRequest>`, '?size=1', { headers: [json, xmlBody] }),
    search('{}', '?size=1', { headers: [xml, jsonBody] }),
  ];
}

function mediaTypes(): Question[] {
  const accepts = [
    '*/*',
    'application/*',
    'text/html',
    'text/*',
    'application/json;q=0.1',
    'application/xml;q=0.5, application/json;q=0.6',
    'application/json, application/xml',
    'text/html, application/json;q=0.1',
    'application/json;q=0',
    'foo',
    'application/json;charset=utf-8',
    'APPLICATION/JSON',
    '*',
  ];
  return [
    ...accepts.flatMap((accept) => [
      get('/ca/rest/info', { headers: [['Accept', accept]] }),
      get('/ca/rest/certs/0x999999', { headers: [['Accept', accept]] }),
      search('{}', '?size=1', { headers: [['Accept', accept], jsonBody] }),
    ]),
    get('/ca/rest/info', { headers: [] }),
    get('/pki/rest/info', { headers: [] }),
    ...[
      'text/plain',
      'application/json;charset=UTF-8',
      'application/JSON',
      'application/x-www-form-urlencoded',
      'text/json',
      'foo',
      '*/*',
      '',
    ].map((type) => search('{}', '?size=1', { headers: [json, ['Content-Type', type]] })),
    ...(['PUT', 'DELETE', 'POST'] as const).flatMap((method) => [
      get('/ca/rest/certs', { method }),
      get('/ca/rest/certs/1', { method }),
      get('/ca/rest/certrequests/1', { method }),
    ]),
    get('/ca/rest/certs/search'),
    get('/ca/rest/certrequests'),
    ...[
      '/ca/rest/certs/',
      '/ca/rest/certs/1/',
      '/ca/rest//certs',
      '/ca/rest/certs/1/2',
      '/ca/rest',
      '/ca/rest/',
      '/nosuch',
    ].map((target) => get(target)),
  ];
}

function servletQuestions(): Question[] {
  const crl = '/ca/ee/ca/getCRL?crlIssuingPoint=MasterCRL&op=';
  return [
    ...[
      '',
      'xml=true',
      'requestId=',
      'requestId=&xml=true',
      'requestId=zzz&xml=true',
      'requestId=%20&xml=true',
      'requestId=0x5&xml=true',
      'requestId=-5&xml=true',
      'requestId=%2B5&xml=true',
      'requestId=99999&xml=true',
      'requestId=99999',
      'requestId=5&xml=TRUE',
      'requestId=%3Cb%3E&xml=true',
      'requestId=5&requestId=6&xml=true',
      'requestId=5&importCert=on&xml=true',
      'requestId=5&importCert=yes&xml=true',
      'requestId=005&xml=true',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/checkRequest?${query}`),
      servlet(`/ca/ee/ca/displayCertFromRequest?${query}`),
    ]),
    ...[
      'getCRL',
      'importCRL',
      'getDeltaCRL',
      'nosuch',
      '',
      'displayCRL',
      'displayCRL&crlDisplayType=nosuch',
      'displayCRL&crlDisplayType=crlHeader',
      'displayCRL&crlDisplayType=entireCRL',
      'displayCRL&crlDisplayType=entireCRL&pageStart=2&pageSize=3',
      'displayCRL&crlDisplayType=entireCRL&pageStart=x&pageSize=y',
      'displayCRL&crlDisplayType=entireCRL&pageStart=0&pageSize=-1',
      'displayCRL&crlDisplayType=base64Encoded',
      'displayCRL&crlDisplayType=deltaCRL',
      'checkCRL&certSerialNumber=5',
      'checkCRL&certSerialNumber=0x13',
      'checkCRL&certSerialNumber=19',
      'checkCRL&certSerialNumber=99999',
    ].map((op) => servlet(crl + op)),
    servlet('/ca/ee/ca/getCRL'),
    servlet('/ca/ee/ca/getCRL?xml=true'),
    servlet('/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=NoSuch&xml=true'),
    servlet('/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint='),
    servlet('/ca/ee/ca/getCertChain'),
    servlet('/ca/admin/ca/getCertChain'),
    servlet('/ca/admin/ca/getStatus'),
    servlet('/ca/ee/ca/getCertChain', { method: 'HEAD' }),
    servlet('/ca/ee/ca/nosuch'),
    servlet('/ca/agent/ca/profileReview?xml=true'),
    servlet('/ca/agent/ca/profileProcess?xml=true'),
    servlet('/ca/agent/ca/updateCRL?xml=true'),
    servlet('/ca/agent/ca/profileProcess?xml=true', asAgent),
    servlet('/ca/agent/ca/profileProcess?op=approve&xml=true', asAgent),
    servlet('/ca/agent/ca/profileProcess?op=approve&requestId=&xml=true', asAgent),
    servlet('/ca/agent/ca/profileProcess?op=approve&requestId=99999&xml=true', asAgent),
    ...refusedServlets(),
    servlet('/ca/ocsp', { method: 'POST' }),
    servlet('/ca/ocsp/%'),
  ];
}

/** Of those that write, only what changes nothing at Dogtag; a sound request to enrol without a profile would be issued upon. */
function refusedServlets(): Question[] {
  const paths = [
    '/ca/ee/ca/revocation',
    '/ca/ee/ca/CMCRevReq',
    '/ca/ee/ca/CMCRevReq?cmcRequest=',
    '/ca/ee/ca/CMCRevReq?cmcRequest=MAA%3D',
    '/ca/enrollment',
    '/ca/enrollment?pkcs10Request=MAA%3D',
    '/ca/certbasedenrollment',
    '/ca/agent/ca/bulkissuance',
    '/ca/agent/bulkissuance',
    '/ca/renewal',
    '/ca/admin/ca/adminEnroll',
    '/ca/agent/ca/processCertReq',
    '/ca/agent/ca/updateDir',
    '/ca/agent/ca/profileApprove',
  ];
  const token = '/ca/ee/subsystem/ca';
  const revocations = [
    'revocationReason=1&revokeAll=(certRecordId=999999999)',
    'revocationReason=1&revokeAll=(certRecordId=1)&totalRecordCount=1',
    'revocationReason=1&revokeAll=nosuch',
    'revocationReason=1&revokeAll=',
    'revocationReason=1',
    'revocationReason=1&totalRecordCount=x',
  ];
  const releases = [
    'serialNumber=999999999',
    'serialNumber=',
    'serialNumber=zz',
    'serialNumber=0x',
    'serialNumber=1%20x',
  ];
  const asked = [
    ...revocations.map((query) => `${token}/doRevoke?${query}`),
    ...releases.map((query) => `${token}/doUnrevoke?${query}`),
  ];
  const withXml = (path: string) => `${path}${path.includes('?') ? '&' : '?'}xml=true`;
  return [
    ...paths.flatMap((path) => [servlet(path), servlet(withXml(path))]),
    ...['/ca/agent/ca/bulkissuance', '/ca/agent/ca/processCertReq', '/ca/agent/ca/updateDir'].flatMap((path) => [
      servlet(path, asAgent),
      servlet(withXml(path), asAgent),
    ]),
    ...asked.flatMap((target) => [servlet(target), servlet(target, asAgent)]),
  ];
}
