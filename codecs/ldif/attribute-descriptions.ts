// What follows from an attribute's description alone is worked out once for each: a directory has few of them, and a million entries.

/** Hostile files may hold any number of names; the common ones come back soon after they were forgotten. */
const rememberedMax = 4096;
const interned = new Map<string, string>();

/** The same text as one object for all entries, which is quick to look up, and no part of a longer text that it would keep in memory. */
export function internDescription(description: string): string {
  const known = interned.get(description);
  if (known !== undefined) return known;
  if (interned.size >= rememberedMax) interned.clear();
  const copy = Buffer.from(description).toString();
  interned.set(copy, copy);
  return copy;
}

/** The same function, which remembers what it has answered for a description. It must depend on nothing else. */
export function rememberByDescription<T>(find: (description: string) => T): (description: string) => T {
  const known = new Map<string, T>();
  return (description) => {
    const remembered = known.get(description);
    if (remembered !== undefined) return remembered;
    const found = find(description);
    if (known.size >= rememberedMax) known.clear();
    known.set(internDescription(description), found);
    return found;
  };
}
