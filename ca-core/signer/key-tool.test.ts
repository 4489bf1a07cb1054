// Keys are made and imported outside of the authority's process, exactly and only once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey, importPkcs12Key } from './key-tool.ts';

const password = 'Secret.123';

describe('the key tool', function () {
  this.timeout(60_000);
  let folder: string;
  let keyFolder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-key-tool-'));
    keyFolder = join(folder, 'keys');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = (name: string) => join(folder, name);
  const selfSigned = (name: string, ...keyArguments: string[]) =>
    openssl(
      'req',
      '-x509',
      '-nodes',
      '-days',
      '1',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...keyArguments,
    );
  const bundle = (name: string, ...args: string[]) =>
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      `${name}.key`,
      '-in',
      `${name}.crt`,
      '-name',
      name,
      '-passout',
      `pass:${password}`,
      '-out',
      `${name}.p12`,
      ...args,
    );
  const importFrom = (name: string, overrides: Partial<Parameters<typeof importPkcs12Key>[0]> = {}) =>
    importPkcs12Key({
      keyFolder,
      keyId: 'host',
      passphrase: null,
      pkcs12File: file(`${name}.p12`),
      pkcs12Password: { value: password },
      friendlyName: null,
      ...overrides,
    });
  const publicDer = (name: string) =>
    createPublicKey(createPrivateKey(readFileSync(file(`${name}.key`)))).export({ type: 'spki', format: 'der' });

  it('makes keys of every kind, private to their owner, and never twice under one name', async () => {
    await createKey({ keyFolder, keyId: 'rsa', passphrase: null, keyKind: { type: 'rsa', bits: 2048 } });
    await createKey({ keyFolder, keyId: 'ec', passphrase: null, keyKind: { type: 'ec', curve: 'P-384' } });
    await createKey({ keyFolder, keyId: 'ed', passphrase: null, keyKind: { type: 'ed25519' } });
    await createKey({ keyFolder, keyId: 'ml', passphrase: null, keyKind: { type: 'ml-dsa-65' } });
    assert.deepEqual(readdirSync(keyFolder), ['ec.pem', 'ed.pem', 'ml.pem', 'rsa.pem']);
    assert.equal(statSync(keyFolder).mode & 0o777, 0o700);
    assert.equal(statSync(join(keyFolder, 'rsa.pem')).mode & 0o777, 0o600);
    const again = createKey({ keyFolder, keyId: 'rsa', passphrase: null, keyKind: { type: 'rsa', bits: 2048 } });
    await assert.rejects(again, { code: 'failed', message: /already/ });
  });

  it('imports the same key and the very certificate, whatever scheme the file uses', async () => {
    selfSigned('rsa', '-newkey', 'rsa:2048');
    selfSigned('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256');
    const schemes = [
      ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'],
      ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha384'],
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-RC2-40', '-macalg', 'sha1', '-legacy'],
      ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-RC2-128', '-macalg', 'sha1', '-legacy'],
      ['-keypbe', 'NONE', '-certpbe', 'NONE', '-macalg', 'sha512'],
    ];
    for (const name of ['rsa', 'ec'])
      for (const [index, scheme] of schemes.entries()) {
        bundle(name, ...scheme);
        const keyId = `${name}-${index}`;
        const { publicKeyDer, certificateDer, wasPresent } = await importFrom(name, { keyId });
        assert.deepEqual(Buffer.from(publicKeyDer), publicDer(name), scheme.join(' '));
        assert.deepEqual(Buffer.from(certificateDer), new X509Certificate(readFileSync(file(`${name}.crt`))).raw);
        assert.equal(wasPresent, false);
        const stored = createPrivateKey(readFileSync(join(keyFolder, `${keyId}.pem`)));
        assert.deepEqual(createPublicKey(stored).export({ type: 'spki', format: 'der' }), publicDer(name));
      }
  });

  it('changes nothing when the same key comes again, and refuses another one under its name', async () => {
    for (const name of ['a', 'b']) {
      selfSigned(name, '-newkey', 'rsa:2048');
      bundle(name);
    }
    await importFrom('a');
    assert.equal((await importFrom('a')).wasPresent, true);
    await assert.rejects(importFrom('b'), { message: /another key host is already/ });
  });

  it('chooses among several keys by friendly name and asks when it is not told', async () => {
    for (const name of ['a', 'b']) selfSigned(name, '-newkey', 'rsa:2048');
    bundle('a', '-certfile', 'b.crt');
    assert.equal((await importFrom('a', { keyId: 'one' })).otherCertificatesDer.length, 1);
    await assert.rejects(importFrom('a', { keyId: 'two', friendlyName: 'z' }), { message: /it has "a"/ });
    await importFrom('a', { keyId: 'three', friendlyName: 'a' });
  });

  it('tells a wrong password from a file that is none, and stores nothing', async () => {
    selfSigned('a', '-newkey', 'rsa:2048');
    bundle('a');
    await assert.rejects(importFrom('a', { pkcs12Password: { value: 'wrong' } }), { message: /password is wrong/ });
    writeFileSync(file('junk.p12'), 'junk');
    await assert.rejects(importFrom('junk'), { message: /can't be read/ });
    writeFileSync(file('cut.p12'), readFileSync(file('a.p12')).subarray(0, 900));
    await assert.rejects(importFrom('cut'), { message: /can't be read/ });
    await assert.rejects(importFrom('missing'), { message: /does not exist/ });
    assert.throws(() => readdirSync(keyFolder), { code: 'ENOENT' });
  });

  it('reads its password from a file that only the owner may read', async () => {
    selfSigned('a', '-newkey', 'rsa:2048');
    bundle('a');
    writeFileSync(file('password'), `${password}\n`, { mode: 0o600 });
    await importFrom('a', { pkcs12Password: { file: file('password') } });
    writeFileSync(file('open'), `${password}\n`, { mode: 0o644 });
    await assert.rejects(importFrom('a', { pkcs12Password: { file: file('open') } }), {
      message: /can be read by others/,
    });
  });
});
