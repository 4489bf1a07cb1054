// What a check or an import of Dogtag's signed audit logs found, as data for machines and as plain text.
import type { SignatureCounts, SourceAuditFinding } from '#importers';

export interface AuditLogReport {
  readonly log: string;
  readonly files: readonly { readonly name: string; readonly lines: number }[];
  readonly lines: number;
  readonly signatures: SignatureCounts;
  /** What became of the lines in the record; null where nothing was stored. */
  readonly stored: { readonly inserted: number; readonly decided: number; readonly unchanged: number } | null;
  /** Problems first, then by number. */
  readonly findings: readonly AuditFindingGroup[];
}

export interface AuditFindingGroup {
  readonly kind: string;
  readonly severity: 'problem' | 'note';
  readonly count: number;
  /** The first hundred. */
  readonly examples: readonly { readonly place: string; readonly message: string }[];
}

/** Whether nothing speaks against the log being as it was written. Without signatures, nothing speaks for it either. */
export function isProven({ findings }: AuditLogReport): boolean {
  return findings.every(({ severity }) => severity === 'note');
}

const examplesKept = 100;
const examplesPrinted = 5;

/** Counts all findings and keeps the first of each kind: of a log without line ends in the right places there may be millions. */
export class AuditFindingTally {
  readonly #groups = new Map<
    string,
    { kind: string; severity: 'problem' | 'note'; count: number; examples: { place: string; message: string }[] }
  >();

  add({ kind, severity, place, message }: Omit<SourceAuditFinding, 'kind'> & { readonly kind: string }): void {
    const key = `${severity} ${kind}`;
    const group = this.#groups.get(key) ?? { kind, severity, count: 0, examples: [] };
    group.count += 1;
    if (group.examples.length < examplesKept) group.examples.push({ place, message });
    this.#groups.set(key, group);
  }

  groups(): AuditFindingGroup[] {
    return [...this.#groups.values()].toSorted((one, other) =>
      one.severity === other.severity ? other.count - one.count : one.severity === 'problem' ? -1 : 1,
    );
  }
}

/** Lines end with a line feed. */
export function formatAuditLogReport(report: AuditLogReport): string {
  const { log, files, lines, signatures, stored, findings } = report;
  const parts = [
    `${lines} lines in ${files.length} ${files.length === 1 ? 'file' : 'files'}`,
    formatSignatures(signatures),
  ];
  if (stored !== null) parts.push(`${stored.inserted} new, ${stored.decided} decided, ${stored.unchanged} known`);
  const text = [`${log}: ${verdictOf(report)}; ${parts.join('; ')}`];
  for (const { kind, severity, count, examples } of findings) {
    text.push(`  ${severity === 'problem' ? 'PROBLEM' : 'note'}  ${kind}  ${count}`);
    for (const { place, message } of examples.slice(0, examplesPrinted)) text.push(`      ${place}: ${message}`);
    if (count > examplesPrinted) text.push(`      and ${count - examplesPrinted} more`);
  }
  return `${text.join('\n')}\n`;
}

function verdictOf(report: AuditLogReport): string {
  if (!isProven(report)) return 'NOT PROVEN';
  const { good, unchecked } = report.signatures;
  if (good > 0) return 'as it was written';
  return unchecked > 0 ? 'not checked' : 'not signed, so nothing proves it';
}

function formatSignatures({ good, bad, unchecked }: SignatureCounts): string {
  return `signatures: ${good} good, ${bad} bad${unchecked === 0 ? '' : `, ${unchecked} not checked`}`;
}
