// How two values that differ are shown: exactly where they part, in little space, and without what may be confidential.
import { hash } from 'node:crypto';

export interface ShownDifference {
  readonly source: string;
  readonly record: string;
  readonly detail: string | null;
}

/** Texts up to this length are shown whole. */
const wholeMax = 120;
const charactersBefore = 30;
const charactersBehind = 60;
const namesMax = 5;

export function describeTexts(source: string, record: string): ShownDifference {
  const names = describeNames(source, record);
  if (names !== null) return names;
  if (source.length <= wholeMax && record.length <= wholeMax) return { source, record, detail: null };
  const at = firstDifference(source, record);
  const line = source.slice(0, at).split('\n').length;
  const place = source.includes('\n') ? `from line ${line} on` : `from character ${at + 1} on`;
  return { source: excerpt(source, at), record: excerpt(record, at), detail: place };
}

/** Values by name, written as `textOfPairs` does, may hold what requesters typed in: they are named and measured, not shown. Null for other texts. */
function describeNames(source: string, record: string): ShownDifference | null {
  const [left, right] = [parsePairs(source), parsePairs(record)];
  if (left === null || right === null) return null;
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name));
  const shown = names
    .slice(0, namesMax)
    .map(
      (name) =>
        `${JSON.stringify(name)} is ${measure(left.get(name))} in the source, ${measure(right.get(name))} in the record`,
    );
  if (names.length > namesMax) shown.push(`and ${names.length - namesMax} more`);
  return { source: `${left.size} values`, record: `${right.size} values`, detail: shown.join('; ') };
}

function parsePairs(text: string): ReadonlyMap<string, string> | null {
  if (!text.startsWith('[')) return null;
  try {
    const pairs: unknown = JSON.parse(text);
    return Array.isArray(pairs) && pairs.every(isPair) ? new Map(pairs) : null;
  } catch {
    return null;
  }
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';
}

function measure(value: string | undefined): string {
  if (value === undefined) return 'absent';
  return `${Buffer.byteLength(value)} octets of SHA-256 ${hash('sha256', value, 'hex').slice(0, 16)}…`;
}

/** Which octets of two encodings differ. Null when none does. */
export function describeOctets(source: Uint8Array, record: Uint8Array): string | null {
  const length = Math.min(source.length, record.length);
  let first = -1;
  let count = Math.abs(source.length - record.length);
  for (let at = 0; at < length; at++) {
    if (source[at] === record[at]) continue;
    if (first === -1) first = at;
    count++;
  }
  if (count === 0) return null;
  if (first === -1) first = length;
  const lengths =
    source.length === record.length
      ? `of ${source.length} octets`
      : `octets, of ${source.length} in the source and ${record.length} in the record,`;
  const subject = count === 1 ? `1 ${lengths} differs` : `${count} ${lengths} differ`;
  return `${subject}, the first at offset ${first}: ${octet(source[first])} in the source, ${octet(record[first])} in the record`;
}

function octet(value: number | undefined): string {
  return value === undefined ? 'nothing' : value.toString(16).padStart(2, '0');
}

function firstDifference(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - charactersBefore);
  const to = Math.min(text.length, at + charactersBehind);
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
