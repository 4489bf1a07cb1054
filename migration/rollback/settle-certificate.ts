// Decides what becomes of a certificate's entry in Dogtag's directory: whatever either side revoked stays revoked.
import { type CertificateRecord, type Revocation, revocationReasons } from '#ca-core/engine';
import type { CertificateEntry, DirectoryRevocation } from '#codecs/dogtag-directory';
import type { HandBackFinding } from './hand-back-finding.ts';

/** A certificate of the record with what this side did about it since Dogtag last knew. */
export interface NativeCertificate {
  readonly record: CertificateRecord;
  /** When this side last revoked, held or released it; null when it never did. */
  readonly statusChangedAt: Date | null;
  readonly version: string;
}

export type Noted = Omit<HandBackFinding, 'entry'>;

/** A date as it comes back from Dogtag's directory: in whole seconds, and ambiguous in the hour that a change to winter time repeats. */
export type DateAsKept = (date: Date) => Date;

/** `add` an entry, `write-status` of ours into Dogtag's, `keep` Dogtag's, `leave-out`: no certificate of Dogtag's directory, `stop` everything. */
export interface SettledCertificate {
  readonly deed: 'add' | 'write-status' | 'keep' | 'leave-out' | 'stop';
  readonly finding: Noted | null;
}

/** `theirs` is null when Dogtag's directory has no entry with this serial number. */
export function settleCertificate(
  ours: NativeCertificate,
  theirs: CertificateEntry | null,
  asKept: DateAsKept,
): SettledCertificate {
  const { record, statusChangedAt } = ours;
  const isAuthoritysOwn = record.origin === 'native' && record.requestId === null;
  if (theirs === null) {
    // Another CA may have issued it, under a number that is Dogtag's to give to another certificate.
    if (isAuthoritysOwn) return { deed: 'leave-out', finding: null };
    const message = 'its entry was gone from the directory and was written anew';
    const finding = { kind: 'entry-was-missing', stands: 'native', message } as const;
    return { deed: 'add', finding: record.origin === 'imported' ? finding : null };
  }
  if (!Buffer.from(record.certificateDer).equals(theirs.certificateDer)) {
    if (isAuthoritysOwn) return { deed: 'leave-out', finding: null };
    const message = `Dogtag's directory holds another certificate under serial number ${record.serialNumber}; it was not touched`;
    return { deed: 'stop', finding: { kind: 'serial-number-taken', stands: 'none', message } };
  }
  return settleStatus(record.revocation, statusChangedAt, theirs.revocation, asKept);
}

/**
 * As if both sides had been one: what was accepted first stands, a hold gives way to a revocation for good, and any reason to a compromise. Only a
 * hold can be lifted, and only by a release that is later than it.
 */
export function settleStatus(
  ours: Revocation | null,
  changedAt: Date | null,
  theirs: DirectoryRevocation | null,
  asKept: DateAsKept,
): SettledCertificate {
  if (ours === null && theirs === null) return { deed: 'keep', finding: null };
  if (theirs === null) return { deed: 'write-status', finding: null };
  if (ours === null) {
    const isReleased = isHold(theirs) && changedAt !== null && theirs.revokedAt <= changedAt;
    if (isReleased) return { deed: 'write-status', finding: null };
    const message = `Dogtag ${doneBy(theirs)}, which this side did not know; it stays so`;
    return { deed: 'keep', finding: { kind: 'revoked-by-dogtag', stands: 'dogtag', message } };
  }
  if (isSame(ours, theirs, asKept)) return { deed: 'keep', finding: null };
  // A hold that was handed back before is replaced by what became of it here.
  if (isHold(theirs) && (!isHold(ours) || changedAt !== null)) return { deed: 'write-status', finding: null };
  const areOursStronger =
    weightOf(ours) > weightOf(theirs) ||
    (weightOf(ours) === weightOf(theirs) && asKept(ours.revokedAt) < theirs.revokedAt);
  const message = `this side ${doneBy(ours)}, Dogtag ${doneBy(theirs)}; ${areOursStronger ? 'the former' : 'the latter'} stands`;
  return areOursStronger
    ? { deed: 'write-status', finding: { kind: 'revoked-on-both-sides', stands: 'native', message } }
    : { deed: 'keep', finding: { kind: 'revoked-on-both-sides', stands: 'dogtag', message } };
}

const compromises: readonly number[] = [
  revocationReasons.keyCompromise,
  revocationReasons.cACompromise,
  revocationReasons.aACompromise,
];

function weightOf(revocation: DirectoryRevocation | Revocation): number {
  if (isHold(revocation)) return 0;
  return compromises.includes(revocation.reason) ? 2 : 1;
}

function isHold({ reason }: DirectoryRevocation | Revocation): boolean {
  return reason === revocationReasons.certificateHold;
}

function isSame(ours: Revocation, theirs: DirectoryRevocation, asKept: DateAsKept): boolean {
  const invalidityDate = ours.invalidityDate === null ? null : asKept(ours.invalidityDate);
  return (
    ours.reason === theirs.reason &&
    asKept(ours.revokedAt).getTime() === theirs.revokedAt.getTime() &&
    invalidityDate?.getTime() === theirs.invalidityDate?.getTime()
  );
}

function doneBy(revocation: DirectoryRevocation | Revocation): string {
  const [name = 'unspecified'] =
    Object.entries(revocationReasons).find(([, reason]) => reason === revocation.reason) ?? [];
  const what = isHold(revocation) ? 'put it on hold' : `revoked it for ${name}`;
  return `${what} on ${revocation.revokedAt.toISOString()}`;
}
