// What every handler and every refusal holds to, whatever comes: an answer in its dialect, and nothing of our inside in it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CaError, type CaErrorCode } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import type { GatewayRequest, GatewayResponse } from '../routing/operation.ts';
import { type OperationName, operationNames } from '../routing/operation-names.ts';
import type { Dialect, Refusal } from '../routing/refusal.ts';
import { createDialects, dogtag10 } from './index.ts';

const { handlers, refusalEncoders } = createDialects({ clock: systemClock, timeZone: 'Etc/UTC', product: dogtag10 });

const caller = {
  userId: 'ipara',
  groups: ['Certificate Manager Agents'],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: '127.0.0.1',
  viaSession: false,
};

const bodies: Partial<Record<OperationName, string>> = {
  'rest-process-request': '{"requestId":"7"}',
  'rest-revoke-certificate': '{"Reason":"Superseded"}',
  'rest-revoke-ca-certificate': '{"Reason":"Superseded"}',
  'rest-create-authority': '{"parentID":"host-authority","dn":"CN=a"}',
  'rest-create-profile': '{"id":"p","classId":"caEnrollImpl"}',
  'rest-create-raw-profile': 'profileId=p\nclassId=caEnrollImpl\n',
  'rest-modify-raw-profile': 'name=n\n',
  'rest-add-user': '{"UserID":"u","FullName":"n"}',
  'rest-replace-user': '{"Password":"long enough"}',
  'rest-add-user-certificate': JSON.stringify({
    Encoded: createSampleAuthority().issue({ serialNumber: 7n }).toString('base64'),
  }),
  'rest-add-domain-host': JSON.stringify({
    id: 'CA a 443',
    SecureEEClientAuthPort: '443',
    SecureAdminPort: '443',
    SecureAgentPort: '443',
    Clone: 'FALSE',
  }),
  'rest-add-group': '{"GroupID":"g"}',
  'rest-add-group-member': '{"id":"u"}',
};

const authorityUuid = '3b8b7e00-3d64-4171-81d5-287c46ba9a3f';

function requestFor(operation: OperationName, more: Partial<GatewayRequest> = {}): GatewayRequest {
  const fields = new Map(
    Object.entries({
      requestId: ['7'],
      op: ['approve'],
      xml: [operation === 'servlet-process-request' ? 'false' : 'true'],
      seqNum: ['7'],
      secure: ['true'],
      url: ['https://installer.example.test/?subsystem=KRA'],
      startTime: ['-600'],
      interval: ['60'],
      numberOfIntervals: ['1'],
      profileId: ['p'],
      crlIssuingPoint: ['MasterCRL'],
      // Of a host of the security domain.
      host: ['a'],
      name: ['n'],
      sport: ['443'],
      type: ['CA'],
      serialNumber: ['7'],
      revokeAll: ['(certRecordId=7)'],
      revocationReason: ['1'],
      statusInUse: ['on'],
      queryRequestFilter: ['(requestid=*)'],
      template: ['/agent/ca/toUpdateCRL'],
      ...(operation === 'servlet-get-ca-chain' ? { op: ['display'] } : {}),
    }),
  );
  return {
    operation,
    requestId: 'r1',
    method: 'POST',
    path: '/ca/x',
    parameters: {
      id: operation.includes('authorit') ? authorityUuid : operation.includes('domain-host') ? 'CA a 443' : '7',
      action: 'approve',
      encoded: 'MAA=',
      certificate: '2;7;CN=a;CN=b',
      group: 'g',
      member: 'u',
    },
    form: fields,
    query: new Map([['action', [operation === 'rest-execute-self-tests' ? 'run' : 'enable']]]),
    queryText: null,
    headers: {
      accept: /authority-(?:certificate|chain)$/.test(operation) ? '*/*' : 'application/json',
      'content-type': 'application/json',
    },
    body: Buffer.from(bodies[operation] ?? '{}'),
    baseUrl: 'https://pki.example.test:8443',
    isSecure: true,
    user: { userId: 'ipara', fullName: 'ipara', email: null, certificatesDer: [], certificateClaims: [], groups: [] },
    ...more,
  };
}

/** Every call fails with this. */
function failing(error: Error): RaClient {
  return new Proxy({} as RaClient, { get: () => async () => Promise.reject(error) });
}

const codes: Readonly<Record<CaErrorCode, 'refused' | 'unavailable' | 'internal'>> = {
  'malformed-request': 'refused',
  'bad-proof-of-possession': 'refused',
  'unknown-profile': 'refused',
  'disabled-profile': 'refused',
  'wrong-profile-state': 'refused',
  'malformed-profile': 'refused',
  'authentication-required': 'refused',
  'not-authorized': 'refused',
  'unknown-authority': 'refused',
  'disabled-authority': 'refused',
  'authority-conflict': 'refused',
  'host-authority-protected': 'refused',
  'unknown-roster-entry': 'refused',
  'unknown-roster-value': 'refused',
  'unknown-user-certificate': 'refused',
  'roster-conflict': 'refused',
  'last-administrator': 'refused',
  'malformed-name': 'refused',
  'malformed-roster-value': 'refused',
  'unknown-request': 'refused',
  'wrong-request-state': 'refused',
  'unknown-certificate': 'refused',
  'already-revoked': 'refused',
  'not-on-hold': 'refused',
  'unknown-issuing-point': 'refused',
  'malformed-edit': 'refused',
  'edit-rejected': 'refused',
  'issuance-refused': 'refused',
  'unsupported-profile': 'refused',
  'pen-elsewhere': 'unavailable',
  'signer-unavailable': 'unavailable',
  'store-unavailable': 'unavailable',
  internal: 'internal',
};
/** These ask the authority nothing. */
const silent: ReadonlySet<string> = new Set([
  'rest-pki-info',
  'rest-ca-info',
  'rest-account-login',
  'rest-account-logout',
  'rest-list-self-tests',
  'rest-get-self-test',
  // There is none of the name that is asked for.
  'rest-run-self-test',
  'rest-install-token',
  'rest-list-applications',
  'rest-list-features',
  'rest-get-feature',
  // There are none to be told of.
  'rest-get-transport-certificate',
  'rest-get-kra-connector',
  'rest-add-kra-connector',
  'rest-add-kra-connector-host',
  'rest-remove-kra-connector',
  'rest-get-audit-configuration',
  'rest-update-audit-configuration',
  'rest-change-audit-status',
  'rest-list-audit-files',
  'rest-get-audit-file',
  'rest-list-jobs',
  'rest-get-job',
  'rest-start-job',
  'servlet-call-with-token',
  'servlet-token-authenticate',
  'servlet-get-subsystem-certificate',
  // The caller has shown no certificate.
  'servlet-confirm-own-revocation',
  'servlet-revoke-own-certificates',
  'servlet-renew-without-profile',
  // Refused whatever is asked.
  'servlet-cmc-revocation',
  'servlet-enroll-without-profile',
  'servlet-bulk-issuance',
  'servlet-enroll-administrator',
  'servlet-process-certificate-request',
  'servlet-update-directory',
  'servlet-agent-form',
  'servlet-agent-header',
  'servlet-services',
  'servlet-dynamic-variables',
  'servlet-get-ocsp-info',
  'servlet-get-statistics',
  'servlet-index',
  'servlet-entry-page',
  'servlet-start',
  'servlet-security-domain-login',
  'servlet-connector',
  'servlet-scep',
  'servlet-scep-by-profile',
  'acme-get-login',
  'acme-login',
  'acme-logout',
]);

function assertAnswer({ status, headers, body }: GatewayResponse): void {
  assert.ok(status >= 200 && status < 600, `${status}`);
  for (const [name, value] of Object.entries(headers)) assert.doesNotMatch(`${name}: ${value}`, /[\r\n\0]/);
  assert.ok(Buffer.isBuffer(body));
}

describe('Every operation', () => {
  for (const [code, kind] of Object.entries(codes))
    it(`answers when the authority says ${code}, and does not pass its cause on`, async () => {
      const error = new CaError(code as CaErrorCode, 'told', { subject: '7', cause: new Error('secret inside') });
      for (const operation of operationNames) {
        if (silent.has(operation)) continue;
        const answer = await handlers[operation](requestFor(operation), caller, failing(error));
        assertAnswer(answer);
        assert.doesNotMatch(answer.body.toString(), /secret inside/, operation);
        if (kind === 'unavailable') assert.equal(answer.status, 503, operation);
        if (kind === 'internal') assert.equal(answer.status, 500, operation);
        const isServlet = operation.startsWith('servlet-');
        if (kind === 'refused' && isServlet) assert.equal(answer.status, 200, operation);
        if (kind === 'refused' && operation.startsWith('rest-')) assert.ok(answer.status >= 400, operation);
      }
    });

  it('leaves what nobody foresaw to the gateway', async () => {
    const error = new Error('a bug');
    for (const operation of operationNames)
      if (!silent.has(operation))
        await assert.rejects(handlers[operation](requestFor(operation), caller, failing(error)), error, operation);
  });

  it('answers whatever is sent to it', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '0', '-1', '0x', 'true', '99999999999999999999'),
    );
    const texts = fc.dictionary(
      fc.constantFrom(
        'id',
        'requestId',
        'op',
        'start',
        'size',
        'xml',
        'status',
        'crlDisplayType',
        'serial_num',
        'renewal',
        'certSerialNumber',
        'serialNumber',
        'serialFrom',
        'serialTo',
        'direction',
        'querySentinelDown',
        'querySentinelUp',
        'maxCount',
        'maxResults',
        'revokeAll',
        'queryRequestFilter',
        'owner',
        'template',
        'form',
        'seqNum',
        'url',
        'secure',
        'startTime',
        'interval',
        'numberOfIntervals',
        'lastEntryOnPage',
      ),
      text,
    );
    const wild = fc.record({
      operation: fc.constantFrom(...operationNames),
      fields: texts,
      // The route lets only the actions pass that there are.
      parameters: texts.map((values) => ({ ...values, action: 'update' })),
      accept: fc.oneof(fc.constantFrom('application/json', 'application/xml', '*/*', ''), text),
      type: fc.oneof(fc.constantFrom('application/json', 'application/xml'), text),
      body: fc.oneof(fc.json(), text, fc.constant('<CertSearchRequest/>')),
    });
    const refusing = failing(new CaError('unknown-request', 'Request ID 0x7 not found', { subject: '7' }));
    await fc.assert(
      fc.asyncProperty(wild, async ({ operation, fields, parameters, accept, type, body }) => {
        const form = new Map(Object.entries(fields).map(([name, value]) => [name, [value]]));
        const headers = { accept, 'content-type': type };
        const request = requestFor(operation, { form, query: form, parameters, headers, body: Buffer.from(body) });
        assertAnswer(await handlers[operation](request, caller, refusing));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Bodies of the REST interface', () => {
  const unasked = failing(new Error('the authority was asked'));
  const ask = (body: string | Buffer, type: string) =>
    handlers['rest-search-certificates'](
      requestFor('rest-search-certificates', {
        headers: { accept: 'application/json', 'content-type': type },
        body: Buffer.from(body),
      }),
      caller,
      unasked,
    );

  it('are refused when XML declares a document type or an entity of its own', async () => {
    const bombs = [
      '<!DOCTYPE CertSearchRequest><CertSearchRequest/>',
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><CertSearchRequest><status>&b;</status></CertSearchRequest>',
      '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><CertSearchRequest><status>&f;</status></CertSearchRequest>',
      '<CertSearchRequest><status>&undeclared;</status></CertSearchRequest>',
    ];
    for (const bomb of bombs) {
      const answer = await ask(bomb, 'application/xml');
      assert.equal(answer.status, 400, bomb);
      assert.match(answer.body.toString(), /^The request body is not valid XML: /);
    }
  });

  it('are refused when they are nested without end, and at once', async () => {
    const depth = 500_000;
    for (const [body, type] of [
      ['['.repeat(depth), 'application/json'],
      ['{"a":'.repeat(depth), 'application/json'],
      ['<a>'.repeat(depth), 'application/xml'],
    ] as const) {
      const startedMs = performance.now();
      assert.equal((await ask(body, type)).status, 400);
      assert.ok(performance.now() - startedMs < 2_000);
    }
  });

  it('are refused when they are not text', async () => {
    for (const type of ['application/json', 'application/xml'])
      assert.equal((await ask(Buffer.from([0xff, 0xfe, 0x80, 0]), type)).status, 400);
  });

  it('are refused with nothing of theirs as markup in the answer', async () => {
    const answer = await ask('{"<script>alert(1)</script>":1}', 'application/json');
    assert.equal(answer.status, 400);
    assert.doesNotMatch(answer.body.toString(), /<script/);
  });
});

describe('Refusals', () => {
  const refusals: readonly Refusal[] = [
    { kind: 'authentication-required', hasCertificate: true },
    { kind: 'authentication-required', hasCertificate: false },
    { kind: 'not-authorized' },
    { kind: 'not-found' },
    { kind: 'method-not-allowed', allow: ['HEAD', 'GET', 'OPTIONS'] },
    { kind: 'confidential-required', location: 'https://pki.example.test:8443/ca' },
    { kind: 'body-too-large', bodyBytesMax: 5 },
    { kind: 'malformed-request', message: '<b>broken</b>' },
    { kind: 'upstream-unavailable' },
    { kind: 'no-upstream' },
    { kind: 'switched-off' },
    { kind: 'internal', requestId: 'abc' },
  ];

  it('have an answer in every dialect, for every client', () => {
    for (const [dialect, encode] of Object.entries(refusalEncoders))
      for (const refusal of refusals)
        for (const accept of ['application/json', '*/*', 'text/html', 'nonsense', ''])
          for (const operation of operationNames) {
            const request = requestFor(operation, { headers: { accept }, path: '/ca/<script>' });
            const answer = encode(refusal, request);
            assertAnswer(answer);
            if (String(answer.headers['Content-Type']).startsWith('text/html'))
              assert.doesNotMatch(answer.body.toString(), /<script>|<b>broken/, `${dialect} ${refusal.kind}`);
          }
  });

  it('are server errors where trying again may help, in every dialect', () => {
    for (const encode of Object.values(refusalEncoders)) {
      assert.equal(encode({ kind: 'upstream-unavailable' }, requestFor('ocsp')).status, 503);
      assert.equal(encode({ kind: 'internal', requestId: 'abc' }, requestFor('ocsp')).status, 500);
    }
  });

  it('tell clients of forwarded applications in their own form that Dogtag is away', () => {
    const refusal: Refusal = { kind: 'upstream-unavailable' };
    const acme = refusalEncoders.acme(refusal, requestFor('ocsp', { path: '/acme/new-order' }));
    assert.equal(acme.headers['Content-Type'], 'application/problem+json');
    assert.equal(JSON.parse(acme.body.toString()).type, 'urn:ietf:params:acme:error:serverInternal');
    const kra = refusalEncoders.rest(refusal, requestFor('ocsp', { path: '/kra/rest/agent/keys' }));
    assert.deepEqual([kra.status, JSON.parse(kra.body.toString()).Code], [503, 503]);
    assert.match(kra.body.toString(), /key recovery authority/);
  });

  it('tell them in the same forms that there is no Dogtag, without a hope for later', () => {
    const refusal: Refusal = { kind: 'no-upstream' };
    const acme = refusalEncoders.acme(refusal, requestFor('ocsp', { path: '/acme/directory' }));
    assert.deepEqual([acme.status, acme.headers['Retry-After']], [503, undefined]);
    assert.match(acme.body.toString(), /no ACME service behind this server/);
    const kra = refusalEncoders.rest(refusal, requestFor('ocsp', { path: '/kra/rest/agent/keys' }));
    assert.deepEqual([kra.status, JSON.parse(kra.body.toString()).Code], [503, 503]);
    const page = refusalEncoders.container(refusal, requestFor('ocsp', { path: '/kra/agent/kra/queryReq' }));
    assert.equal(page.status, 503);
  });

  it('name the methods that a path has, and the way to TLS', () => {
    const dialects: readonly Dialect[] = ['rest', 'container'];
    for (const dialect of dialects) {
      const encode = refusalEncoders[dialect];
      const other = encode({ kind: 'method-not-allowed', allow: ['POST', 'OPTIONS'] }, requestFor('ocsp'));
      assert.equal(other.headers.Allow, 'POST, OPTIONS');
      const moved = encode({ kind: 'confidential-required', location: 'https://x/' }, requestFor('ocsp'));
      assert.deepEqual([moved.status, moved.headers.Location], [302, 'https://x/']);
    }
  });
});

describe('createDialects', () => {
  it('refuses a time zone that Java does not know', () => {
    assert.throws(() => createDialects({ clock: systemClock, timeZone: 'Mars/Base', product: dogtag10 }), RangeError);
  });
});
