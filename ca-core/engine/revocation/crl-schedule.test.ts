// Moments at which CRLs are due, as the installed Dogtag's configuration gives them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findNextCrlUpdate, standardCrlSchedule } from './crl-schedule.ts';

const next = (after: string, overrides: Partial<typeof standardCrlSchedule> = {}) =>
  findNextCrlUpdate(new Date(after), { ...standardCrlSchedule, ...overrides })?.toISOString();

describe('the CRL schedule', () => {
  it('puts intervals of four hours after one o’clock, and starts anew each day', () => {
    assert.equal(next('2026-11-23T18:42:08Z'), '2026-11-23T21:00:00.000Z');
    assert.equal(next('2026-11-23T00:59:59.999Z'), '2026-11-23T01:00:00.000Z');
    assert.equal(next('2026-11-23T01:00:00Z'), '2026-11-23T05:00:00.000Z');
    assert.equal(next('2026-11-23T21:00:00Z'), '2026-11-24T01:00:00.000Z');
    assert.equal(next('2026-11-23T23:59:59Z'), '2026-11-24T01:00:00.000Z');
  });

  it('counts midnight at the end of a day as a slot', () => {
    const settings = { dailyUpdateMinutes: [0], intervalMinutes: 360 };
    assert.equal(next('2026-11-23T19:00:00Z', settings), '2026-11-24T00:00:00.000Z');
  });

  it('follows a list of times, an interval alone, or nothing', () => {
    const listed = { dailyUpdateMinutes: [1080, 60], intervalMinutes: 240 };
    assert.equal(next('2026-11-23T02:00:00Z', listed), '2026-11-23T18:00:00.000Z');
    assert.equal(next('2026-11-23T19:00:00Z', listed), '2026-11-24T01:00:00.000Z');
    assert.equal(next('2026-11-23T02:03:04Z', { dailyUpdateMinutes: [] }), '2026-11-23T06:03:04.000Z');
    assert.equal(next('2026-11-23T02:03:04Z', { dailyUpdateMinutes: [], intervalMinutes: null }), undefined);
  });

  it('takes midnight where the installation is', () => {
    assert.equal(next('2026-07-01T22:30:00Z', { timeZone: 'Europe/Berlin' }), '2026-07-01T23:00:00.000Z');
    assert.equal(next('2026-01-01T22:30:00Z', { timeZone: 'Europe/Berlin' }), '2026-01-02T00:00:00.000Z');
    assert.equal(next('2026-01-01T20:00:00Z', { timeZone: 'Asia/Kolkata' }), '2026-01-01T23:30:00.000Z');
    assert.throws(() => next('2026-01-01T20:00:00Z', { timeZone: 'Nowhere/At-All' }), RangeError);
  });

  it('is always later than asked, and never more than a day and an interval away', () => {
    const moments = fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        moments,
        fc.array(minutes, { maxLength: 4 }),
        fc.integer({ min: 1, max: 2000 }),
        (after, daily, interval) => {
          const found = findNextCrlUpdate(after, {
            ...standardCrlSchedule,
            dailyUpdateMinutes: daily,
            intervalMinutes: interval,
          });
          assert(found !== null && found > after);
          assert(found.getTime() - after.getTime() <= (1440 + 2000) * 60_000);
        },
      ),
    );
  });
});
