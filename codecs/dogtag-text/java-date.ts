// Dates as the Java machine under Dogtag prints them, in its time zone.
import { type JavaTimeZone, utc } from './java-time-zone.ts';

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const two = (value: number): string => String(value).padStart(2, '0');

/** Date.toString(): `Mon Nov 23 08:30:47 UTC 2026`. */
export function formatJavaDate(date: Date, zone: JavaTimeZone = utc): string {
  const wall = wallTime(date, zone);
  const time = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}:${two(wall.getUTCSeconds())}`;
  const day = `${dayName(wall).slice(0, 3)} ${monthName(wall).slice(0, 3)} ${two(wall.getUTCDate())}`;
  return `${day} ${time} ${zone.namesAt(date).short} ${wall.getUTCFullYear()}`;
}

/**
 * DateFormat.FULL with the zone's id after it: `Monday, November 23, 2026 at 8:30:47 AM Coordinated Universal Time Etc/UTC`. A zone whose id is
 * its own abbreviation is not named twice.
 */
export function formatLongDate(date: Date, zone: JavaTimeZone = utc): string {
  const wall = wallTime(date, zone);
  const hour = wall.getUTCHours();
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${two(wall.getUTCMinutes())}:${two(wall.getUTCSeconds())}`;
  const { short, long } = zone.namesAt(date);
  const id = short === zone.id ? '' : ` ${zone.id}`;
  const [joint, space] = zone.longDates === 'comma' ? [', ', '\u202f'] : [' at ', ' '];
  return `${formatLongDay(date, zone)}${joint}${time}${space}${hour < 12 ? 'AM' : 'PM'} ${long}${id}`;
}

/** SimpleDateFormat of `yyyy-MM-dd HH:mm:ss Z`: `2026-11-23 08:30:47 +0000`. */
export function formatSortableDate(date: Date, zone: JavaTimeZone = utc): string {
  const wall = wallTime(date, zone);
  const minutes = Math.trunc(zone.offsetMsAt(date) / 60_000);
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}${two(size % 60)}`;
  return `${wall.toISOString().slice(0, 19).replace('T', ' ')} ${offset}`;
}

/** DateFormat.FULL without the time: `Monday, November 23, 2026`. */
export function formatLongDay(date: Date, zone: JavaTimeZone = utc): string {
  const wall = wallTime(date, zone);
  return `${dayName(wall)}, ${monthName(wall)} ${wall.getUTCDate()}, ${wall.getUTCFullYear()}`;
}

/** A date whose UTC fields are those of the clock on the wall. */
function wallTime(date: Date, zone: JavaTimeZone): Date {
  return new Date(date.getTime() + zone.offsetMsAt(date));
}

function dayName(wall: Date): string {
  return dayNames[wall.getUTCDay()] ?? '';
}

function monthName(wall: Date): string {
  return monthNames[wall.getUTCMonth()] ?? '';
}
