// Issuing authorities and their CRL issuing points. Ruled by CertificateAuthority.java and CRLIssuingPointRecord.java.
import type { DirectoryEntry } from '#codecs/ldif';
import { readDate } from './certificate-entry.ts';
import { type DecodedEntry, EntryFindings, quoteValue } from './entry-finding.ts';
import { findOwnName } from './entry-name.ts';
import { parseDecimal, parsePrefixedNumber } from './prefixed-number.ts';
import type { DirectoryTimeZone } from './time-zone.ts';

export interface AuthorityEntry {
  readonly id: string;
  /** The host authority is the one without a parent: lightweight authorities always have one. */
  readonly isHostAuthority: boolean;
  readonly parentId: string | null;
  /** Subject of its certificate, as text. */
  readonly subject: string;
  readonly enabled: boolean;
  readonly description: string | null;
  /** Of its present certificate; absent for the host authority. */
  readonly certificateSerial: bigint | null;
  readonly keyNickname: string | null;
  /** Hosts whose key databases have the key, as `host:port`. */
  readonly keyHosts: readonly string[];
}

export interface IssuingPointEntry {
  readonly issuingPoint: string;
  readonly crlNumber: bigint;
  readonly crlDer: Uint8Array | null;
  /** Delta CRLs take their numbers from the same row. */
  readonly deltaNumber: bigint | null;
  readonly deltaCrlDer: Uint8Array | null;
  readonly thisUpdate: Date | null;
  readonly nextUpdate: Date | null;
  readonly entryCount: bigint | null;
}

/** `container` is the layout's `authorities`; the entry must stand directly under it. */
export function decodeAuthorityEntry(entry: DirectoryEntry, container: string): DecodedEntry<AuthorityEntry> {
  const findings = new EntryFindings();
  const id = entry.findText('authorityID') ?? findOwnName(entry.dn, 'cn', container);
  if (id === null || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    return { value: findings.refuse('unnamed-entry', 'authorityID is not a UUID'), findings: findings.list };
  const parentId = entry.findText('authorityParentID');
  const serialText = entry.findText('authoritySerial');
  const certificateSerial = serialText === null ? null : parseDecimal(serialText);
  if (serialText !== null && certificateSerial === null)
    findings.accept('malformed-number', `authoritySerial is ${quoteValue(serialText)}`);
  const value: AuthorityEntry = {
    id,
    isHostAuthority: parentId === null,
    parentId,
    subject: entry.findText('authorityDN') ?? '',
    enabled: /^true$/i.test(entry.findText('authorityEnabled') ?? 'TRUE'),
    description: entry.findText('description'),
    certificateSerial,
    keyNickname: entry.findText('authorityKeyNickname'),
    keyHosts: [...entry.texts('authorityKeyHost')].sort(),
  };
  return { value, findings: findings.list };
}

/** `container` is the layout's `issuingPoints`. Java's serialised caches beside the CRL are not read: they can be computed. */
export function decodeIssuingPointEntry(
  entry: DirectoryEntry,
  container: string,
  zone: DirectoryTimeZone,
): DecodedEntry<IssuingPointEntry> {
  const findings = new EntryFindings();
  const issuingPoint = findOwnName(entry.dn, 'cn', container);
  if (issuingPoint === null || issuingPoint === '')
    return { value: findings.refuse('unnamed-entry', 'the entry is not named by cn'), findings: findings.list };
  const crlNumber = readNumber(entry, 'crlNumber', findings);
  if (crlNumber === null)
    return {
      value: findings.refuse('issuing-point-without-number', 'no crlNumber: the numbers used so far are unknown'),
      findings: findings.list,
    };
  const value: IssuingPointEntry = {
    issuingPoint,
    crlNumber,
    crlDer: findFilled(entry, 'certificateRevocationList'),
    deltaNumber: readNumber(entry, 'deltaNumber', findings),
    deltaCrlDer: findFilled(entry, 'deltaRevocationList'),
    thisUpdate: readDate(entry, 'thisUpdate', zone, findings),
    nextUpdate: readDate(entry, 'nextUpdate', zone, findings),
    entryCount: readNumber(entry, 'crlSize', findings),
  };
  return { value, findings: findings.list };
}

function findFilled(entry: DirectoryEntry, attribute: string): Uint8Array | null {
  const [value] = entry.binaryValues(attribute);
  return value === undefined || value.length === 0 ? null : value;
}

function readNumber(entry: DirectoryEntry, attribute: string, findings: EntryFindings): bigint | null {
  const text = entry.findText(attribute);
  const number = text === null ? null : parsePrefixedNumber(text);
  if (text !== null && number === null) findings.accept('malformed-number', `${attribute} is ${quoteValue(text)}`);
  return number;
}
