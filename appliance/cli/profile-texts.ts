// The texts of profiles that a command is asked about: files, built-in ones, or what the running Dogtag or the record holds.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { builtInProfiles, type ProfileSettings, type ProfileText } from '#ca-core/engine';
import {
  type CommandContext,
  type CommonOptions,
  openContext,
  standardSettingsFile,
  withRecord,
} from './command-context.ts';
import { CommandFailure } from './failure.ts';
import { installationlessProfileSettings, profileSettings } from './profile-settings.ts';
import { openSource } from './wiring.ts';

export interface ProfilePlaceOptions extends CommonOptions {
  /** The record instead of Dogtag's directory. */
  readonly record?: boolean;
}

/** What Dogtag gives to a profile of which nothing else is said. */
const standardClassId = 'caEnrollImpl';

/**
 * Profiles in the order of `names`: a name is that of a file if there is one, else of a built-in profile, else of one of the installation; with
 * `--record` the record's own come before built-in ones. Throws CommandFailure for one that is not there.
 */
export async function readProfileTexts(
  names: readonly string[],
  options: ProfilePlaceOptions,
): Promise<readonly ProfileText[]> {
  const stored = needsInstallation(names, options) ? await readStored(options) : [];
  return names.map((name) => {
    if (isFile(name)) return readFile(name);
    const [builtIn, kept] = [findBuiltInProfile(name), stored.find(({ id }) => id === name)];
    const found = options.record === true ? (kept ?? builtIn) : (builtIn ?? kept);
    if (found !== undefined) return found;
    throw new CommandFailure(`there is neither a file nor a profile "${name}"`, {
      nextStep:
        '"retag profiles check" lists the profiles, "retag profiles built-in" those that come with it; a file is given by its path',
      exitCode: 2,
    });
  });
}

/**
 * The settings that profiles are looked at with. Files and built-in profiles are looked at anywhere: without a settings file, unless one is named,
 * they are taken as those of no installation.
 */
export async function readProfileSettings(
  names: readonly string[],
  options: ProfilePlaceOptions,
): Promise<ProfileSettings> {
  const isAnywhere = names.length > 0 && !needsInstallation(names, options);
  if (isAnywhere && options.config === standardSettingsFile && !existsSync(options.config))
    return installationlessProfileSettings;
  return profileSettings((await openContext(options)).settings);
}

function needsInstallation(names: readonly string[], { record }: ProfilePlaceOptions): boolean {
  return !names.every((name) => isFile(name) || (record !== true && findBuiltInProfile(name) !== undefined));
}

/** Profiles that are not yet those of an installation: files and built-in ones. Throws CommandFailure for one that is not there. */
export function readOfferedProfileTexts(names: readonly string[]): readonly ProfileText[] {
  return names.map((name) => {
    const found = isFile(name) ? readFile(name) : findBuiltInProfile(name);
    if (found !== undefined) return found;
    throw new CommandFailure(`there is neither a file nor a built-in profile "${name}"`, {
      nextStep: '"retag profiles built-in" lists the built-in ones; a file is given by its path',
      exitCode: 2,
    });
  });
}

export function findBuiltInProfile(name: string): ProfileText | undefined {
  return builtInProfiles().find(({ id }) => id === name);
}

/** All profiles, by name. */
export async function readAllProfileTexts(options: ProfilePlaceOptions): Promise<readonly ProfileText[]> {
  return [...(await readStored(options))].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** A folder that happens to have the name of a profile is none. */
function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true;
}

function readFile(path: string): ProfileText {
  const configurationText = readFileSync(path, 'utf8');
  const id = /^profileId=(.*)$/m.exec(configurationText)?.[1]?.trim() ?? basename(path).replace(/\.cfg$/, '');
  const classId = /^classId=(.*)$/m.exec(configurationText)?.[1]?.trim() ?? standardClassId;
  return { id, classId, configurationText };
}

async function readStored(options: ProfilePlaceOptions): Promise<readonly ProfileText[]> {
  const context = await openContext(options);
  if (options.record === true || context.settings.dogtag === null)
    return withRecord(options, ({ store }) => store.profiles.list());
  return readFromDogtag(context);
}

async function readFromDogtag(context: CommandContext): Promise<readonly ProfileText[]> {
  const source = await openSource(context.settings, context);
  try {
    const profiles: ProfileText[] = [];
    for await (const { records } of source.read('profile', null))
      for (const record of records) if (record.kind === 'profile') profiles.push(record.value);
    return profiles;
  } finally {
    await source.close();
  }
}
