// Hosts of the security domain, which stand in a list for each kind of subsystem.
import { type DirectoryLayout, domainHostName, parseEntryName, subsystemOfList } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import { type DecodedRecords, decodeDomainHostRecord } from './decode-records.ts';
import type { DirectoryReader } from './directory-reader.ts';

export interface ReadDomain {
  readonly parts: readonly DecodedRecords[];
  readonly entryCount: number;
  /** Of all hosts, records or not. */
  readonly names: readonly string[];
}

/** Null where there is no security domain at all. */
export async function readSecurityDomain(
  reader: DirectoryReader,
  { securityDomain }: DirectoryLayout,
): Promise<ReadDomain | null> {
  const domain = await reader.findEntry(securityDomain);
  if (domain === null) return null;
  const entries: DirectoryEntry[] = [];
  for (const list of await reader.listChildren(securityDomain, 'pkiSecurityGroup'))
    if (subsystemOfList(parseEntryName(list.dn)?.[0]?.value ?? '') !== null)
      entries.push(...(await reader.listChildren(list.dn, 'pkiSubsystem')));
  return {
    parts: entries.map((entry) => decodeDomainHostRecord(entry, domain.findText('name') ?? '')),
    entryCount: entries.length,
    names: entries.flatMap(({ dn }) => domainHostName(dn) ?? []),
  };
}
