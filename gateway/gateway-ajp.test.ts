// Facts about the gateway behind a web server that speaks AJP.
import assert from 'node:assert/strict';
import type { AjpForwardRequest } from '#codecs/ajp13';
import { AjpClient } from '#test/ajp-client';
import { agentDer, authority, GatewayUnderTest, pem, validity } from '#test/gateway-under-test';
import { createSampleAuthority } from '#test/sample-authority';

describe('the gateway behind a web server', () => {
  const gate = new GatewayUnderTest();
  before(async () => {
    await gate.open();
    await gate.start({ listen: { ajp: { port: 0, secret: 'secret', packetBytes: 65_536 } } });
  });
  after(() => gate.close());
  beforeEach(() => gate.reset());

  const ask = async (path: string, more: Partial<AjpForwardRequest> = {}, body: Buffer | null = null) => {
    const connection = await AjpClient.connect(gate.gateway.ajpPort ?? 0, 65_536);
    try {
      const answer = await connection.exchange({ secret: 'secret', path, ...more }, body);
      if (answer === null) throw new Error('the gateway closed the connection');
      return answer;
    } finally {
      connection.close();
    }
  };
  const requests = '/ca/rest/agent/certrequests';
  const asAgent = { clientCertificatePem: pem(agentDer) };

  it('knows an agent by the certificate that the web server saw, and where the client is', async () => {
    gate.serve('rest-list-requests');
    const headers = ['Host', 'ipa.example.test'];
    assert.equal((await ask(requests, { ...asAgent, query: 'start=1', headers })).body, 'from us');
    const [given] = gate.handled;
    assert.equal(given?.caller.userId, 'ipara');
    assert.equal(given?.caller.remoteAddress, '192.0.2.7');
    assert.equal(given?.request.baseUrl, 'https://ipa.example.test');
    assert.deepEqual(given?.request.query.get('start'), ['1']);
  });

  it('knows nobody by anything else', async () => {
    gate.serve('rest-list-requests');
    const other = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
    const twin = pem(other.issue({ serialNumber: 7n, subject: 'CN=IPA RA,O=EXAMPLE.TEST', ...validity }));
    const unmapped = pem(authority.issue({ serialNumber: 10n, subject: 'CN=unmapped', ...validity }));
    for (const claims of [
      {},
      { remoteUser: 'ipara', authenticationType: 'CLIENT_CERT' },
      { headers: ['Host', 'a', 'SSL_CLIENT_CERT', pem(agentDer).replaceAll('\n', ' '), 'X-Remote-User', 'ipara'] },
      { otherAttributes: ['javax.servlet.request.X509Certificate', pem(agentDer)] },
      { clientCertificatePem: twin },
      { clientCertificatePem: unmapped },
      { clientCertificatePem: 'garbage' },
    ])
      assert.equal((await ask(requests, claims)).status, 401, JSON.stringify(claims).slice(0, 80));
    assert.deepEqual(gate.handled, []);
  });

  it('answers nobody who does not show the secret, whatever certificate comes along', async () => {
    gate.serve('rest-list-requests');
    for (const secret of [null, 'other']) {
      const answer = await ask(requests, { ...asAgent, secret });
      assert.deepEqual([answer.status, answer.body, answer.mayReuse], [403, 'refused', false]);
    }
    assert.deepEqual([gate.handled, gate.dogtag.seen], [[], []]);
  });

  it('sends a client without TLS to the TLS listener', async () => {
    gate.serve('rest-list-requests');
    const answer = await ask(requests, { ...asAgent, isSecure: false });
    assert.equal(answer.status, 302);
    const at = answer.headers.indexOf('Location');
    assert.equal(answer.headers[at + 1], `https://pki.example.test:${gate.gateway.httpsPort}${requests}`);
  });

  it('takes the name of the server where the client sent no Host', async () => {
    gate.serve('rest-get-certificate');
    await ask('/ca/rest/certs/1', { headers: [], serverName: 'named.example.test', serverPort: 8443 });
    assert.equal(gate.handled[0]?.request.baseUrl, 'https://named.example.test:8443');
  });

  it('hands everything on to Dogtag, and its answer back', async () => {
    const body = Buffer.alloc(90_000, 'b');
    const headers = ['Host', 'pki.example.test', 'X-Odd', 'kept', 'Content-Length', String(body.length)];
    const answer = await ask('/ca/rest/unknown', { ...asAgent, method: 'POST', query: 'a=%20', headers }, body);
    assert.equal(answer.body, 'from Dogtag');
    const [seen] = gate.dogtag.seen;
    assert.equal(seen?.url, '/ca/rest/unknown?a=%20');
    assert.ok(seen?.rawHeaders.join().includes('X-Odd,kept'), seen?.rawHeaders.join());
    assert.ok(seen?.body.equals(body));
  });

  it('takes a head as large as its packets, which HTTP connectors would not', async () => {
    gate.serve('rest-get-certificate');
    const headers = ['Host', 'pki.example.test', 'X-Large', 'x'.repeat(20_000)];
    assert.equal((await ask('/ca/rest/certs/1', { headers })).status, 200);
  });

  it('refuses a body that is too large without ending the connection', async () => {
    gate.serve('rest-submit-request');
    const connection = await AjpClient.connect(gate.gateway.ajpPort ?? 0, 65_536);
    for (const headers of [
      ['Host', 'a', 'Content-Length', '150000'],
      ['Host', 'a', 'Transfer-Encoding', 'chunked'],
    ]) {
      const request = { ...asAgent, secret: 'secret', path: '/ca/rest/certrequests', method: 'POST', headers };
      const answer = await connection.exchange(request, Buffer.alloc(150_000));
      assert.deepEqual([answer?.status, answer?.mayReuse], [413, true]);
    }
    connection.close();
  });

  it('listens for AJP only when it is told to', async () => {
    const other = new GatewayUnderTest();
    await other.open();
    assert.equal(other.gateway.ajpPort, null);
    await other.close();
  });
});
