// The signer process: signs with every kind of key, survives being killed, and gives nothing away.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, silentLog } from '#platform';
import { writeKey } from './key-folder.ts';
import { prepareForSigning } from './prepared.ts';
import { createProcessSigner, type ProcessSigner } from './process-signer.ts';
import type { SecretSource } from './secret-source.ts';
import { findSignatureScheme, mlDsaKeyTypes, verifySignature } from './signature-scheme.ts';
import { SignerError } from './signer.ts';

describe('the signer process', () => {
  let folder: string;
  let signer: ProcessSigner | null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-signer-'));
    signer = null;
  });
  afterEach(async () => {
    await signer?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (options: { passphrase?: SecretSource; callTimeoutMs?: number } = {}) => {
    signer = await createProcessSigner({ keyFolder: folder, passphrase: null, log: silentLog, ...options });
    return signer;
  };
  const prepared = (byteCount = 600) => prepareForSigning('certificate', randomBytes(byteCount));
  const store = (keyId: string, { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })) =>
    writeKey(folder, keyId, privateKey, null);

  it('signs with every algorithm of RSA, ECDSA, Ed25519 and ML-DSA keys, verifiably', async () => {
    store('rsa');
    for (const namedCurve of ['P-256', 'P-384', 'P-521'])
      store(namedCurve.toLowerCase(), generateKeyPairSync('ec', { namedCurve }));
    store('ed', generateKeyPairSync('ed25519'));
    for (const type of mlDsaKeyTypes) store(type, generateKeyPairSync(type as 'ml-dsa-44'));
    const { describe, sign } = bind(await start());
    let signatureCount = 0;
    for (const { keyId, publicKeyDer, algorithms } of await describe()) {
      const publicKey = createPublicKey({ key: Buffer.from(publicKeyDer), format: 'der', type: 'spki' });
      for (const algorithm of algorithms) {
        const bytes = prepared();
        const scheme = findSignatureScheme(algorithm);
        assert(scheme !== null);
        assert(await verifySignature(publicKey, scheme, bytes.der, await sign(keyId, algorithm, bytes)), algorithm);
        assert(!(await verifySignature(publicKey, scheme, prepared().der, await sign(keyId, algorithm, bytes))));
        signatureCount += 1;
      }
    }
    assert.equal(signatureCount, 7 + 3 * 4 + 1 + 3);
  });

  it('refuses unknown keys, algorithms that do not fit the key, and bytes that nobody prepared', async () => {
    store('rsa');
    const { sign } = bind(await start());
    const forged = { kind: 'certificate', der: randomBytes(10) } as unknown as ReturnType<typeof prepared>;
    await assert.rejects(sign('other', 'SHA256withRSA', prepared()), { code: 'unknown-key' });
    await assert.rejects(sign('rsa', 'SHA256withEC', prepared()), { code: 'unsuitable-algorithm' });
    await assert.rejects(sign('rsa', 'MD5withRSA', prepared()), { code: 'unsuitable-algorithm' });
    await assert.rejects(sign('rsa', 'SHA256withRSA', forged), { code: 'not-prepared' });
  });

  it('finishes the calls that were under way when the process is killed', async () => {
    store('rsa');
    const running = await start();
    const { sign } = bind(running);
    const calls = Array.from({ length: 200 }, () => sign('rsa', 'SHA256withRSA', prepared()));
    await calls[0];
    process.kill(Number(running.processId()), 'SIGKILL');
    const signatures = await Promise.all(calls);
    assert(signatures.every(({ length }) => length === 256));
  });

  it('fails a call whose process was killed twice, and serves the next one', async function () {
    this.timeout(120_000);
    store('rsa');
    const running = await start();
    const { sign } = bind(running);
    // Large enough that the digest takes longer than a kill.
    const call = sign('rsa', 'SHA256withRSA', prepared(200_000_000));
    const refused = assert.rejects(call, { code: 'unavailable' });
    let killed: number | null = null;
    for (let kills = 0; kills < 2; kills += 1) {
      const pid = await livingProcess(running, killed);
      await new Promise((resolve) => setTimeout(resolve, 20));
      process.kill(pid, 'SIGKILL');
      killed = pid;
    }
    await refused;
    assert.equal((await sign('rsa', 'SHA256withRSA', prepared())).length, 256);
  });

  it('replaces a process that hangs and tells the caller after the time limit', async () => {
    store('rsa');
    const running = await start({ callTimeoutMs: 500 });
    const pid = Number(running.processId());
    process.kill(pid, 'SIGSTOP');
    const { sign } = bind(running);
    await assert.rejects(sign('rsa', 'SHA256withRSA', prepared()), { code: 'unavailable' });
    assert.notEqual(await livingProcess(running, pid), pid);
  });

  it('makes a key that signs at once, and destroys it for good, whatever becomes of the process', async () => {
    store('rsa');
    const running = await start();
    const made = await running.createKey('made', { type: 'rsa', bits: 2048 });
    assert.ok(made.algorithms.includes('SHA256withRSA'));
    assert.equal((await running.sign('made', 'SHA256withRSA', prepared())).length, 256);
    await assert.rejects(running.createKey('made', { type: 'rsa', bits: 2048 }), { code: 'failed' });
    await running.destroyKey('made');
    await running.destroyKey('made');
    await assert.rejects(running.sign('made', 'SHA256withRSA', prepared()), { code: 'unknown-key' });
    const pid = Number(running.processId());
    process.kill(pid, 'SIGKILL');
    await assert.rejects(running.createKey('lost', { type: 'rsa', bits: 4096 }), { code: 'unavailable' });
    await livingProcess(running, pid);
    assert.equal((await running.sign('rsa', 'SHA256withRSA', prepared())).length, 256);
    assert.deepEqual(
      (await running.describe()).map(({ keyId }) => keyId),
      ['rsa'],
    );
  });

  it('takes a key that is added while it runs, and goes on when that is no key', async () => {
    store('first');
    const { describe, sign } = bind(await start());
    store('second');
    writeFileSync(join(folder, 'third.pem'), 'no key', { mode: 0o600 });
    for (let waitedMs = 0; (await describe()).length < 2; waitedMs += 50) {
      assert.ok(waitedMs < 15_000, 'the second key was not seen');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(
      (await describe()).map(({ keyId }) => keyId),
      ['first', 'second'],
    );
    for (const keyId of ['first', 'second']) assert.equal((await sign(keyId, 'SHA256withRSA', prepared())).length, 256);
  });

  it('refuses a replacement whose key under the same name is another one', async () => {
    store('rsa');
    const running = await start({ callTimeoutMs: 1000 });
    rmSync(join(folder, 'rsa.pem'));
    store('rsa');
    process.kill(Number(running.processId()), 'SIGKILL');
    const { sign } = bind(running);
    await assert.rejects(sign('rsa', 'SHA256withRSA', prepared()), { code: 'unavailable' });
  });

  it('does not start with a key file or folder that others can read', async () => {
    store('rsa');
    chmodSync(join(folder, 'rsa.pem'), 0o640);
    await assert.rejects(start(), { code: 'unavailable', message: /rsa\.pem has mode 640, open to others: chmod 600/ });
    chmodSync(join(folder, 'rsa.pem'), 0o600);
    chmodSync(folder, 0o750);
    await assert.rejects(start(), { code: 'unavailable', message: /has mode 750/ });
    chmodSync(folder, 0o700);
    await start();
  });

  it('does not follow a link in the key folder, nor take a file that is no PKCS#8 key', async () => {
    symlinkSync('/etc/hostname', join(folder, 'link.pem'));
    await assert.rejects(start(), { message: /link\.pem is no ordinary file/ });
    rmSync(join(folder, 'link.pem'));
    writeFileSync(join(folder, 'text.pem'), 'secret text', { mode: 0o600 });
    await assert.rejects(
      start(),
      (error: Error) => /no PKCS#8 key/.test(error.message) && !/secret/.test(error.message),
    );
  });

  it('reads an encrypted key with the passphrase from a file or the environment, and says when it is wrong', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeKey(folder, 'ec', privateKey, 'correct horse');
    assert.match(readFileSync(join(folder, 'ec.pem'), 'utf8'), /BEGIN ENCRYPTED PRIVATE KEY/);
    const secretFolder = mkdtempSync(join(tmpdir(), 'retag-passphrase-'));
    const file = join(secretFolder, 'passphrase');
    try {
      writeFileSync(file, 'correct horse\n', { mode: 0o600 });
      await start({ passphrase: { file } });
      await signer?.stop();
      process.env.RETAG_TEST_PASSPHRASE = 'correct horse';
      await start({ passphrase: { environment: 'RETAG_TEST_PASSPHRASE' } });
      await signer?.stop();
      process.env.RETAG_TEST_PASSPHRASE = 'wrong';
      await assert.rejects(start({ passphrase: { environment: 'RETAG_TEST_PASSPHRASE' } }), {
        message: /passphrase is wrong/,
      });
      await assert.rejects(start(), { message: /no passphrase is configured/ });
      chmodSync(file, 0o644);
      await assert.rejects(start({ passphrase: { file } }), { message: /can be read by others/ });
    } finally {
      delete process.env.RETAG_TEST_PASSPHRASE;
      rmSync(secretFolder, { recursive: true });
    }
  });

  it('never overwrites a key and leaves no unfinished file behind', () => {
    store('rsa');
    assert.throws(() => store('rsa'), SignerError);
    assert.deepEqual(readdirSync(folder), ['rsa.pem']);
    assert.throws(() => store('../escape'), SignerError);
  });

  it('is gone after a stop, and refuses further calls', async () => {
    store('rsa');
    const running = await start();
    const pid = Number(running.processId());
    await running.stop();
    await assert.rejects(bind(running).sign('rsa', 'SHA256withRSA', prepared()), { code: 'unavailable' });
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('is replaced when there are file descriptors again, and until then says what is missing', async function () {
    this.timeout(60_000);
    store('rsa');
    const script = `
      const { openSync, closeSync } = await import('node:fs');
      const { createProcessSigner } = await import(${JSON.stringify(new URL('./process-signer.ts', import.meta.url).href)});
      const { createLog } = await import('#platform');
      const log = createLog('error', (line) => process.stdout.write(line));
      const signer = await createProcessSigner({ keyFolder: ${JSON.stringify(folder)}, passphrase: null, log });
      const descriptors = [];
      try { for (;;) descriptors.push(openSync('/dev/null')); } catch {}
      process.kill(signer.processId(), 'SIGKILL');
      setTimeout(() => descriptors.forEach((one) => closeSync(one)), 300);
      const look = () => (signer.processId() === null ? setTimeout(look, 50) : signer.stop());
      setTimeout(look, 300);`;
    const words = ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script];
    const parent = spawn('/bin/sh', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    parent.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    assert.equal(await new Promise((resolve) => parent.once('close', resolve)), 0);
    assert.match(said, /the signer process could not be started: spawn .* EMFILE/);
  });

  it('ends when its parent is killed', async () => {
    store('rsa');
    const script = `
      const { createProcessSigner } = await import(${JSON.stringify(new URL('./process-signer.ts', import.meta.url).href)});
      const { silentLog } = await import('#platform');
      const signer = await createProcessSigner({ keyFolder: ${JSON.stringify(folder)}, passphrase: null, log: silentLog });
      process.stdout.write(String(signer.processId()));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    process.kill(pid, 0);
    parent.kill('SIGKILL');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

function bind(signer: ProcessSigner) {
  return {
    describe: () => signer.describe(),
    sign: (...call: Parameters<ProcessSigner['sign']>) => signer.sign(...call),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function livingProcess(signer: ProcessSigner, otherThan: number | null = null): Promise<number> {
  for (;;) {
    const pid = signer.processId();
    if (pid !== null && pid !== otherThan) return pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
