// The order in which Dogtag writes CRL entries. It has no meaning, but the same order lets two CRLs be compared byte for byte.

const firstCapacity = 11;
const loadFactor = 0.75;
const none = -1;

/**
 * Entries in the order in which Java's Hashtable would list them had they been put into a new one in the given order: Dogtag keeps its CRL
 * entries in such a table by serial number and writes them as they come. A table that has shrunk, or was read back from the directory, may
 * have another size and thereby another order, which cannot be known from outside.
 */
export function orderRevokedCertificates<T extends { readonly serialNumber: bigint }>(entries: Iterable<T>): T[] {
  const all = [...entries];
  const ordered: T[] = [];
  for (const place of orderByHash(Int32Array.from(all, (entry) => hashSerialNumber(entry.serialNumber)))) {
    const entry = all[place];
    if (entry !== undefined) ordered.push(entry);
  }
  return ordered;
}

/** Where the entry was put in that comes first, second and so on; `hashes` are those of the serial numbers as they were put in. */
export function orderByHash(hashes: Int32Array): Int32Array {
  // Chains of entries that share a slot: the first entry of each slot, and the entry after each entry.
  const next = new Int32Array(hashes.length).fill(none);
  let heads = new Int32Array(firstCapacity).fill(none);
  for (let i = 0; i < hashes.length; i++) {
    if (i >= Math.floor(heads.length * loadFactor)) heads = grow(heads, next, hashes);
    pushFront(heads, next, hashes, i);
  }
  const places = new Int32Array(hashes.length);
  let count = 0;
  for (let slot = heads.length - 1; slot >= 0; slot--)
    for (let i = heads[slot] ?? none; i !== none; i = next[i] ?? none) places[count++] = i;
  return places;
}

/** Slots are emptied from the last one down, each entry moving to the head of its new chain, which turns chains round. */
function grow(heads: Int32Array, next: Int32Array, hashes: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(heads.length * 2 + 1).fill(none);
  for (let slot = heads.length - 1; slot >= 0; slot--) {
    for (let i = heads[slot] ?? none; i !== none; ) {
      const following = next[i] ?? none;
      pushFront(grown, next, hashes, i);
      i = following;
    }
  }
  return grown;
}

function pushFront(heads: Int32Array, next: Int32Array, hashes: Int32Array, index: number): void {
  const slot = (hashes[index] ?? 0) % heads.length;
  next[index] = heads[slot] ?? none;
  heads[slot] = index;
}

/** BigInteger.hashCode without its sign bit: 31-fold sums over the magnitude in 32-bit words, most significant first. */
export function hashSerialNumber(serialNumber: bigint): number {
  const magnitude = serialNumber < 0n ? -serialNumber : serialNumber;
  let hash = 0;
  for (let shift = wordShift(magnitude); shift >= 0n; shift -= 32n) {
    hash = (Math.imul(hash, 31) + Number((magnitude >> shift) & 0xffffffffn)) | 0;
  }
  return (serialNumber < 0n ? -hash : hash) & 0x7fffffff;
}

function wordShift(magnitude: bigint): bigint {
  const words = Math.ceil(magnitude.toString(16).length / 8);
  return BigInt(words - 1) * 32n;
}
