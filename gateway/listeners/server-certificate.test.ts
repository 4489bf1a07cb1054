// Facts about the gateway's own certificate.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCertificationRequest } from '#codecs/pkcs';
import { formatName } from '#codecs/x509';
import { type Clock, silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { openServerCertificate, type ServerCertificate, type ServerCertificateParts } from './server-certificate.ts';
import { makeServerCertificateRequest } from './server-certificate-request.ts';
import { type TlsCredentials, TlsCredentialsError } from './tls-credentials.ts';

const authority = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
const authorityPem = new X509Certificate(authority.certificateDer).toString();

function csrDer(csrPem: string): Buffer {
  return Buffer.from(csrPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

describe('makeServerCertificateRequest', () => {
  it('asks for all names, the first one also in the subject beside the organization of the authority', () => {
    const { csrPem, keyPem } = makeServerCertificateRequest(['a.example.test', 'b.example.test'], authority.name);
    const request = decodeCertificationRequest(csrDer(csrPem));
    assert.equal(formatName(request.subjectDer), 'CN=a.example.test,O=EXAMPLE.TEST');
    const [names] = request.extensions ?? [];
    assert.equal(names?.oid, '2.5.29.17');
    assert.match(names?.valueDer.toString('latin1') ?? '', /a\.example\.test.*b\.example\.test/s);
    assert.match(keyPem, /^-----BEGIN PRIVATE KEY-----/);
  });

  it('is signed with the key that it brings, as OpenSSL sees it', async () => {
    const { csrPem } = makeServerCertificateRequest(['a.example.test'], 'O=X');
    const { execFileSync } = await import('node:child_process');
    const said = execFileSync('openssl', ['req', '-verify', '-noout', '-text'], { input: csrPem, stdio: 'pipe' });
    assert.match(said.toString(), /DNS:a\.example\.test/);
  });
});

describe('the TLS certificate', () => {
  let folder: string;
  let now: Date;
  let issued: string[];
  let opened: ServerCertificate | null;
  let failure: Error | null;
  const clock: Clock = { now: () => now, nowMicros: () => BigInt(now.getTime()) * 1000n };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-tls-'));
    now = new Date('2027-01-01T00:00:00Z');
    issued = [];
    opened = null;
    failure = null;
  });
  afterEach(() => {
    opened?.stop();
    rmSync(folder, { recursive: true });
  });

  /** A certificate of the request's key; openssl, because the sample authority signs for its own key only. */
  async function issue(csrPem: string, profile: string, names: readonly string[]): Promise<Buffer> {
    if (failure !== null) throw failure;
    issued.push(profile);
    const { execFileSync } = await import('node:child_process');
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const extensions = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`;
    const args = ['x509', '-req', '-CA', file('ca', authorityPem), '-CAkey', file('key', authority.privateKeyPem)];
    const more = ['-set_serial', String(issued.length), '-days', '90', '-extfile', file('ext', extensions)];
    const pem = execFileSync('openssl', [...args, ...more], { input: csrPem, stdio: 'pipe' }).toString();
    return new X509Certificate(pem).raw;
  }

  async function open(more: Partial<ServerCertificateParts> = {}): Promise<ServerCertificate> {
    opened?.stop();
    const hostNames = more.hostNames ?? ['pki.example.test'];
    opened = await openServerCertificate({
      hostNames,
      files: null,
      folder: join(folder, 'kept'),
      profile: null,
      trustPem: [authorityPem],
      issue: (csrPem, profile) => issue(csrPem, profile, hostNames),
      clock,
      log: silentLog,
      ...more,
    });
    return opened;
  }

  const serialOf = ({ certificateChainPem }: TlsCredentials) => new X509Certificate(certificateChainPem).serialNumber;

  it('is obtained once, kept for its owner alone, and found again', async () => {
    now = systemClock.now();
    const first = await open();
    assert.equal((await open()).credentials.keyPem, first.credentials.keyPem);
    assert.deepEqual(issued, ['caServerCert']);
    assert.equal(statSync(join(folder, 'kept', 'gateway-tls.pem')).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'kept')).mode & 0o777, 0o700);
    assert.equal(first.credentials.certificateChainPem.endsWith(authorityPem), true);
  });

  it('is obtained under a profile that takes several names when there are several', async () => {
    now = systemClock.now();
    await open({ hostNames: ['a.example.test', 'b.example.test'] });
    assert.deepEqual(issued, ['acmeServerCert']);
  });

  it('is obtained anew when the host names change or what was kept is damaged', async () => {
    now = systemClock.now();
    await open();
    await open({ hostNames: ['other.example.test'] });
    assert.equal(issued.length, 2);
    writeFileSync(join(folder, 'kept', 'gateway-tls.pem'), 'nonsense');
    await open({ hostNames: ['other.example.test'] });
    assert.equal(issued.length, 3);
  });

  it('is renewed at two thirds of its life, and those who use it are told', async () => {
    now = systemClock.now();
    const certificate = await open();
    const told: string[] = [];
    certificate.onChange((credentials) => told.push(serialOf(credentials)));
    now = new Date(Date.parse(certificate.notAfter.toISOString()) - 31 * 86_400_000);
    await certificate.check();
    assert.deepEqual(told, []);
    now = new Date(Date.parse(certificate.notAfter.toISOString()) - 29 * 86_400_000);
    await certificate.check();
    assert.deepEqual(told, ['02']);
    assert.equal(serialOf(certificate.credentials), '02');
    assert.match(readFileSync(join(folder, 'kept', 'gateway-tls.pem'), 'utf8'), /BEGIN PRIVATE KEY/);
  });

  it('stays in use when its renewal fails, which is tried again later', async () => {
    now = systemClock.now();
    const certificate = await open();
    now = new Date(Date.parse(certificate.notAfter.toISOString()) - 86_400_000);
    failure = new Error('Dogtag is away');
    await certificate.check();
    assert.equal(serialOf(certificate.credentials), '01');
    failure = null;
    await certificate.check();
    assert.equal(serialOf(certificate.credentials), '01', 'not at once');
  });

  it('is not taken when it lacks a name, and the message says what to do', async () => {
    await assert.rejects(
      open({ issue: (csrPem, profile) => issue(csrPem, profile, ['elsewhere.example.test']) }),
      (error) =>
        error instanceof TlsCredentialsError &&
        /without the name pki\.example\.test.*acmeServerCert/.test(error.message),
    );
  });

  it('is not taken when it is for another key', async () => {
    const other = makeServerCertificateRequest(['pki.example.test'], 'O=X').csrPem;
    await assert.rejects(
      open({ issue: (_, profile) => issue(other, profile, ['pki.example.test']) }),
      /is not the one/,
    );
  });

  it('cannot be had when nobody issues it; the message says why and what to do', async () => {
    failure = new Error('Dogtag cannot be reached');
    await assert.rejects(open(), /no TLS certificate for pki\.example\.test.*Dogtag cannot be reached.*Start Dogtag/s);
  });

  it('is read from files, and again when they change, but not while they do not fit together', async () => {
    const pairOf = async () => {
      const { csrPem, keyPem } = makeServerCertificateRequest(['pki.example.test'], 'O=X');
      const certificate = new X509Certificate(await issue(csrPem, 'x', ['pki.example.test']));
      return { keyPem, certificatePem: certificate.toString() };
    };
    const [certificateFile, keyFile] = [join(folder, 'own.crt'), join(folder, 'own.key')];
    const write = (file: string, text: string, seconds: number) => {
      writeFileSync(file, text);
      utimesSync(file, seconds, seconds);
    };
    const [one, other] = [await pairOf(), await pairOf()];
    write(certificateFile, one.certificatePem, 1);
    write(keyFile, one.keyPem, 1);
    const certificate = await open({ files: { certificateFile, keyFile } });
    const told: string[] = [];
    certificate.onChange((credentials) => told.push(serialOf(credentials)));
    write(certificateFile, other.certificatePem, 2);
    await certificate.check();
    assert.deepEqual(told, []);
    write(keyFile, other.keyPem, 2);
    await certificate.check();
    assert.deepEqual(told, ['02']);
  });

  it('says which file is missing or of what kind it is not', async () => {
    const files = { certificateFile: join(folder, 'none.crt'), keyFile: join(folder, 'none.key') };
    await assert.rejects(open({ files }), /cannot read .*none\.crt/);
    writeFileSync(files.certificateFile, 'x');
    writeFileSync(files.keyFile, 'x');
    await assert.rejects(open({ files }), /none\.crt does not begin with a certificate/);
    writeFileSync(files.certificateFile, authorityPem);
    await assert.rejects(open({ files }), /none\.key holds no private key/);
  });
});
