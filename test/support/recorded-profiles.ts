// Recorded exchanges of profiles as a file: one JSON document, compressed, because what agents are shown of a hundred profiles says much twice.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RecordedExchange, RecordedInstallation, RecordedProfile } from './profile-exchange.ts';

export interface RecordedProfiles {
  readonly installation: RecordedInstallation;
  readonly profiles: readonly (RecordedProfile & { readonly exchanges: readonly RecordedExchange[] })[];
}

const bestCompression = 9;

export function writeRecordedProfiles(path: string, recorded: RecordedProfiles): void {
  writeFileSync(path, gzipSync(JSON.stringify(recorded), { level: bestCompression }));
}

export function readRecordedProfiles(path: string): RecordedProfiles {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as RecordedProfiles;
}
