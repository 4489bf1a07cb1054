// Time zones as the Java machine under Dogtag knows them: a Dogtag prints dates in the zone of its machine.
import { findTimeZoneNames } from './time-zone-names.ts';

export interface JavaTimeZone {
  /** `Europe/Berlin` */
  readonly id: string;
  /** What to add to a time to get the clock on the wall, in milliseconds. */
  offsetMsAt(time: Date): number;
  /** `CET` and `Central European Standard Time`, or their names in summer. */
  namesAt(time: Date): { readonly short: string; readonly long: string };
  /** How the machine joins day and time in a long date: ` at ` up to Java 19, a comma (and a narrow space before AM or PM) since. */
  readonly longDates?: LongDateForm;
}

export type LongDateForm = 'at' | 'comma';

/** What a machine without a zone of its own has. */
export const utc: JavaTimeZone = {
  id: 'Etc/UTC',
  offsetMsAt: () => 0,
  namesAt: () => ({ short: 'UTC', long: 'Coordinated Universal Time' }),
};

const zones = new Map<string, JavaTimeZone>([[utc.id, utc]]);

/** The zone of that id; null when Java, or this machine's own time zone data, does not know it. */
export function findJavaTimeZone(id: string): JavaTimeZone | null {
  const known = zones.get(id);
  if (known !== undefined) return known;
  const zone = createZone(id);
  if (zone !== null) zones.set(id, zone);
  return zone;
}

function createZone(id: string): JavaTimeZone | null {
  const names = findTimeZoneNames(id);
  const offsetMsAt = names === null ? null : offsetsOf(id);
  if (names === null || offsetMsAt === null) return null;
  const [shortStandard, shortSummer, longStandard, longSummer] = names;
  const standard = { short: shortStandard, long: longStandard };
  const summer = { short: shortSummer, long: longSummer };
  return {
    id,
    offsetMsAt,
    // Summer time is whatever is ahead of the zone's winter; the zones' own data do not come out of Intl.
    namesAt: (time) => {
      const year = time.getUTCFullYear();
      const january = offsetMsAt(new Date(Date.UTC(year, 0, 1)));
      const july = offsetMsAt(new Date(Date.UTC(year, 6, 1)));
      return offsetMsAt(time) > Math.min(january, july) ? summer : standard;
    },
  };
}

function offsetsOf(id: string): ((time: Date) => number) | null {
  const format = formatFor(id);
  if (format === null) return null;
  return (time) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(time)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time.getTime() / 1000) * 1000;
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat | null {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      ...numeric,
      second: 'numeric',
      hourCycle: 'h23',
      timeZone,
    });
  } catch {
    return null;
  }
}
