// Bad input for every operation that writes, in every form that bodies, fields and numbers come in; what only reads is asked by test/lab/dialects.
import { generateKeyPairSync } from 'node:crypto';
import { decodePem } from '#codecs/pem';
import { makeRequestPem } from '#test/make-request';

/** What a side has of its own to be asked about. */
export interface OwnObjects {
  /** A request that waits for an agent, and one that was rejected. */
  readonly pendingId: bigint;
  readonly rejectedId: bigint;
  /** A valid certificate, and a revoked one. */
  readonly validSerial: bigint;
  readonly revokedSerial: bigint;
  /** A filled template of caServerCert, JSON. */
  readonly enrollment: string;
  /** The pending request as an agent sees it, JSON. */
  readonly review: string;
}

export interface BadQuestion {
  /** Operation and what is bad, in a few words. */
  readonly shows: string;
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly identity?: 'agent' | 'none';
  readonly listener?: 'https' | 'http';
  /** Sent in pieces without telling its length. */
  readonly isChunked?: boolean;
}

const json = { Accept: 'application/json', 'Content-Type': 'application/json' };
const xml = { Accept: 'application/xml', 'Content-Type': 'application/xml' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** The same for both sides but for numbers of their own. */
export function badQuestions(own: OwnObjects): readonly BadQuestion[] {
  return [...submissions(own), ...decisions(own), ...statusChanges(own), ...servlets(own), ...relyingParties()];
}

const requestOf = (name: string) => makeRequestPem(`${name}.bad.example.test`);
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 1024 });

/** Requests that no profile can do anything with; made once, so that both sides are asked the same. */
const brokenRequests: Readonly<Record<string, string>> = {
  empty: '',
  blank: '   ',
  'no base64': '-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n',
  'no DER': '-----BEGIN CERTIFICATE REQUEST-----\nAAAAAAAA\n-----END CERTIFICATE REQUEST-----\n',
  'cut off': `-----BEGIN CERTIFICATE REQUEST-----\n${decodePem(requestOf('cut'), 'CERTIFICATE REQUEST').subarray(0, 200).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
  'a certificate request with another signature': forged(),
  'a certificate instead': '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
  'an RSA key of 1024 bits': makeRequestPem('weak.bad.example.test', rsa()),
  'an EC key': makeRequestPem('ec.bad.example.test', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  'a name with a zero octet': requestOf('nul\\00'),
};

function forged(): string {
  const der = Buffer.from(decodePem(requestOf('forged'), 'CERTIFICATE REQUEST'));
  const last = der.length - 5;
  der[last] = (der[last] ?? 0) ^ 0xff;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

const soundRequest = requestOf('sound');

/** Bodies that are no document of the kind that is expected, whatever the operation. */
function brokenBodies(sound: string): Readonly<Record<string, BadQuestion['body']>> {
  return {
    nothing: '',
    null: 'null',
    'a list': '[]',
    'a text': '"x"',
    'a number': '5',
    'half a document': sound.slice(0, Math.floor(sound.length / 2)),
    'words behind it': `${sound} x`,
    'an unknown member': sound.replace(/^\{/, '{"NoSuchMember":1,'),
    depth: `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    'UTF-16': Buffer.from(`\ufeff${sound}`, 'utf16le'),
    'octets that are no UTF-8': Buffer.concat([
      Buffer.from(sound.slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    ]),
    XML: '<a/>',
  };
}

const bombs: Readonly<Record<string, string>> = {
  DOCTYPE:
    '<?xml version="1.0"?><!DOCTYPE CertEnrollmentRequest [<!ENTITY x "y">]><CertEnrollmentRequest>&x;</CertEnrollmentRequest>',
  'an external entity':
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><CertEnrollmentRequest><ProfileID>&x;</ProfileID></CertEnrollmentRequest>',
  'entities within entities': `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${'bcdefgh'
    .split('')
    .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefg'[i]};`.repeat(10)}">`)
    .join('')}]><CertEnrollmentRequest><ProfileID>&h;</ProfileID></CertEnrollmentRequest>`,
  'an element that does not end': '<CertEnrollmentRequest><ProfileID>caServerCert',
  'another root': '<Nonsense/>',
  'an empty root': '<CertEnrollmentRequest/>',
};

function submissions({ enrollment }: OwnObjects): readonly BadQuestion[] {
  const ask = (what: string, body: BadQuestion['body'], more: Partial<BadQuestion> = {}): BadQuestion => ({
    shows: `submit over REST: ${what}`,
    method: 'POST',
    target: '/ca/rest/certrequests',
    headers: json,
    identity: 'agent',
    ...(body === undefined ? {} : { body }),
    ...more,
  });
  const withValue = (name: string, value: unknown) =>
    JSON.stringify(JSON.parse(enrollment), (_, member) =>
      member?.name === name ? { ...member, Value: value } : member,
    );
  const withMember = (name: string, value: unknown) => JSON.stringify({ ...JSON.parse(enrollment), [name]: value });
  return [
    ...Object.entries(brokenBodies(enrollment)).map(([what, body]) => ask(what, body)),
    ...Object.entries(bombs).map(([what, body]) => ask(what, body, { headers: xml })),
    ...Object.entries(brokenRequests).map(([what, value]) => ask(what, withValue('cert_request', value))),
    ask('a type of request that nobody knows', withValue('cert_request_type', 'nonsense')),
    ask('no type of request', withValue('cert_request_type', '')),
    ask('CMC where there is none', withValue('cert_request_type', 'cmc')),
    ask('a PKCS#10 request called CRMF', withValue('cert_request_type', 'crmf')),
    ask('a number for a text', withMember('ProfileID', 5)),
    ask('an object for a text', withMember('ProfileID', {})),
    ask('no profile', withMember('ProfileID', null)),
    ask('an empty profile', withMember('ProfileID', '')),
    ask('a profile that does not exist', withMember('ProfileID', 'noSuchProfile')),
    ask(
      'a profile that is disabled',
      withMember('ProfileID', 'caSignedLogCert'.replace('caSignedLogCert', 'caTokenDeviceKeyEnrollment')),
    ),
    ask('a profile with a slash', withMember('ProfileID', '../caServerCert')),
    ask('inputs that are no list', withMember('Input', {})),
    ask('no inputs', withMember('Input', null)),
    ask('an empty list of inputs', withMember('Input', [])),
    ask('an input without attributes', withMember('Input', [{ id: 'i1', ClassID: 'certReqInputImpl' }])),
    ask('a serial number that is none', withMember('SerialNumber', 'x')),
    ask('a renewal that does not say of what', withMember('Renewal', true)),
    ask('an authority that does not exist', enrollment, {
      target: '/ca/rest/certrequests?issuer-id=11111111-2222-3333-4444-555555555555',
    }),
    ask('an authority that is no id', enrollment, { target: '/ca/rest/certrequests?issuer-id=x' }),
    ask('an authority by a name that is none', enrollment, { target: '/ca/rest/certrequests?issuer-dn=x' }),
    ask('an agent’s profile by nobody', enrollment.replaceAll('caServerCert', 'caIPAserviceCert'), {
      identity: 'none',
    }),
    ask('no media type', enrollment, { headers: { Accept: 'application/json' } }),
    ask('a media type that is none', enrollment, { headers: { ...json, 'Content-Type': 'x' } }),
    ask('a text', enrollment, { headers: { ...json, 'Content-Type': 'text/plain' } }),
    ask('a form', 'ProfileID=caServerCert', { headers: { ...json, ...form } }),
    ask('an answer in HTML', enrollment, { headers: { ...json, Accept: 'text/html' } }),
    ask('an answer in nonsense', enrollment, { headers: { ...json, Accept: 'x' } }),
    ask('PUT', enrollment, { method: 'PUT' }),
    ask('DELETE', '', { method: 'DELETE' }),
    ask('PATCH', enrollment, { method: 'PATCH' }),
  ];
}

function decisions({ pendingId, rejectedId, review }: OwnObjects): readonly BadQuestion[] {
  const ask = (
    what: string,
    id: bigint | string,
    action: string,
    body: BadQuestion['body'],
    more: Partial<BadQuestion> = {},
  ): BadQuestion => ({
    shows: `${action} over REST: ${what}`,
    method: 'POST',
    target: `/ca/rest/agent/certrequests/${id}/${action}`,
    headers: json,
    identity: 'agent',
    ...(body === undefined ? {} : { body }),
    ...more,
  });
  const edited = (change: (content: Record<string, never>) => void) => {
    const content = JSON.parse(review);
    change(content);
    return JSON.stringify(content);
  };
  const withPolicyValue = (name: string, value: string) =>
    JSON.stringify(JSON.parse(review), (_, member) =>
      member?.name === name && 'value' in member ? { ...member, value } : member,
    );
  return [
    ...['999999999', '0', '-1', 'abc', '0x', '1e3', '99999999999999999999999999', '%20', '1;x=1'].map((id) =>
      ask(`request ${id}`, id, 'approve', review),
    ),
    ...Object.entries(brokenBodies(review)).map(([what, body]) => ask(what, pendingId, 'approve', body)),
    ask('one that was rejected', rejectedId, 'approve', review.replaceAll(String(pendingId), String(rejectedId))),
    ask('one that was rejected', rejectedId, 'reject', review.replaceAll(String(pendingId), String(rejectedId))),
    ask('an action that does not exist', pendingId, 'explode', review),
    ask('nobody', pendingId, 'approve', review, { identity: 'none' }),
    ask('over plain HTTP', pendingId, 'approve', review, { identity: 'none', listener: 'http' }),
    ask('a text', pendingId, 'approve', review, { headers: { ...json, 'Content-Type': 'text/plain' } }),
    ask('GET', pendingId, 'approve', undefined, { method: 'GET' }),
    ask('an algorithm that does not exist', pendingId, 'approve', withPolicyValue('signingAlg', 'nonsense')),
    ask('a date that is none', pendingId, 'approve', withPolicyValue('notBefore', 'yesterday')),
    ask('an end before the beginning', pendingId, 'approve', withPolicyValue('notAfter', '2000-01-01 00:00:00')),
    ask('a name that is none', pendingId, 'approve', withPolicyValue('name', 'x=')),
    ask('a name without a common name', pendingId, 'approve', withPolicyValue('name', 'O=only')),
    ask(
      'policies that are no list',
      pendingId,
      'validate',
      edited((content) => Object.assign(content, { ProfilePolicySet: {} })),
    ),
    ask(
      'no policies',
      pendingId,
      'validate',
      edited((content) => Object.assign(content, { ProfilePolicySet: [] })),
    ),
  ];
}

function statusChanges({ validSerial, revokedSerial }: OwnObjects): readonly BadQuestion[] {
  const ask = (
    what: string,
    serial: bigint | string,
    action: string,
    body: BadQuestion['body'],
    more: Partial<BadQuestion> = {},
  ): BadQuestion => ({
    shows: `${action} over REST: ${what}`,
    method: 'POST',
    target: `/ca/rest/agent/certs/${serial}/${action}`,
    headers: json,
    identity: 'agent',
    ...(body === undefined ? {} : { body }),
    ...more,
  });
  const superseded = '{"Reason":"Superseded"}';
  return [
    ...[
      '999999999',
      '0',
      '-1',
      'abc',
      '0xzz',
      '0X1F',
      '99999999999999999999999999999999999999999999999999999999999',
    ].flatMap((serial) => [
      ask(`certificate ${serial}`, serial, 'revoke', superseded),
      ask(`certificate ${serial}`, serial, 'unrevoke', ''),
    ]),
    ...['', 'x', 'remove_from_crl_x', '7', '99'].map((reason) =>
      ask(`reason ${JSON.stringify(reason)}`, validSerial, 'revoke', JSON.stringify({ Reason: reason })),
    ),
    ask('no reason', validSerial, 'revoke', '{}'),
    ask('a number for the reason', validSerial, 'revoke', '{"Reason":4}'),
    ask('a date that is none', validSerial, 'revoke', '{"Reason":"Superseded","InvalidityDate":"x"}'),
    ask('one that was revoked, without a good reason', revokedSerial, 'revoke', '{"Reason":"x"}'),
    ask('one that does not exist, without a good reason', 999_999_999n, 'revoke', '{"Reason":"x"}'),
    ask('one that was revoked', revokedSerial, 'revoke', superseded),
    ask('one that was revoked for good', revokedSerial, 'unrevoke', ''),
    ask('one that was never on hold', validSerial, 'unrevoke', ''),
    ask('no CA', validSerial, 'revoke-ca', superseded),
    ask('nobody', validSerial, 'revoke', superseded, { identity: 'none' }),
    ask('nobody', validSerial, 'unrevoke', '', { identity: 'none' }),
    ask('over plain HTTP', validSerial, 'revoke', superseded, { identity: 'none', listener: 'http' }),
    ask('a form', validSerial, 'revoke', 'Reason=Superseded', { headers: { ...json, ...form } }),
    ask('a nonce that nobody gave', validSerial, 'unrevoke', '{"Nonce":1}'),
    ask(
      'DOCTYPE',
      validSerial,
      'revoke',
      '<!DOCTYPE a [<!ENTITY x "Superseded">]><CertRevokeRequest><Reason>&x;</Reason></CertRevokeRequest>',
      { headers: xml },
    ),
  ];
}

function servlets({ pendingId, rejectedId }: OwnObjects): readonly BadQuestion[] {
  const ask = (
    what: string,
    path: string,
    fields: Readonly<Record<string, string>> | string,
    more: Partial<BadQuestion> = {},
  ): BadQuestion => ({
    shows: `${path}: ${what}`,
    method: 'POST',
    target: path,
    headers: form,
    identity: 'agent',
    body: typeof fields === 'string' ? fields : new URLSearchParams({ ...fields, xml: 'true' }).toString(),
    ...more,
  });
  const submit = '/ca/ee/ca/profileSubmit';
  const enroll = { profileId: 'caServerCert', cert_request_type: 'pkcs10' };
  const process = '/ca/agent/ca/profileProcess';
  return [
    ...Object.entries(brokenRequests).map(([what, request]) => ask(what, submit, { ...enroll, cert_request: request })),
    ask('no profile', submit, { cert_request_type: 'pkcs10', cert_request: soundRequest }),
    ask('an empty profile', submit, { ...enroll, profileId: '', cert_request: soundRequest }),
    ask('a profile that does not exist', submit, { ...enroll, profileId: 'noSuchProfile', cert_request: soundRequest }),
    ask(
      'an agent’s profile by nobody',
      submit,
      { ...enroll, profileId: 'caIPAserviceCert', cert_request: soundRequest },
      { identity: 'none' },
    ),
    ask('no request', submit, enroll),
    ask('a type that nobody knows', submit, { ...enroll, cert_request_type: 'x', cert_request: soundRequest }),
    ask('a renewal of nothing', submit, { profileId: 'caManualRenewal', renewal: 'true' }),
    ask('a renewal of a number that is none', submit, {
      profileId: 'caManualRenewal',
      renewal: 'true',
      serial_num: 'x',
    }),
    ask('a renewal of what was never issued', submit, {
      profileId: 'caManualRenewal',
      renewal: 'true',
      serial_num: '999999999',
    }),
    ask('an authority that does not exist', submit, {
      ...enroll,
      cert_request: soundRequest,
      authorityId: '11111111-2222-3333-4444-555555555555',
    }),
    ask('an authority that is no id', submit, { ...enroll, cert_request: soundRequest, authorityId: 'x' }),
    ask('broken percent signs', submit, 'profileId=%zz&xml=true&a=%'),
    ask('fields twice', submit, 'profileId=caServerCert&profileId=noSuchProfile&xml=true'),
    ask('nothing at all', submit, ''),
    ask('a body that is no form', submit, '{"profileId":"caServerCert"}', { headers: json }),
    ask('fields in the address and the body', `${submit}?xml=true&profileId=noSuchProfile`, 'profileId=caServerCert'),
    ask(
      'an agent’s page without a certificate',
      '/ca/eeca/ca/profileSubmitSSLClient',
      { ...enroll, profileId: 'caIPAserviceCert', cert_request: soundRequest },
      { identity: 'none' },
    ),
    ask('a broken request', '/ca/eeca/ca/profileSubmitSSLClient', {
      ...enroll,
      profileId: 'caIPAserviceCert',
      cert_request: 'x',
    }),
    ...['approve', 'reject', 'cancel', 'explode', ''].map((op) =>
      ask(`op ${JSON.stringify(op)} of one that was rejected`, process, { op, requestId: String(rejectedId) }),
    ),
    ...['999999999', '-1'].map((requestId) => ask(`request ${requestId}`, process, { op: 'approve', requestId })),
    ask('no op', process, { requestId: String(pendingId) }),
    ask('nobody', process, { op: 'approve', requestId: String(pendingId) }, { identity: 'none' }),
    ask('a date that is none', process, { op: 'approve', requestId: String(pendingId), notBefore: 'yesterday' }),
    ask('a name that is none', process, { op: 'approve', requestId: String(pendingId), name: 'x=' }),
    ask('an algorithm that does not exist', process, {
      op: 'approve',
      requestId: String(pendingId),
      signingAlg: 'nonsense',
    }),
    ask('an issuing point that does not exist', '/ca/agent/ca/updateCRL', { crlIssuingPoint: 'NoSuch' }),
    ask('nobody', '/ca/agent/ca/updateCRL', { crlIssuingPoint: 'MasterCRL' }, { identity: 'none' }),
    ask('an algorithm that does not exist', '/ca/agent/ca/updateCRL', {
      crlIssuingPoint: 'MasterCRL',
      signatureAlgorithm: 'nonsense',
      waitForUpdate: 'true',
    }),
  ];
}

function relyingParties(): readonly BadQuestion[] {
  const ask = (what: string, more: Partial<BadQuestion>): BadQuestion => ({
    shows: `OCSP: ${what}`,
    method: 'POST',
    target: '/ca/ocsp',
    headers: { 'Content-Type': 'application/ocsp-request' },
    listener: 'http',
    ...more,
  });
  return [
    ask('nothing', { body: '' }),
    ask('no DER', { body: 'x' }),
    ask('an empty sequence', { body: Buffer.from('3000', 'hex') }),
    ask('too much', { body: Buffer.alloc(20_000, 0x30) }),
    ask('a form', { body: 'a=b', headers: form }),
    ask('no base64 in the address', { method: 'GET', target: '/ca/ocsp/!!!', headers: {} }),
    ask('nothing in the address', { method: 'GET', target: '/ca/ocsp', headers: {} }),
    ask('PUT', { method: 'PUT', body: 'x' }),
  ];
}
