// LDIF (RFC 2849) and the directory entry that it and LDAP have in common.
export { internDescription, rememberByDescription } from './attribute-descriptions.ts';
export { decodeLdif, decodeLdifRecord, LdifDecoder, ldifLimits } from './decode-ldif.ts';
export { DirectoryEntry, decodeUtf8 } from './directory-entry.ts';
export { encodeLdifEntry, ldifVersionLine } from './encode-ldif.ts';
export { LdifError } from './ldif-error.ts';
export { LdifRecordSplitter, type LdifRecordText } from './ldif-records.ts';
export { withoutReplicationState } from './replication-state.ts';
