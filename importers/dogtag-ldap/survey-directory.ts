// Lists what stands where in a living directory: names and classes only, container by container, so that no server has to sort or hold anything.

import { normalizeEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { Survey, SurveyedEntry } from '../dogtag-directory/directory-reader.ts';
import { SourceError } from '../import-source.ts';
import type { DirectoryConnection } from './directory-connection.ts';

const pageSize = 1000;
/** Subentries (RFC 3672) show to those alone who ask for them. */
const anything = '(|(objectClass=*)(objectClass=ldapSubEntry))';
/** 389 Directory Server tells how many children an entry has, others whether it has any. */
const attributes = ['objectClass', 'numSubordinates', 'hasSubordinates'];

/** As DirectoryReader.surveyTree. */
export async function* surveyDirectory(
  connection: DirectoryConnection,
  base: string,
  numbered: readonly string[],
): AsyncGenerator<Survey> {
  const isNumbered = new Set(numbered.map(normalizeEntryName));
  const [root] = await connection.search(base, { scope: 'base', filter: anything, attributes });
  if (root === undefined) return;
  yield { entries: [surveyed(root)], unseen: null };
  const waiting = [root.dn];
  for (let dn = waiting.pop(); dn !== undefined; dn = waiting.pop()) {
    const found = await listChildren(connection, dn, isNumbered.has(normalizeEntryName(dn)));
    if (found === null) {
      yield { entries: [], unseen: dn };
      continue;
    }
    waiting.push(...found.filter(({ hasChildren }) => hasChildren).map(({ entry }) => entry.dn));
    yield { entries: found.map(({ entry }) => entry), unseen: null };
  }
}

/** Of a container with many entries only those that have children. Null when the server's limits forbid to look for them. */
async function listChildren(connection: DirectoryConnection, dn: string, isNumbered: boolean) {
  const filter = isNumbered ? `(&${anything}(numSubordinates>=1))` : anything;
  try {
    const { kept } = await connection.collect(dn, { scope: 'one', filter, attributes, pageSize }, (entry) => ({
      entry: surveyed(entry),
      hasChildren: hasChildren(entry),
    }));
    return kept;
  } catch (error) {
    if (isNumbered && error instanceof SourceError && error.code === 'limited') return null;
    throw error;
  }
}

/** Entries that were deleted and are remembered for replicas; they show to those alone who ask for their class. */
export async function countTombstones(connection: DirectoryConnection, base: string): Promise<number> {
  const query = { scope: 'sub', filter: '(objectClass=nsTombstone)', attributes: ['1.1'], pageSize } as const;
  const { kept } = await connection.collect(base, query, () => true);
  return kept.length;
}

function surveyed(entry: DirectoryEntry): SurveyedEntry {
  return { dn: entry.dn, objectClasses: entry.texts('objectClass') };
}

/** Where the server says neither, it has to be looked for. */
function hasChildren(entry: DirectoryEntry): boolean {
  const count = entry.findText('numSubordinates');
  return count === null ? entry.findText('hasSubordinates')?.toLowerCase() !== 'false' : count !== '0';
}
