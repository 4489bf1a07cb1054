// Facts about how passwords are kept.
import assert from 'node:assert/strict';
import { hashPassword, isPasswordOf } from './password-hash.ts';

describe('password hashes', () => {
  it('fit their password alone, differ each time, and do not hold it', async () => {
    const [one, other] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
    assert.notEqual(one, other);
    assert.ok(!Buffer.from(one.slice(15), 'base64').includes('correct horse'));
    assert.equal(await isPasswordOf(one, 'correct horse'), true);
    assert.equal(await isPasswordOf(other, 'correct horse'), true);
    assert.equal(await isPasswordOf(one, 'correct horse '), false);
    assert.equal(await isPasswordOf(one, ''), false);
  });

  it('have the form that 389 Directory Server keeps them in', async () => {
    const hash = await hashPassword('x');
    const bytes = Buffer.from(hash.replace('{PBKDF2_SHA256}', ''), 'base64');
    assert.equal(bytes.length, 4 + 64 + 256);
    assert.equal(bytes.readUInt32BE(0), 30_000);
  });

  it('of another form fit nothing, and none makes a server work for long', async () => {
    const endless = Buffer.alloc(324);
    endless.writeUInt32BE(0xffffffff);
    for (const hash of ['', '{SSHA}abc', '{PBKDF2_SHA256}AAAA', `{PBKDF2_SHA256}${endless.toString('base64')}`])
      assert.equal(await isPasswordOf(hash, 'x'), false);
  });
});
