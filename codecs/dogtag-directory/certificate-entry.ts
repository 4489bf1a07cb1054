// Entries under `ou=certificateRepository`: a certificate and what became of it. Ruled by CertRecord.java and X509CertImplMapper.java.
import { type DirectoryEntry, decodeUtf8 } from '#codecs/ldif';
import { type CertificateHead, certificateBytesMax, decodeCertificateHead } from '#codecs/x509';
import { type DecodedEntry, EntryFindings, quoteValue } from './entry-finding.ts';
import { findOwnName } from './entry-name.ts';
import { parseDecimal, parsePrefixedNumber } from './prefixed-number.ts';
import { parseRevocationInfo } from './revocation-info.ts';
import { type DirectoryTimeZone, parseDirectoryDate, type TimeZoneSample } from './time-zone.ts';

export interface DirectoryRevocation {
  /** CRLReason of RFC 5280 section 5.3.1. */
  readonly reason: DirectoryRevocationReason;
  /** `revInfo`: the date that stands in CRLs. */
  readonly revokedAt: Date;
  /** `revokedOn`, which REST shows, where it is another: Dogtag takes the clock twice, so a second's difference is common. */
  readonly notedAt?: Date;
  readonly revokedBy: string | null;
  readonly invalidityDate: Date | null;
}

const revocationReasons = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10] as const;
export type DirectoryRevocationReason = (typeof revocationReasons)[number];

export interface CertificateEntry {
  /** The number by which the entry is named, and by which Dogtag finds it. */
  readonly serialNumber: bigint;
  readonly certificateDer: Uint8Array;
  /** `VALID`, `INVALID`, `REVOKED`, `EXPIRED`, `REVOKED_EXPIRED` as it stands; empty when absent. */
  readonly status: string;
  readonly revocation: DirectoryRevocation | null;
  readonly issuedAt: Date | null;
  readonly modifiedAt: Date | null;
  readonly issuedBy: string | null;
  readonly requestId: bigint | null;
  readonly profileId: string | null;
}

const knownStatuses = new Set(['VALID', 'INVALID', 'REVOKED', 'EXPIRED', 'REVOKED_EXPIRED']);
/** Between the two times at which Dogtag reads the clock for one revocation. */
const ordinaryDifferenceMs = 5000;
const revokedStatuses = new Set(['REVOKED', 'REVOKED_EXPIRED']);

/** `container` is the layout's `certificates`; the entry must stand directly under it. */
export function decodeCertificateEntry(
  entry: DirectoryEntry,
  container: string,
  zone: DirectoryTimeZone,
): DecodedEntry<CertificateEntry> {
  const findings = new EntryFindings();
  return { value: decode(entry, container, zone, findings), findings: findings.list };
}

/** Dates of the entry whose true instants stand in its certificate: evidence of the time zone in which the server writes. */
export function timeZoneSamplesOf(entry: DirectoryEntry): TimeZoneSample[] {
  const [certificateDer] = entry.binaryValues('userCertificate');
  const certificate = certificateDer === undefined ? null : findCertificate(certificateDer);
  if (certificate === null) return [];
  const pairs = [
    [entry.findText('notBefore'), certificate.notBefore],
    [entry.findText('notAfter'), certificate.notAfter],
  ] as const;
  return pairs.flatMap(([text, instant]) => (text === null ? [] : [{ text, instant }]));
}

function decode(
  entry: DirectoryEntry,
  container: string,
  zone: DirectoryTimeZone,
  findings: EntryFindings,
): CertificateEntry | null {
  const name = findOwnName(entry.dn, 'cn', container);
  const serialNumber = name === null ? null : parseDecimal(name);
  if (serialNumber === null) return findings.refuse('unnumbered-certificate-entry', 'the name is not a serial number');
  checkSerialAttribute(entry, serialNumber, findings);
  const certificateDer = chooseCertificate(entry, serialNumber, findings);
  if (certificateDer === null) return null;
  checkValidityAttributes(entry, certificateDer, zone, findings);
  const metaInfo = readMetaInfo(entry, findings);
  const modifiedAt = readDate(entry, 'dateOfModify', zone, findings);
  return {
    serialNumber,
    certificateDer,
    status: entry.findText('certStatus') ?? '',
    revocation: readRevocation(entry, zone, modifiedAt, findings),
    issuedAt: readDate(entry, 'dateOfCreate', zone, findings),
    modifiedAt,
    issuedBy: readText(entry, 'issuedBy', findings),
    requestId: parseRequestId(metaInfo.get('requestid'), findings),
    profileId: metaInfo.get('profileid') ?? null,
  };
}

function checkSerialAttribute(entry: DirectoryEntry, serialNumber: bigint, findings: EntryFindings): void {
  const text = entry.findText('serialno');
  if (text === null) findings.accept('serial-attribute-missing', 'no serialno: Dogtag does not find it by searching');
  else if (parsePrefixedNumber(text) !== serialNumber)
    findings.accept('serial-attribute-differs-from-name', `serialno is ${quoteValue(text)}`);
}

/** With several values, the one that bears the entry's serial number. */
function chooseCertificate(entry: DirectoryEntry, serialNumber: bigint, findings: EntryFindings): Uint8Array | null {
  const values = entry.binaryValues('userCertificate');
  const [first] = values;
  if (first === undefined) return findings.refuse('certificate-missing', 'the entry holds no certificate');
  const chosen =
    values.length === 1
      ? first
      : (values.find((value) => findCertificate(value)?.serialNumber === serialNumber) ?? first);
  if (values.length > 1)
    findings.accept('several-certificates', `the entry holds ${values.length} certificates; one of them is taken`);
  if (chosen.length > certificateBytesMax)
    return findings.refuse('certificate-too-large', `${chosen.length} octets are more than ${certificateBytesMax}`);
  return chosen;
}

/** The dates beside the DER must be the DER's own, else the time zone is not the one in which this entry was written. */
function checkValidityAttributes(
  entry: DirectoryEntry,
  certificateDer: Uint8Array,
  zone: DirectoryTimeZone,
  findings: EntryFindings,
): void {
  const certificate = findCertificate(certificateDer);
  if (certificate === null) return;
  for (const [attribute, instant] of [
    ['notBefore', certificate.notBefore],
    ['notAfter', certificate.notAfter],
  ] as const) {
    const date = readDate(entry, attribute, zone, findings);
    if (date === null) continue;
    const differenceSeconds = Math.round((date.getTime() - instant.getTime()) / 1000);
    if (Math.abs(differenceSeconds) > 1)
      findings.accept(
        'date-differs-from-certificate',
        `${attribute} is ${differenceSeconds} s off when read in zone ${zone.name}; other dates of the entry may be, too`,
      );
  }
}

function readRevocation(
  entry: DirectoryEntry,
  zone: DirectoryTimeZone,
  modifiedAt: Date | null,
  findings: EntryFindings,
): DirectoryRevocation | null {
  const status = entry.findText('certStatus');
  const text = entry.findText('revInfo');
  if (status === null || !knownStatuses.has(status))
    findings.accept('unknown-certificate-status', `certStatus is ${status === null ? 'absent' : quoteValue(status)}`);
  // Dogtag's CRL and OCSP go by the status alone, so revocation data beside another status revokes nothing.
  const isRevoked = status !== null && knownStatuses.has(status) ? revokedStatuses.has(status) : text !== null;
  if (!isRevoked) {
    if (text !== null)
      findings.accept('revocation-without-status', `revInfo is ${quoteValue(text)} but the status says ${status}`);
    return null;
  }
  const info = text === null ? null : parseRevocationInfo(text, zone);
  const revokedOn = readDate(entry, 'revokedOn', zone, findings);
  if (info === null)
    findings.accept(
      'unreadable-revocation',
      `revInfo is ${text === null ? 'absent' : quoteValue(text)}; revoked nonetheless`,
    );
  for (const problem of info?.problems ?? []) findings.accept('unreadable-revocation', problem);
  if (
    info !== null &&
    revokedOn !== null &&
    Math.abs(info.revokedAt.getTime() - revokedOn.getTime()) > ordinaryDifferenceMs
  )
    findings.accept('revocation-dates-differ', 'revInfo and revokedOn are far apart; the CRL follows revInfo');
  const revokedAt = info?.revokedAt ?? revokedOn ?? modifiedAt;
  if (revokedAt === null) findings.accept('revocation-date-unknown', 'revoked since 1970 for want of any date');
  return {
    reason: checkReason(info?.reason ?? 0, findings),
    revokedAt: revokedAt ?? new Date(0),
    ...(info !== null && revokedOn !== null && info.revokedAt.getTime() !== revokedOn.getTime()
      ? { notedAt: revokedOn }
      : {}),
    revokedBy: readText(entry, 'revokedBy', findings),
    invalidityDate: info?.invalidityDate ?? null,
  };
}

function checkReason(reason: number, findings: EntryFindings): DirectoryRevocationReason {
  const known = revocationReasons.find((candidate) => candidate === reason);
  if (known === undefined) findings.accept('unknown-revocation-reason', `reason ${reason} counts as unspecified`);
  return known ?? 0;
}

/** `metaInfo` values are `name:value`; names are taken in lower case. */
function readMetaInfo(entry: DirectoryEntry, findings: EntryFindings): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const value of entry.values('metaInfo')) {
    const text = decodeUtf8(value);
    const colon = text?.indexOf(':') ?? -1;
    if (text === null || colon <= 0) findings.accept('unreadable-meta-info', 'a metaInfo value is not name:value');
    else pairs.set(text.slice(0, colon).toLowerCase(), text.slice(colon + 1));
  }
  return pairs;
}

/** Decimal, or hexadecimal after `0x` where request numbers are random (11.x). */
function parseRequestId(text: string | undefined, findings: EntryFindings): bigint | null {
  if (text === undefined) return null;
  const id = /^0x[0-9a-f]{1,40}$/i.test(text) ? BigInt(text) : parseDecimal(text);
  if (id === null) findings.accept('unreadable-meta-info', `request number ${quoteValue(text)}`);
  return id;
}

function readText(entry: DirectoryEntry, attribute: string, findings: EntryFindings): string | null {
  const text = entry.findText(attribute);
  if (text === null && entry.values(attribute).length > 0)
    findings.accept('text-not-utf-8', `${attribute} is left out`);
  return text;
}

/** A date attribute, or null with a finding when it stands there but is none. */
export function readDate(
  entry: DirectoryEntry,
  attribute: string,
  zone: DirectoryTimeZone,
  findings: EntryFindings,
): Date | null {
  if (entry.values(attribute).length === 0) return null;
  const text = entry.findText(attribute);
  const date = text === null ? null : parseDirectoryDate(text, zone);
  if (date === null)
    findings.accept('malformed-date', `${attribute} is ${text === null ? 'not UTF-8' : quoteValue(text)}`);
  return date;
}

/** Old data may be BER; judging that is left to the intake. */
function findCertificate(certificateDer: Uint8Array): CertificateHead | null {
  try {
    return decodeCertificateHead(certificateDer, { rules: 'ber' });
  } catch {
    return null;
  }
}
