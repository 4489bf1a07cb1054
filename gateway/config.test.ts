// Facts about the gateway's settings.
import assert from 'node:assert/strict';
import { parseGatewaySettings } from './config.ts';

const least = { clientTrustFiles: ['ca.pem'], tls: { hostNames: ['pki.example.test'], folder: 'tls' } };

describe('parseGatewaySettings', () => {
  it('listens on loopback 8443 and 8080 with no Dogtag unless told otherwise', () => {
    const { listen, upstream, mirror } = parseGatewaySettings(least);
    assert.deepEqual([listen.address, listen.httpsPort, listen.httpPort], ['127.0.0.1', 8443, 8080]);
    assert.equal(upstream, null);
    assert.equal(mirror.enabled, true);
  });

  it('names the key that is wrong or unknown', () => {
    const refused = (more: object, message: RegExp) =>
      assert.throws(() => parseGatewaySettings({ ...least, ...more }), message);
    refused({ listen: { httpPort: 70_000 } }, /gateway\.listen\.httpPort/);
    refused({ lisen: {} }, /gateway\.lisen.*known are listen/);
    refused({ tls: { ...least.tls, hostNames: [] } }, /gateway\.tls\.hostNames.*at least one/);
    refused({ upstream: { httpsUrl: 'http://x' } }, /gateway\.upstream\.httpsUrl.*https/);
  });

  it('does not show a secret in a message', () => {
    const upstream = { httpsUrl: 'https://x', httpUrl: 'http://x', hostName: 'x', trustFiles: ['ca.pem'] };
    assert.throws(
      () => parseGatewaySettings({ ...least, upstream: { ...upstream, ajp: { host: 'x', port: 1, secret: 12_345 } } }),
      (error: Error) => error.message.includes('gateway.upstream.ajp.secret') && !error.message.includes('12345'),
    );
  });
});
