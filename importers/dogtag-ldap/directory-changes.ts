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
const witnessesMax = 4;
/** Servers forget removed entries after a while (389 Directory Server after three days, or when somebody cleans up). */
const removalsRememberedMs = 86_400_000;

/** An entry with the number of its last change: as long as it has that number or a higher one, numbers still mean what they meant. */
export interface Witness {
  readonly uniqueId: string;
  readonly number: bigint;
}

/** What a mark of numbers says. */
export interface NumberMark {
  readonly from: bigint;
  /** The last number that had been given. */
  readonly last: bigint;
  /** Which server counted, in its own words; null when it does not say. Every replica counts for itself. */
  readonly server: string | null;
  readonly witnesses: readonly Witness[];
  readonly at: Date;
}

/** The present state of a server's numbers; null when it keeps none. `root` is its root entry with operational attributes. */
export function findNumbers(
  root: DirectoryEntry | null,
  base: string,
): { readonly last: bigint; readonly server: string | null } | null {
  const last = root === null ? null : findUpdateNumber(root, base);
  return last === null ? null : { last, server: root?.findText('netscapeMDSuffix') ?? null };
}

export function markOfNumbers(
  { last, server }: { readonly last: bigint; readonly server: string | null },
  witnesses: readonly Witness[],
  at: Date,
): ChangeMark {
  const kept = [...witnesses].sort((a, b) => (a.number < b.number ? 1 : -1)).slice(0, witnessesMax);
  // A witness is looked for among what has changed, so that asking for it costs nothing.
  const from = [last - numbersLookedBack, ...kept.map(({ number }) => number)].reduce((a, b) => (a < b ? a : b));
  const rest = {
    last: last.toString(),
    server,
    witnesses: kept.map(({ uniqueId, number }) => [uniqueId, number.toString()]),
    at: at.toISOString(),
  };
  return { since: `usn:${from > firstNumber ? from : firstNumber};${JSON.stringify(rest)}`, until: `usn:${last}` };
}

export function markOfTime(now: Date): ChangeMark {
  const timeBefore = (ms: number) => `time:${formatGeneralizedTime(new Date(now.getTime() - ms))}`;
  return { since: timeBefore(minutesLookedBack * 60_000), until: timeBefore(clockDifferenceMs) };
}

/** Null for a mark of times, or one of numbers that says nothing of where they were counted. Throws SourceError for what is no mark. */
export function findNumberMark(since: string): NumberMark | null {
  const { attribute, value, rest } = parseMark(since);
  if (attribute !== 'entryUSN' || rest === null) return null;
  try {
    const { last, server, witnesses, at } = JSON.parse(rest) as {
      last: string;
      server: string | null;
      witnesses: [string, string][];
      at: string;
    };
    return {
      from: BigInt(value),
      last: BigInt(last),
      server,
      witnesses: witnesses.map(([uniqueId, number]) => ({ uniqueId, number: BigInt(number) })),
      at: new Date(at),
    };
  } catch (cause) {
    throw new SourceError('malformed', `not a mark of changes: ${JSON.stringify(since)}`, { cause });
  }
}

/** Why numbers of now cannot be held against those of a mark; null when they can. */
export function findGap(
  mark: NumberMark,
  now: { readonly last: bigint; readonly server: string | null } | null,
): string | null {
  if (now === null) return 'the server keeps no update sequence numbers any more (its USN plug-in is off)';
  if (mark.server !== null && now.server !== null && mark.server !== now.server)
    return `another server answers: ${now.server}, and ${mark.server} before; each counts its changes for itself`;
  if (now.last < mark.last)
    return `the last change has number ${now.last}, and had ${mark.last} before: the server's database was replaced by an older one`;
  return null;
}

/** The same once it is known which entries have which numbers, removed ones too. */
export function findLostWitness({ witnesses }: NumberMark, found: ReadonlyMap<string, bigint>): string | null {
  const lost = witnesses.find(({ uniqueId, number }) => (found.get(uniqueId) ?? -1n) < number);
  return lost === undefined
    ? null
    : `the entry that was changed with number ${lost.number} (nsUniqueId ${lost.uniqueId}) is no longer there with it: the server's database was replaced`;
}

/** Whether the server still knows all that was removed since the mark. */
export function remembersRemovals({ at }: NumberMark, now: Date): boolean {
  return now.getTime() - at.getTime() < removalsRememberedMs;
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

function parseMark(mark: string): {
  readonly attribute: 'entryUSN' | 'modifyTimestamp';
  readonly value: string;
  readonly rest: string | null;
} {
  const [, kind, value, rest = null] = /^(usn|time):([0-9]{1,20}Z?)(?:;(.*))?$/s.exec(mark) ?? [];
  if (value !== undefined) return { attribute: kind === 'usn' ? 'entryUSN' : 'modifyTimestamp', value, rest };
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
