// Values between code and SQL without loss: whole numbers as bigint, times in UTC, bytes as Buffers.
import type pg from 'pg';
import { byteaArray } from './binary-arrays.ts';
import { loadDriver } from './late-packages.ts';

/**
 * What may be passed as a parameter. A bigint is a bigint or numeric, a Date a timestamptz, bytes a bytea, an array a PostgreSQL
 * array (text that is long or comes in thousands is better given as `textArray`); any other object becomes JSON (pass `JSON.stringify(list)` where a JSON array is meant).
 */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly SqlValue[]
  | { readonly [name: string]: unknown };

/** How a statement's timestamptz columns are read: as a Date (milliseconds) or as a bigint of microseconds since 1970. */
export type TimestampForm = 'date' | 'microseconds';

type Parse = (text: string) => unknown;

const oid = {
  int8: 20,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  int8Array: 1016,
  dateArray: 1182,
  timestampArray: 1115,
  timestamptzArray: 1185,
  numericArray: 1231,
} as const;

const parsersOf = (timestamp: Parse): ReadonlyMap<number, Parse> =>
  new Map<number, Parse>([
    [oid.int8, BigInt],
    [oid.numeric, parseWholeNumeric],
    [oid.date, (text) => text],
    [oid.timestamp, timestamp],
    [oid.timestamptz, timestamp],
    [oid.int8Array, arrayOf(BigInt)],
    [oid.numericArray, arrayOf(parseWholeNumeric)],
    [oid.dateArray, arrayOf((text) => text)],
    [oid.timestampArray, arrayOf(timestamp)],
    [oid.timestamptzArray, arrayOf(timestamp)],
  ]);

const parsersByForm: Readonly<Record<TimestampForm, ReadonlyMap<number, Parse>>> = {
  date: parsersOf((text) => dateFromMicros(parseTimestampMicros(text))),
  microseconds: parsersOf(parseTimestampMicros),
};

/** Type parsers for the driver: bigint for int8 and numeric (which must be whole), text for date, UTC for every time. */
export function typeParsers(form: TimestampForm): pg.CustomTypesConfig {
  const parsers = parsersByForm[form];
  return {
    getTypeParser: ((typeOid: number, format?: 'text' | 'binary') =>
      (format !== 'binary' ? parsers.get(typeOid) : undefined) ??
      parserOfDriver(typeOid, format)) as typeof pg.types.getTypeParser,
  };
}

/** Puts a parameter into the form that the driver passes on unchanged. Throws TypeError for what has no SQL form. */
export function encodeSqlValue(value: SqlValue): unknown {
  if (value === undefined)
    throw new TypeError('a parameter of a statement is undefined; null is the absence of a value');
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new TypeError('a whole number beyond 2^53 must be passed as a bigint');
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return timestampText(microsFromDate(value));
  if (value instanceof Uint8Array)
    return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? encodeList(value) : JSON.stringify(value);
}

/** Long lists are parameters of the statements that write many rows at once; bytes and numbers need no quoting. */
function encodeList(list: readonly SqlValue[]): unknown {
  const [sample] = list.filter((value) => value !== null);
  if (sample instanceof Uint8Array) return byteaArray(list as readonly (Uint8Array | null)[]);
  if (!list.every((value) => value === null || typeof value === 'number' || typeof value === 'bigint'))
    return list.map(encodeSqlValue);
  return `{${list.map((value) => (value === null ? 'NULL' : encodeSqlValue(value))).join()}}`;
}

/** Microseconds since 1970 as the text of a timestamptz, for parameters that must keep microseconds. */
export function timestampText(micros: bigint): string {
  const millis = floorDivide(micros, 1000n);
  const fraction = String(micros - floorDivide(micros, 1_000_000n) * 1_000_000n).padStart(6, '0');
  const at = dateFromMicros(millis * 1000n);
  const year = at.getUTCFullYear();
  const rest = at.toISOString().slice(-20, -5);
  // PostgreSQL has no year 0: 1 BC is the year 0 of ISO 8601.
  return year > 0
    ? `${String(year).padStart(4, '0')}${rest}.${fraction}+00`
    : `${String(1 - year).padStart(4, '0')}${rest}.${fraction}+00 BC`;
}

/** Exact microseconds since 1970 of a timestamptz in ISO style. Throws RangeError for infinity, which has no place in time. */
export function parseTimestampMicros(text: string): bigint {
  const match =
    /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)?( BC)?$/.exec(
      text,
    );
  if (match === null) throw new RangeError(`a time from the database cannot be read: ${text}`);
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours, zoneMinutes, zoneSeconds, era] =
    match;
  const utc = new Date(0);
  utc.setUTCFullYear(era === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  utc.setUTCHours(Number(hour), Number(minute), Number(second));
  const offsetSeconds = Number(zoneHours ?? 0) * 3600 + Number(zoneMinutes ?? 0) * 60 + Number(zoneSeconds ?? 0);
  const shiftMillis = (sign === '-' ? offsetSeconds : -offsetSeconds) * 1000;
  return BigInt(utc.getTime() + shiftMillis) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/** Microseconds since 1970 of a Date. Throws RangeError for an invalid Date. */
export function microsFromDate(at: Date): bigint {
  const millis = at.getTime();
  if (Number.isNaN(millis)) throw new RangeError('an invalid Date cannot be stored');
  return BigInt(millis) * 1000n;
}

/** The Date of a number of microseconds since 1970; microseconds are cut off towards the past. */
export function dateFromMicros(micros: bigint): Date {
  return new Date(Number(floorDivide(micros, 1000n)));
}

function parseWholeNumeric(text: string): bigint {
  if (!/^-?\d+$/.test(text))
    throw new RangeError(`numeric ${text} is not a whole number: cast it to float8 or text in the statement`);
  return BigInt(text);
}

const textArrayOid = 1009;

/** Arrays arrive as one text; the driver splits it for text arrays, and each element is then read by its own type. */
function arrayOf(parse: Parse): Parse {
  const parseElement = (element: unknown): unknown =>
    Array.isArray(element) ? element.map(parseElement) : typeof element === 'string' ? parse(element) : null;
  return (text) => parseElement(parserOfDriver(textArrayOid)(text));
}

function parserOfDriver(typeOid: number, format?: 'text' | 'binary'): Parse {
  return (loadDriver().types.getTypeParser as (typeOid: number, format?: string) => Parse)(typeOid, format);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
