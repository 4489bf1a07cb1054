// Attribute values of a Dogtag CA's directory (`o=ipaca`) and the facts they stand for.

export {
  decodeAccessRulesEntry,
  decodeGroupEntry,
  decodeUserEntry,
} from './access-entries.ts';
export { parseAccessRule } from './access-rule.ts';
export {
  type AuthorityEntry,
  decodeAuthorityEntry,
  decodeIssuingPointEntry,
  type IssuingPointEntry,
} from './authority-entries.ts';
export { formatCertificateClaim } from './certificate-claim.ts';
export {
  type CertificateEntry,
  type DirectoryRevocation,
  decodeCertificateEntry,
  timeZoneSamplesOf,
} from './certificate-entry.ts';
export { type DirectoryLayout, directoryLayout } from './directory-layout.ts';
export {
  type CertificateEntryContent,
  changeableAttributes,
  encodeCertificateEntry,
} from './encode-certificate-entry.ts';
export { encodeRequestEntry, extensionDataAttribute, type RequestEntryContent } from './encode-request-entry.ts';
export { encodeBase64Value, encodeExtensionDataKey, formatDirectoryDate } from './encode-values.ts';
export { type DecodedEntry, type EntryFinding, EntryFindings } from './entry-finding.ts';
export { escapeNameValue, findOwnName, normalizeEntryName, parseEntryName } from './entry-name.ts';
export { decodeExtensionDataKey } from './extension-data.ts';
export {
  type AllocatedRange,
  decodeRangeEntry,
  type NumberReading,
  readNextRange,
} from './number-range-entries.ts';
export { baseName, pickAttributes } from './operational-attributes.ts';
export { encodePrefixedNumber, parseDecimal, parsePrefixedNumber, prefixedNumberMax } from './prefixed-number.ts';
export { decodeProfileEntry } from './profile-entry.ts';
export {
  decodeRequestEntry,
  type RequestEntry,
} from './request-entry.ts';
export { parseRevocationInfo } from './revocation-info.ts';
export {
  type DomainHostEntry,
  decodeDomainHostEntry,
  domainHostName,
  subsystemOfList,
} from './security-domain-entries.ts';
export {
  type DirectoryTimeZone,
  detectTimeZone,
  directoryTimeZone,
  parseDirectoryDate,
  timeZoneSamplesMax,
  universalTime,
} from './time-zone.ts';
