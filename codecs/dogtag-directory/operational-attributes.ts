// Attributes that a directory server adds for itself: they are of the server, not of the entry, and come along in some exports and not in others.
import { DirectoryEntry, rememberByDescription } from '#codecs/ldif';

const operational = new Set(
  [
    'aci',
    'createTimestamp',
    'creatorsName',
    'dsEntryDN',
    'entryDN',
    'entryID',
    'entryUSN',
    'entryUUID',
    'hasSubordinates',
    'modifiersName',
    'modifyTimestamp',
    'nscpEntryDN',
    'nsParentUniqueId',
    'nsUniqueId',
    'numSubordinates',
    'parentID',
    'passwordExpirationTime',
    'passwordGraceUserTime',
    'subschemaSubentry',
    'tombstoneNumSubordinates',
  ].map((name) => name.toLowerCase()),
);

/** Whether an attribute description (options as `;binary` do not count) is one that the server keeps for itself. */
export const isOperationalAttribute = rememberByDescription((description) => operational.has(baseName(description)));

/** Attribute name of a description (RFC 4512 section 2.5), in lower case. */
export function baseName(description: string): string {
  return (description.split(';', 1)[0] ?? '').toLowerCase();
}

/** The entry with those of its attributes that `isWanted` says yes to, every value as it came. */
export function pickAttributes(entry: DirectoryEntry, isWanted: (description: string) => boolean): DirectoryEntry {
  return new DirectoryEntry(
    entry.dn,
    [...entry.attributes()].filter(([description]) => !isOperationalAttribute(description) && isWanted(description)),
  );
}
