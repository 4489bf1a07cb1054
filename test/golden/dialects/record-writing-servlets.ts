// Records at the lab's Dogtag what the recordings lack of the older servlets that show profiles, revoke and enrol.
// `node test/golden/dialects/record-writing-servlets.ts [OPERATION...]`, with the variables of `lab env`. What it does at Dogtag it undoes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeRecordedResponse, type RecordedResponse } from '#codecs/exchange';
import type { OperationName } from '#gateway';
import { labVariable } from '#test/appliance-clients';
import { askLab, keepExchange, recordedHost } from './record-exchange.ts';
import type { Identity } from './recorded-exchanges.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/servlet/', import.meta.url));

interface Asked {
  readonly operation: OperationName;
  /** Path and query. */
  readonly target: string;
  /** Posted as a form; null for GET. */
  readonly form: string | null;
  /** In the words by which the list of gaps tells kinds of exchanges. */
  readonly shows: string;
  readonly identity: Identity;
}

const asked = (
  operation: OperationName,
  target: string,
  shows: string,
  identity: Identity = target.includes('/agent/') ? 'ipara' : 'none',
  form: string | null = null,
): Asked => ({ operation, target, form, shows, identity });

function ofProfiles(): readonly Asked[] {
  const [ee, agent] = ['/ca/ee/ca/profileSelect', '/ca/agent/ca/profileSelect'];
  const approve = '/ca/agent/ca/profileApprove';
  const select = (query: string, shows: string) => asked('servlet-profile-select', `${ee}?${query}`, shows);
  const agentSelect = (query: string, shows: string, identity?: Identity) =>
    asked('servlet-agent-profile-select', `${agent}?${query}`, shows, identity);
  const approved = (form: string, shows: string, identity: Identity = 'ipara') =>
    asked('servlet-profile-approve', approve, shows, identity, form);
  return [
    select('profileId=caIPAserviceCert', 'the page of one with an authentication'),
    select('profileId=caUUIDdeviceCert', 'the page of a disabled one'),
    select('profileId=caManualRenewal&xml=true', 'a renewal'),
    select('profileId=caSSLClientSelfRenewal&xml=true', 'one without inputs'),
    select('profileId=caCMCUserCert&xml=true', 'one of CMC'),
    select('profileId=caDirUserCert&xml=true', 'an authentication that is not installed'),
    select('profileId=caDirUserCert', 'the page of the same'),
    select('profileId=nos%3Cu%3Ech&xml=true', 'an id with markup, malformed'),
    select('profileId=%3Cscript%3Ealert(1)%3C/script%3E', 'the same in a page, malformed'),
    select('xml=true', 'no id'),
    select('', 'no id, as a page'),
    agentSelect('profileId=caUserCert&xml=true', 'one with many values'),
    agentSelect('profileId=nosuch&xml=true', 'an unknown one'),
    agentSelect('profileId=caUserCert&xml=true', 'nobody who is known', 'none'),
    agentSelect('profileId=caUserCert', 'nobody who is known, as a page', 'none'),
    approved('profileId=caUUIDdeviceCert&xml=true', 'enabled'),
    approved('profileId=caUUIDdeviceCert&xml=true', 'disabled again'),
    approved('profileId=caUUIDdeviceCert', 'enabled, as a page'),
    approved('profileId=caUUIDdeviceCert', 'disabled again, as a page'),
    approved('profileId=nosuch&xml=true', 'an unknown one'),
    approved('xml=true', 'no id'),
    approved('profileId=caUUIDdeviceCert&xml=true', 'nobody who is known', 'none'),
  ];
}

/** What enrols, renews and revokes without a profile. A sound request is not sent: Dogtag issues upon it. */
function ofRefusals(): readonly Asked[] {
  const [ee, agent] = ['/ca/ee/ca', '/ca/agent/ca'];
  const posted = (operation: OperationName, target: string, form: string, shows: string, identity: Identity = 'none') =>
    asked(operation, target, shows, identity, form);
  const cmc = `${ee}/CMCRevReq`;
  return [
    asked('servlet-confirm-own-revocation', `${ee}/revocation?xml=true`, 'no certificate'),
    asked('servlet-confirm-own-revocation', `${ee}/revocation`, 'no certificate, as a page'),
    asked('servlet-cmc-revocation', `${cmc}?xml=true`, 'no message'),
    posted('servlet-cmc-revocation', cmc, 'cmcRequest=&xml=true', 'an empty message'),
    posted('servlet-cmc-revocation', cmc, 'cmcRequest=AAAA&xml=true', 'a broken message'),
    posted('servlet-cmc-revocation', cmc, 'cmcRequest=AAAA&xml=true', 'the same of an agent', 'ipara'),
    posted('servlet-cmc-revocation', cmc, 'cmcRequest=AAAA', 'the same as a page'),
    asked('servlet-enroll-without-profile', '/ca/enrollment?xml=true', 'no request'),
    asked('servlet-enroll-without-profile', '/ca/enrollment', 'no request, as a page'),
    posted('servlet-enroll-without-profile', '/ca/enrollment', 'pkcs10Request=AAAA&xml=true', 'a broken request'),
    asked('servlet-enroll-without-profile', '/ca/certbasedenrollment?xml=true', 'no request by the other path'),
    asked('servlet-bulk-issuance', `${agent}/bulkissuance?xml=true`, 'no request'),
    asked('servlet-bulk-issuance', '/ca/agent/bulkissuance?xml=true', 'no request by the short path'),
    posted('servlet-bulk-issuance', `${agent}/bulkissuance`, 'pkcs10Request=%20&xml=true', 'an empty request', 'ipara'),
    asked('servlet-bulk-issuance', `${agent}/bulkissuance?xml=true`, 'nobody who is known', 'none'),
    asked('servlet-renew-without-profile', '/ca/renewal?xml=true', 'no certificate'),
    asked('servlet-renew-without-profile', '/ca/renewal', 'no certificate, as a page'),
    asked('servlet-enroll-administrator', '/ca/admin/ca/adminEnroll?xml=true', 'nobody who is known'),
    asked('servlet-enroll-administrator', '/ca/admin/ca/adminEnroll', 'an administrator, as a page', 'caadmin'),
    asked('servlet-process-certificate-request', `${agent}/processCertReq?xml=true`, 'nobody who is known', 'none'),
    asked('servlet-process-certificate-request', `${agent}/processCertReq?seqNum=1`, 'a page'),
    asked('servlet-update-directory', `${agent}/updateDir?xml=true`, 'nothing to be updated'),
    asked('servlet-update-directory', `${agent}/updateDir?updateAll=yes`, 'a page'),
    asked('servlet-update-directory', `${agent}/updateDir?xml=true`, 'nobody who is known', 'none'),
  ];
}

/** Two certificates that the lab can spare: one is held and released, the other revoked for good, which cannot be undone. */
const [heldSerial, revokedSerial] = [27, 28];

function ofTokens(): readonly Asked[] {
  const [revoke, release] = ['/ca/ee/subsystem/ca/doRevoke', '/ca/ee/subsystem/ca/doUnrevoke'];
  const revoked = (reason: string, named: string, shows: string, identity: Identity = 'ipara', more = '') => {
    const filter = encodeURIComponent(named === '' ? '' : `(certRecordId=${named})`);
    const form = `revocationReason=${reason}&totalRecordCount=1&revokeAll=${filter}${more}`;
    return asked('servlet-token-revoke', revoke, shows, identity, form);
  };
  const released = (numbers: string, shows: string, identity: Identity = 'ipara') =>
    asked('servlet-token-release', release, shows, identity, `serialNumber=${numbers}`);
  return [
    revoked('6', `${heldSerial}`, 'on hold'),
    released(`${heldSerial}`, 'released'),
    released(`0x${heldSerial.toString(16)}+${heldSerial}`, 'released before'),
    revoked('6', `${revokedSerial}`, 'on hold at first'),
    revoked('1', `0x${revokedSerial.toString(16)}`, 'for good from hold'),
    revoked('1', `${revokedSerial}`, 'revoked before'),
    revoked('1', '1', 'the authority itself'),
    revoked('1', '999999999', 'an unknown one'),
    revoked('1', 'zz', 'a bad number in the filter'),
    revoked('1', '', 'no filter'),
    revoked('x', '1', 'a bad reason'),
    revoked('1', '1', 'nobody who is known', 'none'),
    revoked('1', '1', 'nobody who is known, XML', 'none', '&xml=true'),
    released('999999999', 'an unknown one'),
    released('zz', 'a bad number'),
    released('-1', 'a bad number below zero'),
    released('1', 'nobody who is known', 'none'),
  ];
}

/** What only tells the lab from the installation that was recorded first, told as of that one. */
function asRecordedFirst(response: RecordedResponse): RecordedResponse {
  const httpPort = new URL(labVariable('DOGTAG_HTTP_URL')).port;
  const httpsPort = new URL(labVariable('DOGTAG_URL')).port;
  const body = response.body
    .toString('latin1')
    .replaceAll(`:${httpPort}/`, ':18080/')
    .replaceAll(`:${httpsPort}/`, ':18443/')
    .replace(/(<transportCert>\n)[^\n]+/, `$1${transportCertificate}`)
    .replace(/(transportCert=")[^"]+/, `$1${transportCertificate.replaceAll('/', '\\/')}`);
  return { ...response, body: Buffer.from(body, 'latin1') };
}

const transportCertificate = recordedTransportCertificate();

function recordedTransportCertificate(): string {
  const exchange = join(folder, 'servlet-profile-select/061-profileSubmit-profileSelect/response.http');
  const { body } = decodeRecordedResponse(readFileSync(exchange));
  return /<transportCert>\n([^\n]+)/.exec(body.toString())?.[1] ?? '';
}

const [wanted] = [new Set(process.argv.slice(2))];
let number = 800;
for (const { operation, target, form, shows, identity } of [...ofProfiles(), ...ofRefusals(), ...ofTokens()]) {
  number += 1;
  if (wanted.size > 0 && !wanted.has(operation)) continue;
  const body = Buffer.from(form ?? '');
  const typed = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Length', String(body.length)],
  ] as const;
  const headers = [['Host', recordedHost] as const, ...(form === null ? [] : typed)];
  const request = { method: form === null ? 'GET' : 'POST', target, headers, body };
  const response = asRecordedFirst(await askLab(identity, request));
  const name = `${number}-${operation.replace('servlet-', '')}-${shows.replaceAll(/[^a-z]+/g, '-')}`;
  keepExchange(join(folder, operation, name), { about: { identity, shows }, request, response });
  process.stdout.write(`${name}: ${response.status} ${response.body.length}\n`);
}
