// Settles in which time zone a directory's dates are read: as configured, else by evidence out of its certificates.
import {
  type DirectoryLayout,
  type DirectoryTimeZone,
  detectTimeZone,
  directoryTimeZone,
  timeZoneSamplesMax,
  timeZoneSamplesOf,
} from '#codecs/dogtag-directory';
import { SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';
import type { DirectoryReader } from './directory-reader.ts';

export interface SettledTimeZone {
  readonly zone: DirectoryTimeZone;
  readonly findings: readonly SourceFinding[];
}

/** `configured` is an IANA name or null. Rejects with SourceError for an unknown name. */
export async function settleTimeZone(
  configured: string | null,
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<SettledTimeZone> {
  if (configured !== null) {
    try {
      return { zone: directoryTimeZone(configured), findings: [] };
    } catch (cause) {
      throw new SourceError(
        'malformed',
        `time zone ${JSON.stringify(configured)} is not known; "Europe/Berlin" is one`,
        { cause },
      );
    }
  }
  const entries = await reader.sampleChildren(layout.certificates, 'certificateRecord', timeZoneSamplesMax / 2);
  const evidence = detectTimeZone(entries.flatMap(timeZoneSamplesOf), [machineZone()]);
  const { zone, explainedCount, sampleCount, alternatives } = evidence;
  if (zone.name === 'UTC' && explainedCount === sampleCount) return { zone, findings: [] };
  const others =
    alternatives.length === 0
      ? ''
      : `; so do ${alternatives.length} other zones, ${alternatives.slice(0, 3).join(', ')} among them`;
  const message =
    `dates were written in ${zone.name}: that explains ${explainedCount} of ${sampleCount} dates that also stand in certificates${others}. ` +
    'Set the time zone of the directory to be sure.';
  return { zone, findings: [{ kind: 'time-zone-assumed', verdict: 'accepted', message, entry: layout.certificates }] };
}

function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
