// `retag inventory`: what there is in a Dogtag, and what could break; nothing is written anywhere.
import type { Command } from 'commander';
import { formatInventory, takeInventory } from '#migration';
import { type CommonOptions, openContext, withCommonOptions } from '../command-context.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { openSource, profileSupportJudge } from '../wiring.ts';

export function addInventoryCommand(program: Command): void {
  withCommonOptions(
    program
      .command('inventory')
      .description('count what Dogtag holds, see which profiles are supported, what expires and what is at risk'),
  ).action(runInventory);
}

async function runInventory(options: CommonOptions): Promise<void> {
  const context = await openContext(options);
  const source = await openSource(context.settings, context);
  const progress = createProgress('inventory', () => context.clock.now().getTime());
  try {
    const inventory = await takeInventory({
      source,
      clock: context.clock,
      judgeProfile: profileSupportJudge(context.settings),
      onProgress: ({ kind, done, total }) => progress.reportAs(`${kind} entries`, done, total),
    });
    progress.end();
    if (options.json) printJson(inventory);
    else printLine(formatInventory(inventory));
  } finally {
    progress.end();
    await source.close();
  }
}
