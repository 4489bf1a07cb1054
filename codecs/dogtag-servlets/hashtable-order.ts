// The order in which Dogtag prints names: it keeps them in java.util.Hashtable, whose enumeration follows from the names alone. Clients that
// look at position, and people who compare two servers' answers, see the same order here.

import { javaTextHash } from '#codecs/dogtag-text';

/** The entries in the order in which a Hashtable filled with them one after another would enumerate them. A repeated name keeps its last value. */
export function inHashtableOrder<V>(entries: Iterable<readonly [string, V]>): (readonly [string, V])[] {
  const given = [...entries];
  const ordered: (readonly [string, V])[] = [];
  for (const place of placesOf(given.map(([name]) => name))) {
    const entry = given[place];
    if (entry !== undefined) ordered.push(entry);
  }
  return ordered;
}

/** The rows of a list have nearly always the same names. As many lists of names are remembered, none of which is longer than the other number. */
const rememberedMax = 500;
const rememberedNamesMax = 64;
const remembered = new Map<string, readonly number[]>();

/** Where in the list the entry is that comes first, second and so on. */
function placesOf(names: readonly string[]): readonly number[] {
  if (names.length > rememberedNamesMax) return computePlaces(names);
  const key = names.join('\0');
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const places = computePlaces(names);
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(key, places);
  return places;
}

type Entry = [name: string, place: number];

function computePlaces(names: readonly string[]): readonly number[] {
  let table: Entry[][] = Array.from({ length: 11 }, () => []);
  let count = 0;
  for (const [place, name] of names.entries()) {
    const known = bucketOf(table, name).find((entry) => entry[0] === name);
    if (known !== undefined) {
      known[1] = place;
      continue;
    }
    if (count >= Math.floor(table.length * 0.75)) table = rehash(table);
    bucketOf(table, name).unshift([name, place]);
    count += 1;
  }
  return table
    .reverse()
    .flat()
    .map(([, place]) => place);
}

function rehash(old: readonly Entry[][]): Entry[][] {
  const table: Entry[][] = Array.from({ length: old.length * 2 + 1 }, () => []);
  for (const bucket of [...old].reverse()) {
    for (const entry of bucket) bucketOf(table, entry[0]).unshift(entry);
  }
  return table;
}

function bucketOf(table: Entry[][], name: string): Entry[] {
  const bucket = table[(javaTextHash(name) & 0x7fffffff) % table.length];
  if (bucket === undefined) throw new RangeError('index outside the table');
  return bucket;
}
