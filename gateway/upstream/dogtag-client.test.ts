// Our own calls to Dogtag over a real HTTP client, with a Dogtag that fails in every way that one does (nock stands in for its connectors).
import assert from 'node:assert/strict';
import nock from 'nock';
import { silentLog } from '#platform';
import type { RequestId, SerialNumber } from '../contract.ts';
import { createDogtagClient, DogtagCallError } from './dogtag-client.ts';
import { createHttpUpstream } from './http-upstream.ts';
import { learnInstallation } from './learn-installation.ts';
import { UpstreamError } from './upstream.ts';
import { UpstreamHealth } from './upstream-health.ts';

const origin = 'http://127.0.0.1:18080';
const limits = { connectTimeoutMs: 500, silenceTimeoutMs: 200, idleTimeoutMs: 1_000, connectionsMax: 4, waitingMax: 4 };
const serial = 7n as SerialNumber;

describe('calls to a Dogtag', () => {
  const upstream = createHttpUpstream({ url: new URL(origin), limits, tls: null });
  const dogtag = createDogtagClient(upstream, 'pki.example.test', 18080);

  before(() => nock.disableNetConnect());
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.cleanAll();
    assert.deepEqual(unused, [], 'Dogtag was not asked what the test expected');
  });
  after(() => {
    upstream.close();
    nock.enableNetConnect();
    nock.restore();
  });

  it('name Dogtag as it knows itself, whatever address it is reached under', async () => {
    nock(origin, { reqheaders: { host: 'pki.example.test:18080', accept: 'application/json' } })
      .get('/ca/rest/certs/7')
      .reply(404);
    assert.equal(await dogtag.findCertificate(serial), null);
  });

  for (const [what, code] of [
    ['refuses the connection', 'ECONNREFUSED'],
    ['hangs up', 'ECONNRESET'],
    ['is not to be found', 'ENOTFOUND'],
  ] as const)
    it(`say that it is unreachable when it ${what}`, async () => {
      nock(origin)
        .get('/ca/rest/certs/7')
        .replyWithError(Object.assign(new Error(code), { code }));
      await assert.rejects(dogtag.findCertificate(serial), (error) => {
        assert.ok(error instanceof UpstreamError);
        assert.equal(error.code, 'unreachable');
        return true;
      });
    });

  it('give up when it falls silent in the middle of its answer', async () => {
    nock(origin)
      .get('/ca/rest/certs/7')
      .delay(limits.silenceTimeoutMs * 10)
      .reply(200, {});
    await assert.rejects(dogtag.findCertificate(serial), {
      name: 'UpstreamError',
      code: 'unreachable',
      message: /broke off/,
    });
  });

  it('say that it sent no HTTP when it did not', async () => {
    nock(origin)
      .get('/ca/rest/certs/7')
      .replyWithError(Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_CONSTANT' }));
    await assert.rejects(dogtag.findCertificate(serial), { code: 'unreadable-response' });
  });

  for (const [what, status, body] of [
    ['an error', 500, '<html>java.lang.NullPointerException</html>'],
    ['no JSON', 200, '<html/>'],
    ['JSON that is no object', 200, '7'],
    ['a certificate without its encoding', 200, '{"id":"0x7"}'],
  ] as const)
    it(`cannot use ${what}, and repeat nothing of it`, async () => {
      nock(origin).get('/ca/rest/certs/7').reply(status, body);
      await assert.rejects(dogtag.findCertificate(serial), (error) => {
        assert.ok(error instanceof DogtagCallError);
        assert.doesNotMatch(error.message, /java|html|0x7/);
        return true;
      });
    });

  it('do not take more than they can hold', async () => {
    nock(origin)
      .get('/ca/rest/certs/7')
      .reply(200, Buffer.alloc(9 * 1024 * 1024, 0x20));
    await assert.rejects(dogtag.findCertificate(serial), /larger than 8388608 bytes/);
  });

  it('read of a request what is there', async () => {
    nock(origin)
      .get('/ca/rest/certrequests/12')
      .reply(200, { requestStatus: 'complete', certId: '0x1F', errorMessage: null });
    const id = 12n as RequestId;
    assert.deepEqual(await dogtag.findRequest(id), {
      id,
      status: 'complete',
      certificateSerial: 31n,
      errorMessage: null,
    });
    nock(origin).get('/ca/rest/certrequests/12').reply(200, { requestStatus: 7, certId: 'none', errorMessage: 'E' });
    assert.deepEqual(await dogtag.findRequest(id), { id, status: '', certificateSerial: null, errorMessage: 'E' });
  });

  it('ask whose password it is, and leave no session behind', async () => {
    const basicAuth = { user: 'caadmin', pass: 'geheim' };
    nock(origin)
      .get('/ca/rest/account/login')
      .basicAuth(basicAuth)
      .reply(200, { id: 'caadmin' }, { 'Set-Cookie': 'JSESSIONID=AB12; Path=/ca; Secure; HttpOnly' });
    nock(origin, { reqheaders: { cookie: 'JSESSIONID=AB12' } })
      .get('/ca/rest/account/logout')
      .reply(204);
    assert.equal(await dogtag.checkPassword('caadmin', 'geheim'), 'caadmin');
    nock(origin).get('/ca/rest/account/login').reply(401);
    assert.equal(await dogtag.checkPassword('caadmin', 'falsch'), null);
    nock(origin).get('/ca/rest/account/login').reply(503);
    await assert.rejects(dogtag.checkPassword('caadmin', 'geheim'), (error) => {
      assert.ok(error instanceof DogtagCallError && !error.message.includes('geheim'));
      return true;
    });
  });

  it('learn what Dogtag tells of itself, and keep to what is known where it tells nothing', async () => {
    const asked = nock(origin);
    asked.get('/pki/rest/info').reply(200, { Name: 'Dogtag Certificate System', Version: '10.10.2' });
    asked.get('/ca/rest/info').reply(200, {
      ArchivalMechanism: 'keywrap',
      EncryptAlgorithm: 'AES/CBC',
      WrapAlgorithm: 'AES KeyWrap/Padding',
    });
    asked.get('/ca/rest/config/cert/transport').reply(200, { Encoded: 'the certificate' });
    asked.get('/ca/admin/ca/getSubsystemCert').reply(200, '<XMLResponse><Cert>MIIA</Cert></XMLResponse>');
    asked.get('/pki/rest/apps').reply(200, [{ id: 'ca', name: 'Certificate Authority', path: '/ca' }, null]);
    asked
      .get('/ca/rest/certs/7')
      .reply(200, { PrettyPrint: 'Not Before: Friday, November 27, 2026 1:00:00 AM CET Europe/Berlin' });
    asked.get('/ca/retag-asks-what-container-this-is').reply(404, '<h3>Apache Tomcat/9.0.43</h3>');
    const learnt = await learnInstallation(dogtag, serial, null);
    const { product, timeZone } = learnt;
    assert.equal(timeZone, 'Europe/Berlin');
    assert.deepEqual([product.version, product.containerName], ['10.10.2', 'Apache Tomcat/9.0.43']);
    assert.equal(product.keyArchival?.mechanism, 'keywrap');
    assert.equal(product.keyArchival?.transportCertificatePem, 'the certificate');
    assert.equal(product.subsystemCertificateBase64, 'MIIA');
    assert.deepEqual(product.applications, [{ id: 'ca', name: 'Certificate Authority', path: '/ca' }]);

    // As a container answers whose applications are still being started.
    const beSilent = (infoStatus: number) => {
      const silent = nock(origin);
      silent.get('/pki/rest/info').reply(500, 'no');
      silent.get('/pki/v2/info').reply(404, '');
      silent.get('/ca/rest/info').reply(infoStatus, {});
      silent.get('/ca/rest/config/cert/transport').reply(404, '');
      silent.get('/ca/admin/ca/getSubsystemCert').reply(404, '');
      silent.get('/pki/rest/apps').reply(404, '');
      silent.get('/ca/rest/certs/7').reply(404, '{}');
      silent.get('/ca/retag-asks-what-container-this-is').reply(404, '');
    };
    beSilent(404);
    assert.deepEqual(await learnInstallation(dogtag, serial, learnt), learnt);
    beSilent(200);
    const withoutArchive = await learnInstallation(dogtag, serial, learnt);
    assert.deepEqual(withoutArchive, { ...learnt, product: { ...product, keyArchival: null } });

    beSilent(200);
    const unknown = await learnInstallation(dogtag, serial, null);
    assert.equal(unknown.timeZone, 'UTC');
    assert.equal(unknown.product.keyArchival, null);
    assert.ok(unknown.product.version !== '' && unknown.product.containerName !== '');
  });

  it('tell whether it is up: starting, running, gone and back', async () => {
    const status = (state: string) =>
      `<XMLResponse><State>1</State><Status>${state}</Status><Version>10.10.2</Version></XMLResponse>`;
    // The first is asked for when it is opened.
    nock(origin).get('/ca/admin/ca/getStatus').reply(200, status('starting'));
    const health = new UpstreamHealth(dogtag, silentLog);
    try {
      nock(origin).get('/ca/admin/ca/getStatus').reply(200, status('starting'));
      assert.deepEqual(
        { ...(await health.check()), latencyMs: 0 },
        { isUp: false, version: '10.10.2', problem: 'its CA says "starting"', latencyMs: 0 },
      );
      nock(origin)
        .get('/ca/admin/ca/getStatus')
        .reply(200, { Response: { Status: 'running', Version: '11.0.0' } });
      assert.deepEqual(
        { ...(await health.check()), latencyMs: 0 },
        { isUp: true, version: '11.0.0', problem: null, latencyMs: 0 },
      );
      nock(origin)
        .get('/ca/admin/ca/getStatus')
        .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
      const gone = await health.check();
      assert.deepEqual([gone.isUp, gone.version, gone.latencyMs], [false, '11.0.0', null]);
      assert.match(gone.problem ?? '', /cannot be reached: refused/);
      nock(origin).get('/ca/admin/ca/getStatus').reply(502, '');
      assert.equal((await health.check()).problem, 'its CA says "HTTP 502"');
    } finally {
      health.stop();
    }
  });
});
