// Whether a profile's text can be run here, asked before there is an authority to run it for.
import { findRepeatedKeys, ProfileSection } from '#codecs/dogtag-profile';
import { CaError } from '../errors.ts';
import { profileId } from '../model/index.ts';
import {
  type CompiledProfile,
  compileProfile,
  findProfileDifferences,
  type LintFinding,
  lintProfile,
  type ProfileDifference,
  standardAuthenticationInstances,
} from '../profiles/index.ts';
import type { ProfileSettings } from './profile-catalog.ts';

export interface ProfileText {
  readonly id: string;
  readonly classId: string;
  readonly configurationText: string;
}

export interface ProfileVerdict {
  /** Why nobody can enrol with it here, naming line and key; null when nothing is in the way. */
  readonly obstacle: string | null;
  /** Where what it does here is not what it does in Dogtag. */
  readonly differences: readonly ProfileDifference[];
}

/** The verdict on a profile, and how sure it can be: an obstacle is found before any differences. */
export function checkProfile(profile: ProfileText, settings: ProfileSettings): ProfileVerdict {
  const compiled = compileOrTell(profile, settings);
  if (typeof compiled === 'string') return { obstacle: compiled, differences: [] };
  const differences = findProfileDifferences(ProfileSection.parse(profile.configurationText), compiled);
  return { obstacle: compiled.obstacle, differences };
}

/** What is wrong with a text, or looks wrong, for people who edit it. */
export function lintProfileText(profile: ProfileText, settings: ProfileSettings): readonly LintFinding[] {
  const compiled = compileOrTell(profile, settings);
  if (typeof compiled === 'string') return [errorFrom(compiled)];
  const { configurationText } = profile;
  return lintProfile(ProfileSection.parse(configurationText), compiled, findRepeatedKeys(configurationText));
}

/** `profile x, line 7, some.key: what is wrong`, where a line and a key are known. */
function errorFrom(message: string): LintFinding {
  const [, line, key, problem] =
    /^profile [^,]*, (?:line (\d+)|key not present)(?:, ([^:]+))?: (.*)$/s.exec(message) ?? [];
  if (problem === undefined) return { severity: 'error', line: null, key: '', message };
  return { severity: 'error', line: line === undefined ? null : Number(line), key: key ?? '', message: problem };
}

function compileOrTell(profile: ProfileText, settings: ProfileSettings): CompiledProfile | string {
  try {
    return compileProfile(
      { id: profileId(profile.id), classId: profile.classId, configurationText: profile.configurationText },
      {
        ...settings,
        // Which algorithms and dates the authority has does not decide whether a profile can be read.
        defaultSigningAlgorithm: 'SHA256withRSA',
        signingAlgorithms: ['SHA256withRSA'],
        hostAuthorityNotBefore: new Date(0),
        hostAuthorityNotAfter: new Date(253_402_300_799_000),
        authenticationInstances: standardAuthenticationInstances,
      },
    );
  } catch (error) {
    if (error instanceof CaError) return error.message;
    throw error;
  }
}
