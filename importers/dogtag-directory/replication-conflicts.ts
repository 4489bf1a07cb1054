// Entries that lost a replication conflict: two servers made one of the same name, and 389 Directory Server renamed the later one.
import { createHash } from 'node:crypto';
import type { DirectoryEntry } from '#codecs/ldif';
import type { SourceFinding } from '../records.ts';

/** By the name or by the mark that the server gives to them (`nsds5ReplConflict`, and `nsuniqueid=...+cn=7` for `cn=7`). */
export function isReplicationConflict(entry: DirectoryEntry): boolean {
  return /^nsuniqueid\s*=/i.test(entry.dn) || entry.values('nsds5ReplConflict').length > 0;
}

/** Dogtag does not read them, so they are not taken in; but what they hold may be a certificate that somebody has. */
export function describeConflict(entry: DirectoryEntry): SourceFinding {
  const [certificateDer] = entry.binaryValues('userCertificate');
  const cause = entry.findText('nsds5ReplConflict');
  const holds =
    certificateDer === undefined
      ? ''
      : `; it holds a certificate (SHA-256 ${createHash('sha256').update(certificateDer).digest('hex')})`;
  const message = `lost a replication conflict${cause === null ? '' : ` (${cause})`}${holds}. It is not taken in; compare it with the entry that has the name, and rename or delete it at the directory.`;
  return { kind: 'replication-conflict', verdict: 'refused', message, entry: entry.dn };
}
