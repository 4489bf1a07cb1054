// What the lab's Dogtag is asked for recordings of its older reading servlets; append only, since their place in the list is their number.
import type { OperationName } from '../../../gateway/routing/operation-names.ts';
import type { Identity } from './recorded-exchanges.ts';

export interface ReadingQuestion {
  readonly operation: OperationName;
  readonly words: string;
  readonly shows: string;
  readonly identity: Identity;
  readonly target: string;
}

const question =
  (operation: OperationName, path: string, identity: Identity) =>
  (words: string, shows: string, query: string, by: Identity = identity): ReadingQuestion => ({
    operation,
    words,
    shows,
    identity: by,
    target: query === '' ? path : `${path}?${query}`,
  });

const bySerial = question('servlet-display-by-serial', '/ca/ee/ca/displayBySerial', 'none');
const agentBySerial = question('servlet-agent-display-by-serial', '/ca/agent/ca/displayBySerial', 'ipara');
const getFromRequest = question('servlet-get-certificate-from-request', '/ca/ee/ca/getCertFromRequest', 'none');
const getFromRequestEeca = question('servlet-get-certificate-from-request', '/ca/eeca/ca/getCertFromRequest', 'ipara');
const agentGetFromRequest = question(
  'servlet-agent-get-certificate-from-request',
  '/ca/ca/getCertFromRequest',
  'ipara',
);
const agentDisplayFromRequest = question(
  'servlet-agent-display-certificate-from-request',
  '/ca/ca/displayCertFromRequest',
  'ipara',
);

const listCerts = question('servlet-list-certificates', '/ca/ee/ca/listCerts', 'none');
const agentListCerts = question('servlet-agent-list-certificates', '/ca/agent/ca/listCerts', 'ipara');
const srchCerts = question('servlet-search-certificates', '/ca/ee/ca/srchCerts', 'none');
const agentSrchCerts = question('servlet-agent-search-certificates', '/ca/agent/ca/srchCerts', 'ipara');

const getBySerial = question('servlet-get-by-serial', '/ca/ee/ca/getBySerial', 'none');
const agentGetBySerial = question('servlet-agent-get-by-serial', '/ca/agent/ca/getBySerial', 'ipara');
const adminGetBySerial = question('servlet-admin-get-by-serial', '/ca/admin/ca/getBySerial', 'none');
const getCaChain = question('servlet-get-ca-chain', '/ca/ee/ca/getCAChain', 'none');
const displayCrl = question('servlet-agent-display-crl', '/ca/agent/ca/displayCRL', 'ipara');
const getInfo = question('servlet-get-info', '/ca/ee/ca/getInfo', 'none');
const agentGetInfo = question('servlet-agent-get-info', '/ca/agent/ca/getInfo', 'ipara');

const reasonToRevoke = question('servlet-reason-to-revoke', '/ca/agent/ca/reasonToRevoke', 'ipara');
const searchReqs = question('servlet-search-requests', '/ca/agent/ca/searchReqs', 'ipara');
const queryReq = question('servlet-query-requests', '/ca/agent/ca/queryReq', 'ipara');

const agentForm = (form: string) => question('servlet-agent-form', `/ca/agent/ca/${form}`, 'ipara');

const getOcspInfo = question('servlet-get-ocsp-info', '/ca/agent/ca/getOCSPInfo', 'ipara');
const getStats = question('servlet-get-statistics', '/ca/agent/ca/getStats', 'ipara');
const monitor = question('servlet-monitor', '/ca/agent/ca/monitor', 'ipara');
const processReq = question('servlet-process-request', '/ca/agent/ca/processReq', 'ipara');
const ports = question('servlet-ports', '/ca/ee/ca/ports', 'none');
const index = question('servlet-index', '/ca/index', 'none');
const getCookie = question('servlet-get-cookie', '/ca/admin/ca/getCookie', 'none');

export const readingQuestions: readonly ReadingQuestion[] = [
  bySerial('displayBySerial-upper-hex', 'hexadecimal behind 0X, with blanks', 'serialNumber=%200X7%20&xml=true'),
  bySerial('displayBySerial-base64-only', 'base64 only', 'serialNumber=7&b64CertOnly=true&xml=true'),
  bySerial('displayBySerial-own', "the authority's own certificate", 'serialNumber=1&xml=true'),
  bySerial('displayBySerial-negative', 'a number below zero', 'serialNumber=-7&xml=true'),
  bySerial('displayBySerial-missing-html', 'unknown serial, HTML', 'serialNumber=99999'),
  bySerial('displayBySerial-bad-html', 'no number, HTML', 'serialNumber=%3Cb%3E'),
  agentBySerial('agent-displayBySerial-missing', 'unknown serial', 'serialNumber=99999&xml=true'),
  agentBySerial('agent-displayBySerial-bad', 'no number', 'serialNumber=zzz&xml=true'),
  agentBySerial('agent-displayBySerial-revoked-html', 'revoked certificate, HTML', 'serialNumber=12'),
  getFromRequest('getCertFromRequest-shown', 'not for import', 'requestId=7&xml=true'),
  getFromRequest('getCertFromRequest-shown-html', 'not for import, HTML', 'requestId=7'),
  getFromRequest('getCertFromRequest-alone', 'certificate alone', 'requestId=7&importCert=on&importCAChain=false'),
  getFromRequest('getCertFromRequest-mail', 'for mail', 'requestId=7&importCert=true&emailCert=true'),
  getFromRequest('getCertFromRequest-own', "the authority's own certificate, doubled", 'requestId=1&importCert=true'),
  getFromRequest('getCertFromRequest-missing', 'unknown request', 'requestId=99999&importCert=true&xml=true'),
  getFromRequest('getCertFromRequest-bad', 'no number', 'requestId=0x7&xml=true'),
  getFromRequest('getCertFromRequest-none', 'no number at all, none', 'xml=true'),
  getFromRequest('getCertFromRequest-revocation', 'request for a revocation', 'requestId=18&xml=true'),
  getFromRequestEeca('getCertFromRequest-eeca', 'the other path', 'requestId=7&xml=true'),
  agentGetFromRequest('agent-getCertFromRequest-import', 'for import', 'requestId=7&importCert=true'),
  agentGetFromRequest('agent-getCertFromRequest-shown', 'not for import', 'requestId=7&xml=true'),
  agentGetFromRequest('agent-getCertFromRequest-missing', 'unknown request', 'requestId=99999&xml=true'),
  agentGetFromRequest('agent-getCertFromRequest-bad', 'no number', 'requestId=zzz&xml=true'),
  agentGetFromRequest('agent-getCertFromRequest-stranger', 'nobody who is known', 'requestId=7&xml=true', 'none'),
  agentDisplayFromRequest('agent-displayCertFromRequest-shown', 'complete', 'requestId=7&xml=true'),
  agentDisplayFromRequest('agent-displayCertFromRequest-missing', 'unknown request', 'requestId=99999&xml=true'),
  agentDisplayFromRequest('agent-displayCertFromRequest-bad', 'no number', 'requestId=zzz'),
  agentDisplayFromRequest('agent-displayCertFromRequest-stranger', 'nobody who is known', 'requestId=7', 'none'),
  // Everything, from which the other lists can be told.
  listCerts('listCerts-all', 'all', 'direction=begin&maxCount=1000&xml=true'),
  listCerts('listCerts-begin', 'the first', 'direction=begin&maxCount=3&xml=true'),
  listCerts('listCerts-begin-html', 'the first, HTML', 'direction=begin&maxCount=2&op=%3Cb%3E'),
  listCerts('listCerts-down', 'downwards', 'direction=down&querySentinelDown=5&maxCount=3&xml=true'),
  listCerts(
    'listCerts-down-beyond',
    'downwards from the end',
    'direction=down&querySentinelDown=5000&maxCount=3&xml=true',
  ),
  listCerts(
    'listCerts-down-to',
    'downwards, to a number',
    'direction=down&querySentinelDown=4&serialTo=6&maxCount=9&xml=true',
  ),
  listCerts('listCerts-up', 'upwards', 'direction=up&querySentinelUp=9&maxCount=3&xml=true'),
  listCerts('listCerts-end', 'the last', 'direction=end&maxCount=3&xml=true'),
  listCerts('listCerts-skip-revoked', 'those that are not revoked', 'direction=end&maxCount=5&skipRevoked=on&xml=true'),
  listCerts('listCerts-bad', 'a count that is no number', 'direction=begin&maxCount=zz&xml=true'),
  agentListCerts('agent-listCerts', 'the first', 'direction=begin&maxCount=2&revokeAll=x&xml=true'),
  agentListCerts('agent-listCerts-bad', 'a sentinel that is no number', 'direction=down&querySentinelDown=zz&xml=true'),
  agentListCerts('agent-listCerts-stranger', 'nobody who is known', 'direction=begin&xml=true', 'none'),
  srchCerts('srchCerts-range', 'a range', 'serialNumberRangeInUse=on&serialFrom=5&serialTo=0x8&maxResults=3&xml=true'),
  srchCerts('srchCerts-range-html', 'a range, HTML', 'serialNumberRangeInUse=on&serialTo=2&op=srchCerts'),
  srchCerts('srchCerts-status', 'a status', 'statusInUse=on&status=REVOKED&xml=true'),
  srchCerts('srchCerts-subject', 'parts of a subject', 'subjectInUse=on&org=IPA&commonName=(*&match=partial&xml=true'),
  srchCerts('srchCerts-subject-exact', 'a subject, exactly', 'subjectInUse=on&org=IPA&match=exact&xml=true'),
  srchCerts('srchCerts-authorities', 'basic constraints', 'basicConstraintsInUse=on&xml=true'),
  srchCerts(
    'srchCerts-many',
    'many conditions',
    'revokedByInUse=on&revocationReasonInUse=on&revocationReason=4&issuedByInUse=on&issuedBy=ipara&xml=true',
  ),
  srchCerts('srchCerts-none', 'no condition, empty', 'xml=true'),
  srchCerts('srchCerts-bad', 'a size that is no number', 'statusInUse=on&status=VALID&maxResults=x&xml=true'),
  agentSrchCerts('agent-srchCerts', 'a status', 'statusInUse=on&status=REVOKED&revokeAll=y&xml=true'),
  agentSrchCerts('agent-srchCerts-none', 'no condition, empty', ''),
  agentSrchCerts('agent-srchCerts-stranger', 'nobody who is known', 'xml=true', 'none'),
  getBySerial('getBySerial', 'shown', 'serialNumber=A&xml=true'),
  getBySerial('getBySerial-html', 'shown, HTML', 'serialNumber=a'),
  getBySerial('getBySerial-import', 'for import', 'serialNumber=a&importCert=true'),
  getBySerial('getBySerial-missing', 'unknown serial', 'serialNumber=fffff&xml=true'),
  getBySerial('getBySerial-bad', 'no number', 'serialNumber=0x7&xml=true'),
  agentGetBySerial('agent-getBySerial', 'shown', 'serialNumber=7&xml=true'),
  agentGetBySerial('agent-getBySerial-missing', 'unknown serial', 'serialNumber=fffff'),
  agentGetBySerial('agent-getBySerial-bad', 'no number', 'serialNumber=zz&xml=true'),
  agentGetBySerial('agent-getBySerial-stranger', 'nobody who is known', 'serialNumber=7&xml=true', 'none'),
  adminGetBySerial('admin-getBySerial', 'shown', 'serialNumber=7&xml=true'),
  adminGetBySerial('admin-getBySerial-missing', 'unknown serial', 'serialNumber=fffff&xml=true'),
  adminGetBySerial('admin-getBySerial-bad', 'no number', 'serialNumber=zz&xml=true'),
  getCaChain('getCAChain-individual', 'each certificate', 'op=displayIND'),
  getCaChain('getCAChain-bad', 'an option that there is not', 'op=nosuch&xml=true'),
  getCaChain('getCAChain-empty', 'an empty option', 'op='),
  // The CRL itself, of which the others show what can be read.
  displayCrl('agent-displayCRL-base64', 'in base64', 'crlIssuingPoint=MasterCRL&crlDisplayType=base64Encoded&xml=true'),
  displayCrl('agent-displayCRL-cached', 'the cache', 'crlIssuingPoint=MasterCRL&xml=true'),
  displayCrl('agent-displayCRL-entire', 'all of it', 'crlIssuingPoint=MasterCRL&crlDisplayType=entireCRL&xml=true'),
  displayCrl(
    'agent-displayCRL-page',
    'a page of it, HTML',
    'crlIssuingPoint=MasterCRL&crlDisplayType=entireCRL&pageStart=2&pageSize=2',
  ),
  displayCrl(
    'agent-displayCRL-header',
    'without entries',
    'crlIssuingPoint=MasterCRL&crlDisplayType=crlHeader&xml=true',
  ),
  displayCrl('agent-displayCRL-delta', 'no delta', 'crlIssuingPoint=MasterCRL&crlDisplayType=deltaCRL&xml=true'),
  displayCrl('agent-displayCRL-missing', 'unknown issuing point', 'crlIssuingPoint=%3Cb%3E&xml=true'),
  displayCrl('agent-displayCRL-none', 'no issuing point, empty', 'xml=true'),
  displayCrl('agent-displayCRL-stranger', 'nobody who is known', 'crlIssuingPoint=MasterCRL&xml=true', 'none'),
  getInfo('getInfo', 'a form', 'template=/ee/ca/toDisplayCRL&xml=true'),
  getInfo('getInfo-missing', 'a form that there is not', 'template=nosuch&xml=true'),
  getInfo('getInfo-none', 'no form, empty', ''),
  agentGetInfo('agent-getInfo', 'a form, HTML', 'template=/agent/ca/toUpdateCRL'),
  agentGetInfo('agent-getInfo-none', 'no form, empty', 'xml=true'),
  agentGetInfo('agent-getInfo-stranger', 'nobody who is known', 'template=/agent/ca/toUpdateCRL&xml=true', 'none'),
  agentGetInfo('agent-getInfo-missing', 'a form that there is not', 'template=nosuch&xml=true'),
  reasonToRevoke('reasonToRevoke', 'one to revoke', 'revokeAll=(certRecordId=14)&totalRecordCount=1&xml=true'),
  reasonToRevoke('reasonToRevoke-html', 'one to revoke, HTML', 'revokeAll=(certRecordId=0xe)'),
  reasonToRevoke(
    'reasonToRevoke-many',
    'several, of which one is revoked',
    'revokeAll=%28%7C(certRecordId=14)(certRecordId=12)(certRecordId=7)%29&totalRecordCount=9&xml=true',
  ),
  reasonToRevoke('reasonToRevoke-missing', 'unknown serial', 'revokeAll=(certRecordId=99999)&xml=true'),
  reasonToRevoke('reasonToRevoke-bad', 'a bad filter', 'revokeAll=nosuch&xml=true'),
  reasonToRevoke('reasonToRevoke-stranger', 'nobody who is known', 'revokeAll=(certRecordId=14)&xml=true', 'none'),
  queryReq('queryReq', 'the first', 'reqType=showAll&reqState=showAll&maxCount=3'),
  queryReq(
    'queryReq-next',
    'the next, of revocations',
    'reqType=revocation&reqState=showAll&maxCount=2&direction=next&lastEntryOnPage=3',
  ),
  queryReq('queryReq-released', 'releases from hold', 'reqType=unrevocation&reqState=showCompleted&maxCount=1'),
  queryReq(
    'queryReq-previous',
    'those before',
    'reqType=enrollment&reqState=showAll&maxCount=2&direction=previous&firstEntryOnPage=9',
  ),
  queryReq('queryReq-none', 'none', 'reqType=recovery&reqState=showAll'),
  queryReq(
    'queryReq-bad',
    'numbers that are no number',
    'reqType=enrollment&reqState=showCompleted&maxCount=zz&direction=first&lastEntryOnPage=zz',
  ),
  queryReq('queryReq-stranger', 'nobody who is known', 'xml=true', 'none'),
  agentForm('queryBySerial.html')('form-list', 'a form', ''),
  agentForm('srchCert.html')('form-search', 'a form', ''),
  agentForm('srchRevokeCert.html')('form-revoke', 'a form', ''),
  agentForm('listRequests.html')('form-requests', 'a form', ''),
  agentForm('listRequests.html')('form-stranger', 'nobody who is known', '', 'none'),
  question('servlet-services', '/ca/services', 'none')('services', 'what there is', ''),
  question('servlet-agent-header', '/ca/agent/header', 'none')('agent-header', 'what there is for agents', ''),
  question('servlet-dynamic-variables', '/ca/ee/dynamicVars.js', 'none')('dynamicVars', 'variables', ''),
  question('servlet-dynamic-variables', '/ca/agent/dynamicVars.js', 'none')('agent-dynamicVars', 'variables', ''),
  searchReqs('searchReqs', 'a range', 'queryRequestFilter=(%26(requestid%3E=3)(requestid%3C=5))&owner=&xml=true'),
  searchReqs(
    'searchReqs-html',
    'revocations, HTML',
    'queryRequestFilter=(%26(requesttype=revocation)(requeststate=complete))&owner=&maxResults=2',
  ),
  searchReqs(
    'searchReqs-none',
    'none',
    'queryRequestFilter=(%26(requesttype=enrollment))&owner=other&uid=nobody&xml=true',
  ),
  searchReqs(
    'searchReqs-bad',
    'a size that is no number',
    'queryRequestFilter=(requestid=7)&owner=&maxResults=zz&xml=true',
  ),
  searchReqs('searchReqs-stranger', 'nobody who is known', 'xml=true', 'none'),
  // The last of them: how busy it is, what came in which time, and where people and installers begin.
  getOcspInfo('getOCSPInfo', 'counters', ''),
  getOcspInfo('getOCSPInfo-stranger', 'nobody who is known', '', 'none'),
  getStats('getStats', 'counters', ''),
  getStats('getStats-stranger', 'nobody who is known', 'xml=true', 'none'),
  monitor('monitor', 'two hours', 'startTime=20261128020000Z&interval=3600&numberOfIntervals=2&xml=true'),
  monitor('monitor-html', 'an hour of last year, HTML', 'startTime=20251128020000&interval=3600&numberOfIntervals=1'),
  monitor('monitor-none', 'no interval, empty', 'xml=true'),
  monitor('monitor-bad-start', 'a bad start', 'startTime=x&interval=1&numberOfIntervals=1&xml=true'),
  monitor(
    'monitor-bad',
    'an interval that is no number',
    'startTime=20261128020000&interval=x&numberOfIntervals=1&xml=true',
  ),
  monitor(
    'monitor-backwards',
    'an interval of nothing',
    'startTime=20261128020000&interval=0&numberOfIntervals=2&xml=true',
  ),
  monitor('monitor-stranger', 'nobody who is known', 'xml=true', 'none'),
  processReq('processReq', 'a request, HTML', 'seqNum=7'),
  processReq('processReq-xml', 'a request in XML: nothing', 'seqNum=7&xml=true'),
  processReq('processReq-missing', 'unknown request', 'seqNum=99999'),
  processReq('processReq-bad', 'no number', 'seqNum=x'),
  processReq('processReq-stranger', 'nobody who is known', 'seqNum=7&xml=true', 'none'),
  agentForm('updateDir.html')('agent-form-updateDir', 'a form', ''),
  agentForm('updateDir.html')('agent-form-updateDir-stranger', 'nobody who is known', '', 'none'),
  ports('ports-secure', 'with TLS', 'secure=true'),
  ports('ports-plain', 'without', 'secure=no'),
  ports('ports-none', 'no choice, empty', ''),
  index('index', 'its form is lost', 'xml=true'),
  index('index-html', 'its form is lost, HTML', ''),
  question('servlet-entry-page', '/ca/', 'none')('entry', 'the first page', ''),
  question('servlet-entry-page', '/ca/ee/ca/', 'none')('entry-ee', 'the page of everybody', ''),
  question('servlet-entry-page', '/ca/agent/ca/', 'ipara')('entry-agent', 'the page of agents', ''),
  question('servlet-entry-page', '/ca/agent', 'none')('entry-no-slash', 'a folder without its slash', 'a=b'),
  question('servlet-start', '/ca/start', 'none')('start', 'a word of life', ''),
  getCookie('getCookie-none', 'no address, empty', ''),
  getCookie('getCookie-bad', 'a bad address', 'url=x%3Cb%3E&xml=true'),
  getCookie('getCookie', 'nobody who is known', 'url=https%3A%2F%2Fx.example.test%2Fy%3Fsubsystem%3DKRA%26a%3Db'),
  getCookie('getCookie-wrong', 'a wrong password', 'url=https%3A%2F%2Fx.example.test%2F&uid=caadmin&pwd=wrong'),
  question('servlet-security-domain-login', '/ca/admin/ca/securityDomainLogin', 'none')(
    'securityDomainLogin',
    'empty',
    '',
  ),
  question('servlet-connector', '/ca/ca/connector', 'none')('connector-stranger', 'nobody who is known', ''),
  question('servlet-connector', '/ca/ca/connector', 'ipara')('connector', 'an agent, who may not', ''),
  question('servlet-scep', '/ca/ee/ca/pkiclient', 'none')('scep', 'switched off', 'operation=GetCACert'),
  question('servlet-scep', '/ca/cgi-bin/pkiclient.exe', 'none')('scep-cgi', 'switched off', ''),
  question('servlet-call-with-token', '/ca/admin/console/config/savepkcs12', 'none')(
    'savepkcs12',
    'nobody who is known',
    '',
  ),
  question('servlet-call-with-token', '/ca/ee/ca/updateOCSPConfig', 'none')(
    'updateOCSPConfig',
    'nobody who is known',
    '',
  ),
  question('servlet-admin-get-by-serial', '/ca/getAdminCertBySerial', 'none')(
    'getAdminCertBySerial',
    'for import',
    'serialNumber=7&importCert=true',
  ),
];
