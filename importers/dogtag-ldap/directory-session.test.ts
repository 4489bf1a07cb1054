// Facts of reaching a directory: what cannot work is refused before anybody is asked, and every failure says what to do.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createPlainServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { InvalidCredentialsError, ResultCodeError, UnwillingToPerformError } from 'ldapts';
import { encodePem } from '#codecs/pem';
import { type DirectorySettings, explainDirectoryError, type SourceError } from '#importers';
import { createSampleAuthority } from '#test/sample-authority';
import { openDirectorySession } from './directory-session.ts';

const authority = createSampleAuthority();
const other = createSampleAuthority('CN=Another Authority');
const authorityPem = encodePem('CERTIFICATE', authority.certificateDer);
const serverKey = createSampleAuthority('CN=key of the server');

const settingsFor = (url: string, changes: Partial<DirectorySettings> = {}): DirectorySettings => ({
  url: new URL(url),
  bindDn: 'cn=reader',
  password: 'correct horse',
  startTls: false,
  caCertificatePem: authorityPem,
  connectTimeoutMs: 2_000,
  timeoutMs: 2_000,
  ...changes,
});

/** What the person at the terminal is told. */
async function failureOf(settings: DirectorySettings): Promise<SourceError> {
  const context = { server: 'SERVER', base: 'o=ipaca', bindDn: settings.bindDn };
  try {
    const session = await openDirectorySession(settings);
    await session.close();
  } catch (error) {
    const explained = explainDirectoryError(error, context);
    assert.ok(!explained.message.includes('horse'), explained.message);
    return explained;
  }
  return assert.fail('it was expected to fail');
}

describe('reaching a directory', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const tlsPort = (wish: Parameters<typeof authority.issue>[0], options: TlsOptions = {}, issuer = authority) => {
    const certificateDer = issuer.issue({ ...wish, of: serverKey });
    const server = createTlsServer({
      cert: encodePem('CERTIFICATE', certificateDer),
      key: serverKey.privateKeyPem,
      ...options,
    });
    server.on('tlsClientError', () => {});
    server.on('secureConnection', (socket) => socket.on('error', () => {}));
    return listen(server);
  };

  it('refuses settings that cannot work, with what to do instead', async () => {
    const cases: readonly [string, Partial<DirectorySettings>, RegExp][] = [
      ['ldap://127.0.0.1:1', { password: '' }, /simple bind needs bindDn and password.*"external"/],
      ['ldap://127.0.0.1:1', { bindDn: '' }, /simple bind needs bindDn and password/],
      ['ldap://127.0.0.1:1', { authentication: 'external' }, /use ldaps:\/\/ or set startTls, or ldapi/],
      ['ldaps://127.0.0.1:1', { authentication: 'external' }, /needs a client certificate and its key/],
      ['ldapi://%2Frun%2Fnone.socket', { startTls: true }, /needs no TLS/],
      ['ldapi://slapd.socket', {}, /absolute path with %2F/],
    ];
    for (const [url, changes, expected] of cases) {
      const { code, message } = await failureOf(settingsFor(url, changes));
      assert.equal(code, 'refused', message);
      assert.match(message, expected);
    }
  });

  it('says which of the many things is wrong with a TLS certificate', async () => {
    const [valid, expired, early, foreign] = [
      await tlsPort({ serialNumber: 2n, subject: 'CN=localhost' }),
      await tlsPort({
        serialNumber: 3n,
        subject: 'CN=localhost',
        notBefore: new Date(0),
        notAfter: new Date(86_400_000),
      }),
      await tlsPort({
        serialNumber: 4n,
        subject: 'CN=localhost',
        notBefore: new Date('2090-01-01T00:00:00Z'),
        notAfter: new Date('2091-01-01T00:00:00Z'),
      }),
      await tlsPort({ serialNumber: 5n, subject: 'CN=localhost' }, {}, other),
    ];
    const cases: readonly [string, Partial<DirectorySettings>, RegExp][] = [
      [`ldaps://127.0.0.1:${valid}`, {}, /is for another name .*"certificateHostName"/],
      [`ldaps://localhost:${valid}`, { certificateHostName: 'pki.example.test' }, /is for another name/],
      [`ldaps://localhost:${expired}`, {}, /has expired. Renew it at the server/],
      [`ldaps://localhost:${early}`, {}, /is not valid yet/],
      [`ldaps://localhost:${foreign}`, {}, /is not trusted .*"caCertificateFile"/],
      [`ldaps://localhost:${valid}`, { caCertificatePem: null }, /is not trusted .*"caCertificateFile"/],
    ];
    for (const [url, changes, expected] of cases) {
      const { code, message } = await failureOf(settingsFor(url, changes));
      assert.equal(code, 'refused', message);
      assert.match(message, expected);
    }
  });

  it('tells a server that wants a client certificate from one that is not there', async () => {
    const port = await tlsPort(
      { serialNumber: 6n, subject: 'CN=localhost' },
      { requestCert: true, rejectUnauthorized: true, ca: authorityPem },
    );
    assert.match((await failureOf(settingsFor(`ldaps://localhost:${port}`))).message, /client certificate/);
  });

  it('says so when the port does not speak TLS, or nobody is there', async () => {
    const plain = createPlainServer((socket) => {
      socket.on('error', () => {});
      socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const port = await listen(plain);
    assert.match((await failureOf(settingsFor(`ldaps://localhost:${port}`))).message, /does not speak TLS there/);
    const nobody = await failureOf(settingsFor('ldap://127.0.0.1:1'));
    assert.deepEqual([nobody.code, /Is it running/.test(nobody.message)], ['unreachable', true]);
    const folder = await mkdtemp(join(tmpdir(), 'retag-socket-'));
    const socket = `ldapi://${encodeURIComponent(join(folder, 'slapd.socket'))}`;
    const missing = await failureOf(settingsFor(socket, { authentication: 'external' }));
    assert.match(missing.message, /no such socket.*nsslapd-ldapilisten/);
    await rm(folder, { recursive: true });
  });

  it('says what each answer of a server means', () => {
    const context = { server: 'SERVER', base: 'o=ipaca', bindDn: 'cn=reader' };
    class Answer extends ResultCodeError {
      constructor(code: number, message: string) {
        super(code, message);
      }
    }
    const cases: readonly [ResultCodeError, SourceError['code'], RegExp][] = [
      [new InvalidCredentialsError('password expired!'), 'refused', /has expired/],
      [new InvalidCredentialsError('Account inactivated. Contact system administrator.'), 'refused', /is locked/],
      [new InvalidCredentialsError(''), 'refused', /refuses the bind name or password/],
      [new InvalidCredentialsError('Client certificate mapping failed'), 'refused', /certmap\.conf/],
      [new UnwillingToPerformError('Account inactivated.'), 'refused', /is locked/],
      [new UnwillingToPerformError('Anonymous access is off'), 'refused', /Give bindDn/],
      [new Answer(3, 'slow'), 'limited', /nsTimeLimit/],
      [new Answer(4, 'many'), 'limited', /nsSizeLimit/],
      [new Answer(7, 'what?'), 'refused', /nsslapd-ldapiautobind/],
      [new Answer(11, 'many'), 'limited', /nsLookThroughLimit/],
      [new Answer(13, 'no'), 'refused', /ldaps:\/\/ or set startTls/],
      [new Answer(19, 'retry limit'), 'refused', /locked out/],
      [new Answer(50, 'no'), 'refused', /may not read there/],
      [new Answer(51, 'later'), 'unreachable', /answered/],
    ];
    for (const [error, code, expected] of cases) {
      const explained = explainDirectoryError(error, context);
      assert.equal(explained.code, code, explained.message);
      assert.match(explained.message, expected);
    }
  });
});
