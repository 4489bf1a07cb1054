// The door for lines of Dogtag's signed audit logs: what is known stays as it was, what is new is added, what differs from what was taken in earlier is
// a finding.
import { hash, X509Certificate } from 'node:crypto';
import {
  type AuditEvent,
  extendHistoryDigest,
  type HistoryEntry,
  type HistoryFile,
  type HistorySignature,
  type ImportLedger,
  type ImportWriter,
  type StoredHistoryLine,
} from '#ca-core/engine';
import type { Finding, Provenance } from './intake.ts';

/** A file of a log, known again by its first line. */
export interface ImportedAuditFile {
  readonly name: string;
  /** SHA-256 of the first line. */
  readonly firstLineDigest: Uint8Array;
}
export interface ImportedAuditEntry extends HistoryEntry {
  readonly file: ImportedAuditFile;
}

export interface HistoryIntakeResult {
  readonly inserted: number;
  /** Lines of which is known now what a signature says of them. */
  readonly decided: number;
  readonly unchanged: number;
  readonly findings: readonly Finding[];
}

/** What stands at the end of an import of one log. */
export interface ImportedLogEnd {
  readonly log: string;
  /** All files of the log that are there now, with the number of their lines. */
  readonly files: readonly (ImportedAuditFile & { readonly lineCount: number })[];
  /** DER of the certificates that were expected to have signed. */
  readonly signerCertificates: readonly Uint8Array[];
  /** The reader's own findings; with those of the intake they replace all earlier ones about this log. */
  readonly findings: readonly Omit<Finding, 'provenance'>[];
}

export interface AuditHistoryIntake {
  /**
   * Stores lines of one log in one commit, ascending within each file. Lines that are there already are compared; one that differs is refused with a
   * finding, since what was taken in stays. Killed anywhere, the same lines may be given again.
   */
  accept(log: string, entries: readonly ImportedAuditEntry[]): Promise<HistoryIntakeResult>;
  /** Compares the files with those of earlier imports, keeps the findings, and makes the audit chain account for the lines. Returns what it noted itself. */
  finish(end: ImportedLogEnd): Promise<readonly Finding[]>;
}

/** The message of a finding names the line; a log is one entry, so that what no longer holds of it goes as a whole. */
const provenanceOf = (log: string): Provenance => ({ source: 'dogtag-audit-log', entry: log });

export function createAuditHistoryIntake(ledger: ImportLedger): AuditHistoryIntake {
  return {
    accept: (log, entries) => ledger.commit((writer) => acceptEntries(writer, log, entries)),
    finish: async (end) => {
      const strangers = await unknownCertificates(ledger, end);
      return ledger.commit((writer) => finishLog(writer, end, strangers));
    },
  };
}

async function acceptEntries(
  writer: ImportWriter,
  log: string,
  entries: readonly ImportedAuditEntry[],
): Promise<HistoryIntakeResult> {
  const files = await writer.history.lockLog(log);
  const result = { inserted: 0, decided: 0, unchanged: 0, findings: [] as Finding[] };
  for (const [file, ofFile] of byFile(entries)) {
    const known = files.find(({ firstLineDigest }) => areEqual(firstLineDigest, file.firstLineDigest));
    const stored = known ?? (await writer.history.addFile({ log, ...file }));
    const old = ofFile.filter(({ lineNumber }) => lineNumber <= stored.lineCount);
    const added = ofFile.slice(old.length);
    await compareLines(writer, stored, old, result);
    await writer.history.append(stored.id, added);
    const lineCount = added.at(-1)?.lineNumber ?? stored.lineCount;
    if (lineCount - stored.lineCount !== added.length)
      throw new RangeError(`lines of ${file.name} were left out before line ${lineCount}`);
    if (added.length > 0 || stored.name !== file.name)
      await writer.history.updateFile({
        ...stored,
        name: file.name,
        lineCount,
        digest: extendDigest(stored.digest, added),
      });
    result.inserted += added.length;
  }
  return result;
}

async function compareLines(
  writer: ImportWriter,
  file: HistoryFile,
  entries: readonly ImportedAuditEntry[],
  result: { decided: number; unchanged: number; findings: Finding[] },
): Promise<void> {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return;
  const stored = await writer.history.readLines(file.id, first.lineNumber, last.lineNumber);
  const byNumber = new Map<number, StoredHistoryLine>(stored.map((line) => [line.lineNumber, line]));
  const decided: { lineNumber: number; signature: HistorySignature }[] = [];
  for (const { lineNumber, line, signature } of entries) {
    const before = byNumber.get(lineNumber);
    if (before === undefined || !areEqual(before.line, line))
      result.findings.push({
        kind: 'history-differs',
        verdict: 'refused',
        message: `${file.name}:${lineNumber}: the line is not what was taken in earlier, which stays; it now reads ${Buffer.from(line).toString('utf8', 0, 1_000)}`,
        provenance: provenanceOf(file.log),
      });
    else if (isDecidedBy(before.signature, signature)) decided.push({ lineNumber, signature });
    else result.unchanged += 1;
  }
  if (decided.length > 0) result.decided += await writer.history.decide(file.id, decided);
}

/**
 * A later import may know more: the next signature, or a certificate. It never knows less, and that a signature fits cannot be an error, as it can be
 * that none of the certificates at hand fitted.
 */
function isDecidedBy(before: HistorySignature, now: HistorySignature): boolean {
  if (before === 'good' || before === now) return false;
  if (now === 'good') return true;
  if (before === 'open') return true;
  return (before === 'unchecked' && now !== 'open') || (before === 'bad' && now === 'none');
}

async function finishLog(
  writer: ImportWriter,
  { log, files, findings, signerCertificates }: ImportedLogEnd,
  strangers: readonly string[],
): Promise<readonly Finding[]> {
  const provenance = provenanceOf(log);
  const noted: Finding[] = strangers.map((message) => ({
    kind: 'audit-certificate-unknown',
    verdict: 'accepted',
    message,
    provenance,
  }));
  const stored = await writer.history.lockLog(log);
  for (const file of stored) {
    const now = files.find(({ firstLineDigest }) => areEqual(firstLineDigest, file.firstLineDigest));
    if (now === undefined)
      noted.push({
        kind: 'file-gone',
        verdict: 'accepted',
        message: `${file.name}: the file is not there any more; its ${file.lineCount} lines stay in the history`,
        provenance,
      });
    else if (now.lineCount < file.lineCount)
      noted.push({
        kind: 'file-shortened',
        verdict: 'accepted',
        message: `${now.name}: the file has ${now.lineCount} lines; ${file.lineCount} were taken in earlier and stay in the history`,
        provenance,
      });
  }
  const readerFindings = findings.map((finding) => ({ ...finding, provenance }));
  await writer.writeFindings([provenance], [...readerFindings, ...noted]);
  const unaccounted = stored.filter(({ accountedLines, lineCount }) => accountedLines < lineCount);
  for (const file of unaccounted) await writer.history.updateFile({ ...file, accountedLines: file.lineCount });
  const fingerprints = signerCertificates.map((der) => hash('sha256', der)).join(' ');
  await writer.appendAudit(unaccounted.map((file) => accountOf(file, fingerprints)));
  return noted;
}

/** The chain's MAC covers the digest, so that a line of the history that is changed in the database is found. */
function accountOf({ id, log, name, lineCount, digest }: HistoryFile, fingerprints: string): AuditEvent {
  const details = {
    source: `audit log ${log}`,
    entry: name,
    historyFile: String(id),
    lines: String(lineCount),
    digest: Buffer.from(digest).toString('hex'),
    signerCertificates: fingerprints,
  };
  return { name: 'fact-applied', outcome: 'success', actor: 'system', remoteAddress: null, details };
}

/** A certificate that this installation never issued may be right, such as one of a foreign CA; whoever gave it should know. */
async function unknownCertificates(ledger: ImportLedger, { signerCertificates }: ImportedLogEnd): Promise<string[]> {
  const messages: string[] = [];
  for (const der of signerCertificates) {
    const { serialNumber, subject } = new X509Certificate(der);
    const known = await ledger.findCertificate(BigInt(`0x${serialNumber}`));
    if (known === null || !areEqual(known, der))
      messages.push(
        `the record does not hold the audit certificate ${subject.replaceAll('\n', ', ')} (0x${serialNumber})`,
      );
  }
  return messages;
}

function byFile(entries: readonly ImportedAuditEntry[]): Map<ImportedAuditFile, ImportedAuditEntry[]> {
  const groups = new Map<string, [ImportedAuditFile, ImportedAuditEntry[]]>();
  for (const entry of entries) {
    const key = Buffer.from(entry.file.firstLineDigest).toString('hex');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry.file, [entry]]);
    else group[1].push(entry);
  }
  return new Map(groups.values());
}

function extendDigest(digest: Uint8Array, entries: readonly HistoryEntry[]): Uint8Array {
  return entries.reduce<Uint8Array>((extended, { line }) => extendHistoryDigest(extended, line), digest);
}

const areEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
