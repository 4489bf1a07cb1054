// `retag mode`: shows and sets who answers each operation.
import type { Command } from 'commander';
import { allTargets, isRuledByProfile, type Mode, type ModeTarget, modes } from '#migration';
import { type CommonOptions, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { formatTable, printJson, printLine } from '../output.ts';

export interface TargetOptions extends CommonOptions {
  readonly operation?: readonly string[];
  readonly profile?: readonly string[];
  readonly all?: boolean;
  readonly reason?: string;
}

export function addModeCommand(program: Command): void {
  withTargetOptions(
    withCommonOptions(
      program
        .command('mode')
        .description('show who answers each operation, or set it: forward, rehearse, serve-checked or serve')
        .argument('[mode]', 'the mode to set'),
    ),
  )
    .addHelpText(
      'after',
      `
Without a mode, prints the present ones.
  forward        Dogtag answers; the exchange is compared afterwards (unless mirroring is switched off)
  rehearse       Dogtag answers; the exchange is compared afterwards, whatever the settings say
  serve-checked  we answer; reads are sent to Dogtag too and compared
  serve          we answer alone

Between forward and rehearse, and between serve-checked and serve, modes are set here. Crossing from one side to the other
moves the right to sign: that is what "retag cutover" and "retag rollback" are for, and they say so when it is asked of this.`,
    )
    .action(showOrSetModes);
}

/** Adds what chooses operations. */
export function withTargetOptions(command: Command): Command {
  const several = (value: string, earlier: readonly string[] = []) => [...earlier, value];
  return command
    .option('--operation <name>', 'this operation (may be repeated)', several)
    .option('--profile <id>', 'only for this profile (may be repeated); of operations that a profile rules', several)
    .option('--all', 'every operation')
    .option('--reason <text>', 'why; goes into the audit chain');
}

/** The chosen operations. Throws CommandFailure for an unknown name, nothing chosen, or a profile for operations without. */
export function targetsOf(options: TargetOptions): readonly ModeTarget[] {
  const known = new Set(allTargets().map(({ operation }) => operation));
  const unknown = (options.operation ?? []).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new CommandFailure(`there is no operation "${unknown}"`, {
      nextStep: '"retag mode" lists them all',
      exitCode: 2,
    });
  const profiles = options.profile ?? [];
  if (options.operation !== undefined) {
    const operations = options.operation;
    const unruled = operations.find((name) => !isRuledByProfile(name));
    if (profiles.length > 0 && unruled !== undefined)
      throw new CommandFailure(`"${unruled}" is the same for every profile`, {
        nextStep: 'leave --profile out for it',
        exitCode: 2,
      });
    return profiles.length === 0
      ? operations.map((operation) => ({ operation, profileId: null }))
      : operations.flatMap((operation) => profiles.map((profileId) => ({ operation, profileId })));
  }
  if (profiles.length > 0)
    return [...known]
      .filter(isRuledByProfile)
      .flatMap((operation) => profiles.map((profileId) => ({ operation, profileId })));
  if (options.all) return allTargets();
  throw new CommandFailure('nothing is chosen', {
    nextStep: 'give --operation NAME, --profile ID or --all',
    exitCode: 2,
  });
}

async function showOrSetModes(wanted: string | undefined, options: TargetOptions): Promise<void> {
  if (wanted === undefined) return showModes(options);
  const mode = modes.find((candidate) => candidate === wanted);
  if (mode === undefined)
    throw new CommandFailure(`"${wanted}" is no mode`, { nextStep: `choose one of ${modes.join(', ')}`, exitCode: 2 });
  await setModes(mode, targetsOf(options), options);
}

async function showModes(options: TargetOptions): Promise<void> {
  await withRecord(options, async ({ modes: store }) => {
    const stored = await store.read();
    const lines = allTargets().flatMap(({ operation }) => {
      const own = stored.filter((line) => line.operation === operation);
      const whole = own.find(({ profileId }) => profileId === null);
      const rows = own.filter(({ profileId }) => profileId !== null);
      return [
        whole ?? {
          operation,
          profileId: null,
          mode: 'forward' as const,
          changedAt: null,
          changedBy: null,
          reason: null,
        },
        ...rows,
      ];
    });
    if (options.json) return printJson(lines);
    const rows = lines.map((line) => [
      line.operation,
      line.profileId ?? '',
      line.mode,
      line.changedAt?.toISOString().slice(0, 19) ?? '',
      line.reason ?? '',
    ]);
    printLine(formatTable(['operation', 'profile', 'mode', 'since', 'reason'], rows));
  });
}

const isNative = (mode: Mode) => mode === 'serve' || mode === 'serve-checked';

async function setModes(mode: Mode, targets: readonly ModeTarget[], options: TargetOptions): Promise<void> {
  await withRecord(options, async ({ modes: store, store: record, database }, { clock }) => {
    const stored = await store.read();
    const present = ({ operation, profileId }: ModeTarget): Mode =>
      stored.find((line) => line.operation === operation && line.profileId === profileId)?.mode ??
      stored.find((line) => line.operation === operation && line.profileId === null)?.mode ??
      'forward';
    const crossing = targets.filter((target) => isNative(present(target)) !== isNative(mode));
    if (crossing.length > 0) {
      const [command, side] = isNative(mode) ? ['cutover', 'Dogtag'] : ['rollback', 'the native CA'];
      throw new CommandFailure(`${crossing.map(({ operation }) => operation).join(', ')}: answered by ${side} now`, {
        nextStep: `"retag ${command}" moves the answering side, with what belongs to it${command === 'cutover' ? ` (--mode ${mode})` : ''}`,
      });
    }
    const by = operatorName();
    const changed = await database.transaction((transaction) =>
      store.change(
        transaction,
        targets.map((target) => ({ ...target, mode })),
        by,
        options.reason ?? null,
        clock.now(),
      ),
    );
    if (changed.length > 0)
      await record.audit.record([
        {
          name: 'mode-changed',
          outcome: 'success',
          actor: by,
          remoteAddress: null,
          details: {
            mode,
            operations: changed
              .map(({ operation, profileId }) => (profileId === null ? operation : `${operation}:${profileId}`))
              .join(' '),
            reason: options.reason ?? '',
          },
        },
      ]);
    if (options.json) printJson(changed);
    else printLine(changed.length === 0 ? 'nothing to change' : `${changed.length} operations are in mode ${mode} now`);
  });
}
