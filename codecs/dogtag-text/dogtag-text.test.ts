// Text forms against what the recorded server printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  encodeBase64Lines,
  escapeNameValue,
  findJavaTimeZone,
  formatHexIdentifier,
  formatJavaDate,
  formatLongDate,
  formatSortableDate,
  parseIdentifier,
  parseJavaInteger,
  utc,
} from './index.ts';

describe('Dogtag text', () => {
  it('reads identifiers in both radixes and refuses what Dogtag refuses', () => {
    const read: [string, bigint | null][] = [
      ['687', 687n],
      ['0x2af', 687n],
      ['0x2AF', 687n],
      [' 2 ', 2n],
      ['+2', 2n],
      ['-5', -5n],
      ['0x-5', -5n],
      ['0x+5', 5n],
      ['002', 2n],
      ['0X2', null],
      ['0x', null],
      ['0x2g', null],
      ['2af', null],
      ['1e1', null],
      ['', null],
      ['zzz', null],
      ['--5', null],
      ['0x0x5', null],
      ['9'.repeat(2000), null],
    ];
    for (const [text, value] of read) assert.equal(parseIdentifier(text), value, text);
  });

  it('reads back every identifier it prints', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        assert.equal(parseIdentifier(formatHexIdentifier(value)), value);
        assert.equal(parseIdentifier(value.toString()), value);
      }),
    );
  });

  it('reads integers as Java does', () => {
    assert.equal(parseJavaInteger('2147483647'), 2147483647);
    assert.equal(parseJavaInteger('-1'), -1);
    assert.equal(parseJavaInteger('+1'), 1);
    for (const text of ['2147483648', '', ' 1', '1.0', '1e3', 'abc', '9'.repeat(400)]) {
      assert.equal(parseJavaInteger(text), null, text);
    }
  });

  it('prints dates as the recorded server did', () => {
    const date = new Date('2026-11-23T08:30:47Z');
    assert.equal(formatJavaDate(date), 'Mon Nov 23 08:30:47 UTC 2026');
    assert.equal(formatLongDate(date), 'Monday, November 23, 2026 at 8:30:47 AM Coordinated Universal Time Etc/UTC');
    assert.match(formatLongDate(new Date('2026-11-23T00:05:09Z')), / at 12:05:09 AM /);
    assert.match(formatLongDate(new Date('2026-11-03T12:00:00Z')), /November 3, 2026 at 12:00:00 PM /);
    assert.equal(formatJavaDate(new Date('2026-02-03T23:00:00Z')), 'Tue Feb 03 23:00:00 UTC 2026');
  });

  it('prints dates for newer Java machines, and for version 2 of the interface', () => {
    const date = new Date('2026-11-23T08:30:47Z');
    const later = { ...utc, longDates: 'comma' } as const;
    assert.equal(
      formatLongDate(date, later),
      'Monday, November 23, 2026, 8:30:47\u202fAM Coordinated Universal Time Etc/UTC',
    );
    assert.equal(formatSortableDate(date), '2026-11-23 08:30:47 +0000');
    const [east, west] = ['Asia/Kolkata', 'America/St_Johns'].map(findJavaTimeZone);
    assert.equal(formatSortableDate(date, east ?? assert.fail()), '2026-11-23 14:00:47 +0530');
    assert.equal(formatSortableDate(date, west ?? assert.fail()), '2026-11-23 05:00:47 -0330');
  });

  it('breaks base64 after 76 characters and ends every line', () => {
    assert.equal(encodeBase64Lines(Buffer.alloc(0)), '');
    assert.equal(encodeBase64Lines(Buffer.alloc(57)), `${'A'.repeat(76)}\r\n`);
    assert.equal(encodeBase64Lines(Buffer.alloc(58)), `${'A'.repeat(76)}\r\nAA==\r\n`);
  });

  it('prints dates in some sixty time zones as Java does, in winter and in summer', () => {
    const path = new URL('../../compat-fixtures/vectors/java-dates.json', import.meta.url);
    const vectors: { zone: string; ms: number; date: string; long: string }[] = JSON.parse(readFileSync(path, 'utf8'));
    assert.ok(vectors.length >= 300);
    for (const { zone: id, ms, date, long } of vectors) {
      const zone = findJavaTimeZone(id);
      assert.ok(zone !== null, id);
      assert.equal(formatJavaDate(new Date(ms), zone), date);
      assert.equal(formatLongDate(new Date(ms), zone), long);
    }
  });

  it('knows no zone that Java does not know', () => {
    for (const id of ['', 'Mars/Base', 'europe/berlin', '+01:00']) assert.equal(findJavaTimeZone(id), null, id);
  });

  it('escapes values of names so that they stay values', () => {
    const escaped: [string, string][] = [
      ['plain text', 'plain text'],
      ['a,CN=b', 'a\\,CN\\=b'],
      ['a\\,b', 'a\\\\,b'],
      ['a\\b', 'a\\\\b'],
      ['a\r\nb', 'a\\0D\\0Ab'],
      ['"#;<>+', '\\"\\#\\;\\<\\>\\+'],
    ];
    for (const [value, text] of escaped) assert.equal(escapeNameValue(value), text);
  });
});
