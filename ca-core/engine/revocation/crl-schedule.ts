// When the next CRL is due: Dogtag's rules for a full CRL (CRLIssuingPoint.findNextUpdate), which decide its nextUpdate field.

export interface CrlScheduleSettings {
  /** Minutes after midnight at which CRLs are made; with an interval, the first of them is where each day's intervals start. */
  readonly dailyUpdateMinutes: readonly number[];
  /** Minutes between CRLs; null for none but the daily ones. */
  readonly intervalMinutes: number | null;
  /** Added to nextUpdate, so that a client does not refuse the old CRL while it fetches the new one. */
  readonly nextUpdateGraceMinutes: number;
  /** IANA zone in which midnight is. */
  readonly timeZone: string;
}

/** What a newly installed Dogtag does. */
export const standardCrlSchedule: CrlScheduleSettings = {
  dailyUpdateMinutes: [60],
  intervalMinutes: 240,
  nextUpdateGraceMinutes: 0,
  timeZone: 'UTC',
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The first moment after `after` at which a CRL is due, without grace; null when none is ever due by itself. */
export function findNextCrlUpdate(after: Date, settings: CrlScheduleSettings): Date | null {
  const { dailyUpdateMinutes, intervalMinutes, timeZone } = settings;
  const [first] = dailyUpdateMinutes;
  if (first === undefined)
    return intervalMinutes === null ? null : new Date(after.getTime() + intervalMinutes * minuteMs);
  const sinceMidnightMs = (after.getTime() + zoneOffsetMs(after, timeZone)) % dayMs;
  const midnightMs = after.getTime() - sinceMidnightMs;
  const slotsMs =
    dailyUpdateMinutes.length === 1 && intervalMinutes !== null
      ? intervalSlotsMs(first * minuteMs, intervalMinutes * minuteMs)
      : [...dailyUpdateMinutes].sort((a, b) => a - b).map((minutes) => minutes * minuteMs);
  const slotMs = slotsMs.find((startMs) => startMs > sinceMidnightMs);
  return new Date(midnightMs + (slotMs ?? dayMs + Math.min(...dailyUpdateMinutes) * minuteMs));
}

/** Of one day, midnight at its end included; the last one of a day is shortened by the first one of the next. */
function intervalSlotsMs(firstMs: number, intervalMs: number): number[] {
  const slotsMs: number[] = [];
  for (let startMs = firstMs; startMs <= dayMs; startMs += intervalMs) slotsMs.push(startMs);
  return slotsMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clocks are ahead of UTC at that moment. Throws RangeError for an unknown zone. */
function zoneOffsetMs(at: Date, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match ?? [];
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -offsetMs : offsetMs;
}
