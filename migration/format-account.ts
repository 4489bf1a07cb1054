// The account of every entry of a source as a few lines of plain text: how many are taken, what is left out and why, and what nobody knows.
import type { SourceAccountLine } from '#importers';
import { formatTable } from './text-table.ts';

const unknownMax = 20;

/** Without a line feed at the end. */
export function formatAccount(account: readonly SourceAccountLine[]): string {
  const sum = (lines: readonly SourceAccountLine[]) => lines.reduce((total, { count }) => total + count, 0);
  const unknown = account.filter(({ kind, reason }) => kind === null && reason === null);
  const reasons = new Map<string, number>();
  for (const { reason, count } of account) if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  const taken = account.filter(({ kind }) => kind !== null);
  const lines = [
    `EVERY ENTRY  ${sum(account)}: ${sum(taken)} taken, ${sum(account) - sum(taken) - sum(unknown)} left out by reason, ${sum(unknown)} unknown`,
  ];
  if (reasons.size > 0)
    lines.push(
      formatTable(
        ['left out', ''],
        [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => [reason, String(count)]),
      ),
    );
  for (const { container, objectClass, count } of unknown.slice(0, unknownMax))
    lines.push(`UNKNOWN  ${count} of class ${objectClass} under ${container}`);
  if (unknown.length > unknownMax) lines.push(`and ${unknown.length - unknownMax} more containers and classes`);
  return lines.join('\n');
}
