// Dogtag writes dates in the server's local time with a literal `Z` behind (DateMapper.java formats without setting a time zone).

/** Rules of a time zone, as far as dates in the directory need them. */
export interface DirectoryTimeZone {
  /** IANA name. */
  readonly name: string;
  /** The instant of a local time given as if it were UTC, in milliseconds. */
  readonly instantMs: (localMs: number) => number;
  /** The local time of an instant, given as if it were UTC, in milliseconds. */
  readonly localMs: (instantMs: number) => number;
}

export const universalTime: DirectoryTimeZone = { name: 'UTC', instantMs: (ms) => ms, localMs: (ms) => ms };

const dayMs = 86_400_000;
const cacheSizeMax = 20_000;

/** Rules of the zone with this IANA name (case does not matter). Throws RangeError for an unknown name. */
export function directoryTimeZone(name: string): DirectoryTimeZone {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-hc-h23-nu-latn', {
    timeZone: name,
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (/^(utc|gmt|etc\/(utc|gmt|uct|zulu))$/i.test(name)) return universalTime;
  const offsets = new Map<number, number>();
  // Offsets change on whole quarters of an hour only, so one look-up serves every instant of the quarter.
  const offsetMs = (instantMs: number): number => {
    const quarter = Math.floor(instantMs / 900_000);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const offset = localFields(format, quarter * 900_000) - quarter * 900_000;
    if (offsets.size >= cacheSizeMax) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  };
  return {
    name,
    localMs: (instantMs) => instantMs + offsetMs(instantMs),
    instantMs: (localMs) => {
      const before = offsetMs(localMs - dayMs);
      const after = offsetMs(localMs + dayMs);
      const fitting = [before, after].filter((offset) => offsetMs(localMs - offset) === offset);
      // A time that occurs twice is the later instant, a time that is skipped counts with the offset before it: as Java's calendar reads it.
      return localMs - (fitting.length > 0 ? Math.min(...fitting) : before);
    },
  };
}

function localFields(format: Intl.DateTimeFormat, instantMs: number): number {
  const field: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instantMs)) field[type] = value;
  const number = (name: string) => Number(field[name] ?? '0');
  const year = field.era?.startsWith('B') ? 1 - number('year') : number('year');
  const date = new Date(0);
  date.setUTCFullYear(year, number('month') - 1, number('day'));
  return date.setUTCHours(number('hour'), number('minute'), number('second'), 0);
}

/** A date in the directory of which the true instant is known, because the same date stands in a certificate's DER. */
export interface TimeZoneSample {
  readonly text: string;
  readonly instant: Date;
}

export interface TimeZoneEvidence {
  /** The zone that explains most samples; UTC when there are none. */
  readonly zone: DirectoryTimeZone;
  readonly sampleCount: number;
  /** How many samples the zone explains. */
  readonly explainedCount: number;
  /** Other zones that explain as many; empty when the zone is certain or UTC explains everything. */
  readonly alternatives: readonly string[];
}

/** Most samples that are looked at; more make no zone likelier. */
export const timeZoneSamplesMax = 400;

/**
 * Finds the zone in which dates were written. `preferred` names zones to be tried first, in order (the machine's own, say), since several zones
 * can explain the same samples.
 */
export function detectTimeZone(
  samples: readonly TimeZoneSample[],
  preferred: readonly string[] = [],
): TimeZoneEvidence {
  const known = samples.slice(0, timeZoneSamplesMax).flatMap(({ text, instant }) => {
    const localMs = parseLocalDate(text);
    return localMs === null ? [] : [{ localMs, instantMs: Math.floor(instant.getTime() / 1000) * 1000 }];
  });
  const explained = (zone: DirectoryTimeZone) =>
    known.filter(({ localMs, instantMs }) => zone.localMs(instantMs) === localMs).length;
  const inUniversalTime = explained(universalTime);
  const certain = { sampleCount: known.length, alternatives: [] };
  if (inUniversalTime === known.length) return { ...certain, zone: universalTime, explainedCount: inUniversalTime };
  let best = { zone: universalTime, explainedCount: inUniversalTime };
  let alternatives: string[] = [];
  for (const name of [...preferred, ...candidateZones()]) {
    const zone = directoryTimeZone(name);
    const explainedCount = explained(zone);
    if (explainedCount > best.explainedCount) {
      best = { zone, explainedCount };
      alternatives = [];
    } else if (explainedCount === best.explainedCount && explainedCount > 0 && zone.name !== best.zone.name) {
      alternatives.push(zone.name);
    }
  }
  return { ...best, sampleCount: known.length, alternatives };
}

function candidateZones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

const dateText = /^[0-9]{14,16}Z$/;

/** Milliseconds of a date's fields as if they were UTC, or null when the text is no date. */
export function parseLocalDate(text: string): number | null {
  if (!dateText.test(text)) return null;
  // The year has four digits or more, everything behind it two.
  const end = text.length - 1;
  const field = (digitsBehind: number) => Number(text.slice(end - digitsBehind - 2, end - digitsBehind));
  const [month, day, hour, minute, second] = [field(8), field(6), field(4), field(2), field(0)];
  const year = Number(text.slice(0, end - 10));
  // Date.UTC takes years below 100 for those of the 20th century; the calendar repeats itself every 400 years.
  const ms = Date.UTC(year + 400, month - 1, day, hour, minute, second) - fourCenturiesMs;
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) && hour < 24 && minute < 60;
  return isDate && second < 60 && !Number.isNaN(ms) ? ms : null;
}

const fourCenturiesMs = 146_097 * 86_400_000;
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (daysOfMonths[month - 1] ?? 0);
}

/** The instant of a date of the directory, or null when the text is no date. */
export function parseDirectoryDate(text: string, zone: DirectoryTimeZone): Date | null {
  const localMs = parseLocalDate(text);
  return localMs === null ? null : new Date(zone.instantMs(localMs));
}
