// Brings judged certificates into the record, beside what is there: new ones are added, later words of the source are followed.
import {
  type CertificateRecord,
  type ImportWriter,
  type Revocation,
  revocationReasons,
  type StoredCertificate,
} from '#ca-core/engine';
import type { Finding } from './intake.ts';
import type { JudgedCertificate } from './judge-certificates.ts';
import { EntryFindings, type Outcome } from './judgement.ts';

type Accepted = JudgedCertificate & { readonly accepted: NonNullable<JudgedCertificate['accepted']> };

/** What became of each, in order, and what was noted while storing them. */
export async function writeCertificates(
  writer: ImportWriter,
  certificates: readonly JudgedCertificate[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly findings: readonly Finding[] }> {
  const outcomes = new Map<JudgedCertificate, Outcome>();
  const findings: Finding[] = [];
  for (const round of roundsOf(certificates.filter(isAccepted))) await writeRound(writer, round, outcomes, findings);
  return { outcomes: certificates.map((certificate) => outcomes.get(certificate) ?? 'refused'), findings };
}

function isAccepted(certificate: JudgedCertificate): certificate is Accepted {
  return certificate.accepted !== null;
}

/** Each serial number once per round, in the order of the facts; nearly always there is one round. */
function roundsOf(certificates: readonly Accepted[]): readonly (readonly Accepted[])[] {
  const rounds: Accepted[][] = [];
  const seen = new Map<bigint, number>();
  for (const certificate of certificates) {
    const { serialNumber } = certificate.accepted.record;
    const round = seen.get(serialNumber) ?? 0;
    seen.set(serialNumber, round + 1);
    const members = rounds[round];
    if (members === undefined) rounds.push([certificate]);
    else members.push(certificate);
  }
  return rounds;
}

async function writeRound(
  writer: ImportWriter,
  round: readonly Accepted[],
  outcomes: Map<JudgedCertificate, Outcome>,
  findings: Finding[],
): Promise<void> {
  const inserted = await writer.insertCertificates(round.map(({ accepted }) => accepted));
  for (const certificate of round)
    if (inserted.has(certificate.accepted.record.serialNumber)) outcomes.set(certificate, 'inserted');
  const inOurRange = inserted.size === 0 ? new Set() : await writer.findInNativeRanges([...inserted]);
  const others = round.filter((certificate) => outcomes.get(certificate) !== 'inserted');
  const stored = await writer.lockCertificates(others.map(({ accepted }) => accepted.record.serialNumber));
  const facts: CertificateRecord[] = [];
  const revocations = new Map<bigint, Revocation | null>();
  for (const certificate of round) {
    const { record } = certificate.accepted;
    const noted = new EntryFindings(certificate.fact.provenance);
    if (inOurRange.has(record.serialNumber))
      noted.accept(
        'serial-in-native-range',
        `serial number ${record.serialNumber} lies in the range of this side: the fence does not hold`,
      );
    const isNew = outcomes.get(certificate) === 'inserted';
    const change: Change = isNew
      ? { outcome: 'inserted' }
      : compare(stored.get(record.serialNumber), record, noted, certificate.fact.isBare ?? false);
    outcomes.set(certificate, change.outcome);
    findings.push(...noted.findings);
    if (change.facts !== undefined) facts.push(change.facts);
    if (change.revocation !== undefined) revocations.set(record.serialNumber, change.revocation);
  }
  await writer.writeCertificateFacts(facts);
  await writer.writeRevocations(revocations);
}

interface Change {
  readonly outcome: Outcome;
  readonly facts?: CertificateRecord;
  readonly revocation?: Revocation | null;
}

function compare(
  stored: StoredCertificate | undefined,
  told: CertificateRecord,
  findings: EntryFindings,
  isBare: boolean,
): Change {
  const serial = told.serialNumber;
  if (stored === undefined) {
    findings.refuse(
      'serial-number-taken',
      `serial number ${serial} is promised to a certificate that this side is issuing`,
    );
    return { outcome: 'refused' };
  }
  if (!Buffer.from(stored.record.certificateDer).equals(told.certificateDer)) {
    findings.refuse(
      'serial-number-taken',
      `another certificate, ${stored.record.subject}, has serial number ${serial}`,
    );
    return { outcome: 'refused' };
  }
  const facts = isBare ? undefined : factsToWrite(stored.record, told);
  const saysNothing = isBare && isWithin(told.revocation, stored.record.revocation);
  const revocation = saysNothing ? undefined : revocationToWrite(stored, told.revocation, findings);
  return {
    outcome: facts === undefined && revocation === undefined ? 'unchanged' : 'updated',
    ...(facts === undefined ? {} : { facts }),
    ...(revocation === undefined ? {} : { revocation }),
  };
}

/** What the source says beside the bytes; of what was issued here, this side knows better. */
function factsToWrite(stored: CertificateRecord, told: CertificateRecord): CertificateRecord | undefined {
  // An authority's own certificate that came with its key was not issued here, whatever its origin says.
  if (stored.origin === 'native' && stored.requestId !== null) return undefined;
  const isSame =
    stored.issuedAt.getTime() === told.issuedAt.getTime() &&
    stored.issuedBy === told.issuedBy &&
    stored.requestId === told.requestId &&
    stored.profileId === told.profileId &&
    stored.origin === told.origin;
  return isSame ? undefined : told;
}

/** The new revocation, null to lift it, undefined to leave it. A revocation that either side has accepted stands. */
function revocationToWrite(
  { record, statusChangedNativelyAt }: StoredCertificate,
  told: Revocation | null,
  findings: EntryFindings,
): Revocation | null | undefined {
  const known = record.revocation;
  if (isSameRevocation(known, told)) return undefined;
  if (told === null) {
    if (known === null || statusChangedNativelyAt !== null) return undefined;
    if (isHold(known)) return null;
    findings.refuse(
      'revocation-withdrawn',
      'the source no longer says that it is revoked; only a hold can be lifted, so it stays revoked',
    );
    return undefined;
  }
  if (known !== null && !isHold(known)) {
    if (statusChangedNativelyAt !== null) return undefined;
    if (!isHold(told)) return told;
    findings.refuse(
      'revocation-weakened',
      'the source says that it is on hold only; it was revoked for good, and stays so',
    );
    return undefined;
  }
  // It is valid or on hold here; a revocation for good is taken whenever it was made, a hold only when it is news.
  const isNews = statusChangedNativelyAt === null || told.revokedAt > statusChangedNativelyAt;
  return !isHold(told) || isNews ? told : undefined;
}

/** Whether a source that has no more than a CRL says nothing beyond what is known: a CRL names nobody, and its silence is no denial. */
function isWithin(told: Revocation | null, known: Revocation | null): boolean {
  if (told === null) return true;
  return known !== null && known.reason === told.reason && known.revokedAt.getTime() === told.revokedAt.getTime();
}

function isHold({ reason }: Revocation): boolean {
  return reason === revocationReasons.certificateHold;
}

function isSameRevocation(left: Revocation | null, right: Revocation | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.reason === right.reason &&
    left.revokedAt.getTime() === right.revokedAt.getTime() &&
    (left.notedAt ?? left.revokedAt).getTime() === (right.notedAt ?? right.revokedAt).getTime() &&
    left.revokedBy === right.revokedBy &&
    left.invalidityDate?.getTime() === right.invalidityDate?.getTime()
  );
}
