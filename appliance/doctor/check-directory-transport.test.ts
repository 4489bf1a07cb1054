// Facts of judging the way to Dogtag's directory.
import assert from 'node:assert/strict';
import { parseApplianceSettings } from '#appliance/settings';
import { CheckFailure, checkDirectoryTransport } from './index.ts';

const directoryOf = (directory: Readonly<Record<string, unknown>>) => {
  const dogtag = {
    httpsUrl: 'https://pki.example.test:8443',
    httpUrl: 'http://pki.example.test:8080',
    hostName: 'pki.example.test',
    caCertificateFile: 'ca.crt',
    directory: { bindDn: 'cn=x', password: 'x', ...directory },
  };
  const parsed = parseApplianceSettings({ hostNames: ['pki.example.test'], dogtag }, '/etc/retag').dogtag;
  assert.ok(parsed !== null);
  return parsed.directory;
};

describe('the way to the directory', () => {
  it('may go without TLS on this machine only', () => {
    for (const url of ['ldap://127.0.0.1:389', 'ldap://localhost', 'ldap://[::1]:389'])
      assert.match(checkDirectoryTransport(directoryOf({ url })), /on this machine/);
    for (const url of ['ldap://pki.example.test', 'ldap://10.0.0.1', 'ldap://127.example.test'])
      assert.throws(
        () => checkDirectoryTransport(directoryOf({ url })),
        (error) => error instanceof CheckFailure && error.state === 'warning' && /startTls/.test(error.nextStep ?? ''),
      );
  });

  it('is said as it is', () => {
    const clientCertificate = { certificateFile: 'client.crt', keyFile: 'client.key' };
    assert.equal(
      checkDirectoryTransport(
        directoryOf({ url: 'ldaps://pki.example.test', caCertificateFile: 'ds.crt', clientCertificate }),
      ),
      'ldaps, trusting /etc/retag/ds.crt, with a client certificate',
    );
    assert.equal(
      checkDirectoryTransport(directoryOf({ url: 'ldap://pki.example.test', startTls: true })),
      'StartTLS, trusting CAs that Node.js trusts',
    );
    assert.equal(
      checkDirectoryTransport(directoryOf({ url: 'ldapi://%2Frun%2Fslapd-CA.socket', authentication: 'external' })),
      'a Unix socket, known by the user of this process',
    );
  });
});
