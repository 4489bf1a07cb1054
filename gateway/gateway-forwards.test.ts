// Facts about the gateway while Dogtag answers.
import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { agentTls, authority, GatewayUnderTest, pem, validity } from '#test/gateway-under-test';

describe('the gateway, while Dogtag answers,', () => {
  const gate = new GatewayUnderTest();
  before(() => gate.open());
  after(() => gate.close());
  beforeEach(() => gate.reset());

  it('passes head and body on as sent, and the answer back as received', async () => {
    gate.dogtag.answer = (_, response) => {
      response.writeHead(201, '', [
        'X-Odd-CASE',
        'a',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Content-Encoding',
        'gzip',
      ]);
      response.end(Buffer.from([0, 255, 10]));
    };
    const headers = [
      'Host',
      'pki.example.test:99',
      'x-B',
      '1',
      'X-a',
      '2',
      'x-B',
      '3',
      'Connection',
      'close, x-drop',
      'x-drop',
      '1',
    ];
    const reply = await gate.plain('/any//path/%2e?q=%20+&&x', {
      method: 'PUT',
      headers: [...headers, 'Content-Length', '3'],
      body: 'abc',
    });
    const [seen] = gate.dogtag.seen;
    assert.equal(seen?.url, '/any//path/%2e?q=%20+&&x');
    assert.equal(seen?.method, 'PUT');
    assert.equal(seen?.body.toString(), 'abc');
    assert.deepEqual(seen?.rawHeaders.slice(0, 10), [
      'Host',
      'pki.example.test:99',
      'x-B',
      '1',
      'X-a',
      '2',
      'x-B',
      '3',
      'Content-Length',
      '3',
    ]);
    assert.equal(reply.status, 201);
    assert.equal(reply.reason, '');
    assert.deepEqual([...reply.body], [0, 255, 10]);
    assert.deepEqual(reply.rawHeaders.slice(0, 8), [
      'X-Odd-CASE',
      'a',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Content-Encoding',
      'gzip',
    ]);
  });

  it('passes bodies of any size on without keeping them', async () => {
    const body = Buffer.alloc(5_000_000, 'z');
    gate.dogtag.answer = (_, response, received) => response.end(received);
    assert.equal((await gate.plain('/any', { method: 'POST', body })).body.equals(body), true);
    const chunked = await gate.plain('/any', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body });
    assert.equal(chunked.body.equals(body), true);
  });

  it('keeps plain clients on the plain connector and TLS clients on the other', async () => {
    await gate.plain('/a');
    await gate.secure('/b');
    assert.deepEqual(
      gate.dogtag.seen.map(({ url, isSecure }) => [url, isSecure]),
      [
        ['/a', false],
        ['/b', true],
      ],
    );
  });

  it('forwards as the identity whose certificate the client presented, if its key is held', async () => {
    const subjects: (string | undefined)[] = [];
    gate.dogtag.answer = (request, response) => {
      const peer = (
        request.socket as unknown as { getPeerX509Certificate(): X509Certificate | undefined }
      ).getPeerX509Certificate();
      subjects.push(peer?.subject);
      response.end();
    };
    await gate.secure('/x');
    await gate.secure('/x', { tls: agentTls });
    const other = authority.issue({ serialNumber: 9n, subject: 'CN=other', ...validity });
    await gate.secure('/x', { tls: { cert: pem(other), key: authority.privateKeyPem } });
    assert.deepEqual(subjects, [undefined, 'O=EXAMPLE.TEST\nCN=IPA RA', undefined]);
  });

  it("leads redirects to Dogtag's confidential port back to our own", async () => {
    gate.dogtag.answer = (_, response) => {
      response.writeHead(302, { Location: `https://pki.example.test:${gate.ports.https}/ca/rest/account/login` });
      response.end();
    };
    const { headers } = await gate.plain('/ca/rest/account/login', { headers: { Host: 'pki.example.test:1' } });
    assert.equal(headers.location, `https://pki.example.test:${gate.gateway.httpsPort}/ca/rest/account/login`);
  });

  it('answers HEAD with the length and without the body', async () => {
    gate.dogtag.answer = (_, response) => {
      response.writeHead(200, '', ['Content-Length', '11']);
      response.end();
    };
    const reply = await gate.plain('/any', { method: 'HEAD' });
    assert.equal(reply.headers['content-length'], '11');
    assert.equal(reply.body.length, 0);
  });

  it('says that Dogtag is away when it is, in the dialect of the operation', async () => {
    await gate.start({ upstream: { httpUrl: 'http://127.0.0.1:1', httpsUrl: 'https://127.0.0.1:1' } });
    for (const [path, dialect] of [
      ['/any', 'container'],
      ['/ca/ee/ca/getCertChain', 'servlet-xml-response'],
      ['/ca/rest/info', 'rest'],
      ['/ca/rest/nothing', 'rest'],
      ['/kra/rest/agent/keys', 'rest'],
      ['/kra/v2/agent/keys', 'rest-v2'],
      ['/kra/agent/kra/queryReq', 'container'],
      ['/acme/directory', 'acme'],
    ] as const) {
      const { status, headers } = await gate.secure(path);
      assert.deepEqual([status, headers['x-refusal'], headers['x-dialect']], [503, 'upstream-unavailable', dialect]);
    }
    await gate.start();
  });

  it("says that there is no Dogtag where one of its other applications is asked for, in that application's form", async () => {
    await gate.start({ upstream: null });
    for (const [path, dialect] of [
      ['/kra/rest/agent/keys', 'rest'],
      ['/kra/v2/info', 'rest-v2'],
      ['/kra/agent/kra/queryReq', 'container'],
      ['/acme/directory', 'acme'],
    ] as const) {
      const { status, headers } = await gate.secure(path);
      assert.deepEqual([status, headers['x-refusal'], headers['x-dialect']], [503, 'no-upstream', dialect], path);
    }
    const { headers } = await gate.secure('/acmes');
    assert.equal(headers['x-refusal'], 'not-found');
    await gate.start();
  });

  it('breaks an answer off when Dogtag does, instead of making it look whole', async () => {
    gate.dogtag.answer = (_, response) => {
      response.writeHead(200, '', ['Content-Length', '100']);
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    };
    await assert.rejects(gate.plain('/any'));
  });

  it('mirrors what it forwards: reads what a write left at once, rehearses it, applies it before anything else, strikes out secrets', async () => {
    gate.dogtag.answer = (_, response) => {
      response.writeHead(200, '', ['Content-Type', 'application/json', 'Set-Cookie', 'JSESSIONID=secret']);
      response.end('{"entries":[{"requestURL":"https://x/ca/rest/certrequests/5","certId":null}]}');
    };
    const body = '{"ProfileID":"caServerCert","ServerSideKeygenP12Passwd":"hush"}';
    const headers = {
      'Content-Type': 'application/json',
      Cookie: 'JSESSIONID=mine',
      'Content-Length': String(body.length),
    };
    await gate.secure('/ca/rest/certrequests', { method: 'POST', headers, body, tls: agentTls });
    await gate.secure('/ca/rest/certs/1');
    await gate.gateway.whenMirrorIdle();
    assert.deepEqual(gate.order, [
      'read rest-submit-request',
      'applied rest-submit-request',
      'took rest-submit-request',
      'took rest-get-certificate',
    ]);
    const [pair] = gate.pairs;
    assert.equal(pair?.request.profileId, 'caServerCert');
    assert.equal(pair?.request.caller.userId, 'ipara');
    assert.deepEqual(pair?.facts.requestIds, [5n]);
    assert.equal(pair?.given.by, 'upstream');
    assert.equal(pair?.other?.response.body.toString(), 'from us');
    const printed = JSON.stringify(pair, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    assert.equal(printed.includes('hush') || Buffer.from(pair?.request.body ?? '').includes('hush'), false);
    assert.equal(pair?.request.headers.cookie, '***');
    assert.equal(pair?.given.response.headers['Set-Cookie'], '***');
    assert.equal(gate.handled[0]?.request.headers.cookie, 'JSESSIONID=mine');
  });

  it('finishes what is under way when it stops, and takes nothing new', async () => {
    let release = () => {};
    gate.dogtag.answer = (_, response) => {
      release = () => response.end('late');
    };
    const waiting = gate.plain('/slow');
    while (gate.dogtag.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = gate.gateway.stop();
    await assert.rejects(gate.plain('/new'));
    release();
    assert.equal((await waiting).body.toString(), 'late');
    await stopped;
    await gate.start();
  });

  it('tells a cutover when the last request is over, and holds those that come meanwhile', async () => {
    let release = () => {};
    gate.dogtag.answer = (_, response) => {
      release = () => response.end('done');
    };
    const waiting = gate.plain('/ca/ee/ca/profileSubmit');
    while (gate.dogtag.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await gate.gateway.whenExchangesFinished(['servlet-profile-submit'], 20), false);
    const finished = gate.gateway.whenExchangesFinished(['servlet-profile-submit'], 2_000);
    const letGo = gate.gateway.hold(['servlet-profile-submit']);
    const held = gate.plain('/ca/ee/ca/profileSubmit');
    release();
    await waiting;
    assert.equal(await finished, true);
    assert.equal(gate.dogtag.seen.length, 1);
    gate.serve('servlet-profile-submit');
    letGo();
    assert.equal((await held).body.toString(), 'from us');
  });
});
