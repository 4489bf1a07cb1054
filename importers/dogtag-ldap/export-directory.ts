// Writes a live directory's subtree as LDIF, the same content always as the same octets, so that a trial can be run without the server.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { parseEntryName } from '#codecs/dogtag-directory';
import { DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import type { Log } from '#platform';
import { DirectoryConnection } from './directory-connection.ts';
import type { DirectorySettings } from './directory-settings.ts';

/** Values that open doors; hashes too, since they can be guessed at. */
const secretAttributes = new Set(['userpassword']);

/**
 * Writes the entries under `base`, containers before what they contain and siblings in the directory's order, to `file`, which appears complete or not at all.
 * Attributes for which `leaveOut` answers true, and passwords always, are not written. Resolves to the number of entries.
 */
export async function exportDirectory(
  settings: DirectorySettings & { readonly base: string },
  file: string,
  options: { readonly log: Log; readonly leaveOut?: (dn: string, attribute: string) => boolean },
): Promise<number> {
  const connection = new DirectoryConnection(settings, options.log);
  const temporary = `${file}.part`;
  const output = createWriteStream(temporary);
  try {
    const query = { scope: 'sub', filter: '(objectClass=*)', attributes: ['1.1'], pageSize: 1000 } as const;
    const { kept: names } = await connection.collect(settings.base, query, ({ dn }) => dn);
    output.write(ldifVersionLine);
    for (const dn of names.sort(compareNames)) {
      const [entry] = await connection.search(dn, { scope: 'base', filter: '(objectClass=*)' });
      if (entry === undefined) continue;
      if (!output.write(encodeLdifEntry(without(entry, options.leaveOut)))) await once(output, 'drain');
    }
    output.end();
    await once(output, 'close');
    await rename(temporary, file);
    return names.length;
  } finally {
    output.destroy();
    await rm(temporary, { force: true });
    await connection.close();
  }
}

/** Shorter names first, so that a container comes before its entries; among them the directory's own order stays, which clients see. */
function compareNames(a: string, b: string): number {
  return depthOf(a) - depthOf(b);
}

function depthOf(dn: string): number {
  return parseEntryName(dn)?.length ?? 0;
}

function without(
  entry: DirectoryEntry,
  leaveOut: (dn: string, attribute: string) => boolean = () => false,
): DirectoryEntry {
  const attributes = [...entry.attributes()].filter(([description]) => {
    const name = description.toLowerCase();
    return !secretAttributes.has(name) && !leaveOut(entry.dn, name);
  });
  return new DirectoryEntry(entry.dn, attributes);
}
