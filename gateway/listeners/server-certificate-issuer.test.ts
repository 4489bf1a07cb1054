// The gateway's own certificate from Dogtag: what is sent for it, and every way in which Dogtag may not give it (nock stands in for its connector).
import assert from 'node:assert/strict';
import nock from 'nock';
import { encodePem } from '#codecs/pem';
import { createSampleAuthority } from '#test/sample-authority';
import { createDogtagClient } from '../upstream/dogtag-client.ts';
import { createHttpUpstream } from '../upstream/http-upstream.ts';
import { defaultUpstreamLimits } from '../upstream/upstream.ts';
import { CertificateOrderError, issueThroughDogtag } from './server-certificate-issuer.ts';

const origin = 'http://127.0.0.1:18080';
const authority = createSampleAuthority();
const certificateDer = authority.issue({ serialNumber: 31n });
const template = {
  Input: [
    {
      Attribute: [
        { name: 'cert_request_type', Value: '' },
        { name: 'cert_request', Value: '' },
      ],
    },
    {
      Attribute: [
        { name: 'requestor_name', Value: '' },
        { name: 'requestor_email', Value: '' },
      ],
    },
  ],
};
const link = 'https://pki.example.test:18443/ca/rest/certrequests/12';

describe('the gateway’s certificate from Dogtag', () => {
  const upstream = createHttpUpstream({ url: new URL(origin), limits: defaultUpstreamLimits, tls: null });
  const dogtag = createDogtagClient(upstream, 'pki.example.test', 18080);
  const agentPem = encodePem('CERTIFICATE', authority.certificateDer);
  const order = () => issueThroughDogtag(dogtag, agentPem)('CSR', 'caServerCert');
  const template12 = () => nock(origin).get('/ca/rest/certrequests/profiles/caServerCert').reply(200, template);
  const submitted = () =>
    nock(origin)
      .post('/ca/rest/certrequests')
      .reply(200, { entries: [{ requestURL: link }] });
  const state = (requestStatus: string, more = {}) =>
    nock(origin)
      .get('/ca/rest/certrequests/12')
      .reply(200, { requestStatus, ...more });

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

  it('is asked for with the profile’s own form, approved by the agent, and fetched', async () => {
    template12();
    let sent: unknown;
    nock(origin)
      .post('/ca/rest/certrequests', (body) => {
        sent = body;
        return true;
      })
      .reply(200, { entries: [{ requestURL: link }] });
    state('pending');
    const review = { requestId: '12', note: 'sent back as it came' };
    nock(origin).get('/ca/rest/agent/certrequests/12').reply(200, review);
    nock(origin).post('/ca/rest/agent/certrequests/12/approve', review).reply(204);
    state('complete', { certId: '0x1f' });
    nock(origin)
      .get('/ca/rest/certs/31')
      .reply(200, { Encoded: encodePem('CERTIFICATE', certificateDer) });
    assert.deepEqual(await order(), certificateDer);
    assert.deepEqual(sent, {
      Input: [
        {
          Attribute: [
            { name: 'cert_request_type', Value: 'pkcs10' },
            { name: 'cert_request', Value: 'CSR' },
          ],
        },
        {
          Attribute: [
            { name: 'requestor_name', Value: 'Retag gateway' },
            { name: 'requestor_email', Value: '' },
          ],
        },
      ],
    });
  });

  const refuses = (message: RegExp) =>
    assert.rejects(order(), (error) => {
      assert.ok(error instanceof CertificateOrderError, String(error));
      assert.match(error.message, message);
      return true;
    });

  it('is not to be had under a profile that Dogtag does not know', async () => {
    nock(origin)
      .get('/ca/rest/certrequests/profiles/caServerCert')
      .reply(404, { Message: 'Profile ID caServerCert not found' });
    await refuses(/caServerCert/);
  });

  it('is not to be had when the request is not taken', async () => {
    template12();
    nock(origin).post('/ca/rest/certrequests').reply(500, { Message: 'no' });
    await refuses(/the request/);
  });

  it('is not to be had when Dogtag tells no request number', async () => {
    template12();
    nock(origin).post('/ca/rest/certrequests').reply(200, { entries: [] });
    await refuses(/without a request number/);
  });

  it('is not to be had when the profile refuses, and says why', async () => {
    template12();
    submitted();
    for (let round = 0; round < 2; round++) state('rejected', { errorMessage: 'Key Size Not Matched' });
    await refuses(/issued nothing for request 12 under profile caServerCert: Key Size Not Matched/);
  });

  it('is not to be had when the agent may not approve', async () => {
    template12();
    submitted();
    state('pending');
    nock(origin).get('/ca/rest/agent/certrequests/12').reply(403, { Message: 'Authorization Error' });
    await refuses(/request 12 as an agent/);
  });

  it('is not to be had when the approval fails', async () => {
    template12();
    submitted();
    state('pending');
    nock(origin).get('/ca/rest/agent/certrequests/12').reply(200, {});
    nock(origin).post('/ca/rest/agent/certrequests/12/approve').reply(409, { Message: 'Request Not In Pending State' });
    await refuses(/the approval of request 12/);
  });

  it('is not to be had when Dogtag does not find what it has issued', async () => {
    template12();
    submitted();
    for (let round = 0; round < 2; round++) state('complete', { certId: '0x1f' });
    nock(origin).get('/ca/rest/certs/31').reply(404);
    await refuses(/does not find certificate 31/);
  });
});
