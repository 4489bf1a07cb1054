// Checks Dogtag's signed audit logs, and brings them into the record as the installation's history when there is one to bring them into.
import type { AuditHistoryIntake, ImportedAuditEntry } from '#ca-core/intake';
import type { AuditSigner } from '#codecs/dogtag-audit';
import type { JavaTimeZone } from '#codecs/dogtag-text';
import {
  listAuditLogs,
  readAuditLog,
  type SourceAuditBatch,
  type SourceAuditFinding,
  type SourceAuditLog,
} from '#importers';
import { AuditFindingTally, type AuditLogReport } from './audit-log-report.ts';

export interface AuditLogOptions {
  /** None: signatures are not checked. */
  readonly signers: readonly AuditSigner[];
  /** Zone of the machine that wrote the logs; null where it is not known. */
  readonly timeZone: JavaTimeZone | null;
  /** Null: nothing is stored. */
  readonly intake: AuditHistoryIntake | null;
  /** Lines of a log so far, and how many there will be by the size of its files. */
  readonly onProgress?: (log: string, lines: number, linesExpected: number) => void;
  /** Stops between two batches; what has been taken in stays. */
  readonly signal?: AbortSignal;
}

export interface AuditLogsReport {
  readonly logs: readonly AuditLogReport[];
  /** Files that are no audit logs, or hold nothing that others don't. */
  readonly notRead: readonly SourceAuditFinding[];
}

/**
 * Reads all logs of a folder (see listAuditLogs); `server` goes in front of their names. Whatever is wrong with them is in the report. An import may be
 * killed at any moment and started again: lines that are there already are compared, the rest is added. Rejects with SourceError when there is no log or
 * a file cannot be read, with CaError when the record cannot be written, with the signal's reason when it was stopped.
 */
export async function takeAuditLogs(
  path: string,
  { server, ...options }: AuditLogOptions & { readonly server: string | null },
): Promise<AuditLogsReport> {
  const { logs, findings } = await listAuditLogs(path, server);
  const reports: AuditLogReport[] = [];
  for (const log of logs) reports.push(await takeAuditLog(log, options));
  return { logs: reports, notRead: findings };
}

async function takeAuditLog(log: SourceAuditLog, options: AuditLogOptions): Promise<AuditLogReport> {
  const { intake, signers, timeZone, signal, onProgress } = options;
  const tally = new AuditFindingTally();
  const onFinding = (finding: SourceAuditFinding) => tally.add(finding);
  const bytesTotal = log.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const linesByFile = new Map(log.files.map(({ name }) => [name, 0]));
  const stored = { inserted: 0, decided: 0, unchanged: 0 };
  const reading = readAuditLog(log, { signers, timeZone, onFinding });
  let lines = 0;
  let step = await reading.next();
  // While one batch is stored the next one is read and checked.
  let storing: Promise<void> = Promise.resolve();
  for (; step.done !== true; step = await reading.next()) {
    signal?.throwIfAborted();
    const batch: SourceAuditBatch = step.value;
    lines += batch.entries.length;
    for (const { file, lineNumber } of batch.entries) linesByFile.set(file.name, lineNumber);
    await storing;
    storing = storeBatch(intake, log.name, batch, stored, tally);
    // Whoever awaits it next learns of its failure.
    storing.catch(() => {});
    onProgress?.(log.name, lines, Math.max(lines, Math.round((lines * bytesTotal) / Math.max(batch.bytesRead, 1))));
  }
  await storing;
  const signatures = step.value;
  noteWrongSigners(signatures, log, tally);
  const files = log.files.map(({ name }) => ({ name, lines: linesByFile.get(name) ?? 0 }));
  if (intake !== null) await finishImport(intake, log, files, signers, tally);
  return { log: log.name, files, lines, signatures, stored: intake === null ? null : stored, findings: tally.groups() };
}

async function storeBatch(
  intake: AuditHistoryIntake | null,
  log: string,
  { entries }: SourceAuditBatch,
  stored: { inserted: number; decided: number; unchanged: number },
  tally: AuditFindingTally,
): Promise<void> {
  if (intake === null || entries.length === 0) return;
  const result = await intake.accept(
    log,
    entries.map(({ time, ...entry }): ImportedAuditEntry => ({ ...entry, timeMicros: BigInt(time.getTime()) * 1000n })),
  );
  stored.inserted += result.inserted;
  stored.decided += result.decided;
  stored.unchanged += result.unchanged;
  for (const { kind, message } of result.findings) tally.add({ kind, severity: 'problem', place: log, message });
}

async function finishImport(
  intake: AuditHistoryIntake,
  log: SourceAuditLog,
  files: AuditLogReport['files'],
  signers: readonly AuditSigner[],
  tally: AuditFindingTally,
): Promise<void> {
  const findings = tally
    .groups()
    .flatMap(({ kind, severity, count, examples }) => [
      ...examples.map(({ place, message }) => ({ kind, message: `${place}: ${message}` })),
      ...(count > examples.length
        ? [{ kind, message: `and ${count - examples.length} more ${severity}s of this kind` }]
        : []),
    ]);
  const noted = await intake.finish({
    log: log.name,
    files: log.files.map(({ name, firstLineDigest }) => ({
      name,
      firstLineDigest,
      lineCount: files.find((file) => file.name === name)?.lines ?? 0,
    })),
    signerCertificates: signers.map(({ certificateDer }) => certificateDer),
    findings: findings.map(({ kind, message }) => ({
      kind,
      verdict: kind === 'history-differs' ? 'refused' : 'accepted',
      message,
    })),
  });
  for (const { kind, message } of noted)
    tally.add({ kind, severity: kind === 'file-shortened' ? 'problem' : 'note', place: log.name, message });
}

/** One reason for everything: say it rather than let somebody look for an attack. */
function noteWrongSigners({ good, bad }: { good: number; bad: number }, log: SourceAuditLog, tally: AuditFindingTally) {
  if (good > 0 || bad === 0) return;
  const message =
    'not one signature fits: these are perhaps not the certificates that signed this log; give the right one with --certificate';
  tally.add({ kind: 'no-signature-fits', severity: 'problem', place: log.name, message });
}
