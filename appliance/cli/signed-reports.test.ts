// Facts of signed reports: whoever changes an octet of one, of its page or of its signature is found out, by us and by openssl.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeVerification, parseVerification, type Verification } from '#migration';
import { silentLog, systemClock } from '#platform';
import { skipBecause } from '#test/skip-because';
import {
  filesBeside,
  isPageGenuine,
  openReportSigner,
  readSignedReport,
  type WrittenReport,
  writeSignedReport,
} from './signed-reports.ts';

const verification: Verification = {
  source: 'ldap://127.0.0.1:389/o=ipaca',
  startedAt: '2026-11-28T00:00:00.000Z',
  finishedAt: '2026-11-28T00:01:00.000Z',
  isEqual: true,
  kinds: [],
  crls: [],
  signatures: { checked: 0, bad: 0 },
  samples: [],
};
const surroundings = { clock: systemClock, log: silentLog };
const isRefused = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && 'exitCode' in error && error.exitCode === 2);
  assert.match(error.message, pattern);
  return true;
};

async function flipOctet(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
  await writeFile(file, bytes);
}

describe('signed reports', function () {
  this.timeout(60_000);
  let folder: string;
  let kept: string;
  const settings = (name = 'data') => ({
    dataFolder: join(folder, name),
    hostNames: ['ca.example.test', 'other.example.test'],
  });
  const installation = { name: 'ca.example.test', authority: 'CN=Certificate Authority,O=EXAMPLE.TEST' };
  const writtenIn = (place: string): WrittenReport => {
    const file = join(place, 'reports', 'one.json');
    return { file, ...filesBeside(file), signer: join(place, 'data/reports/signer.pem'), sha256: '' };
  };
  const write = async () => {
    const signer = await openReportSigner(settings(), surroundings);
    try {
      return await writeSignedReport(
        writtenIn(folder).file,
        composeVerification(verification, installation, 'one.txt'),
        signer,
      );
    } finally {
      await signer.close();
    }
  };
  // Keys are made and used by processes of their own, so one installation is made and copied.
  before(async () => {
    kept = await mkdtemp(join(tmpdir(), 'retag-report-'));
    folder = kept;
    await write();
  });
  after(() => rm(kept, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-report-'));
    await cp(kept, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are believed as they were written, with the key made once and kept from others', async () => {
    const written = writtenIn(folder);
    const { json, signedBy } = await readSignedReport(written.file, written.signer);
    assert.equal(signedBy, 'CN=Reports of ca.example.test,O=Retag');
    const document = parseVerification(json);
    assert.deepEqual(document?.verification, verification);
    assert.equal(document && (await isPageGenuine(written.file, document.page)), true);
    assert.match(await readFile(written.page, 'utf8'), /^Verification of ca\.example\.test .*\n\nEQUAL/);
    const certificate = await readFile(written.signer, 'utf8');
    assert.equal((await write()).signer, written.signer);
    assert.equal(await readFile(written.signer, 'utf8'), certificate);
    const keys = join(settings().dataFolder, 'report-keys');
    assert.deepEqual(await readdir(keys), ['report-signing.pem']);
    assert.equal((await stat(join(keys, 'report-signing.pem'))).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(join(folder, 'reports'))).sort(), ['one.json', 'one.json.p7s', 'one.txt']);
  });

  for (const [what, at] of [
    ['the first octet', 0],
    ['an octet in the middle', 300],
    ['the last octet', -1],
  ] as const)
    it(`are refused when ${what} was changed`, async () => {
      const written = writtenIn(folder);
      await flipOctet(written.file, at);
      await assert.rejects(
        readSignedReport(written.file, written.signer),
        isRefused(/is not to be believed: the signature is not one over this report/),
      );
    });

  it('are refused with a changed, a foreign or no signature, and without a certificate to go by', async () => {
    const written = writtenIn(folder);
    const { signature } = filesBeside(written.file);
    const good = await readFile(signature);
    await flipOctet(signature, -1);
    await assert.rejects(readSignedReport(written.file, written.signer), isRefused(/is not to be believed/));
    await writeFile(signature, good.subarray(0, 100));
    await assert.rejects(readSignedReport(written.file, written.signer), isRefused(/cannot be read/));
    await rm(signature);
    await assert.rejects(readSignedReport(written.file, written.signer), isRefused(/p7s cannot be read/));
    await writeFile(signature, good);
    await assert.rejects(readSignedReport(written.file, join(folder, 'none.pem')), isRefused(/nobody can say/));
    const signer = await openReportSigner(settings('stranger'), surroundings);
    await signer.close();
    await assert.rejects(
      readSignedReport(written.file, signer.certificateFile),
      isRefused(/is signed by CN=Reports of ca\.example\.test,O=Retag, but not with the key of/),
    );
  });

  it('tell a page that was changed, and one that is not there', async () => {
    const written = writtenIn(folder);
    const document = parseVerification((await readSignedReport(written.file, written.signer)).json);
    assert.ok(document);
    await flipOctet(written.page, 5);
    assert.equal(await isPageGenuine(written.file, document.page), false);
    await rm(written.page);
    assert.equal(await isPageGenuine(written.file, document.page), null);
    assert.equal(await isPageGenuine(written.file, { ...document.page, file: '../../etc/passwd' }), null);
  });

  it('are not signed with a key whose certificate is another one', async () => {
    const written = writtenIn(folder);
    const stranger = await openReportSigner(settings('stranger'), surroundings);
    await stranger.close();
    await writeFile(written.signer, await readFile(stranger.certificateFile));
    await assert.rejects(write(), /is not the certificate of the key with which reports are signed here/);
    await rm(written.signer);
    await write();
  });

  it('are verified by openssl', async function () {
    if (spawnSync('openssl', ['version']).status !== 0) skipBecause(this, 'there is no openssl');
    const { file, signature, signer } = writtenIn(folder);
    const verify = () =>
      spawnSync(
        'openssl',
        [
          'cms',
          '-verify',
          '-binary',
          '-inform',
          'DER',
          '-in',
          signature,
          '-content',
          file,
          '-CAfile',
          signer,
          '-purpose',
          'any',
          '-out',
          join(folder, 'out'),
        ],
        { encoding: 'utf8' },
      );
    assert.match(verify().stderr, /CMS Verification successful/);
    await flipOctet(file, 100);
    assert.notEqual(verify().status, 0);
  });
});
