// Entries with some attributes replaced, taken away, or under another name: what breaking one takes.
import { DirectoryEntry } from '#codecs/ldif';

export type AttributeChanges = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | null>>;

/** Null takes an attribute away; names are compared without regard to case. */
export function changedEntry(entry: DirectoryEntry, changes: AttributeChanges, dn: string = entry.dn): DirectoryEntry {
  const changed = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const kept = [...entry.attributes()].filter(([description]) => !changed.has(description.toLowerCase()));
  const added = Object.entries(changes).flatMap(([description, value]): [string, Uint8Array[]][] => {
    if (value === null) return [];
    const list = typeof value === 'string' || value instanceof Uint8Array ? [value] : value;
    return [[description, list.map((item) => (typeof item === 'string' ? Buffer.from(item) : item))]];
  });
  return new DirectoryEntry(dn, [...kept, ...added]);
}
