// Facts of reading PKCS#12 files and NSS databases, made on the spot by NSS's own tools where they are installed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '#test/skip-because';
import { noAuthorities, openNssDatabase, openPkcs12File, readNssDatabase, SourceError } from '../index.ts';
import { parseCertificateList, parseKeyList, parseModules } from './nss-database.ts';

describe("what NSS's tools print", () => {
  it('is taken apart by its last column, since nicknames have blanks', () => {
    const printed =
      '\nCertificate Nickname      Trust Attributes\n                          SSL,S/MIME,JAR/XPI\n\ncaSigningCert cert-pki-ca    CTu,Cu,Cu\nA, B, C                      ,,\nA, B, C                      ,,\n';
    assert.deepEqual(
      [...parseCertificateList(printed)],
      [
        ['caSigningCert cert-pki-ca', 'CTu,Cu,Cu'],
        ['A, B, C', ',,'],
      ],
    );
  });

  it('names keys with and without the token, and orphans', () => {
    const printed =
      'certutil: Checking token\n< 0> rsa      ebd33290   NSS Certificate DB:Server-Cert cert-pki-ca\n<10> ec       00ff   sub\n< 2> rsa      aa   (orphan)\n';
    assert.deepEqual(parseKeyList(printed), [
      { type: 'rsa', id: 'ebd33290', nickname: 'Server-Cert cert-pki-ca' },
      { type: 'ec', id: '00ff', nickname: 'sub' },
      { type: 'rsa', id: 'aa', nickname: null },
    ]);
  });

  it('lists modules other than its own', () => {
    const text = 'library=\nname=NSS Internal PKCS #11 Module\nparameters=x\n\nlibrary=/usr/lib/hsm.so\nname=thales\n';
    assert.deepEqual(parseModules(text), [{ name: 'thales', library: '/usr/lib/hsm.so' }]);
  });
});

describe('an NSS database', () => {
  let folder: string;
  const tokenPassword = 'Secret.123';
  const run = (...parameters: readonly string[]) =>
    execFileSync('certutil', [...parameters, '-d', `sql:${folder}`, '-f', join(folder, 'password')], { stdio: 'pipe' });
  before(async function () {
    this.timeout(60_000);
    if (spawnSync('certutil').error !== undefined) skipBecause(this, 'certutil is not installed (libnss3-tools)');
    folder = await mkdtemp(join(tmpdir(), 'retag-nss-test-'));
    await writeFile(join(folder, 'password'), `${tokenPassword}\n`);
    await writeFile(join(folder, 'noise'), 'some noise for a key that nobody will use, as long as it takes');
    run('-N');
    const key = ['-k', 'ec', '-q', 'nistp256', '-z', join(folder, 'noise')];
    run(
      '-S',
      '-x',
      '-n',
      'the CA',
      '-s',
      'CN=CA,O=X',
      '-t',
      'CT,C,C',
      '-m',
      '1',
      ...key,
      '--keyUsage',
      'certSigning',
      '--extKeyUsage',
      'serverAuth',
    );
    run('-S', '-c', 'the CA', '-n', 'a server', '-s', 'CN=server,O=X', '-t', ',,', '-m', '2', ...key);
    execFileSync(
      'pk12util',
      [
        '-o',
        join(folder, 'both.p12'),
        '-n',
        'a server',
        '-d',
        `sql:${folder}`,
        '-k',
        join(folder, 'password'),
        '-w',
        join(folder, 'password'),
      ],
      { stdio: 'pipe' },
    );
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  const isRefused = (code: SourceError['code'], message: RegExp) => (error: unknown) =>
    error instanceof SourceError &&
    error.code === code &&
    message.test(error.message) &&
    !error.message.includes(tokenPassword);

  it('gives certificates by their nicknames without a password, and with one tells whose keys are there', async () => {
    const { form, certificates, keys } = await readNssDatabase(folder, null);
    assert.deepEqual(
      [form, certificates.map(({ nickname }) => nickname).sort(), keys],
      ['sql', ['a server', 'the CA'], null],
    );
    const opened = await readNssDatabase(`sql:${folder}`, tokenPassword);
    assert.deepEqual(opened.keys?.map(({ nickname }) => nickname).sort(), ['a server', 'the CA']);
    const source = await openNssDatabase(folder, null, noAuthorities);
    assert.equal(await source.count('certificate'), 2);
    for await (const { records } of source.read('certificate', null))
      assert.equal(records[1]?.entry, `sql:${folder}#a server`);
  });

  it('says what is wrong: the password, the form, the folder', async () => {
    await assert.rejects(readNssDatabase(folder, 'wrong'), isRefused('refused', /password of its token is wrong/));
    await assert.rejects(readNssDatabase(`dbm:${folder}`, null), isRefused('unreachable', /no cert8\.db/));
    await assert.rejects(readNssDatabase(tmpdir(), null), isRefused('unreachable', /holds no NSS database/));
  });

  it('hands over a PKCS#12 file, of which certificates are read and keys are told', async () => {
    const file = join(folder, 'both.p12');
    const source = await openPkcs12File(file, tokenPassword, noAuthorities);
    const { remarks } = await source.describe();
    assert.ok(
      remarks.some((remark) => remark.includes('it holds the key of "a server"')),
      remarks.join('; '),
    );
    assert.equal(await source.count('certificate'), 2);
    await assert.rejects(openPkcs12File(file, 'wrong', noAuthorities), isRefused('refused', /password is wrong/));
    await assert.rejects(
      openPkcs12File(join(folder, 'cert9.db'), 'x', noAuthorities),
      isRefused('malformed', /can't be read/),
    );
  }).timeout(60_000);
});
