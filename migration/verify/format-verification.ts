// A verification as plain text: what was compared, and exactly what differs.
import { formatTable } from '../text-table.ts';
import type { Difference, Verification } from './verification-report.ts';

const differencesShown = 20;

/** Lines end with a line feed. At most `listedMax` differences of a kind are listed. */
export function formatVerification(verification: Verification, listedMax = differencesShown): string {
  const { source, startedAt, finishedAt, isEqual, kinds, crls, signatures, samples } = verification;
  const lines = [
    `${isEqual ? 'EQUAL' : 'NOT EQUAL'}: the record and ${source}`,
    `compared ${startedAt} to ${finishedAt}`,
    '',
    formatTable(
      ['', 'source', 'record', 'made here', 'ranges', 'ranges equal', 'differences', 'explained'],
      kinds.map(({ kind, sourceCount, recordCount, madeHereCount, ranges, differenceCount, explainedCount }) => [
        kind,
        String(sourceCount),
        String(recordCount),
        String(madeHereCount),
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
        ['CRL', 'number', 'this update', 'listed', 'we would list', 'differences', 'explained'],
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
  lines.push(
    '',
    `${signatures.checked - signatures.bad} of ${signatures.checked} certificates bear a signature of their issuer`,
    `${equalSamples} of ${samples.length} certificates read singly from both sides have the same bytes`,
  );
  for (const kind of kinds) lines.push(...list(kind.kind, kind, listedMax));
  for (const crl of crls) lines.push(...list(`CRL ${crl.issuingPoint}`, crl, listedMax));
  return `${lines.join('\n')}\n`;
}

/** Unexplained ones first. */
function list(
  title: string,
  { differences, differenceCount }: { readonly differences: readonly Difference[]; readonly differenceCount: number },
  listedMax: number,
): string[] {
  if (differenceCount === 0) return [];
  const sorted = differences.toSorted((a, b) => Number(a.explanation !== null) - Number(b.explanation !== null));
  const shown = sorted.slice(0, listedMax);
  const lines = shown.flatMap((difference, index) => describe(difference, shown[index + 1]?.nextStep ?? null));
  const more = differenceCount - shown.length;
  if (more > 0)
    lines.push(
      `  and ${more} more${differences.length > shown.length ? ` (the JSON lists ${differences.length})` : ''}`,
    );
  return ['', title, ...lines];
}

/** What to do is said once behind neighbors for which it is the same. */
function describe(
  { object, part, source, record, detail, explanation, nextStep }: Difference,
  followingStep: string | null,
): string[] {
  const why = explanation === null ? '' : `  (${explanation})`;
  const lines = [`  ${object}  ${part}: source ${oneLine(source)}, record ${oneLine(record)}${why}`];
  if (detail !== null) lines.push(`      ${oneLine(detail)}`);
  if (nextStep !== null && nextStep !== followingStep) lines.push(`      next: ${nextStep}`);
  return lines;
}

/** What comes from a directory must not move the cursor of whoever reads it. */
function oneLine(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll(/\p{Cc}/gu, '?');
}
