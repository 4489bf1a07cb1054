// The order in which Dogtag prints names: it keeps them in java.util.Hashtable, whose enumeration follows from the names alone. Clients that
// look at position, and people who compare two servers' answers, see the same order here.

/** The entries in the order in which a Hashtable filled with them one after another would enumerate them. A repeated name keeps its last value. */
export function inHashtableOrder<V>(entries: Iterable<readonly [string, V]>): [string, V][] {
  let table: [string, V][][] = Array.from({ length: 11 }, () => []);
  let count = 0;
  for (const [name, value] of entries) {
    const known = bucketOf(table, name).find((entry) => entry[0] === name);
    if (known !== undefined) {
      known[1] = value;
      continue;
    }
    if (count >= Math.floor(table.length * 0.75)) table = rehash(table);
    bucketOf(table, name).unshift([name, value]);
    count += 1;
  }
  return table.reverse().flat();
}

function rehash<V>(old: readonly (readonly [string, V][])[]): [string, V][][] {
  const table: [string, V][][] = Array.from({ length: old.length * 2 + 1 }, () => []);
  for (const bucket of [...old].reverse()) {
    for (const [name, value] of bucket) bucketOf(table, name).unshift([name, value]);
  }
  return table;
}

function bucketOf<V>(table: [string, V][][], name: string): [string, V][] {
  const bucket = table[(hashOf(name) & 0x7fffffff) % table.length];
  if (bucket === undefined) throw new RangeError('index outside the table');
  return bucket;
}

/** String.hashCode(): 32 bits that wrap. */
function hashOf(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
  return hash;
}
