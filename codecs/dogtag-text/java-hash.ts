// Hash codes as Java computes them: Dogtag shows them to clients as entity tags, which shall stay the same.

/** `String.hashCode` (Java SE API). */
export function javaTextHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/** `BigInteger.hashCode`: over the magnitude in words of 32 bits, the highest first. */
export function javaIntegerHash(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  let hash = 0;
  for (let shift = BigInt(wordsOf(magnitude) - 1) * 32n; shift >= 0n; shift -= 32n)
    hash = (Math.imul(31, hash) + Number(BigInt.asIntN(32, magnitude >> shift))) | 0;
  return value < 0n ? -hash | 0 : hash;
}

/** Of several hashes, as `Arrays.hashCode` and generated `hashCode` methods join them; null counts as zero. */
export function joinJavaHashes(hashes: readonly (number | null)[]): number {
  return hashes.reduce<number>((joined, hash) => (Math.imul(31, joined) + (hash ?? 0)) | 0, 1);
}

function wordsOf(magnitude: bigint): number {
  return Math.ceil(magnitude.toString(16).length / 8);
}
