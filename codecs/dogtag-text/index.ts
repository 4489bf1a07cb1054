// Forms of text that all of Dogtag's dialects share: identifiers, dates, base64 in lines.
export { encodeBase64Lines, encodeCertificatePem } from './base64-lines.ts';
export { foldDirectoryName } from './directory-name.ts';
export { formatHexIdentifier, objectIdentifierFault, parseIdentifier, parseJavaInteger } from './identifier.ts';
export { formatJavaDate, formatLongDate, formatLongDay, formatSortableDate } from './java-date.ts';
export { javaIntegerHash, javaTextHash, joinJavaHashes } from './java-hash.ts';
export { findJavaTimeZone, type JavaTimeZone, type LongDateForm, utc } from './java-time-zone.ts';
export { escapeNameValue } from './name-value.ts';
