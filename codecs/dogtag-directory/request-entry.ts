// Entries under `ou=ca,ou=requests`: an enrolment, renewal, revocation or release from hold. Ruled by RequestRecord.java and ARequestQueue.java.
import { openDer } from '#codecs/der';
import { type DirectoryEntry, rememberByDescription } from '#codecs/ldif';
import { decodeCertificateHead } from '#codecs/x509';
import { readDate } from './certificate-entry.ts';
import { type DecodedEntry, EntryFindings, quoteValue } from './entry-finding.ts';
import { findOwnName } from './entry-name.ts';
import { decodeBase64Value, type ExtensionData, listOf, readExtensionData } from './extension-data.ts';
import { parseDecimal, parsePrefixedNumber } from './prefixed-number.ts';
import { isInputName, isSecretName, spellRequestName } from './request-names.ts';
import { findRequestRemainder } from './request-remainder.ts';
import type { DirectoryTimeZone } from './time-zone.ts';

const states = ['begin', 'pending', 'approved', 'svc_pending', 'canceled', 'rejected', 'complete'] as const;
export type RequestEntryState = (typeof states)[number];
export type RequestEntryKind = 'enrollment' | 'renewal' | 'revocation' | 'release';

export interface RequestEntry {
  readonly id: bigint;
  readonly kind: RequestEntryKind;
  readonly state: RequestEntryState;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly owner: string | null;
  readonly authorityId: string | null;
  readonly profileId: string | null;
  readonly policySetId: string | null;
  /** What the requester sent, by input name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Every other value by its name in the profile language; nested ones under `name;key`, binary ones as the base64 that stands there. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly draftDer: Uint8Array | null;
  readonly errorMessage: string | null;
  readonly failed: boolean;
  readonly certificateSerials: readonly bigint[];
}

/** By type in lower case: what was handed back from here may be capitalized (see encode-request-entry.ts). */
const kindByType: Readonly<Record<string, RequestEntryKind>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  cmcrevreq: 'revocation',
  unrevocation: 'release',
};

/** Values that have a member of their own in RequestEntry, or repeat the certificate repository octet for octet. */
const ownMembers = new Set([
  'profileid',
  'profilesetid',
  'req_authority_id',
  'req_x509info',
  'error',
  'req_issued_cert',
  'requestid',
  'requesttype',
  'requeststatus',
]);

export interface DecodedRequest extends DecodedEntry<RequestEntry> {
  /** The entry with what the request does not hold of it; null when it holds everything. */
  readonly remainder: DirectoryEntry | null;
}

/** `container` is the layout's `requests`; the entry must stand directly under it. */
export function decodeRequestEntry(entry: DirectoryEntry, container: string, zone: DirectoryTimeZone): DecodedRequest {
  const findings = new EntryFindings();
  const lost = new Set<string>();
  const value = decode(entry, container, zone, findings, lost);
  return { value, findings: findings.list, remainder: findRequestRemainder(entry, value, lost, zone) };
}

function decode(
  entry: DirectoryEntry,
  container: string,
  zone: DirectoryTimeZone,
  findings: EntryFindings,
  lost: Set<string>,
): RequestEntry | null {
  const name = findOwnName(entry.dn, 'cn', container);
  const id = name === null ? null : parseDecimal(name);
  if (id === null) return findings.refuse('unnumbered-request-entry', 'the name is not a request number');
  checkIdAttribute(entry, id, findings);
  const data = readExtensionData(entry, findings, lost);
  const type = entry.findText('requestType') ?? data.get('requesttype') ?? '';
  const folded = type.toLowerCase();
  const kind = Object.hasOwn(kindByType, folded) ? kindByType[folded] : undefined;
  if (kind === undefined) return findings.refuse('unknown-request-type', `requestType is ${quoteValue(type)}`);
  const state = states.find((candidate) => candidate === entry.findText('requestState'));
  if (state === undefined)
    return findings.refuse(
      'unknown-request-state',
      `requestState is ${quoteValue(entry.findText('requestState') ?? '')}`,
    );
  return {
    id,
    kind,
    state,
    ...readDates(entry, zone, findings),
    owner: entry.findText('requestOwner'),
    authorityId: data.get('req_authority_id') ?? null,
    profileId: data.get('profileid') ?? null,
    policySetId: data.get('profilesetid') ?? null,
    ...sortValues(data, kind, findings),
    draftDer: readDraft(data, findings),
    errorMessage: data.get('error') ?? null,
    // IRequest.RES_ERROR is 2; Dogtag takes everything but 1 (and nothing at all) for a failure.
    failed: data.has('result') && data.get('result') !== '1',
    certificateSerials: readSerials(data, kind, findings),
  };
}

function checkIdAttribute(entry: DirectoryEntry, id: bigint, findings: EntryFindings): void {
  const text = entry.findText('requestId');
  if (text === null || parsePrefixedNumber(text) !== id)
    findings.accept('request-id-differs-from-name', `requestId is ${text === null ? 'absent' : quoteValue(text)}`);
}

function readDates(entry: DirectoryEntry, zone: DirectoryTimeZone, findings: EntryFindings) {
  const created = readDate(entry, 'dateOfCreate', zone, findings);
  const modified = readDate(entry, 'dateOfModify', zone, findings);
  const known = created ?? modified;
  if (known === null) findings.accept('request-without-dates', 'dated 1970 for want of any date');
  return { createdAt: known ?? new Date(0), modifiedAt: modified ?? known ?? new Date(0) };
}

function sortValues(data: ExtensionData, kind: RequestEntryKind, findings: EntryFindings) {
  const inputs: [string, string][] = [];
  const attributes: [string, string][] = [];
  const hasInputs = kind === 'enrollment' || kind === 'renewal';
  for (const [name, value] of data) {
    const { place, spelled } = placeOf(name);
    if (place === 'member') continue;
    if (place === 'nowhere') findings.accept('secret-left-out', `${spelled} is not copied`);
    else if (hasInputs && place === 'inputs') inputs.push([spelled, value]);
    else attributes.push([spelled, value]);
  }
  return { inputs: recordOf(inputs), attributes: recordOf(attributes) };
}

type PairPlace = 'member' | 'nowhere' | 'inputs' | 'attributes';

/** Where a pair goes, by its name in lower case, and how it is spelled there. */
const placeOf = rememberByDescription((name): { readonly place: PairPlace; readonly spelled: string } => {
  const spelled = spellRequestName(name);
  if (ownMembers.has(name)) return { place: 'member', spelled };
  if (isSecretName(name)) return { place: 'nowhere', spelled };
  return { place: isInputName(name) ? 'inputs' : 'attributes', spelled };
});

/** Built from entries, so that a pair named `__proto__` is a pair like any other. */
function recordOf(pairs: readonly [string, string][]): Readonly<Record<string, string>> {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function readDraft(data: ExtensionData, findings: EntryFindings): Uint8Array | null {
  const text = data.get('req_x509info');
  if (text === undefined) return null;
  const draftDer = decodeBase64Value(text);
  if (draftDer === null)
    findings.accept('unreadable-request-value', 'req_x509info is not base64; the draft is left out');
  return draftDer;
}

/** Serial numbers of what was issued, revoked or released, each once, in the order of the entry. */
function readSerials(data: ExtensionData, kind: RequestEntryKind, findings: EntryFindings): bigint[] {
  const fromCertificates = (key: string) => readList(data, key, serialOfCertificate, findings);
  const found =
    kind === 'enrollment' || kind === 'renewal'
      ? [...fromCertificates('req_issued_cert'), ...fromCertificates('issuedcerts')]
      : firstFilled(
          () => (kind === 'revocation' ? readList(data, 'cert_info', serialOfRevokedCertificate, findings) : []),
          () => readList(data, 'old_serials', (text) => parseDecimal(text.trim()), findings),
          () => fromCertificates('old_certs'),
        );
  return [...new Set(found)];
}

function firstFilled(...readers: readonly (() => bigint[])[]): bigint[] {
  for (const read of readers) {
    const found = read();
    if (found.length > 0) return found;
  }
  return [];
}

function readList(
  data: ExtensionData,
  key: string,
  read: (text: string) => bigint | null,
  findings: EntryFindings,
): bigint[] {
  return listOf(data, key).flatMap((text) => {
    const serial = read(text);
    if (serial === null)
      findings.accept('unreadable-request-value', `a value of ${spellRequestName(key)} names no certificate`);
    return serial === null ? [] : [serial];
  });
}

function serialOfCertificate(text: string): bigint | null {
  return tryDecode(text, (der) => decodeCertificateHead(der, { rules: 'ber' }).serialNumber);
}

/** An entry of revokedCertificates (RFC 5280 section 5.1): its first element is the serial number. */
function serialOfRevokedCertificate(text: string): bigint | null {
  return tryDecode(text, (der) =>
    openDer(der, { rules: 'ber' }).enterSequence('revoked certificate').readInteger('serial number'),
  );
}

function tryDecode(text: string, decodeSerial: (der: Buffer) => bigint): bigint | null {
  const der = decodeBase64Value(text);
  if (der === null) return null;
  try {
    return decodeSerial(der);
  } catch {
    return null;
  }
}
