// Facts about the gateway while we answer.
import assert from 'node:assert/strict';
import { agentDer, agentTls, authority, GatewayUnderTest, pem, validity } from '#test/gateway-under-test';

describe('the gateway, while we answer,', () => {
  const gate = new GatewayUnderTest();
  before(() => gate.open());
  after(() => gate.close());
  beforeEach(() => gate.reset());

  it('gives the handler the request, the caller and the user, and sends its answer', async () => {
    gate.serve('rest-list-requests');
    const reply = await gate.secure('/ca/rest/agent/certrequests?start=1&start=2', {
      tls: agentTls,
      headers: { Host: 'pki.example.test:9' },
    });
    assert.equal(reply.body.toString(), 'from us');
    assert.equal(reply.reason, '');
    assert.equal(gate.dogtag.seen.length, 0);
    const [given] = gate.handled;
    assert.deepEqual(given?.request.query.get('start'), ['1', '2']);
    assert.equal(given?.request.baseUrl, 'https://pki.example.test:9');
    assert.equal(given?.caller.userId, 'ipara');
    assert.deepEqual(given?.caller.certificateDer, agentDer);
    assert.equal(given?.request.user?.fullName, 'ipara');
  });

  it('merges form fields behind those of the query, for POST only', async () => {
    gate.serve('servlet-profile-submit');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    await gate.plain('/ca/ee/ca/profileSubmit?a=1', { method: 'POST', headers, body: 'a=2&b=%2B' });
    await gate.plain('/ca/ee/ca/profileSubmit?a=1', { method: 'PUT', headers, body: 'a=2' });
    assert.deepEqual(
      gate.handled.map(({ request }) => Object.fromEntries(request.form)),
      [{ a: ['1', '2'], b: ['+'] }, { a: ['1'] }],
    );
  });

  it('asks for a login where Dogtag does, sends plain clients to TLS, and audits refusals', async () => {
    gate.serve('rest-list-requests');
    const anonymous = await gate.secure('/ca/rest/agent/certrequests');
    assert.deepEqual([anonymous.status, anonymous.headers['cache-control']], [401, 'private']);
    const other = authority.issue({ serialNumber: 10n, subject: 'CN=unmapped', ...validity });
    assert.equal(
      (await gate.secure('/ca/rest/agent/certrequests', { tls: { cert: pem(other), key: authority.privateKeyPem } }))
        .status,
      401,
    );
    const redirected = await gate.plain('/ca/rest/agent/certrequests?a=%20', {
      headers: { Host: 'pki.example.test:1' },
    });
    assert.deepEqual(
      [redirected.status, redirected.headers.location],
      [302, `https://pki.example.test:${gate.gateway.httpsPort}/ca/rest/agent/certrequests?a=%20`],
    );
    assert.deepEqual(
      gate.audited.map(({ name, details }) => [name, details.missing]),
      [
        ['access-refused', 'authentication'],
        ['access-refused', 'authentication'],
      ],
    );
    assert.equal(gate.handled.length, 0);
  });

  it('refuses what no rule allows, to a known user too', async () => {
    gate.serve('rest-get-certificate-as-agent');
    const reply = await gate.secure('/ca/rest/agent/certs/1', { tls: agentTls });
    assert.deepEqual([reply.status, reply.headers['x-refusal']], [403, 'not-authorized']);
    assert.match(String(reply.headers['set-cookie']), /^JSESSIONID=[0-9A-F]{32}; Path=\/ca; Secure; HttpOnly$/);
    assert.deepEqual([gate.audited[0]?.actor, gate.audited[0]?.details.resource], ['ipara', 'certServer.ca.certs']);
  });

  it('opens a session at login that is good without the certificate, until logout', async () => {
    gate.modes.replace(
      (['rest-account-login', 'rest-account-logout', 'rest-list-requests'] as const).map((operation) => ({
        operation,
        profileId: null,
        mode: 'serve' as const,
      })),
    );
    const login = await gate.secure('/ca/rest/account/login', { tls: agentTls });
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    const list = await gate.secure('/ca/rest/agent/certrequests', { headers: { Cookie: `a=b; ${cookie}` } });
    assert.deepEqual([list.status, list.headers['set-cookie']], [200, undefined]);
    assert.equal(gate.handled[1]?.caller.viaSession, true);
    assert.equal((await gate.secure('/ca/rest/account/logout', { headers: { Cookie: cookie } })).status, 200);
    assert.equal((await gate.secure('/ca/rest/agent/certrequests', { headers: { Cookie: cookie } })).status, 401);
    assert.deepEqual(
      gate.audited.map(({ name }) => name),
      ['login', 'logout', 'access-refused'],
    );
  });

  it('believes no header about who is calling', async () => {
    gate.serve('rest-list-requests');
    const certificate = encodeURIComponent(pem(agentDer));
    for (const headers of [
      { 'X-SSL-Client-Cert': certificate, SSL_CLIENT_CERT: certificate, 'X-Forwarded-Client-Cert': certificate },
      { REMOTE_USER: 'ipara', 'X-Remote-User': 'ipara', Authorization: 'Basic aXBhcmE6eA==' },
      { Cookie: `JSESSIONID=${'A'.repeat(32)}` },
    ]) {
      gate.dogtag.answer = (_, response) => {
        response.writeHead(401);
        response.end();
      };
      assert.equal((await gate.secure('/ca/rest/agent/certrequests', { headers })).status, 401);
    }
    assert.equal(gate.handled.length, 0);
  });

  it('checks a password with Dogtag while there is one', async () => {
    gate.serve('rest-list-requests');
    gate.dogtag.answer = (request, response) => {
      if (request.url === '/ca/rest/account/login' && request.headers.authorization === 'Basic aXBhcmE6cmlnaHQ=')
        response.end('{"id":"ipara"}');
      else response.writeHead(401).end();
    };
    const by = (credentials: string) =>
      gate.secure('/ca/rest/agent/certrequests', {
        headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      });
    assert.equal((await by('ipara:right')).status, 200);
    assert.equal((await by('ipara:wrong')).status, 401);
    assert.equal(gate.handled[0]?.caller.viaSession, true);
  });

  it('does not lend a session to the holder of another certificate', async () => {
    gate.serve('rest-list-requests');
    const first = await gate.secure('/ca/rest/agent/certrequests', { tls: agentTls });
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    const again = await gate.secure('/ca/rest/agent/certrequests', { tls: agentTls, headers: { Cookie: cookie } });
    assert.equal(again.headers['set-cookie'], undefined);
    assert.equal(gate.handled[1]?.caller.viaSession, false);
  });

  it('answers what an unforeseen failure leaves with 500 and nothing of the cause', async () => {
    gate.serve('servlet-get-certificate-chain');
    gate.handler = () => Promise.reject(new Error('password is hush'));
    const reply = await gate.plain('/ca/ee/ca/getCertChain');
    assert.equal(reply.status, 500);
    assert.equal(reply.body.includes('hush') || JSON.stringify(reply.rawHeaders).includes('hush'), false);
  });

  it('refuses a body over the limit before it is sent, announced or not', async () => {
    gate.serve('rest-search-certificates');
    const path = '/ca/rest/certs/search';
    const announced = await gate.plain(path, {
      method: 'POST',
      headers: { 'Content-Length': '50000000', Expect: '100-continue' },
    });
    assert.equal(announced.status, 413);
    const before = process.memoryUsage().arrayBuffers;
    const sent = await gate.plain(path, { method: 'POST', body: Buffer.alloc(20_000_000) });
    assert.equal(sent.status, 413);
    const chunked = await gate.plain(path, {
      method: 'POST',
      headers: { 'Transfer-Encoding': 'chunked' },
      body: Buffer.alloc(20_000_000),
    });
    assert.equal(chunked.status, 413);
    assert.ok(process.memoryUsage().arrayBuffers - before < 60_000_000);
    assert.equal(gate.handled.length, 0);
  });

  it('refuses a head that Dogtag would not take either', async () => {
    gate.serve('rest-get-certificate');
    const reply = await gate.plain(`/ca/rest/certs/1?x=${'a'.repeat(9_000)}`);
    assert.deepEqual([reply.status, reply.headers['x-refusal']], [400, 'malformed-request']);
    assert.equal(gate.handled.length, 0);
  });

  it('compares a read with Dogtag after answering it, in mode serve-checked', async () => {
    gate.serve('rest-search-certificates', 'serve-checked');
    const reply = await gate.plain('/ca/rest/certs/search?size=1', {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: '{}',
    });
    assert.equal(reply.body.toString(), 'from us');
    await gate.gateway.whenMirrorIdle();
    assert.equal(gate.dogtag.seen[0]?.url, '/ca/rest/certs/search?size=1');
    assert.equal(gate.dogtag.seen[0]?.body.toString(), '{}');
    assert.deepEqual([gate.pairs[0]?.given.by, gate.pairs[0]?.other?.by], ['native', 'upstream']);
  });

  it('asks Dogtag nothing about a certificate that only we have issued', async () => {
    gate.nativeSerials.add(30n);
    for (const [name, path, isAsked] of [
      ['servlet-display-by-serial', 'displayBySerial?serialNumber=30', false],
      ['servlet-get-by-serial', 'getBySerial?serialNumber=1e', false],
      ['servlet-display-by-serial', 'displayBySerial?serialNumber=0x1F', true],
      ['servlet-get-by-serial', 'getBySerial?serialNumber=30', true],
    ] as const) {
      gate.serve(name, 'serve-checked');
      gate.dogtag.seen.length = 0;
      await gate.plain(`/ca/ee/ca/${path}`);
      await gate.gateway.whenMirrorIdle();
      assert.equal(gate.dogtag.seen.length, isAsked ? 1 : 0, path);
    }
  });

  it('asks Dogtag with the password of the request, but not in a session that only we know', async () => {
    gate.serve('rest-list-requests', 'serve-checked');
    gate.dogtag.answer = (_, response) => response.end('{"id":"ipara"}');
    const headers = { Authorization: 'Basic aXBhcmE6cmlnaHQ=' };
    const reply = await gate.secure('/ca/rest/agent/certrequests', { headers });
    await gate.gateway.whenMirrorIdle();
    assert.equal(gate.pairs.length, 1);
    const asked = gate.dogtag.seen.find(({ url }) => url === '/ca/rest/agent/certrequests');
    assert.equal(asked?.rawHeaders.includes('Basic aXBhcmE6cmlnaHQ='), true);
    const Cookie = String(reply.headers['set-cookie']).split(';')[0] ?? '';
    await gate.secure('/ca/rest/agent/certrequests', { headers: { Cookie } });
    await gate.gateway.whenMirrorIdle();
    assert.equal(gate.pairs.length, 1);
  });

  it('never sends Dogtag a write that we have answered', async () => {
    for (const [name, path] of [
      ['rest-submit-request', '/ca/rest/certrequests'],
      ['servlet-call-with-token', '/ca/admin/ca/registerUser'],
    ] as const) {
      gate.serve(name, 'serve-checked');
      await gate.plain(path, { method: 'POST', body: '{}' });
      await gate.gateway.whenMirrorIdle();
    }
    assert.deepEqual([gate.dogtag.seen.length, gate.pairs.length], [0, 0]);
  });

  it('takes in what an installer writes at Dogtag, although its words are not compared', async () => {
    gate.serve('rest-list-users');
    await gate.plain('/ca/admin/ca/registerUser', { method: 'POST', body: 'uid=a&sessionID=1' });
    await gate.gateway.whenMirrorIdle();
    assert.deepEqual(gate.order, ['unmapped POST /ca/admin/ca/registerUser']);
    assert.equal(gate.pairs.length, 0);
  });

  it('lets a profile have a mode of its own', async () => {
    gate.serve('rest-submit-request', 'serve', 'caServerCert');
    const submit = async (profile: string) => {
      const body = JSON.stringify({ ProfileID: profile });
      return (
        await gate.plain('/ca/rest/certrequests', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        })
      ).body.toString();
    };
    assert.equal(await submit('caServerCert'), 'from us');
    assert.equal(await submit('caUserCert'), 'from Dogtag');
    assert.equal(gate.dogtag.seen[0]?.body.toString(), '{"ProfileID":"caUserCert"}');
  });

  it('leaves no way round a cutover by another spelling of the path', async () => {
    gate.serve('servlet-profile-submit');
    for (const path of [
      '/ca//ee/ca/profileSubmit',
      '/ca/ee/./ca/profileSubmit',
      '/ca/%65e/ca/profileSubmit;x',
      '/ca/profileSubmit',
    ])
      assert.equal((await gate.plain(path)).body.toString(), 'from us', path);
  });

  it('opens a session at Dogtag for what is forwarded in a session of ours', async () => {
    gate.serve('rest-account-login');
    const login = await gate.secure('/ca/rest/account/login', { tls: agentTls });
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    const upstreamId = 'B'.repeat(32);
    gate.dogtag.answer = (request, response) => {
      if (request.url === '/ca/rest/account/login')
        response.setHeader('Set-Cookie', `JSESSIONID=${upstreamId}; Path=/ca`);
      response.end('x');
    };
    for (const _ of [1, 2]) {
      const reply = await gate.secure('/ca/rest/profiles', { tls: agentTls, headers: { Cookie: `a=b; ${cookie}` } });
      assert.equal(reply.headers['set-cookie'], undefined);
    }
    const cookies = gate.dogtag.seen.map(({ url, rawHeaders }) => [url, rawHeaders[rawHeaders.indexOf('Cookie') + 1]]);
    assert.deepEqual(cookies.slice(1), [
      ['/ca/rest/profiles', `a=b; JSESSIONID=${upstreamId}`],
      ['/ca/rest/profiles', `a=b; JSESSIONID=${upstreamId}`],
    ]);
    assert.equal(cookies[0]?.[0], '/ca/rest/account/login');
  });

  it("knows a session that Dogtag opened in the client's login", async () => {
    const id = 'C'.repeat(32);
    gate.dogtag.answer = (_, response) => {
      response.setHeader('Set-Cookie', `JSESSIONID=${id}; Path=/ca; Secure; HttpOnly`);
      response.end('{"id":"ipara"}');
    };
    await gate.secure('/ca/rest/account/login', { tls: agentTls });
    gate.serve('rest-list-requests');
    await gate.gateway.whenMirrorIdle();
    const list = await gate.secure('/ca/rest/agent/certrequests', { headers: { Cookie: `JSESSIONID=${id}` } });
    assert.equal(list.status, 200);
  });
});
