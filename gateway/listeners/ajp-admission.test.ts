// Who is let in over AJP, and as whom: the secret before everything, and nothing but the certificate for an identity.
import assert from 'node:assert/strict';
import { AjpError, type AjpForwardRequest } from '#codecs/ajp13';
import { silentLog } from '#platform';
import { plainForwardRequest } from '#test/ajp-client';
import { type AdmissionRules, createAdmission } from './ajp-admission.ts';
import { wholeMatch } from './ajp-peers.ts';
import type { ClientCertificate } from './client-identity.ts';
import { NotVouchedFor } from './vouched-certificates.ts';

const certificate = { fingerprint: 'of the agent' } as ClientCertificate;
const withSecret: AjpForwardRequest = { ...plainForwardRequest, secret: 'right', clientCertificatePem: 'agent' };

describe('admission over AJP', () => {
  let asked: string[] = [];
  const rules: AdmissionRules = {
    secret: 'right',
    allowedAttributes: null,
    certificates: {
      accept: (text) => {
        asked.push(text);
        if (!text.startsWith('agent')) throw new NotVouchedFor('not ours');
        return certificate;
      },
    },
    log: silentLog,
  };
  const admit = (request: Partial<AjpForwardRequest>, more: Partial<AdmissionRules> = {}) =>
    createAdmission({ ...rules, ...more })({ ...withSecret, ...request });
  const identityOf = (...given: Parameters<typeof admit>) => {
    const admission = admit(...given);
    assert.ok('client' in admission);
    return admission.client;
  };

  beforeEach(() => {
    asked = [];
  });

  it('gives the client that the web server speaks for, with its certificate', () => {
    assert.deepEqual(identityOf({ tlsCipher: 'TLS_AES_256_GCM_SHA384', remoteAddress: '::ffff:192.0.2.9' }), {
      isSecure: true,
      certificate,
      remoteAddress: '192.0.2.9',
      remotePort: 4711,
      tlsProtocol: 'TLSv1.3',
      tlsCipher: 'TLS_AES_256_GCM_SHA384',
      viaWebServer: true,
    });
  });

  it('refuses a secret that is missing, wrong, longer or shorter, before it looks at anything else', () => {
    for (const secret of [null, '', 'wrong', 'righ', 'right ', 'RIGHT'])
      assert.deepEqual(admit({ secret, remoteAddress: 'nowhere', otherAttributes: ['x', 'y'] }), {
        reason: 'the secret is missing or wrong',
      });
    assert.deepEqual(asked, []);
  });

  it('compares a secret as the bytes that it is', () => {
    const secret = Buffer.from('schlüssel', 'utf8').toString('latin1');
    assert.ok('client' in admit({ secret }, { secret: 'schlüssel' }));
  });

  it('knows nobody where no secret is required', () => {
    assert.equal(identityOf({ secret: null }, { secret: null }).certificate, null);
    assert.equal(identityOf({ secret: 'any' }, { secret: null }).certificate, null);
    assert.deepEqual(asked, []);
  });

  it('takes no user, header or attribute for an identity', () => {
    const claims = {
      clientCertificatePem: null,
      remoteUser: 'caadmin',
      authenticationType: 'CLIENT_CERT',
      headers: ['Host', 'a', 'SSL_CLIENT_CERT', 'agent', 'X-Client-Cert', 'agent', 'REMOTE_USER', 'caadmin'],
      otherAttributes: ['javax.servlet.request.X509Certificate', 'agent', 'SSL_CLIENT_CERT', 'agent'],
    };
    assert.equal(identityOf(claims, { allowedAttributes: wholeMatch('SSL_.*') }).certificate, null);
  });

  it('takes no certificate of a client without TLS, nor its TLS', () => {
    const { certificate: shown, tlsProtocol, isSecure } = identityOf({ isSecure: false });
    assert.deepEqual([shown, tlsProtocol, isSecure], [null, null, false]);
  });

  it('knows nobody by a certificate that counts for nothing', () => {
    assert.equal(identityOf({ clientCertificatePem: 'stranger' }).certificate, null);
  });

  it('passes a chain on where its attributes are allowed, and refuses it otherwise, as Tomcat does', () => {
    const otherAttributes = ['SSL_CLIENT_CERT_CHAIN_0', 'issuer', 'SSL_CLIENT_CERT_CHAIN_1', 'root'];
    assert.ok('reason' in admit({ otherAttributes }));
    assert.equal(
      identityOf({ otherAttributes }, { allowedAttributes: wholeMatch('SSL_CLIENT_CERT_CHAIN_\\d+') }).certificate,
      certificate,
    );
    assert.deepEqual(asked, ['agent\nissuer\nroot']);
  });

  it('lets in what Tomcat lets in, and other attributes by their whole name only', () => {
    for (const name of ['JK_LB_ACTIVATION', 'CERT_ISSUER', 'javax.servlet.request.X509Certificate'])
      assert.ok('client' in admit({ otherAttributes: [name, 'x'] }));
    assert.ok('reason' in admit({ otherAttributes: ['FOO', 'x'] }));
    const allowedAttributes = wholeMatch('FOO|BAR_.*');
    assert.ok('client' in admit({ otherAttributes: ['FOO', 'x', 'BAR_1', 'y'] }, { allowedAttributes }));
    assert.ok('reason' in admit({ otherAttributes: ['FOOD', 'x'] }, { allowedAttributes }));
  });

  it('cannot read a request from an address that is none', () => {
    for (const remoteAddress of ['', 'localhost', '1.2.3', '1.2.3.4\n'])
      assert.throws(() => admit({ remoteAddress }), AjpError);
  });
});
