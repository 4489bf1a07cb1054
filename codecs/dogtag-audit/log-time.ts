// Times of log lines, `dd/MMM/yyyy:HH:mm:ss z` of Java's SimpleDateFormat: the clock on Dogtag's wall and the short name of its zone.
import { findJavaTimeZone, type JavaTimeZone } from '#codecs/dogtag-text';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const pattern = /^(\d{1,2})\/([^/]+)\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) (.+)$/;
const offsetPattern = /^(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})$/;

/** Where a short name is that of several zones, the first of these that knows it is meant, unless the installation's own zone does. */
const usualZones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Athens',
  'Europe/Lisbon',
  'Europe/Moscow',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Asia/Seoul',
  'Asia/Singapore',
  'Australia/Sydney',
  'Australia/Perth',
  'Pacific/Auckland',
  'Africa/Johannesburg',
  'America/Sao_Paulo',
];

/**
 * Reads the moments that lines were written, to the second; null when the text cannot be read, or its zone is known neither as the installation's nor
 * as one of the usual ones. `zone` is the zone of the machine that wrote the log, as far as it is known.
 */
export function createLogTimeReader(zone: JavaTimeZone | null): (text: string) => Date | null {
  // Looking up a zone costs more than all the rest, and lines come by the hour.
  let lastHour = '';
  let lastOffsetMs: number | null = null;
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return null;
    const [, day, month = '', year, hour, minute, second, name = ''] = match;
    const monthIndex = months.indexOf(month.slice(0, 3).toLowerCase());
    if (monthIndex < 0) return null;
    const wall = new Date(0);
    wall.setUTCFullYear(Number(year), monthIndex, Number(day));
    wall.setUTCHours(Number(hour), Number(minute), Number(second));
    const isReal = wall.getUTCDate() === Number(day) && wall.getUTCHours() === Number(hour) && Number(minute) < 60;
    if (!isReal) return null;
    const thisHour = `${day}/${month}/${year}:${hour} ${name}`;
    if (thisHour !== lastHour) lastOffsetMs = findOffset(name, wall, zone);
    lastHour = thisHour;
    return lastOffsetMs === null ? null : new Date(wall.getTime() - lastOffsetMs);
  };
}

function findOffset(name: string, wall: Date, zone: JavaTimeZone | null): number | null {
  if (name === 'UTC' || name === 'GMT' || name === 'Z') return 0;
  const offset = offsetPattern.exec(name);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return (offset[1] === '-' ? -minutes : minutes) * 60_000;
  }
  for (const candidate of [zone, ...usualZones.map(findJavaTimeZone)]) {
    const found = candidate === null ? null : offsetUnderName(candidate, name, wall);
    if (found !== null) return found;
  }
  return null;
}

/** In the hour that a clock shows twice, the name says which of them is meant. */
function offsetUnderName(zone: JavaTimeZone, name: string, wall: Date): number | null {
  const year = wall.getUTCFullYear();
  const moments = [wall, new Date(Date.UTC(year, 0, 1)), new Date(Date.UTC(year, 6, 1))];
  for (const moment of moments) {
    const offsetMs = zone.offsetMsAt(moment);
    const then = new Date(wall.getTime() - offsetMs);
    if (zone.namesAt(then).short === name && zone.offsetMsAt(then) === offsetMs) return offsetMs;
  }
  return null;
}
