// `retag up`: runs the appliance; without a settings file it shows the whole move on a recorded Dogtag.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { readSettingsFile } from '#appliance/settings';
import { standardErrorLog, systemClock } from '#platform';
import { startAppliance } from '../appliance.ts';
import { withCommonOptions } from '../command-context.ts';
import { printLine } from '../output.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export function addUpCommand(program: Command): void {
  withCommonOptions(
    program.command('up').description('run gateway, authority and shadow in one process until Ctrl-C'),
    'without-json',
  )
    .addHelpText(
      'after',
      `
Without a settings file (and without --config) it runs a trial: a recorded Dogtag is imported, shadowed and cut over before
your eyes, then the appliance stays up for you to try.

Behind a web server ("ajp" in the settings), RETAG_AJP_SECRET holds the secret of its ProxyPass, unless "ajp.secretFile" names a file with it.`,
    )
    .action(runUp);
}

async function runUp(options: { readonly config: string }, command: Command): Promise<void> {
  const isChosen = command.getOptionValueSource('config') === 'cli';
  if (!isChosen && !existsSync(options.config)) {
    const { runTrial } = await import('../trial.ts');
    return runTrial();
  }
  const settings = await readSettingsFile(options.config);
  const log = standardErrorLog(settings.log.level);
  const appliance = await startAppliance(settings, { clock: systemClock, log });
  printLine(`gateway   ${appliance.httpsUrl} and ${appliance.httpUrl}`);
  if (appliance.ajpUrl !== null) printLine(`httpd     ${appliance.ajpUrl}`);
  printLine(`status    ${appliance.adminUrl}`);
  printLine('Ctrl-C stops it');
  await untilInterrupted();
  await appliance.stop();
}
