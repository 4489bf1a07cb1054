// Entries under `ou=certificateProfiles`: one profile's configuration text. Ruled by LDAPProfileSubsystem.java.
import type { DirectoryEntry } from '#codecs/ldif';
import { type DecodedEntry, EntryFindings } from './entry-finding.ts';
import { findOwnName } from './entry-name.ts';

export interface ProfileEntry {
  readonly id: string;
  readonly classId: string;
  /** `key=value` lines without `profileId` and `classId`, exactly as stored. */
  readonly configurationText: string;
}

const textLengthMax = 4 * 1024 * 1024;

/** `container` is the layout's `profiles`; the entry must stand directly under it. */
export function decodeProfileEntry(entry: DirectoryEntry, container: string): DecodedEntry<ProfileEntry> {
  const findings = new EntryFindings();
  return { value: decode(entry, container, findings), findings: findings.list };
}

function decode(entry: DirectoryEntry, container: string, findings: EntryFindings): ProfileEntry | null {
  const id = findOwnName(entry.dn, 'cn', container);
  if (id === null || id === '') return findings.refuse('unnamed-entry', 'the entry is not named by cn');
  const [value] = entry.values('certProfileConfig');
  if (value === undefined) return findings.refuse('profile-without-configuration', 'there is no certProfileConfig');
  if (value.length > textLengthMax)
    return findings.refuse('profile-too-large', `${value.length} octets are more than ${textLengthMax}`);
  const configurationText = entry.findText('certProfileConfig');
  if (configurationText === null) return findings.refuse('text-not-utf-8', 'certProfileConfig is not UTF-8');
  const classId = entry.findText('classId');
  if (classId === null) return findings.refuse('profile-without-class', 'there is no classId');
  return { id, classId, configurationText };
}
