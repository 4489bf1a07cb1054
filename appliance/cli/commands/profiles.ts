// `retag profiles`: which profiles run here and what they would do otherwise, and help for people who edit them.
import type { Command } from 'commander';
import {
  builtInProfiles,
  checkProfile,
  type LintFinding,
  lintProfileText,
  type ProfileText,
  profileId,
} from '#ca-core/engine';
import { ProfileSection } from '#codecs/dogtag-profile';
import { type CommonOptions, openContext, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { formatTable, printJson, printLine } from '../output.ts';
import { compareProfiles, describeProfileText } from '../profile-outline.ts';
import { profileSettings } from '../profile-settings.ts';
import {
  findBuiltInProfile,
  type ProfilePlaceOptions,
  readAllProfileTexts,
  readOfferedProfileTexts,
  readProfileSettings,
  readProfileTexts,
} from '../profile-texts.ts';
import type { OpenRecord } from '../wiring.ts';

export function addProfilesCommand(program: Command): void {
  const profiles = program
    .command('profiles')
    .description('check, show, compare and proofread certificate profiles')
    .addHelpText(
      'after',
      `
Files and built-in profiles need no settings file.
A profile is named by its id, as the running Dogtag has it (--record: as the record has it), or by the path of a file.
The id of a built-in profile means that one; with --record, the record's of that id where there is one.
  retag profiles check                     every profile of the installation
  retag profiles show caIPAserviceCert
  retag profiles diff caServerCert ./caServerCert.cfg
  retag profiles diff caServerCert modernServer
  retag profiles lint ./myProfile.cfg
  retag profiles built-in                  profiles that come with Retag`,
    );
  addChecks(profiles);
  profiles
    .command('built-in')
    .argument('[profile]', 'print its text')
    .option('--json', 'print one JSON document instead of text')
    .description('list the profiles that come with Retag, or print the text of one')
    .addHelpText(
      'after',
      `
A text can be changed, added here with "retag profiles add", or given to a Dogtag:
  retag profiles built-in modernServer > modernServer.cfg
  pki -n caadmin ca-profile-add --raw modernServer.cfg && pki -n caadmin ca-profile-enable modernServer`,
    )
    .action(showBuiltIn);
  withCommonOptions(
    profiles
      .command('add')
      .argument('<profile...>', 'built-in profiles or files')
      .description('add profiles to the record'),
  )
    .addHelpText(
      'after',
      `
For a CA that has no Dogtag (any more): while there is one, profiles are added to it and followed from there. Nothing is added
when one of them cannot be used, or when another profile has its id already.`,
    )
    .action(addProfiles);
}

function addChecks(profiles: Command): void {
  withPlace(
    profiles.command('check').argument('[profile...]', 'profiles or files; all of the installation without them'),
  )
    .description('say of each profile: supported, supported with differences, or not supported, and why')
    .addHelpText('after', '\nEnds with 1 when a profile that is enabled is not supported.')
    .action(checkProfiles);
  withPlace(profiles.command('show').argument('<profile>', 'profile or file'))
    .description('show what a profile asks for, fills in and checks')
    .action(showProfile);
  withPlace(profiles.command('diff').argument('<one>', 'profile or file').argument('<other>', 'profile or file'))
    .description('say in what two profiles differ, policy by policy, whatever their numbers')
    .addHelpText('after', '\nEnds with 1 when they differ.')
    .action(diffProfiles);
  withPlace(profiles.command('lint').argument('<profile...>', 'profiles or files'))
    .description('find mistakes: unknown classes and parameters, keys that are there twice or that nothing uses')
    .addHelpText('after', '\nEnds with 1 when there are errors; warnings alone end with 0.')
    .action(lintProfiles);
}

function withPlace(command: Command): Command {
  return withCommonOptions(command).option('--record', "the record's profiles instead of those of the running Dogtag");
}

const isEnabled = ({ configurationText }: ProfileText) => /^[ \t]*enable[ \t]*=[ \t]*true/im.test(configurationText);

async function checkProfiles(names: readonly string[], options: ProfilePlaceOptions): Promise<void> {
  const settings = await readProfileSettings(names, options);
  const texts = names.length === 0 ? await readAllProfileTexts(options) : await readProfileTexts(names, options);
  const verdicts = texts.map((text) => ({
    id: text.id,
    isEnabled: isEnabled(text),
    ...checkProfile(text, settings),
  }));
  if (verdicts.some((verdict) => verdict.obstacle !== null && verdict.isEnabled)) process.exitCode = 1;
  if (options.json) return printJson(verdicts);
  const rows = verdicts.flatMap(({ id, isEnabled: isOn, obstacle, differences }) => {
    const first = [id, isOn ? 'enabled' : 'disabled'];
    if (obstacle !== null) return [[...first, 'not supported', obstacle]];
    const [one, ...others] = differences.map(({ line, key, message }) => `line ${line}, ${key}: ${message}`);
    if (one === undefined) return [[...first, 'supported', '']];
    return [[...first, 'with differences', one], ...others.map((other) => ['', '', '', other])];
  });
  printLine(formatTable(['profile', '', 'here', 'why'], rows));
  const count = (isCounted: (verdict: (typeof verdicts)[number]) => boolean) => verdicts.filter(isCounted).length;
  const unsupported = count(({ obstacle }) => obstacle !== null);
  const differing = count(({ obstacle, differences }) => obstacle === null && differences.length > 0);
  printLine();
  printLine(
    `${verdicts.length} profiles: ${verdicts.length - unsupported - differing} supported, ${differing} with differences, ${unsupported} not supported`,
  );
}

async function showProfile(name: string, options: ProfilePlaceOptions): Promise<void> {
  const [text] = await readProfileTexts([name], options);
  if (text === undefined) return;
  const outline = describeProfileText(text);
  if (options.json) return printJson(outline);
  for (const { title, lines } of outline.sections) {
    printLine(title);
    for (const line of lines) printLine(`  ${line}`);
  }
}

async function diffProfiles(one: string, other: string, options: ProfilePlaceOptions): Promise<void> {
  const [first, second] = await readProfileTexts([one, other], options);
  if (first === undefined || second === undefined) return;
  const differences = compareProfiles(first, second);
  if (differences.length > 0) process.exitCode = 1;
  if (options.json) return printJson(differences);
  if (differences.length === 0) return printLine('the two say the same');
  for (const { place, one: ours, other: theirs } of differences) {
    printLine(place);
    if (ours !== null) printLine(`  - ${ours}`);
    if (theirs !== null) printLine(`  + ${theirs}`);
  }
}

async function lintProfiles(names: readonly string[], options: ProfilePlaceOptions): Promise<void> {
  const settings = await readProfileSettings(names, options);
  const results = (await readProfileTexts(names, options)).map((text) => ({
    id: text.id,
    findings: lintProfileText(text, settings),
  }));
  const all = results.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) process.exitCode = 1;
  if (options.json) return printJson(results);
  for (const { id, findings } of results) for (const finding of findings) printLine(`${id}: ${formatFinding(finding)}`);
  printLine(`${errors} errors, ${all.length - errors} warnings`);
}

function formatFinding({ severity, line, key, message }: LintFinding): string {
  const place = [line === null ? null : `line ${line}`, key === '' ? null : key].filter((part) => part !== null);
  return `${severity}: ${place.length === 0 ? '' : `${place.join(', ')}: `}${message}`;
}

function showBuiltIn(name: string | undefined, options: { readonly json?: boolean }): void {
  if (name === undefined) listBuiltIn(options);
  else printBuiltIn(name, options);
}

function listBuiltIn(options: { readonly json?: boolean }): void {
  const told = builtInProfiles().map(({ id, configurationText }) => {
    const root = ProfileSection.parse(configurationText);
    return { id, name: root.findText('name') ?? '', purpose: root.findText('desc') ?? '' };
  });
  const rows = told.map(({ id, name, purpose }) => [id, name, purpose]);
  if (options.json) printJson(told);
  else printLine(formatTable(['profile', 'name', 'purpose'], rows));
}

function printBuiltIn(name: string, options: { readonly json?: boolean }): void {
  const found = findBuiltInProfile(name);
  if (found === undefined)
    throw new CommandFailure(`there is no built-in profile "${name}"`, {
      nextStep: '"retag profiles built-in" lists them',
      exitCode: 2,
    });
  // Dogtag's tools want id and class in a file; where a profile is kept they stand beside its text.
  const text = `profileId=${found.id}\nclassId=${found.classId}\n${found.configurationText.trimEnd()}`;
  if (options.json) printJson(found);
  else printLine(text);
}

async function addProfiles(names: readonly string[], options: CommonOptions): Promise<void> {
  const texts = readOfferedProfileTexts(names).map(withoutIdentity);
  const { settings } = await openContext(options);
  if (settings.dogtag !== null)
    throw new CommandFailure('profiles are added to the running Dogtag, and followed from there', {
      nextStep: 'pki ca-profile-add --raw FILE; "retag profiles built-in ID" prints such a file',
    });
  for (const text of texts) assertUsable(text, profileSettings(settings));
  const added = await withRecord(options, ({ store }) => writeProfiles(texts, store.profiles));
  if (options.json) return printJson(added);
  for (const { id, isNew } of added) printLine(isNew ? `${id} was added` : `${id} is there already`);
}

/** A file may name its id and class, which a record keeps beside the text. */
function withoutIdentity(text: ProfileText): ProfileText {
  return { ...text, configurationText: text.configurationText.replaceAll(/^(?:profileId|classId)=.*\n?/gm, '') };
}

function assertUsable(text: ProfileText, settings: Parameters<typeof checkProfile>[1]): void {
  if (!/^[A-Za-z][\w-]{0,63}$/.test(text.id)) throw new CommandFailure(`"${text.id}" is no id of a profile`);
  const error = lintProfileText(text, settings).find(({ severity }) => severity === 'error');
  const problem = error === undefined ? checkProfile(text, settings).obstacle : formatFinding(error);
  if (problem !== null) throw new CommandFailure(`${text.id} cannot be used: ${problem}`);
}

/** All that are not there yet; none at all where one of them would take another's place. */
async function writeProfiles(texts: readonly ProfileText[], profiles: OpenRecord['store']['profiles']) {
  const known = new Map<string, ProfileText>((await profiles.list()).map((profile) => [profile.id, profile]));
  const other = texts.find((text) => known.has(text.id) && !isSame(known.get(text.id), text));
  if (other !== undefined)
    throw new CommandFailure(`there is another profile ${other.id} already`, {
      nextStep: 'give yours another id: the name of its file, or its line profileId=',
    });
  const added: { readonly id: string; readonly isNew: boolean }[] = [];
  for (const { id, classId, configurationText } of texts) {
    const isNew = !known.has(id) && !added.some((one) => one.id === id);
    added.push({ id, isNew });
    if (isNew) await profiles.record({ id: profileId(id), classId, configurationText }, [addedEvent(id)]);
  }
  return added;
}

function addedEvent(id: string) {
  const details = { profileId: id };
  return { name: 'profile-added', outcome: 'success', actor: operatorName(), remoteAddress: null, details } as const;
}

function isSame(one: ProfileText | undefined, other: ProfileText): boolean {
  return one?.classId === other.classId && one.configurationText === other.configurationText;
}
