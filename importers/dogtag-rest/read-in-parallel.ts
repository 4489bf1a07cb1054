// Reads many things a few at once, and goes on past those that cannot be read.
import type { SourceFinding } from '../records.ts';

/** A few at once keep Dogtag busy without drowning it. */
const parallel = 4;

/** An entry that cannot be read, while the rest can. */
export class EntryProblem extends Error {
  readonly entry: string;
  constructor(entry: string, message: string) {
    super(message);
    this.name = 'EntryProblem';
    this.entry = entry;
  }
}

/** A few at once, in order; entries that cannot be read become findings. */
export async function inParallel<Line, Value>(
  lines: readonly Line[],
  read: (line: Line) => Promise<Value | null>,
): Promise<{ readonly values: Value[]; readonly findings: SourceFinding[] }> {
  const values: Value[] = [];
  const findings: SourceFinding[] = [];
  for (let start = 0; start < lines.length; start += parallel) {
    const settled = await Promise.allSettled(lines.slice(start, start + parallel).map(read));
    for (const one of settled)
      if (one.status === 'fulfilled') values.push(...(one.value === null ? [] : [one.value]));
      else if (one.reason instanceof EntryProblem) {
        const { message, entry } = one.reason;
        findings.push({ kind: 'entry-unreadable', verdict: 'refused', message, entry });
      } else throw one.reason;
  }
  return { values, findings };
}
