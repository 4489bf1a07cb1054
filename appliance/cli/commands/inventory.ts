// `retag inventory`: what there is in a Dogtag, and what could break; nothing is written anywhere.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ApplianceSettings } from '#appliance/settings';
import { formatInventory, type KnownKeys, takeInventory } from '#migration';
import { type CommandContext, openContext, withCommonOptions } from '../command-context.ts';
import { openChosenSource, type SourceOptions, sourceHelp, withSourceOptions } from '../import-sources.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { listenForInterruption } from '../until-interrupted.ts';
import { askRunningVersion, dataPaths, profileSupportJudge, startSigner } from '../wiring.ts';

export function addInventoryCommand(program: Command): void {
  const command = program
    .command('inventory')
    .description('count what Dogtag holds, see which profiles are supported, what expires and what is at risk');
  withSourceOptions(withCommonOptions(command))
    .option('--profiles', 'list every profile, not only those that have issued')
    .addHelpText(
      'after',
      `${sourceHelp}\n\nReads every entry once, in memory that does not grow with their number. Writes nothing.`,
    )
    .action(runInventory);
}

/** Which release the gateway would answer as: what settings say, else what the running Dogtag says that it is; null where nobody says. */
interface VersionProposal {
  readonly running: string | null;
  readonly chosen: string | null;
}

async function proposeVersion(settings: ApplianceSettings): Promise<VersionProposal> {
  const chosen = settings.dogtag === null ? settings.authority.dogtagVersion : settings.dogtag.version;
  return { running: await askRunningVersion(settings), chosen };
}

function formatProposal({ running, chosen }: VersionProposal): string {
  const version = chosen ?? running;
  if (version === null)
    return '\nANSWERS AS\nDogtag could not be asked for its version; `dogtag.version` in the settings can name it\n';
  const from =
    chosen === null
      ? 'which Dogtag says that it is; `dogtag.version` in the settings can name another'
      : 'which the settings name';
  const other = chosen !== null && running !== null && chosen !== running ? ` (Dogtag says that it is ${running})` : '';
  return `\nANSWERS AS\n${version}, ${from}${other}\n`;
}

/** The signer's keys, where there are any yet; nothing is made for the sake of looking. */
async function findKeys(context: CommandContext): Promise<KnownKeys> {
  const { settings } = context;
  const { pkcs12File } = settings.authority;
  const hasHostFile = pkcs12File !== null && existsSync(pkcs12File);
  if (!existsSync(dataPaths(settings).keys)) return { isHere: () => false, hasHostFile };
  const signer = await startSigner(settings, context);
  try {
    const keys = await signer.describe();
    return {
      isHere: (spkiDer) => keys.some(({ publicKeyDer }) => Buffer.compare(publicKeyDer, spkiDer) === 0),
      hasHostFile,
    };
  } finally {
    await signer.stop();
  }
}

async function runInventory(options: SourceOptions & { readonly profiles?: boolean }): Promise<void> {
  const context = await openContext(options);
  const { source, instance } = await openChosenSource(options, context, null);
  const interruption = listenForInterruption('run it again when there is time; nothing was written');
  const progress = createProgress('inventory', () => context.clock.now().getTime());
  try {
    const inventory = await takeInventory({
      source,
      clock: context.clock,
      judgeProfile: profileSupportJudge(context.settings),
      keys: await findKeys(context),
      onProgress: ({ kind, done, total }) => progress.reportAs(`${kind} entries`, done, total),
      signal: interruption.signal,
    });
    progress.end();
    const answersAs = await proposeVersion(context.settings);
    if (options.json) printJson({ ...inventory, answersAs, ...(instance === null ? {} : { instance }) });
    else
      printLine(
        `${formatInventory(inventory, { allProfiles: options.profiles ?? false })}${formatProposal(answersAs)}`,
      );
  } finally {
    interruption.stop();
    progress.end();
    await source.close();
  }
}
