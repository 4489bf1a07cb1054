// Questions to the older servlets that only show certificates, requests and the authority.
import { type Question, servlet } from './questions.ts';
import type { LabRecord } from './read-record.ts';

const asAgent = { identity: 'ipara' } as const;

/** One of each, for a sample of certificates and requests. */
export function readingRecordQuestions(record: LabRecord): Question[] {
  const serials = record.certificates.flatMap(({ record: { serialNumber }, isWhole }) =>
    isWhole ? [serialNumber] : [],
  );
  const isRevoked = new Set(
    record.certificates.flatMap(({ record: { serialNumber, revocation } }) =>
      revocation === null ? [] : [serialNumber],
    ),
  );
  const sample = serials.filter((serial, index) => index % 5 === 0 || isRevoked.has(serial));
  return [
    ...sample.flatMap((serial) => [
      servlet(`/ca/ee/ca/displayBySerial?serialNumber=${serial}&xml=true`),
      servlet(`/ca/agent/ca/displayBySerial?serialNumber=0x${serial.toString(16)}`, asAgent),
    ]),
    ...record.requests
      .filter(({ isWhole }, index) => isWhole && index % 5 === 0)
      .flatMap(({ record: { id } }) => [
        servlet(`/ca/ee/ca/getCertFromRequest?requestId=${id}&importCert=true`),
        servlet(`/ca/eeca/ca/getCertFromRequest?requestId=${id}&xml=true`),
      ]),
  ];
}

/** Of the servlets that have little to say. */
const lastPaths = [
  '/ca/agent/ca/getOCSPInfo',
  '/ca/agent/ca/getStats',
  '/ca/agent/ca/updateDir.html',
  ...[
    '',
    '?xml=true',
    '?startTime=20200101000000&interval=86400&numberOfIntervals=3&xml=true',
    '?startTime=20200101000000z&interval=3600&numberOfIntervals=2',
    '?startTime=20201301000000&interval=1&numberOfIntervals=1&xml=true',
    '?startTime=2020&interval=1&numberOfIntervals=1&xml=true',
    '?startTime=20200101000000&interval=-5&numberOfIntervals=2&xml=true',
    '?startTime=20200101000000&interval=5&numberOfIntervals=0&xml=true',
    '?startTime=20200101000000&interval=x&numberOfIntervals=1&xml=true',
    '?startTime=20200101000000&interval=1&numberOfIntervals=x&xml=true',
  ].map((query) => `/ca/agent/ca/monitor${query}`),
  ...['', '?seqNum=99999', '?seqNum=zz', '?seqNum=7&xml=true', '?seqNum=7&doAssign=nosuch'].map(
    (query) => `/ca/agent/ca/processReq${query}`,
  ),
  '/ca/ee/ca/ports?secure=true',
  '/ca/ee/ca/ports?secure=',
  '/ca/index',
  '/ca/index?xml=true',
  '/ca',
  '/ca/agent?a=b',
  '/ca/start',
  ...[
    '',
    '?xml=true',
    '?url=x%3Cb%3E',
    '?url=https%3A%2F%2Fx.example.test%3A1%2Fy%3Fsubsystem%3DKRA%26a%3Db',
    '?url=http%3A%2F%2F%5B%3A%3A1%5D%2F&uid=nobody&pwd=wrong&xml=true',
    '?url=HTTPS%253A%252F%252Fx.example.test',
  ].map((query) => `/ca/admin/ca/getCookie${query}`),
  '/ca/ca/connector',
  '/ca/admin/console/config/savepkcs12',
  '/ca/ee/ca/updateOCSPConfig',
  '/ca/ee/ca/pkiclient?operation=GetCACert',
  '/ca/getAdminCertBySerial?serialNumber=7&importCert=true',
];

export function readingQuestions(): Question[] {
  return [
    ...[
      '',
      'xml=true',
      'serialNumber=&xml=true',
      'serialNumber=7&xml=TRUE',
      'serialNumber=0X7&xml=true',
      'serialNumber=%207%20&xml=true',
      'serialNumber=%2B7&xml=true',
      'serialNumber=-7&xml=true',
      'serialNumber=0x-7&xml=true',
      'serialNumber=0xzz&xml=true',
      'serialNumber=7.0&xml=true',
      'serialNumber=0&xml=true',
      'serialNumber=99999',
      'serialNumber=7&serialNumber=8&xml=true',
      'serialNumber=7&b64CertOnly=true&xml=true',
      'serialNumber=7&b64CertOnly=TRUE&xml=true',
      'serialNumber=999999999999999999999999999999999&xml=true',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/displayBySerial?${query}`),
      servlet(`/ca/agent/ca/displayBySerial?${query}`, asAgent),
    ]),
    servlet('/ca/agent/ca/displayBySerial?serialNumber=7'),
    ...[
      '',
      'xml=true',
      'requestId=&xml=true',
      'requestId=zz&xml=true',
      'requestId=0x7&xml=true',
      'requestId=99999&xml=true',
      'requestId=7&importCert=on&importCAChain=false',
      'requestId=7&importCert=TRUE&importCAChain=on',
      'requestId=7&importCert=true&emailCert=true',
      'requestId=7&importCert=true&importCertMimeType=application/x-x509-ca-cert',
      'requestId=7&importCert=yes&xml=true',
      'requestId=7&certPrettyPrint=false&xml=true',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/getCertFromRequest?${query}`),
      servlet(`/ca/ca/getCertFromRequest?${query}`, asAgent),
    ]),
    servlet('/ca/ca/getCertFromRequest?requestId=7&importCert=true'),
    servlet('/ca/ca/displayCertFromRequest?requestId=7&xml=true'),
    servlet('/ca/ca/displayCertFromRequest?requestId=99999&xml=true', asAgent),
    servlet('/ca/ca/displayCertFromRequest?requestId=7&xml=true', asAgent),
    ...lists().flatMap((query) => [
      servlet(`/ca/ee/ca/listCerts?${query}&xml=true`),
      servlet(`/ca/agent/ca/listCerts?${query}`, asAgent),
    ]),
    ...searches().flatMap((query) => [
      servlet(`/ca/ee/ca/srchCerts?${query}&xml=true`),
      servlet(`/ca/agent/ca/srchCerts?${query}`, asAgent),
    ]),
    ...[
      'serialNumber=7&xml=true',
      'serialNumber=a&importCert=true',
      'serialNumber=A&importCert=true&importCAChain=false',
      'serialNumber=zz&xml=true',
      'serialNumber=0x7&xml=true',
      'serialNumber=-7&xml=true',
      'serialNumber=fffff',
      'serialNumber=&xml=true',
      'serialNumber=7&certType=server',
    ].flatMap((query) => [
      servlet(`/ca/ee/ca/getBySerial?${query}`),
      servlet(`/ca/agent/ca/getBySerial?${query}`, asAgent),
      servlet(`/ca/admin/ca/getBySerial?${query}`),
    ]),
    servlet('/ca/agent/ca/getBySerial?serialNumber=7&xml=true'),
    servlet('/ca/ee/ca/getCertFromRequest?requestId=7&certType=server&xml=true'),
    ...[
      '',
      'xml=true',
      'op=',
      'op=nosuch&xml=true',
      'op=download',
      'op=downloadBIN',
      'op=downloadOther&mimeType=application/x-x509-ca-cert',
      'op=display',
      'op=display&xml=true',
      'op=display&displayFormat=individual',
      'op=display&displayFormat=nosuch',
      'op=displayIND',
      'op=displayIND&displayFormat=chain',
    ].map((query) => servlet(`/ca/ee/ca/getCAChain?${query}`)),
    ...[
      '',
      'crlIssuingPoint=%3Cb%3E',
      'crlIssuingPoint=MasterCRL',
      ...['cachedCRL', 'entireCRL', 'crlHeader', 'base64Encoded', 'deltaCRL', 'nosuch'].map(
        (type) => `crlIssuingPoint=MasterCRL&crlDisplayType=${type}`,
      ),
      'crlIssuingPoint=MasterCRL&crlDisplayType=entireCRL&pageStart=2&pageSize=2',
      'crlIssuingPoint=MasterCRL&crlDisplayType=entireCRL&pageStart=x&pageSize=-1',
      'crlIssuingPoint=MasterCRL&pageStart=1&pageSize=2',
    ].flatMap((query) => [
      servlet(`/ca/agent/ca/displayCRL?${query}`, asAgent),
      servlet(`/ca/agent/ca/displayCRL?${query}&xml=true`, asAgent),
    ]),
    servlet('/ca/agent/ca/displayCRL?crlIssuingPoint=MasterCRL&xml=true'),
    ...['', 'template=nosuch', 'template=/ee/ca/toDisplayCRL', 'template=/agent/ca/toUpdateCRL'].flatMap((query) => [
      servlet(`/ca/ee/ca/getInfo?${query}&xml=true`),
      servlet(`/ca/agent/ca/getInfo?${query}`, asAgent),
    ]),
    servlet('/ca/agent/ca/getInfo?template=/agent/ca/toDisplayCRL&xml=true'),
    ...[
      'revokeAll=(certRecordId=14)&totalRecordCount=1',
      'revokeAll=(certRecordId=0xe)',
      'revokeAll=(certRecordId=12)&totalRecordCount=1',
      'revokeAll=(certRecordId=1)&totalRecordCount=0',
      'revokeAll=%28%7C(certRecordId=14)(certRecordId=15)(certRecordId=9999)%29&totalRecordCount=5',
      'revokeAll=(certRecordId=9999)&totalRecordCount=1',
      'revokeAll=(certRecordId=14)&totalRecordCount=zz',
      'revokeAll=nosuch&totalRecordCount=1',
    ].flatMap((query) => [
      servlet(`/ca/agent/ca/reasonToRevoke?${query}&xml=true`, asAgent),
      servlet(`/ca/agent/ca/reasonToRevoke?${query}`, asAgent),
    ]),
    servlet('/ca/agent/ca/reasonToRevoke?revokeAll=(certRecordId=14)&xml=true'),
    ...requestLists().map((query) => servlet(`/ca/agent/ca/queryReq?${query}`, asAgent)),
    servlet('/ca/agent/ca/queryReq?xml=true'),
    ...[
      '(requestid=*)&maxResults=3',
      '(%26(requeststate=complete)(requesttype=revocation))&maxResults=3',
      '(%26(requestid%3E=3)(requestid%3C=5)(requeststate=complete))',
      '(%26(requesttype=nosuch))',
      '(requestid=7)&maxResults=zz',
      '(requestid=7)&timeLimit=5',
      '(requesttype=*)&maxResults=1',
    ].flatMap((filter) => [
      servlet(`/ca/agent/ca/searchReqs?queryRequestFilter=${filter}&owner=&xml=true`, asAgent),
      servlet(`/ca/agent/ca/searchReqs?queryRequestFilter=${filter}&owner=`, asAgent),
      servlet(`/ca/agent/ca/searchReqs?queryRequestFilter=${filter}&owner=other&uid=nobody`, asAgent),
    ]),
    servlet('/ca/agent/ca/searchReqs?queryRequestFilter=(requestid=7)&owner=&xml=true'),
    ...['/ca/services', '/ca/agent/header', '/ca/ee/dynamicVars.js', '/ca/agent/ca/srchCert.html'].map((path) =>
      servlet(path),
    ),
    ...lastPaths.flatMap((path) => [servlet(path), servlet(path, asAgent)]),
    servlet('/ca/agent/ca/listCerts?direction=begin&xml=true'),
    servlet('/ca/agent/ca/srchCerts?xml=true'),
  ];
}

/** All name a direction: without one Dogtag goes on as whoever asked last. */
function lists(): string[] {
  const pages = [
    'direction=begin&maxCount=3',
    'direction=begin',
    'direction=begin&maxCount=-1',
    'direction=begin&maxCount=5000',
    'direction=begin&maxCount=0',
    'direction=begin&maxCount=zz',
    'direction=begin&maxCount=',
    'direction=%20begin%20&maxCount=1',
    'direction=nosuch&maxCount=2',
    'direction=end&maxCount=3',
    'direction=end&maxCount=1000',
    'direction=down&maxCount=2',
    'direction=down&maxCount=3&querySentinelDown=5&op=listCerts',
    'direction=down&maxCount=3&querySentinelDown=0x10',
    'direction=down&maxCount=3&querySentinelDown=%200x5%20',
    'direction=down&maxCount=3&querySentinelDown=0X5',
    'direction=down&maxCount=3&querySentinelDown=5000',
    'direction=down&maxCount=3&querySentinelDown=zz',
    'direction=down&maxCount=3&querySentinelDown=%205',
    'direction=down&maxCount=3&querySentinelDown=',
    'direction=up&maxCount=3&querySentinelUp=9',
    'direction=up&maxCount=3&querySentinelUp=3',
    'direction=up&maxCount=3&querySentinelUp=1',
    'direction=up&maxCount=3&querySentinelUp=5000',
    'direction=up&maxCount=3',
  ];
  const ranges = ['', '&serialTo=2', '&serialTo=6', '&serialTo=0x9', '&serialTo=5000', '&serialTo=zz', '&serialTo='];
  const filters = [
    'skipRevoked=on',
    'skipNonValid=on',
    'skipRevoked=on&skipNonValid=on',
    'skipRevoked=off&skipNonValid=%3Cb%3E',
    'queryCertFilter=%28certStatus%3DREVOKED%29',
    'totalRecordCount=77',
    'totalRecordCount=zz',
    'revokeAll=%22%3Cx%3E',
  ];
  return [
    ...pages.slice(0, 5).flatMap((page) => ranges.map((range) => `${page}${range}`)),
    ...pages.slice(5).flatMap((page) => [page, `${page}&serialTo=7`]),
    ...filters.flatMap((filter) => [`direction=begin&maxCount=4&${filter}`, `direction=end&maxCount=2&${filter}`]),
  ];
}

function searches(): string[] {
  const range = 'serialNumberRangeInUse=on&serialFrom=5&serialTo=8';
  const day = 86_400_000;
  const moment = 1_795_818_700_000;
  return [
    '',
    'serialNumberRangeInUse=on',
    'serialNumberRangeInUse=true&serialFrom=5',
    range,
    ...['2', '0', '-1', '-5', 'zz', '', '5000'].map((count) => `${range}&maxResults=${count}`),
    `${range}&timeLimit=x`,
    `${range}&timeLimit=5&op=srchCerts&revokeAll=%3Cb%3E`,
    'serialNumberRangeInUse=on&serialFrom=0x5&serialTo=0X8',
    'serialNumberRangeInUse=on&serialFrom=zz',
    'serialNumberRangeInUse=on&serialTo=zz',
    'serialNumberRangeInUse=on&serialFrom=-5',
    'serialNumberRangeInUse=on&serialTo=%205',
    ...['REVOKED', 'revoked', 'VALID', '*', 'nosuch', ''].map((status) => `statusInUse=on&status=${status}`),
    'statusInUse=on',
    'profileInUse=on&profile=caTransportCert',
    'profileInUse=on&profile=CATRANSPORTCERT',
    'profileInUse=on&profile=nosuch',
    'profileInUse=on',
    'basicConstraintsInUse=on',
    'subjectInUse=on',
    'subjectInUse=on&org=IPA&match=exact',
    'subjectInUse=on&org=IPA&match=partial',
    'subjectInUse=on&org=ip&commonName=pki&match=partial',
    'subjectInUse=on&org=IPA&commonName=pki&match=exact',
    'subjectInUse=on&eMail=a@b.example&userID=x&orgUnit=y&locality=z&state=s&country=DE&match=exact',
    'subjectInUse=on&org=a(b)*%3Cc%2Cd%2Be%5C&match=partial',
    'revokedByInUse=on',
    'revokedByInUse=on&revokedBy=IPARA',
    'issuedByInUse=on&issuedBy=*',
    'issuedByInUse=on&issuedBy=caadmin',
    'revokedOnInUse=on',
    'revokedOnInUse=on&revokedOnFrom=zz&revokedOnTo=1795819900000',
    `issuedOnInUse=on&issuedOnFrom=${moment}&issuedOnTo=${moment}`,
    `validNotBeforeInUse=on&validNotBeforeFrom=${moment}&validNotBeforeTo=${moment}`,
    `validNotAfterInUse=on&validNotAfterFrom=${moment}&validNotAfterTo=${moment + 1000 * day}`,
    ...['1,4', '6', '', 'zz'].map((reason) => `revocationReasonInUse=on&revocationReason=${reason}`),
    `validityLengthInUse=on&validityOp=%3C%3D&count=2&unit=${365 * day}`,
    `validityLengthInUse=on&validityOp=%3E%3D&count=2&unit=${365 * day}`,
    'validityLengthInUse=on&validityOp=%3E%3D&count=y&unit=1',
    'validityLengthInUse=on',
    'certTypeInUse=on',
    'certTypeInUse=on&SSLClient=on&SSLServer=off',
    `${range}&statusInUse=on&status=VALID&issuedByInUse=on&issuedBy=caadmin`,
    'queryCertFilter=%28certStatus%3DREVOKED%29',
  ];
}

function requestLists(): string[] {
  const all = 'reqType=showAll&reqState=showAll';
  const pages = [
    'maxCount=2',
    'maxCount=0',
    'maxCount=-3',
    'maxCount=zz',
    'maxCount=2&direction=previous&firstEntryOnPage=17',
    'maxCount=2&direction=previous&firstEntryOnPage=1',
    'maxCount=2&direction=previous&firstEntryOnPage=5000',
    'maxCount=2&direction=previous&firstEntryOnPage=0x9',
    'maxCount=2&direction=next&lastEntryOnPage=8',
    'maxCount=2&direction=next&lastEntryOnPage=5000',
    'maxCount=2&direction=next&lastEntryOnPage=zz',
    'maxCount=2&direction=first&lastEntryOnPage=8',
    'maxCount=1&direction=end',
  ];
  return [
    '',
    ...pages.map((page) => `${all}&${page}`),
    'reqType=enrollment&reqState=showCompleted&maxCount=3',
    'reqType=enrollment&reqState=showPending&maxCount=2',
    'reqType=revocation&reqState=showAll&maxCount=2',
    'reqType=recovery&reqState=showAll',
    'reqType=renewal&reqState=showRejected&maxCount=2',
    'reqType=enrollment&maxCount=1',
  ];
}
