// The profiles that come with the program, for certificates as they are wanted today: texts in the folder `built-in`, a file per profile.
import { readdirSync, readFileSync } from 'node:fs';

export interface BuiltInProfile {
  readonly id: string;
  readonly classId: 'caEnrollImpl';
  readonly configurationText: string;
}

const folder = new URL('./built-in/', import.meta.url);
const ending = '.cfg';

let known: readonly BuiltInProfile[] | null = null;

/** All of them, by id, which is the name of the file. Read when they are asked for first: most processes never ask. */
export function builtInProfiles(): readonly BuiltInProfile[] {
  known ??= readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({
      id: name.slice(0, -ending.length),
      classId: 'caEnrollImpl',
      configurationText: readFileSync(new URL(name, folder), 'utf8'),
    }));
  return known;
}
