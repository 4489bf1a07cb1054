// `retag config`: writes and checks settings files.

import { execFile } from 'node:child_process';
import { fchmodSync, fstatSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import {
  formatSettingsReference,
  parseApplianceSettings,
  readSettingsFile,
  settingsFromEnvironment,
} from '#appliance/settings';
import { CommandFailure } from '../failure.ts';
import { printJson, printLine } from '../output.ts';

const run = promisify(execFile);

export function addConfigCommand(program: Command): void {
  const config = program.command('config').description('write and check settings files');
  config
    .command('from-env')
    .description('write settings, to standard output, from the DOGTAG_* variables that "lab env" prints')
    .addHelpText(
      'after',
      `
Examples:
  set -a; eval "$(compat-fixtures/lab/lab env)"; set +a
  retag config from-env > retag.json

The file holds passwords: it is made readable for its owner alone.`,
    )
    .action(writeSettingsFromEnvironment);
  config
    .command('check')
    .description('read a settings file and say whether it can be used')
    .option('--config <file>', 'settings file', './retag.json')
    .action(async (options: { config: string }) => {
      await readSettingsFile(options.config);
      printLine(`${options.config}: good`);
    });
  config
    .command('reference')
    .description('print every setting with what it takes, what stands for it when it is absent, and what it is for')
    .action(() => {
      process.stdout.write(formatSettingsReference());
    });
}

async function writeSettingsFromEnvironment(): Promise<void> {
  const variables = await environmentOrLab();
  const settings = settingsFromEnvironment(variables);
  parseApplianceSettings(settings, process.cwd());
  protectOutput();
  printJson(settings);
}

/**
 * `eval "$(lab env)"` without export leaves the variables in the shell alone. Then the lab of this machine, where there is one,
 * is asked directly, and that is said.
 */
async function environmentOrLab(): Promise<Readonly<Record<string, string | undefined>>> {
  if (Object.keys(process.env).some((name) => name.startsWith('DOGTAG_'))) return process.env;
  const labRoot = process.env.LAB_ROOT ?? '/var/tmp/dogtag-lab';
  const isBuilt = await access(`${labRoot}/export/ca.crt`).then(
    () => true,
    () => false,
  );
  if (!isBuilt)
    throw new CommandFailure('no DOGTAG_* variable is exported, and no lab is built on this machine', {
      nextStep:
        'set -a; eval "$(compat-fixtures/lab/lab up)"; set +a, or export the variables for your own Dogtag (README, "Your own Dogtag")',
    });
  const lab = new URL('../../../compat-fixtures/lab/lab', import.meta.url).pathname;
  const { stdout } = await run(lab, ['env']);
  process.stderr.write(`retag: no DOGTAG_* variable is exported; taken from the lab in ${labRoot}\n`);
  return parseShellAssignments(stdout);
}

function parseShellAssignments(text: string): Record<string, string> {
  const assignment = /^(?:export )?(DOGTAG_\w+)=(?:'([^']*)'|(.*))$/gm;
  return Object.fromEntries(
    [...text.matchAll(assignment)].map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']),
  );
}

/** A file that the shell opened for us got the shell's default mode, which lets others read the passwords. */
function protectOutput(): void {
  if (fstatSync(1).isFile()) fchmodSync(1, 0o600);
}
