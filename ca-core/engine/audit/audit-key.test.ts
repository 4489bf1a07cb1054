// The key of the audit chain: where it comes from and which sources are refused.
import { strict as assert } from 'node:assert';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditKeyError, auditKeyFromBytes, parseAuditKey, readAuditKey } from './audit-key.ts';

describe('audit key', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once, readable by its owner only, and is the same at the next start', () => {
    const file = join(folder, 'keys', 'audit.key');
    const first = readAuditKey({}, file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(readAuditKey({}, file).keyId, first.keyId);
    assert.deepEqual(readdirSync(join(folder, 'keys')), ['audit.key']);
    assert.ok(!readFileSync(file, 'utf8').includes(first.keyId));
  });

  it('comes from the environment when it is set there, and no file is made', () => {
    const hex = 'ab'.repeat(32);
    const file = join(folder, 'audit.key');
    assert.equal(readAuditKey({ RETAG_AUDIT_KEY: hex }, file).keyId, auditKeyFromBytes(Buffer.from(hex, 'hex')).keyId);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is read as hexadecimal or base64', () => {
    const bytes = Buffer.from('00'.repeat(16) + 'ff'.repeat(17), 'hex');
    const { keyId } = auditKeyFromBytes(bytes);
    assert.equal(parseAuditKey(` ${bytes.toString('hex')}\n`, 'x').keyId, keyId);
    assert.equal(parseAuditKey(bytes.toString('base64'), 'x').keyId, keyId);
  });

  it('refuses a key that is short, empty or no key, without repeating it', () => {
    for (const text of ['', 'abcd', 'ab'.repeat(31), 'not a key at all, this is a sentence', `${'ab'.repeat(32)}!`])
      assert.throws(
        () => parseAuditKey(text, 'the source'),
        (error) =>
          error instanceof AuditKeyError &&
          error.message.startsWith('the source') &&
          (text === '' || !error.message.includes(text)),
      );
  });

  it('refuses a key file that others could read, a link and a file that is far too long', () => {
    const file = join(folder, 'audit.key');
    writeFileSync(file, 'ab'.repeat(32));
    for (const mode of [0o644, 0o640, 0o604]) {
      chmodSync(file, mode);
      assert.throws(() => readAuditKey({}, file), /chmod 600/);
    }
    chmodSync(file, 0o600);
    readAuditKey({}, file);
    symlinkSync(file, join(folder, 'link'));
    assert.throws(() => readAuditKey({}, join(folder, 'link')), /no ordinary file/);
    writeFileSync(file, 'ab'.repeat(4000));
    assert.throws(() => readAuditKey({}, file), /larger than/);
  });
});
