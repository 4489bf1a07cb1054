// What every command starts from: its settings, a clock, a log; and the promise to close what it opened.
import type { Command } from 'commander';
import { type ApplianceSettings, readSettingsFile } from '#appliance/settings';
import { type Clock, type Log, type LogLevel, standardErrorLog, systemClock } from '#platform';
import { type OpenRecord, openRecord } from './wiring.ts';

export interface CommandContext {
  readonly settings: ApplianceSettings;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

export const standardSettingsFile = './retag.json';

/** Adds `--config`, and `--json` where the command prints something that machines want. */
export function withCommonOptions(command: Command, json: 'with-json' | 'without-json' = 'with-json'): Command {
  command.option('--config <file>', 'settings file', standardSettingsFile);
  return json === 'with-json' ? command.option('--json', 'print one JSON document instead of text') : command;
}

/** Commands log warnings only, so that their output stays readable; RETAG_LOG names another level. */
export async function openContext(options: CommonOptions): Promise<CommandContext> {
  const settings = await readSettingsFile(options.config);
  return { settings, clock: systemClock, log: standardErrorLog(commandLogLevel()) };
}

/** Runs `work` with the record open and closes it, whatever happens. */
export async function withRecord<Result>(
  options: CommonOptions,
  work: (record: OpenRecord, context: CommandContext) => Promise<Result>,
): Promise<Result> {
  const context = await openContext(options);
  const record = await openRecord(context.settings, context);
  try {
    return await work(record, context);
  } finally {
    await record.close();
  }
}

/** Name of the person at the terminal, for audit records. */
export function operatorName(): string {
  return `operator:${process.env.SUDO_USER ?? process.env.USER ?? process.env.LOGNAME ?? 'unknown'}`;
}

function commandLogLevel(): LogLevel {
  const wanted = process.env.RETAG_LOG;
  return wanted === 'debug' || wanted === 'info' || wanted === 'error' ? wanted : 'warn';
}
