// Readers of foreign stores: what they hold, in nobody's dialect, with a note of where it came from.
import type { Clock, Log } from '#platform';
import { createDogtagDirectorySource } from './dogtag-directory/dogtag-directory-source.ts';
import type { DirectorySettings } from './dogtag-ldap/directory-settings.ts';
import { createLdapDirectoryReader } from './dogtag-ldap/ldap-directory-reader.ts';
import { onlyBase, openLdifDirectoryReader } from './dogtag-ldif/ldif-directory-reader.ts';
import type { ImportSource } from './import-source.ts';
import { openSourceOnThread } from './source-thread/source-on-thread.ts';

export { openCertificateFiles } from './certificate-files/certificate-files-source.ts';
export type {
  AuditFindingKind,
  SourceAuditBatch,
  SourceAuditEntry,
  SourceAuditFile,
  SourceAuditFinding,
  SourceAuditLog,
} from './dogtag-audit-log/audit-log-records.ts';
export { type AuditLogFolder, listAuditLogs } from './dogtag-audit-log/list-audit-logs.ts';
export { type ReadAuditLogOptions, readAuditLog, type SignatureCounts } from './dogtag-audit-log/read-audit-log.ts';
export type { KeyReference } from './dogtag-instance/describe-instance.ts';
export {
  type DirectoryPlace,
  type DogtagInstance,
  openDogtagInstance,
} from './dogtag-instance/dogtag-instance-source.ts';
export { entryOf, everyAttribute } from './dogtag-ldap/directory-connection.ts';
export { explainDirectoryError } from './dogtag-ldap/directory-error.ts';
export { type DirectorySettings, whoBinds } from './dogtag-ldap/directory-settings.ts';
export { exportDirectory } from './dogtag-ldap/export-directory.ts';
export { ReconnectingSession } from './dogtag-ldap/reconnecting-session.ts';
export { openDogtagRest } from './dogtag-rest/dogtag-rest-source.ts';
export { type KnownAuthorities, noAuthorities } from './held-records/host-authority.ts';
export {
  type ChangeMark,
  type ChangeReview,
  type ChangingKind,
  changingKinds,
  type ImportSource,
  numbersOf,
  type RemovedObject,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceExtent,
  type SourceName,
  sourceKinds,
  wholeKeptKinds,
} from './import-source.ts';
export { joinSources } from './joined-sources/join-sources.ts';
export { locateNssDatabase, type NssDatabase, readNssDatabase } from './nss-database/nss-database.ts';

export { openNssDatabase } from './nss-database/nss-database-source.ts';
export { openPkcs12File } from './pkcs12/pkcs12-source.ts';
export * from './records.ts';

/** `base` is the CA's base, such as `o=ipaca`; `timeZone` the IANA name of the zone in which the server writes dates, null to find out. */
export interface DogtagDirectoryOptions {
  readonly base: string;
  readonly timeZone: string | null;
}

/** The live directory of a Dogtag CA. Connects with the first read. */
export function openDogtagDirectory(
  options: DirectorySettings & DogtagDirectoryOptions,
  dependencies: { readonly log: Log; readonly clock: Clock },
): ImportSource {
  return createDogtagDirectorySource(createLdapDirectoryReader(options, dependencies), options);
}

/** A recorded directory of a Dogtag CA; `base` null is the only CA in it. Rejects with SourceError when the file cannot be read. */
export async function openRecordedDogtagDirectory(
  file: string,
  { base, timeZone }: { readonly base: string | null; readonly timeZone: string | null },
): Promise<ImportSource> {
  const reader = await openLdifDirectoryReader(file);
  return createDogtagDirectorySource(reader, { base: base ?? onlyBase(reader.findBases(), file), timeZone });
}

/** The same on a thread of its own, for who reads all of it. */
export function openDogtagDirectoryOnThread(
  { url, base, timeZone, ...settings }: DirectorySettings & DogtagDirectoryOptions,
  { log }: { readonly log: Log },
): Promise<ImportSource> {
  return openSourceOnThread({ kind: 'directory', settings, url: url.href, base, timeZone }, log);
}

/** The same on a thread of its own. */
export function openRecordedDogtagDirectoryOnThread(
  file: string,
  { base, timeZone }: { readonly base: string | null; readonly timeZone: string | null },
  { log }: { readonly log: Log },
): Promise<ImportSource> {
  return openSourceOnThread({ kind: 'recording', file, base, timeZone }, log);
}
