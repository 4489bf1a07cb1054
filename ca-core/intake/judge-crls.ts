// Judges CRLs: readable to the last entry, signed by an authority, numbered as claimed and never backwards.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImportWriter, StoredCrl } from '#ca-core/engine';
import {
  type CertificateList,
  decodeCertificateList,
  decodeCrlNumber,
  extensionOids,
  findExtension,
  formatName,
  identifySignatureAlgorithm,
} from '#codecs/x509';
import type { Finding, ImportedCrl } from './intake.ts';
import type { IssuerRegistry } from './issuer-registry.ts';
import { EntryFindings, type Outcome, reasonOf } from './judgement.ts';
import { verifySignature } from './verify-signature.ts';

export interface JudgedCrl {
  readonly fact: ImportedCrl;
  readonly findings: EntryFindings;
  /** What is to be stored; null when it is refused. */
  readonly accepted: StoredCrl | null;
}

/** Entries looked at before other work gets its turn. */
const entriesPerTurn = 5_000;

export async function judgeCrl(fact: ImportedCrl, registry: IssuerRegistry, now: Date): Promise<JudgedCrl> {
  const findings = new EntryFindings(fact.provenance);
  const { issuingPoint, crlKind: kind, crlNumber, crlDer } = fact;
  const base = { issuingPoint, kind, crlNumber, origin: 'imported' as const };
  if (issuingPoint === '' || crlNumber < 0n) {
    findings.refuse('crl-number-impossible', `${issuingPoint} cannot have CRL number ${crlNumber}`);
    return { fact, findings, accepted: null };
  }
  if (crlDer === null)
    return {
      fact,
      findings,
      accepted: { ...base, crlDer: null, thisUpdate: null, nextUpdate: null, entryCount: null },
    };
  try {
    const list = decodeCertificateList(crlDer, { rules: 'ber' });
    const isGood = judgeNumber(list, fact, findings) && (await isSigned(list, registry, findings));
    if (!isGood) return { fact, findings, accepted: null };
    judgeTimes(list, findings, now);
    const { thisUpdate, nextUpdate } = list;
    const accepted = { ...base, crlDer, thisUpdate, nextUpdate, entryCount: await countEntries(list) };
    return { fact, findings, accepted };
  } catch (error) {
    findings.refuse('broken-der', `the CRL cannot be read: ${reasonOf(error)}`);
    return { fact, findings, accepted: null };
  }
}

/** Throws DerError. */
function judgeNumber(list: CertificateList, { crlNumber, crlKind }: ImportedCrl, findings: EntryFindings): boolean {
  const isDelta = findExtension(list.extensions, extensionOids.deltaCRLIndicator) !== null;
  if (isDelta !== (crlKind === 'delta')) {
    findings.refuse('crl-kind-differs', `the entry says ${crlKind}, the CRL is ${isDelta ? 'delta' : 'full'}`);
    return false;
  }
  const extension = findExtension(list.extensions, extensionOids.cRLNumber);
  if (extension === null) {
    findings.accept('crl-without-number', 'the CRL itself has no number');
    return true;
  }
  const number = decodeCrlNumber(extension.valueDer);
  if (number === crlNumber) return true;
  findings.refuse('crl-number-differs', `the entry says number ${crlNumber}, the CRL ${number}`);
  return false;
}

async function isSigned(list: CertificateList, registry: IssuerRegistry, findings: EntryFindings): Promise<boolean> {
  const issuer = formatName(list.issuerDer);
  const algorithm = identifySignatureAlgorithm(list.outerSignatureAlgorithmDer);
  if (algorithm === null) {
    findings.refuse(
      'signature-algorithm-unknown',
      'the signature of the CRL is of an algorithm that is not known here',
    );
    return false;
  }
  const issuers = registry.find(list.issuerDer);
  for (const { key } of issuers) if (await verifySignature(key, algorithm, list.tbsDer, list.signature)) return true;
  if (issuers.length === 0) findings.refuse('unknown-issuer', `there is no authority ${issuer}`);
  else findings.refuse('bad-signature', `the signature of the CRL was not made by ${issuer}`);
  return false;
}

const clockDifferenceMs = 24 * 3600 * 1000;

function judgeTimes({ thisUpdate, nextUpdate }: CertificateList, findings: EntryFindings, now: Date): void {
  if (thisUpdate.getTime() > now.getTime() + clockDifferenceMs)
    findings.accept('crl-in-the-future', `the CRL is of ${thisUpdate.toISOString()}, which is still to come`);
  if (nextUpdate !== null && nextUpdate < now)
    findings.accept('crl-overdue', `the next CRL was due on ${nextUpdate.toISOString()}`);
}

/** Throws DerError for an entry that can't be read. */
async function countEntries(list: CertificateList): Promise<number> {
  let count = 0;
  for (const _ of list.revokedCertificates()) {
    count += 1;
    if (count % entriesPerTurn === 0) await nextTurn();
  }
  return count;
}

/** What became of each, in order, and what was noted while storing them. */
export async function writeCrls(
  writer: ImportWriter,
  crls: readonly JudgedCrl[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly findings: readonly Finding[] }> {
  const outcomes: Outcome[] = [];
  const findings: Finding[] = [];
  for (const { fact, accepted } of crls) {
    const noted = new EntryFindings(fact.provenance);
    outcomes.push(accepted === null ? 'refused' : await writeCrl(writer, accepted, noted));
    findings.push(...noted.findings);
  }
  return { outcomes, findings };
}

async function writeCrl(writer: ImportWriter, told: StoredCrl, noted: EntryFindings): Promise<Outcome> {
  const { issuingPoint, kind, crlNumber } = told;
  const known = await writer.crls.find(issuingPoint, kind, crlNumber);
  if (known !== null) {
    if (told.crlDer === null || (known.crlDer !== null && Buffer.from(known.crlDer).equals(told.crlDer)))
      return 'unchanged';
    if (known.crlDer === null && known.origin === 'imported') {
      await writer.crls.write(told);
      return 'updated';
    }
    noted.refuse('crl-number-taken', `another ${kind} CRL of ${issuingPoint} has number ${crlNumber}`);
    return 'refused';
  }
  const highest = await writer.crls.highestNumber(issuingPoint);
  if (crlNumber < highest) {
    noted.refuse('crl-number-behind', `${issuingPoint} has reached CRL number ${highest}; ${crlNumber} is older`);
    return 'refused';
  }
  await writer.crls.write(told);
  return 'inserted';
}
