// The order in which java.util.Hashtable enumerates string keys. Dogtag walks a profile's policy sets in that order, so which of two keys
// gets the signing certificate and which the encryption certificate depends on it.

const initialCapacity = 11;
const loadFactor = 0.75;

/** `keys` in the order of insertion; repeated keys count once. Returns them in Hashtable.keys() order. */
export function javaHashtableOrder(keys: readonly string[]): string[] {
  let buckets: string[][] = emptyBuckets(initialCapacity);
  let count = 0;
  for (const key of new Set(keys)) {
    if (count >= Math.floor(buckets.length * loadFactor)) buckets = rehash(buckets);
    addFirst(buckets, key);
    count++;
  }
  return buckets.reverse().flat();
}

/** String.hashCode: signed 32 bits over UTF-16 code units. */
function javaHashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

function rehash(old: readonly string[][]): string[][] {
  const buckets = emptyBuckets(old.length * 2 + 1);
  for (const bucket of [...old].reverse()) for (const key of bucket) addFirst(buckets, key);
  return buckets;
}

function addFirst(buckets: readonly string[][], key: string): void {
  buckets[(javaHashCode(key) & 0x7fffffff) % buckets.length]?.unshift(key);
}

function emptyBuckets(count: number): string[][] {
  return Array.from({ length: count }, () => []);
}
