// A verification as plain text: what was compared, and exactly what differs.
import { formatTable } from '../text-table.ts';
import type { Difference, Verification } from './verification-report.ts';

const differencesShown = 20;

/** Lines end with a line feed. */
export function formatVerification(verification: Verification): string {
  const { source, startedAt, finishedAt, isEqual, kinds, crls, samples } = verification;
  const lines = [
    `${isEqual ? 'EQUAL' : 'NOT EQUAL'}: the record and ${source}`,
    `compared ${startedAt} to ${finishedAt}`,
    '',
    formatTable(
      ['', 'source', 'record', 'ranges', 'ranges equal', 'differences', 'explained'],
      kinds.map(({ kind, sourceCount, recordCount, ranges, differenceCount, explainedCount }) => [
        kind,
        String(sourceCount),
        String(recordCount),
        String(ranges.length),
        String(ranges.filter(({ sourceDigest, recordDigest }) => sourceDigest === recordDigest).length),
        String(differenceCount),
        String(explainedCount),
      ]),
    ),
  ];
  if (crls.length > 0)
    lines.push(
      '',
      formatTable(
        ['CRL', 'number', 'this update', 'listed', 'revoked here', 'differences', 'explained'],
        crls.map(
          ({ issuingPoint, crlNumber, thisUpdate, sourceCount, recordCount, differenceCount, explainedCount }) => [
            issuingPoint,
            crlNumber,
            thisUpdate ?? 'unknown',
            String(sourceCount),
            String(recordCount),
            String(differenceCount),
            String(explainedCount),
          ],
        ),
      ),
    );
  const equalSamples = samples.filter(({ source: left, record }) => left !== null && left === record).length;
  lines.push('', `${equalSamples} of ${samples.length} certificates read singly from both sides have the same bytes`);
  for (const { kind, differences, differenceCount } of kinds) lines.push(...list(kind, differences, differenceCount));
  for (const { issuingPoint, differences, differenceCount } of crls)
    lines.push(...list(`CRL ${issuingPoint}`, differences, differenceCount));
  return `${lines.join('\n')}\n`;
}

/** Unexplained ones first. */
function list(title: string, differences: readonly Difference[], count: number): string[] {
  if (count === 0) return [];
  const sorted = differences.toSorted((a, b) => Number(a.explanation !== null) - Number(b.explanation !== null));
  const lines = sorted.slice(0, differencesShown).map(({ object, part, source, record, explanation }) => {
    const why = explanation === null ? '' : `  (${explanation})`;
    return `  ${object}  ${part}: source ${shorten(source)}, record ${shorten(record)}${why}`;
  });
  if (count > lines.length) lines.push(`  and ${count - lines.length} more (all of them in the JSON)`);
  return ['', title, ...lines];
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
