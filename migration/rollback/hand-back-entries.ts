// Brings one certificate or request of the record into Dogtag's directory, looking at what Dogtag has before each write.

import type { RequestRecord } from '#ca-core/engine';
import {
  type CertificateEntry,
  changeableAttributes,
  type DirectoryLayout,
  type DirectoryTimeZone,
  decodeCertificateEntry,
  decodeRequestEntry,
  encodeCertificateEntry,
  encodeRequestEntry,
  extensionDataAttribute,
  formatDirectoryDate,
  parseDirectoryDate,
  type RequestEntry,
  type RequestEntryContent,
} from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { Clock } from '#platform';
import { DirectoryWriteError, type DirectoryWriter } from './directory-writer.ts';
import type { HandBackFinding } from './hand-back-finding.ts';
import { type CertificateFinder, requestContentOf } from './request-content.ts';
import { type DateAsKept, type NativeCertificate, type Noted, settleCertificate } from './settle-certificate.ts';
import { isPassing, settleRequest } from './settle-request.ts';

export interface EntryServices {
  readonly certificates: CertificateFinder;
  readonly writer: DirectoryWriter;
  readonly layout: DirectoryLayout;
  /** In which Dogtag writes dates. */
  readonly zone: DirectoryTimeZone;
  readonly clock: Clock;
}

/** `not-taken`: the directory does not hold it, and a finding says why; `stopped`: nor may anything else be handed back. */
export interface HandedBack {
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'not-taken' | 'stopped';
  readonly findings: readonly HandBackFinding[];
}

/** Dogtag or another run changes an entry while we look at it; never that often. */
const attemptsMax = 6;

/** Rejects with DirectoryWriteError when the directory cannot be written at all. */
export async function handBackCertificate(ours: NativeCertificate, services: EntryServices): Promise<HandedBack> {
  const { writer, layout, zone, clock } = services;
  const { record } = ours;
  const dn = `cn=${record.serialNumber},${layout.certificates}`;
  const modifiedAt = record.revocation?.notedAt ?? record.revocation?.revokedAt ?? record.issuedAt;
  const validity = {
    isExpired: record.notAfter < clock.now(),
    isNotYetValid: record.notBefore > clock.now(),
  };
  return settleEntry(dn, writer, async (entry) => {
    let theirs: CertificateEntry | null = null;
    if (entry !== null) {
      theirs = decodeCertificateEntry(entry, layout.certificates, zone).value;
      if (theirs === null) return refusedEntry('Dogtag’s entry under this serial number holds no certificate');
    }
    const { deed, finding } = settleCertificate(ours, theirs, dateAsKept(zone));
    switch (deed) {
      case 'add':
        return {
          add: encodeCertificateEntry({ ...record, ...validity, modifiedAt }, layout.certificates, zone),
          finding,
        };
      case 'write-status': {
        const content = { revocation: record.revocation, ...validity, modifiedAt: clock.now() };
        return { write: changeableAttributes(content, zone), finding };
      }
      case 'stop':
        return { outcome: 'stopped', finding };
      default:
        return { outcome: 'unchanged', finding };
    }
  });
}

/** Rejects with DirectoryWriteError when the directory cannot be written at all. */
export async function handBackRequest(record: RequestRecord, services: EntryServices): Promise<HandedBack> {
  const { writer, layout, zone, certificates } = services;
  const content = await requestContentOf(record, certificates);
  const dn = `cn=${record.id},${layout.requests}`;
  return settleEntry(dn, writer, async (entry) => {
    let theirs: RequestEntry | null = null;
    if (entry !== null) {
      theirs = decodeRequestEntry(entry, layout.requests, zone).value;
      if (theirs === null) return refusedEntry('Dogtag’s entry under this request number is none of a request');
    }
    const { deed, finding } = settleRequest({ ...record, state: content.state }, theirs, dateAsKept(zone));
    const noted = finding ?? (isPassing(record) ? unfinished(record) : null);
    switch (deed) {
      case 'add':
        return { add: encodeRequestEntry(content, layout.requests, zone), finding: noted };
      case 'write':
        return { write: differencesOf(content, theirs, layout, zone), finding: noted };
      case 'refuse':
        return { outcome: 'not-taken', finding };
      default:
        return { outcome: 'unchanged', finding };
    }
  });
}

type AttributeValues = readonly [description: string, values: readonly Uint8Array[]];

/** What is to be done about an entry that was just read. */
type Step =
  | { readonly add: DirectoryEntry; readonly finding: Noted | null }
  | { readonly write: readonly AttributeValues[]; readonly finding: Noted | null }
  | { readonly outcome: HandedBack['outcome']; readonly finding: Noted | null };

/** Reads, decides, writes; and again from the start when the entry was changed in between. */
async function settleEntry(
  dn: string,
  writer: DirectoryWriter,
  decide: (entry: DirectoryEntry | null) => Promise<Step>,
): Promise<HandedBack> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const entry = await writer.findEntry(dn);
    const step = await decide(entry);
    const findings = step.finding === null ? [] : [{ ...step.finding, entry: dn }];
    if ('outcome' in step) return { outcome: step.outcome, findings };
    try {
      const outcome = await carryOut(step, entry, dn, writer);
      if (outcome !== null) return { outcome, findings };
    } catch (error) {
      if (!(error instanceof DirectoryWriteError) || error.code !== 'invalid-entry') throw error;
      return { outcome: 'not-taken', findings: [{ ...refusal(error.message), entry: dn }] };
    }
  }
  const message = 'something else changes this entry again and again';
  return { outcome: 'not-taken', findings: [{ ...refusal(message), entry: dn }] };
}

/** Null when the entry is no longer what was read. */
async function carryOut(
  step: Exclude<Step, { readonly outcome: unknown }>,
  entry: DirectoryEntry | null,
  dn: string,
  writer: DirectoryWriter,
): Promise<HandedBack['outcome'] | null> {
  if ('add' in step) return (await writer.addEntry(step.add)) === 'added' ? 'added' : null;
  if (entry === null) return null;
  const differing = step.write.filter(([description, values]) => !isSameSet(entry.values(description), values));
  // A date of change alone is no change.
  if (differing.every(([description]) => description === 'dateOfModify')) return 'unchanged';
  const whileStill = guards.flatMap((description): AttributeValues[] => {
    const values = entry.values(description);
    return values.length === 0 ? [] : [[description, values]];
  });
  return (await writer.replaceAttributes(dn, differing, whileStill)) === 'replaced' ? 'changed' : null;
}

/** Dogtag changes one of them with everything that it does to a certificate or request. */
const guards = ['certStatus', 'revokedOn', 'requestState', 'dateOfModify'];

/**
 * Our values for what the record knows of a request. Attributes that it knows nothing of (secrets of the requester, say) stay as Dogtag has them;
 * those that it once took in and that are gone since are deleted.
 */
function differencesOf(
  content: RequestEntryContent,
  theirs: RequestEntry | null,
  { requests }: DirectoryLayout,
  zone: DirectoryTimeZone,
): AttributeValues[] {
  const ours = encodeRequestEntry(content, requests, zone);
  const written: AttributeValues[] = [...ours.attributes()].filter(
    ([description]) => !unchangeable.has(description.toLowerCase()),
  );
  const known = [...Object.keys(theirs?.attributes ?? {}), ...Object.keys(theirs?.inputs ?? {}), 'Error', 'Result'];
  for (const description of ['requestOwner', ...known.map(extensionDataAttribute)])
    if (ours.values(description).length === 0) written.push([description, []]);
  return written;
}

const unchangeable: ReadonlySet<string> = new Set(['objectclass', 'cn', 'requestid', 'dateofcreate']);

function isSameSet(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return left.length === right.length && right.every((value) => left.some((other) => Buffer.from(other).equals(value)));
}

function dateAsKept(zone: DirectoryTimeZone): DateAsKept {
  return (date) => parseDirectoryDate(formatDirectoryDate(date, zone), zone) ?? date;
}

function refusal(message: string): Noted {
  return { kind: 'entry-refused', stands: 'none', message };
}

function refusedEntry(message: string): Step {
  return { outcome: 'not-taken', finding: refusal(message) };
}

function unfinished({ state }: RequestRecord): Noted {
  const message = `it was ${state} here, so it waits for an agent in Dogtag; its certificate was never recorded`;
  return { kind: 'left-unfinished', stands: 'native', message };
}
