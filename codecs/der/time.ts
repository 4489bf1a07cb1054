// UTCTime and GeneralizedTime (X.690 sections 11.7 and 11.8), and the choice between them that RFC 5280 section 4.1.2.5 demands.
import { DerError } from './der-error.ts';
import { writeHeader } from './encode.ts';
import { tags } from './tags.ts';

const firstGeneralizedTimeMs = Date.UTC(2050, 0, 1);
const firstUtcTimeMs = Date.UTC(1950, 0, 1);

/** UTCTime `YYMMDDHHMMSSZ`; fractions of a second are dropped. The century is lost, so the year must be 1950 to 2049 to be read back. */
export function encodeUtcTime(time: Date): Buffer {
  assertTime(time);
  const result = Buffer.allocUnsafe(15);
  writeFields(result, writeHeader(result, 0, tags.utcTime, 13), time);
  return result;
}

/** GeneralizedTime `YYYYMMDDHHMMSSZ`; fractions of a second are dropped. */
export function encodeGeneralizedTime(time: Date): Buffer {
  assertTime(time);
  const result = Buffer.allocUnsafe(17);
  const at = writeHeader(result, 0, tags.generalizedTime, 15);
  writeTwoDigits(result, at, Math.floor(time.getUTCFullYear() / 100));
  writeFields(result, at + 2, time);
  return result;
}

/** Time of RFC 5280: UTCTime through 2049, GeneralizedTime from 2050 on (and before 1950, which UTCTime cannot say). */
export function encodeTime(time: Date): Buffer {
  return fitsUtcTime(time) ? encodeUtcTime(time) : encodeGeneralizedTime(time);
}

/** Octets that `encodeTime` gives for this time, tag and length included. */
export function timeLength(time: Date): number {
  return fitsUtcTime(time) ? 15 : 17;
}

/** Writes what `encodeTime` gives at `offset`; returns the offset after it. The buffer must have room. */
export function writeTime(target: Buffer, offset: number, time: Date): number {
  assertTime(time);
  if (fitsUtcTime(time)) return writeFields(target, writeHeader(target, offset, tags.utcTime, 13), time);
  const at = writeHeader(target, offset, tags.generalizedTime, 15);
  writeTwoDigits(target, at, Math.floor(time.getUTCFullYear() / 100));
  return writeFields(target, at + 2, time);
}

function fitsUtcTime(time: Date): boolean {
  const ms = time.getTime();
  return ms >= firstUtcTimeMs && ms < firstGeneralizedTimeMs;
}

const utcForm = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedForm = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,9}))?(Z|[+-]\d{4})$/;

/** Instant of a UTCTime's content. Strict wants seconds and `Z`; tolerant takes offsets and lacking seconds too. */
export function decodeUtcTimeContent(content: Buffer, tolerant = false, offset: number | null = null): Date {
  const match = utcForm.exec(content.toString('latin1', 0, Math.min(content.length, 32)));
  if (match === null) throw new DerError('UTCTime is not YYMMDDHHMMSSZ', offset);
  const [, year = '', month = '', day = '', hour = '', minute = '', second, zone = ''] = match;
  if (!tolerant && (second === undefined || zone !== 'Z')) throw new DerError('UTCTime is not YYMMDDHHMMSSZ', offset);
  const twoDigits = Number(year);
  const fullYear = twoDigits >= 50 ? 1900 + twoDigits : 2000 + twoDigits;
  return instant([fullYear, month, day, hour, minute, second ?? '0'].map(Number), 0, zone, offset);
}

/** Instant of a GeneralizedTime's content. Strict wants seconds and `Z` without fraction; tolerant takes offsets, fractions and lacking seconds. */
export function decodeGeneralizedTimeContent(content: Buffer, tolerant = false, offset: number | null = null): Date {
  const match = generalizedForm.exec(content.toString('latin1', 0, Math.min(content.length, 40)));
  if (match === null) throw new DerError('GeneralizedTime is not YYYYMMDDHHMMSSZ', offset);
  const [, year = '', month = '', day = '', hour = '', minute = '', second, fraction, zone = ''] = match;
  if (!tolerant && (second === undefined || fraction !== undefined || zone !== 'Z')) {
    throw new DerError('GeneralizedTime is not YYYYMMDDHHMMSSZ', offset);
  }
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return instant([year, month, day, hour, minute, second ?? '0'].map(Number), milliseconds, zone, offset);
}

function instant(fields: readonly number[], milliseconds: number, zone: string, offset: number | null): Date {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const time = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, milliseconds));
  // Date.UTC maps years 0 to 99 into the last century, hence the year is set apart; leap days need it set before the check.
  time.setUTCFullYear(year, month - 1, day);
  const exact =
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second;
  if (!exact) throw new DerError('time with a field out of range', offset);
  if (zone === 'Z') return time;
  const minutesEast = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  if (Number(zone.slice(1, 3)) > 23 || Number(zone.slice(3, 5)) > 59) {
    throw new DerError('time with an offset out of range', offset);
  }
  return new Date(time.getTime() - (zone.startsWith('-') ? -minutesEast : minutesEast) * 60_000);
}

function assertTime(time: Date): void {
  const year = time.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999)
    throw new DerError('time cannot be written in four digits of year');
}

const dayMs = 86_400_000;
const daysBefore1970 = 719_468;
const daysOfEra = 146_097;

// Computed instead of asked of Date, whose getters each unfold the whole date: a CRL writes this once or twice for every entry.
function writeFields(target: Buffer, offset: number, time: Date): number {
  const ms = time.getTime();
  const days = Math.floor(ms / dayMs);
  const secondOfDay = Math.floor((ms - days * dayMs) / 1000);
  // Days are counted from 1 March of year 0 in eras of 400 years, so that the leap day is the last of its year.
  const shifted = days + daysBefore1970;
  const era = Math.floor(shifted / daysOfEra);
  const dayOfEra = shifted - era * daysOfEra;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  writeTwoDigits(target, offset, year % 100);
  writeTwoDigits(target, offset + 2, month);
  writeTwoDigits(target, offset + 4, dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1);
  writeTwoDigits(target, offset + 6, (secondOfDay / 3600) | 0);
  writeTwoDigits(target, offset + 8, ((secondOfDay / 60) | 0) % 60);
  writeTwoDigits(target, offset + 10, secondOfDay % 60);
  target[offset + 12] = 0x5a;
  return offset + 13;
}

function writeTwoDigits(target: Buffer, offset: number, value: number): void {
  target[offset] = 0x30 + ((value / 10) | 0);
  target[offset + 1] = 0x30 + (value % 10);
}
