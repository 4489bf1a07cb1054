// Marks and filters for "what has changed since": by update sequence numbers where the server keeps them (FreeIPA's does), else by time.
import { normalizeEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import { type ChangeMark, SourceError } from '../import-source.ts';

/** Numbers are given before a change is visible, so look back over those that may have been under way. */
const numbersLookedBack = 200n;
/** Whatever was loaded from a file or another replica has number 0, which is no change: without this, a fresh server's entries would all count. */
const firstNumber = 1n;
const minutesLookedBack = 15;
/** Two clocks are taken to be no further apart than this when there is nothing but times to go by. */
const clockDifferenceMs = 5_000;

/** `root` is the server's root entry with operational attributes. */
export function markOf(root: DirectoryEntry | null, base: string, now: Date): ChangeMark {
  const number = root === null ? null : findUpdateNumber(root, base);
  if (number !== null) {
    const from = number - numbersLookedBack;
    return { since: `usn:${from > firstNumber ? from : firstNumber}`, until: `usn:${number > 0n ? number : 0n}` };
  }
  const timeBefore = (ms: number) => `time:${formatGeneralizedTime(new Date(now.getTime() - ms))}`;
  return { since: timeBefore(minutesLookedBack * 60_000), until: timeBefore(clockDifferenceMs) };
}

/** LDAP filter for entries added or changed since a mark. Throws SourceError for what is no mark. */
export function changedSince(mark: string): string {
  const { attribute, value } = parseMark(mark);
  return `(${attribute}>=${value})`;
}

/** LDAP filter for entries that have not changed since a mark. Throws SourceError for what is no mark. */
export function changedUntil(mark: string): string {
  const { attribute, value } = parseMark(mark);
  return `(${attribute}<=${value})`;
}

/** Whether a mark is of the same reckoning as the present one and not ahead of it: numbers that were reached are not lost but by an older database. */
export function isReachedBy(mark: string, { until }: ChangeMark): boolean {
  const [past, present] = [parseMark(mark), parseMark(until)];
  if (past.attribute !== present.attribute) return false;
  if (past.attribute !== 'entryUSN') return past.value <= present.value;
  const [from, reached] = [BigInt(past.value), BigInt(present.value)];
  // Where nothing has been changed since a bulk load, marks look ahead to the first number.
  return from <= (reached > firstNumber ? reached : firstNumber);
}

function parseMark(mark: string): { readonly attribute: string; readonly value: string } {
  const [, kind, value] = /^(usn|time):([0-9]{1,20}Z?)$/.exec(mark) ?? [];
  if (value !== undefined) return { attribute: kind === 'usn' ? 'entryUSN' : 'modifyTimestamp', value };
  throw new SourceError('malformed', `not a mark of changes: ${JSON.stringify(mark)}`);
}

/** The last number given in the backend that holds `base`, or in all of them where the server counts globally. */
function findUpdateNumber(root: DirectoryEntry, base: string): bigint | null {
  const backend = root
    .texts('nsBackendSuffix')
    .map((text) => /^([^:]+):(.*)$/.exec(text))
    .find((match) => match !== null && normalizeEntryName(match[2] ?? '') === normalizeEntryName(base))?.[1];
  const text = (backend === undefined ? null : root.findText(`lastusn;${backend}`)) ?? root.findText('lastusn');
  return text !== null && /^-?[0-9]{1,18}$/.test(text) ? BigInt(text) : null;
}

function formatGeneralizedTime(date: Date): string {
  return `${date.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;
}
