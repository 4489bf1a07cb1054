// Makes records of directory entries, one function per kind; what an entry is lacking becomes findings with the entry's name.
import {
  type AuthorityEntry,
  baseName,
  type DecodedEntry,
  type DirectoryLayout,
  type DirectoryTimeZone,
  decodeAccessRulesEntry,
  decodeAuthorityEntry,
  decodeCertificateEntry,
  decodeDomainHostEntry,
  decodeGroupEntry,
  decodeIssuingPointEntry,
  decodeProfileEntry,
  decodeRequestEntry,
  decodeUserEntry,
  type EntryFinding,
  type IssuingPointEntry,
  parseEntryName,
  parsePrefixedNumber,
  pickAttributes,
} from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { SourceFinding, SourceKeptEntry, SourceKeptSet, SourceRecord, SourceRecordOf } from '../records.ts';

export interface DecodedRecords {
  readonly records: readonly SourceRecord[];
  readonly findings: readonly SourceFinding[];
  readonly kept?: readonly SourceKeptSet[];
}

export interface DecodingContext {
  readonly layout: DirectoryLayout;
  readonly zone: DirectoryTimeZone;
}

export function decodeCertificateRecord(entry: DirectoryEntry, { layout, zone }: DecodingContext): DecodedRecords {
  return recordsOf(entry, decodeCertificateEntry(entry, layout.certificates, zone), (value) => [
    {
      kind: 'certificate',
      entry: entry.dn,
      value: {
        serialNumber: value.serialNumber,
        certificateDer: value.certificateDer,
        revocation: value.revocation,
        issuedAt: value.issuedAt,
        issuedBy: value.issuedBy,
        requestId: value.requestId,
        profileId: value.profileId,
      },
    },
  ]);
}

export function decodeRequestRecord(entry: DirectoryEntry, { layout, zone }: DecodingContext): DecodedRecords {
  const decoded = decodeRequestEntry(entry, layout.requests, zone);
  const records = recordsOf(entry, decoded, (value) => [{ kind: 'request', entry: entry.dn, value }]);
  const { remainder } = decoded;
  const name = parseEntryName(entry.dn)?.[0]?.value ?? entry.dn;
  const entries = remainder === null ? [] : [keptRemainder(name, entry, remainder)];
  return { ...records, kept: [{ kind: 'request-remainder', names: [name], entries }] };
}

function keptRemainder(name: string, entry: DirectoryEntry, content: DirectoryEntry): SourceKeptEntry {
  const [state, owner] = [entry.findText('requestState'), entry.findText('requestOwner')];
  return { name, state, owner, algorithm: entry.findText('requestType'), size: null, content };
}

export function decodeProfileRecord(entry: DirectoryEntry, { layout }: DecodingContext): DecodedRecords {
  return recordsOf(entry, decodeProfileEntry(entry, layout.profiles), (value) => [
    { kind: 'profile', entry: entry.dn, value },
  ]);
}

export function decodeUserRecord(entry: DirectoryEntry, { layout }: DecodingContext): DecodedRecords {
  return recordsOf(entry, decodeUserEntry(entry, layout.users), (value) => [{ kind: 'user', entry: entry.dn, value }]);
}

export function decodeGroupRecord(entry: DirectoryEntry, { layout }: DecodingContext): DecodedRecords {
  return recordsOf(entry, decodeGroupEntry(entry, layout.groups, layout.users), (value) => [
    { kind: 'group', entry: entry.dn, value },
  ]);
}

export function decodeAccessRuleRecords(entry: DirectoryEntry): DecodedRecords {
  return recordsOf(entry, decodeAccessRulesEntry(entry), (rules) =>
    rules.map((value) => ({ kind: 'access-rule', entry: entry.dn, value })),
  );
}

export function decodeDomainHostRecord(entry: DirectoryEntry, domain: string): DecodedRecords {
  return recordsOf(entry, decodeDomainHostEntry(entry), (value) => [
    { kind: 'domain-host', entry: entry.dn, value: { ...value, domain } },
  ]);
}

/** Without certificate; `authority-certificates.ts` finds it. */
export function decodeAuthority(
  entry: DirectoryEntry,
  { layout }: DecodingContext,
): { readonly authority: AuthorityEntry | null; readonly findings: readonly SourceFinding[] } {
  const { value, findings } = decodeAuthorityEntry(entry, layout.authorities);
  return { authority: value, findings: named(findings, entry) };
}

export function decodeCrlRecords(entry: DirectoryEntry, { layout, zone }: DecodingContext): DecodedRecords {
  const records = recordsOf(entry, decodeIssuingPointEntry(entry, layout.issuingPoints, zone), (point) =>
    crlsOf(point, entry.dn),
  );
  const point = keptIssuingPoint(entry);
  return { ...records, kept: [{ kind: 'issuing-point', names: [point.name], entries: [point] }] };
}

/** CRLs are records of their own, and the cache repeats what the certificates say; everything else of the issuing point is kept. */
const attributesElsewhere = new Set(['certificaterevocationlist', 'deltarevocationlist', 'crlcache']);

function keptIssuingPoint(entry: DirectoryEntry): SourceKeptEntry {
  return {
    name: parseEntryName(entry.dn)?.[0]?.value ?? entry.dn,
    state: null,
    owner: null,
    algorithm: null,
    size: parsePrefixedNumber(entry.findText('crlSize') ?? ''),
    content: pickAttributes(entry, (description) => !attributesElsewhere.has(baseName(description))),
  };
}

/** Full and delta CRLs draw on one row of numbers, so a delta's number counts even where the delta itself is not kept. */
function crlsOf(point: IssuingPointEntry, entry: string): SourceRecordOf<'crl'>[] {
  const { issuingPoint, crlNumber, crlDer, deltaNumber, deltaCrlDer } = point;
  const full: SourceRecordOf<'crl'> = {
    kind: 'crl',
    entry,
    value: { issuingPoint, crlKind: 'full', crlNumber, crlDer },
  };
  if (deltaNumber === null || (deltaCrlDer === null && deltaNumber <= crlNumber)) return [full];
  return [
    full,
    { kind: 'crl', entry, value: { issuingPoint, crlKind: 'delta', crlNumber: deltaNumber, crlDer: deltaCrlDer } },
  ];
}

function recordsOf<T>(
  entry: DirectoryEntry,
  decoded: DecodedEntry<T>,
  make: (value: T) => readonly SourceRecord[],
): DecodedRecords {
  const findings = named(decoded.findings, entry);
  return { records: decoded.value === null ? [] : make(decoded.value), findings };
}

function named(findings: readonly EntryFinding[], entry: DirectoryEntry): SourceFinding[] {
  return findings.map((finding) => ({ ...finding, entry: entry.dn }));
}
