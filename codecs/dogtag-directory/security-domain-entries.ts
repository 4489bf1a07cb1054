// Hosts of the security domain. Ruled by SecurityDomainProcessor.java.
import type { DirectoryEntry } from '#codecs/ldif';
import { type DecodedEntry, EntryFindings } from './entry-finding.ts';
import { parseEntryName } from './entry-name.ts';

/** The kinds of subsystems that the domain has lists of. */
export type DomainSubsystemName = 'CA' | 'OCSP' | 'KRA' | 'RA' | 'TKS' | 'TPS';

export interface DomainHostEntry {
  /** Subsystem and own name of the entry, such as `CA pki.example.test:443`. */
  readonly name: string;
  readonly subsystem: DomainSubsystemName;
  readonly hostName: string;
  readonly port: string | null;
  readonly securePort: string | null;
  readonly secureEndEntityPort: string | null;
  readonly secureAgentPort: string | null;
  readonly secureAdminPort: string | null;
  readonly clone: string | null;
  readonly subsystemName: string | null;
  readonly domainManager: string | null;
}

/** Name of a list, such as `CAList`, as the subsystem whose hosts it holds; null when it is no such list. */
export function subsystemOfList(listName: string): DomainSubsystemName | null {
  const name = /^(CA|OCSP|KRA|RA|TKS|TPS)List$/i.exec(listName)?.[1]?.toUpperCase();
  return (name as DomainSubsystemName | undefined) ?? null;
}

/** The entry's name as records have it; null when it stands in no list. */
export function domainHostName(dn: string): string | null {
  const [own, list] = parseEntryName(dn) ?? [];
  const subsystem = subsystemOfList(list?.value ?? '');
  return own === undefined || own.attribute !== 'cn' || subsystem === null ? null : `${subsystem} ${own.value}`;
}

export function decodeDomainHostEntry(entry: DirectoryEntry): DecodedEntry<DomainHostEntry> {
  const findings = new EntryFindings();
  const name = domainHostName(entry.dn);
  const hostName = entry.findText('host');
  if (name === null || hostName === null)
    return {
      value: findings.refuse('unnamed-entry', 'the entry has no host, or stands in no list of hosts'),
      findings: findings.list,
    };
  const value: DomainHostEntry = {
    name,
    subsystem: name.slice(0, name.indexOf(' ')) as DomainSubsystemName,
    hostName,
    port: entry.findText('UnSecurePort'),
    securePort: entry.findText('SecurePort'),
    secureEndEntityPort: entry.findText('SecureEEClientAuthPort'),
    secureAgentPort: entry.findText('SecureAgentPort'),
    secureAdminPort: entry.findText('SecureAdminPort'),
    clone: entry.findText('Clone'),
    subsystemName: entry.findText('SubsystemName'),
    domainManager: entry.findText('DomainManager'),
  };
  return { value, findings: findings.list };
}
