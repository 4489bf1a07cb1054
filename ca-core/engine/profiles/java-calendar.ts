// Java's calendar arithmetic and date texts in a time zone, because validity periods of days and months are those of a clock on the wall.
import { findJavaTimeZone, formatJavaDate, type JavaTimeZone, utc } from '#codecs/dogtag-text';

export type CalendarUnit = 'year' | 'month' | 'day' | 'hour' | 'minute';

const units: Readonly<Record<string, CalendarUnit>> = {
  year: 'year',
  month: 'month',
  day: 'day',
  '': 'day',
  hour: 'hour',
  minute: 'minute',
};

/** The unit that a profile names; null for an unknown one. */
export function findCalendarUnit(text: string): CalendarUnit | null {
  return units[text] ?? null;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** GregorianCalendar.add: hours and minutes are elapsed time; days keep the time of day; months and years also clip the day of the month. */
export function addCalendarUnits(time: Date, unit: CalendarUnit, amount: number, timeZone: string): Date {
  switch (unit) {
    case 'minute':
      return new Date(time.getTime() + amount * minuteMs);
    case 'hour':
      return new Date(time.getTime() + amount * hourMs);
    case 'day':
      return addDays(time, amount, timeZone);
    case 'month':
      return addMonths(time, amount, timeZone);
    case 'year':
      return addMonths(time, amount * 12, timeZone);
  }
}

function addDays(time: Date, days: number, timeZone: string): Date {
  const offset = zoneOffsetMs(time, timeZone);
  const moved = new Date(time.getTime() + days * dayMs);
  const drift = offset - zoneOffsetMs(moved, timeZone);
  if (drift === 0) return moved;
  // The clock was changed in between: keep the time on the wall, unless that would land on another day.
  const adjusted = new Date(moved.getTime() + drift);
  const wallDay = Math.floor((time.getTime() + offset) / dayMs) + days;
  const adjustedDay = Math.floor((adjusted.getTime() + zoneOffsetMs(adjusted, timeZone)) / dayMs);
  return adjustedDay === wallDay ? adjusted : moved;
}

function addMonths(time: Date, months: number, timeZone: string): Date {
  const offset = zoneOffsetMs(time, timeZone);
  const wall = new Date(time.getTime() + offset);
  const target = new Date(wall);
  target.setUTCDate(1);
  target.setUTCMonth(target.getUTCMonth() + months);
  const lastDay = new Date(target);
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  target.setUTCDate(Math.min(wall.getUTCDate(), lastDay.getUTCDate()));
  return fromWallTime(target.getTime(), offset, timeZone);
}

// A time on the wall that a change of the clock skips moves forward; one that occurs twice is taken with the offset of standard time.
function fromWallTime(wallMs: number, offsetGuess: number, timeZone: string): Date {
  const guess = new Date(wallMs - offsetGuess);
  const offset = zoneOffsetMs(guess, timeZone);
  if (offset === offsetGuess) return guess;
  const second = new Date(wallMs - offset);
  return zoneOffsetMs(second, timeZone) === offset ? second : new Date(wallMs - Math.min(offset, offsetGuess));
}

function zoneOffsetMs(time: Date, timeZone: string): number {
  return timeZone === 'UTC' ? 0 : zoneOf(timeZone).offsetMsAt(time);
}

/** A zone that is not known counts as UTC, as it does for Java. */
function zoneOf(timeZone: string): JavaTimeZone {
  return timeZone === 'UTC' ? utc : (findJavaTimeZone(timeZone) ?? utc);
}

/** `2026-11-23 08:30:56`, as agents see and edit validity. */
export function formatWallTime(time: Date, timeZone: string): string {
  return new Date(time.getTime() + zoneOffsetMs(time, timeZone)).toISOString().slice(0, 19).replace('T', ' ');
}

const wallForm = /^\s*(-?\d+)-(-?\d+)-(-?\d+)\s+(-?\d+):(-?\d+):(-?\d+)/;

/**
 * The time that an agent wrote as `yyyy-MM-dd HH:mm:ss`, or null. Java's lenient reading: fields out of range carry over, and what
 * follows the seconds is ignored.
 */
export function parseWallTime(text: string, timeZone: string): Date | null {
  const match = wallForm.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second, 0);
  if (Number.isNaN(wall.getTime())) return null;
  return fromWallTime(wall.getTime(), zoneOffsetMs(wall, timeZone), timeZone);
}

/** Java's Date.toString: `Mon Nov 23 08:30:56 UTC 2026`. */
export function formatDate(time: Date, timeZone: string): string {
  return formatJavaDate(time, zoneOf(timeZone));
}
