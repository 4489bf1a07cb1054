// RSA keys that follow from a seed: throw-away issuers of a corpus, which must be the same ones when it is made again.
import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto';
import type { SeededNumbers } from './seeded-numbers.ts';

const publicExponent = 65_537n;
const primeBytes = 128;

/** A 2048-bit key (RFC 8017 section 3.2). Never to be used for anything that matters: whoever knows the seed knows it. */
export function makeSeededRsaKey(numbers: SeededNumbers): KeyObject {
  const p = findPrime(numbers);
  const q = findPrime(numbers);
  const n = p * q;
  const d = invert(publicExponent, (p - 1n) * (q - 1n));
  const parts = { n, e: publicExponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: invert(q, p) };
  const encoded = Object.entries(parts).map(([name, value]) => [name, bytesOf(value).toString('base64url')]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(encoded) }, format: 'jwk' });
}

function findPrime(numbers: SeededNumbers): bigint {
  for (;;) {
    const candidate = Buffer.from(numbers.bytes(primeBytes));
    // The two highest bits make the modulus full length; odd, because no other candidate is worth the test.
    candidate[0] = (candidate[0] ?? 0) | 0xc0;
    candidate[primeBytes - 1] = (candidate[primeBytes - 1] ?? 0) | 1;
    const value = BigInt(`0x${candidate.toString('hex')}`);
    if (value % publicExponent !== 1n && checkPrimeSync(candidate)) return value;
  }
}

/** The inverse by Euclid's algorithm. */
function invert(value: bigint, modulus: bigint): bigint {
  let [before, after] = [0n, 1n];
  for (let [high, low] = [modulus, value % modulus]; low > 0n; [high, low] = [low, high % low])
    [before, after] = [after, before - (high / low) * after];
  return before < 0n ? before + modulus : before;
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
