// Many RSA keys of which no two are alike, quickly: each pair of a few primes is one. For measurements only, since who knows two
// such keys that have a prime in common knows both private keys.
import { createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto';

const primeBits = 1024;
const publicExponent = 65_537n;

/** Exactly `count` private keys of 2048 bits. */
export function* makeDistinctRsaKeys(count: number): Generator<KeyObject> {
  const primes: bigint[] = [];
  for (let made = 0; made < count; ) {
    const second = makePrime();
    for (const first of primes) {
      if (made >= count) return;
      yield keyOf(first > second ? first : second, first > second ? second : first);
      made += 1;
    }
    primes.push(second);
  }
}

/** With its two highest bits set, so that every product has the full length. Made anew when the exponent would not fit it. */
function makePrime(): bigint {
  for (;;) {
    const prime = generatePrimeSync(primeBits, { bigint: true });
    if ((prime - 1n) % publicExponent !== 0n) return prime;
  }
}

function keyOf(p: bigint, q: bigint): KeyObject {
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const key = {
    kty: 'RSA',
    n: text(p * q),
    e: text(publicExponent),
    d: text(d),
    p: text(p),
    q: text(q),
    dp: text(d % (p - 1n)),
    dq: text(d % (q - 1n)),
    qi: text(inverse(q, p)),
  };
  return createPrivateKey({ format: 'jwk', key });
}

/** By Euclid's extended algorithm; both are coprime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

/** Base64url of the shortest big-endian form (RFC 7518 section 6.3). */
function text(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
}
