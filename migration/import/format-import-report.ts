// An import's report as one page of plain text.
import { formatAccount } from '../format-account.ts';
import { formatTable } from '../text-table.ts';
import type { ImportReport } from './import-report.ts';

/** Lines end with a line feed. */
export function formatImportReport(report: ImportReport): string {
  const { source, server, timeZone, kinds, catchUp, findings } = report;
  const lines = [
    `Imported from ${source} (${server}), dates read in ${timeZone}`,
    `${report.startedAt} to ${report.finishedAt}${report.resumed ? ', taken up after an interruption' : ''}`,
    '',
    formatTable(
      ['', 'counted', 'read', 'new', 'changed', 'unchanged', 'refused', 'per second'],
      kinds.map((kind) => [
        kind.kind,
        kind.expected === null ? '?' : String(kind.expected),
        String(kind.entries),
        String(kind.inserted),
        String(kind.updated),
        String(kind.unchanged),
        String(kind.refused),
        kind.seconds > 0.05 ? String(Math.round(kind.entries / kind.seconds)) : '',
      ]),
    ),
    '',
    `Changed meanwhile: ${catchUp.entries} entries read again, ${catchUp.inserted} new, ${catchUp.updated} changed`,
    '',
  ];
  lines.push(formatAccount(report.account), '');
  if (findings.length === 0) lines.push('No findings.');
  for (const { kind, verdict, count, examples } of findings) {
    lines.push(`${verdict === 'refused' ? 'REFUSED' : 'noted'}  ${kind}  ${count}`);
    for (const { entry, message } of examples) lines.push(`    ${entry}: ${message}`);
    if (count > examples.length) lines.push(`    and ${count - examples.length} more`);
  }
  return `${lines.join('\n')}\n`;
}
