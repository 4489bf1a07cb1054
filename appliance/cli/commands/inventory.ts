// `retag inventory`: what there is in a Dogtag, and what could break; nothing is written anywhere.
import type { Command } from 'commander';
import type { ApplianceSettings } from '#appliance/settings';
import { formatInventory, takeInventory } from '#migration';
import { openContext, withCommonOptions } from '../command-context.ts';
import { openChosenSource, type SourceOptions, sourceHelp, withSourceOptions } from '../import-sources.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { askRunningVersion, profileSupportJudge } from '../wiring.ts';

export function addInventoryCommand(program: Command): void {
  const command = program
    .command('inventory')
    .description('count what Dogtag holds, see which profiles are supported, what expires and what is at risk');
  withSourceOptions(withCommonOptions(command)).addHelpText('after', sourceHelp).action(runInventory);
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

async function runInventory(options: SourceOptions): Promise<void> {
  const context = await openContext(options);
  const { source, instance } = await openChosenSource(options, context, null);
  const progress = createProgress('inventory', () => context.clock.now().getTime());
  try {
    const inventory = await takeInventory({
      source,
      clock: context.clock,
      judgeProfile: profileSupportJudge(context.settings),
      onProgress: ({ kind, done, total }) => progress.reportAs(`${kind} entries`, done, total),
    });
    progress.end();
    const answersAs = await proposeVersion(context.settings);
    if (options.json) printJson({ ...inventory, answersAs, ...(instance === null ? {} : { instance }) });
    else printLine(`${formatInventory(inventory)}${formatProposal(answersAs)}`);
  } finally {
    progress.end();
    await source.close();
  }
}
