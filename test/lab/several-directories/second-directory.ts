// A second suffix beside the lab's own that holds the same, as a replica's would, in the lab's directory server.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, type Client } from 'ldapts';
import { LdifDecoder } from '#codecs/ldif';
import { type DirectorySettings, exportDirectory } from '#importers';
import { silentLog } from '#platform';

export const secondBase = 'o=ipacb';
const backend = 'cn=ipacb,cn=ldbm database,cn=plugins,cn=config';
const mapping = 'cn="o=ipacb",cn=mapping tree,cn=config';

/** Name of an entry of the first in the second. */
export function inSecond(dn: string, base: string): string {
  return `${dn.slice(0, dn.length - base.length)}${secondBase}`;
}

/** Everything of the CA's, without passwords. */
export async function addSecondDirectory(client: Client, settings: DirectorySettings, base: string): Promise<void> {
  const classes = (...names: string[]) => ({ objectClass: ['top', 'extensibleObject', ...names] });
  await client.add(backend, { ...classes('nsBackendInstance'), cn: 'ipacb', 'nsslapd-suffix': secondBase });
  const place = { cn: secondBase, 'nsslapd-state': 'backend', 'nsslapd-backend': 'ipacb' };
  await client.add(mapping, { ...classes('nsMappingTree'), ...place });
  const folder = await mkdtemp(join(tmpdir(), 'retag-second-'));
  try {
    const file = join(folder, 'first.ldif');
    await exportDirectory({ ...settings, base }, file, { log: silentLog });
    const decoder = new LdifDecoder();
    for (const entry of [...decoder.push(await readFile(file)), ...decoder.finish()]) {
      if (/,?o=kra,/i.test(entry.dn)) continue;
      const attributes = [...entry.attributes()].map(([type, values]) => {
        const isRootName = entry.dn.toLowerCase() === base.toLowerCase() && type.toLowerCase() === 'o';
        const isMember = type.toLowerCase() === 'uniquemember';
        const octets = isRootName
          ? [Buffer.from(secondBase.slice(2))]
          : values.map((value) =>
              isMember ? Buffer.from(inSecond(Buffer.from(value).toString(), base)) : Buffer.from(value),
            );
        return new Attribute({ type, values: octets });
      });
      await client.add(inSecond(entry.dn, base), attributes);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Does nothing where there is none. */
export async function removeSecondDirectory(client: Client): Promise<void> {
  for (const dn of [mapping, backend]) {
    const found = await client.search(dn, { scope: 'sub', attributes: ['1.1'] }).catch(() => ({ searchEntries: [] }));
    const names = found.searchEntries.map((entry) => entry.dn).sort((a, b) => b.length - a.length);
    for (const name of names) await client.del(name).catch(() => {});
  }
}
