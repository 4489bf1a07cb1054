// Makes records of authorities' entries, with the certificates that the directory holds of them, and notes what is unclear about them.
import { type AuthorityEntry, parseEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { SourceFinding, SourceRecord } from '../records.ts';
import { findAuthorityCertificate } from './authority-certificates.ts';
import { type DecodedRecords, type DecodingContext, decodeAuthority } from './decode-records.ts';
import type { DirectoryReader } from './directory-reader.ts';

export async function readAuthority(
  entry: DirectoryEntry,
  reader: DirectoryReader,
  context: DecodingContext,
): Promise<DecodedRecords> {
  const { authority, findings } = decodeAuthority(entry, context);
  if (authority === null) return { records: [], findings };
  const found = await findAuthorityCertificate(authority, reader, context.layout);
  const { id, isHostAuthority, parentId, subject, enabled, description, keyNickname, keyHosts } = authority;
  const record: SourceRecord = {
    kind: 'authority',
    entry: entry.dn,
    value: {
      id,
      isHostAuthority,
      parentId,
      subject,
      enabled,
      description,
      certificateSerial: authority.certificateSerial ?? found?.serialNumber ?? null,
      keyNickname,
      keyHosts,
      certificateDer: found?.certificateDer ?? null,
    },
  };
  const noted = isHostAuthority ? [...findings] : [...findings, keyElsewhere(authority, entry)];
  if (found !== null) return { records: [record], findings: noted };
  const message = `the directory does not hold the certificate of ${JSON.stringify(subject)}; another CA may have issued it`;
  const missing: SourceFinding = {
    kind: 'authority-certificate-missing',
    verdict: 'accepted',
    message,
    entry: entry.dn,
  };
  return { records: [record], findings: [...noted, missing] };
}

/** Keys of lightweight authorities are in the NSS databases of the servers; the directory and the host authority's PKCS#12 do not hold them. */
function keyElsewhere({ subject, keyNickname, keyHosts }: AuthorityEntry, entry: DirectoryEntry): SourceFinding {
  const nickname = keyNickname === null ? '' : ` (nickname ${JSON.stringify(keyNickname)})`;
  return {
    kind: 'authority-key-elsewhere',
    verdict: 'accepted',
    message: `${subject} cannot issue here before its key${nickname} has been brought from the NSS database of ${keyHosts.length === 0 ? 'Dogtag' : keyHosts.join(' or ')}`,
    entry: entry.dn,
  };
}

export function checkHosts(decoded: readonly DecodedRecords[], container: string): DecodedRecords {
  const hosts = decoded.flatMap(({ records }) =>
    records.filter((record) => record.kind === 'authority' && record.value.isHostAuthority),
  );
  if (hosts.length === 1) return { records: [], findings: [] };
  const message =
    hosts.length === 0
      ? 'no authority is without a parent, so the host authority is unknown'
      : `${hosts.length} authorities are without a parent: ${hosts.map(({ entry }) => parseEntryName(entry)?.[0]?.value ?? entry).join(', ')}`;
  return {
    records: [],
    findings: [{ kind: 'host-authority-unclear', verdict: 'accepted', message, entry: container }],
  };
}
