// `retag cutover`: moves operations to the native CA, when the comparison says that it answers alike.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ImportSource } from '#importers';
import { type CutoverEvidence, CutoverRefused, type CutoverServices, cutOver, TransitionError } from '#migration';
import { type CommandContext, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { catchUp, getHostAuthority, proveFencesNow } from '../installation.ts';
import { printJson, printLine } from '../output.ts';
import { type OpenRecord, openAuthority, openSource } from '../wiring.ts';
import { type TargetOptions, targetsOf, withTargetOptions } from './mode.ts';
import { printReadinessLines } from './shadow.ts';

interface CutoverOptions extends TargetOptions {
  readonly mode: string;
}

export function addCutoverCommand(program: Command): void {
  withTargetOptions(withCommonOptions(program.command('cutover').description('let the native CA answer')))
    .option('--mode <mode>', 'serve, or serve-checked to go on comparing reads', 'serve')
    .addHelpText(
      'after',
      `
What belongs together moves together: whoever issues must also answer for what was issued, revoke it and publish the CRL.
Refuses when the comparison does not show that both sides do the same ("retag readiness"), unless --reason says why it
shall be done nonetheless; that goes into the audit chain. Requests under way are waited for, new ones wait meanwhile.`,
    )
    .action(runCutover);
}

async function runCutover(options: CutoverOptions): Promise<void> {
  const { mode } = options;
  if (mode !== 'serve' && mode !== 'serve-checked')
    throw new CommandFailure(`--mode takes serve or serve-checked, not "${mode}"`, { exitCode: 2 });
  const targets = targetsOf(options);
  await withRecord(options, async (record, context) => {
    const { settings } = context;
    const source = settings.dogtag === null ? null : await openSource(settings, context);
    try {
      const evidence = await cutOver(
        { targets, mode, reason: options.reason ?? null, by: operatorName() },
        await cutoverServices(record, source, context, (step) => options.json || process.stderr.write(`${step} ...\n`)),
      );
      if (options.json) printJson(evidence);
      else printCutover(evidence);
    } catch (error) {
      throw explained(error, options);
    } finally {
      await source?.close();
    }
  });
}

/** What a cutover needs of this installation. Throws CommandFailure when it has no authority yet. */
export async function cutoverServices(
  record: OpenRecord,
  source: ImportSource | null,
  context: CommandContext,
  onStep: (step: string) => void,
): Promise<CutoverServices> {
  const { settings, clock } = context;
  const { id } = await getHostAuthority(record);
  return {
    ...record,
    thresholds: settings.readiness,
    pens: record.store.pens,
    recordAudit: (events) => record.store.audit.record(events),
    hostAuthorityId: id,
    listAuthorities: async () => {
      const opened = await openAuthority(settings, record, context);
      return opened.ra.listAuthorities().finally(() => opened.close());
    },
    assertCanSign: async () => {
      const opened = await openAuthority(settings, record, context);
      const host = await opened.ra.describeAuthority(null).finally(() => opened.close());
      if (!host.ready)
        throw new CommandFailure('the key of the authority is not in the signer', {
          nextStep: 'set "authority.pkcs12File" and its password in the settings and run "retag import" again',
        });
    },
    catchUp: async () => (source === null ? 0 : await catchUp(source, record, context)),
    proveFences: () => proveFencesNow(source, record),
    clock,
    wait: (ms) => delay(ms),
    onStep,
  };
}

function explained(error: unknown, options: CutoverOptions): unknown {
  if (error instanceof TransitionError) return new CommandFailure(error.message, { cause: error });
  if (!(error instanceof CutoverRefused)) return error;
  if (options.json) printJson({ isRefused: true, message: error.message, lines: error.lines });
  else if (error.lines.length > 0) printReadinessLines(error.lines);
  return new CommandFailure(error.message, {
    nextStep: '"retag shadow report" shows the differences; --reason TEXT overrides',
    exitCode: 3,
  });
}

function printCutover(evidence: CutoverEvidence): void {
  const name = ({ operation, profileId }: { operation: string; profileId: string | null }) =>
    profileId === null ? operation : `${operation}:${profileId}`;
  printLine(
    `${evidence.moved.length} operations are answered natively now (${evidence.mode}); requests waited ${evidence.heldMs} ms`,
  );
  if (evidence.companions.length > 0)
    printLine(`moved along because they belong to them: ${evidence.companions.map(name).join(', ')}`);
  for (const line of evidence.keyless) printLine(`NOT READY: ${line}`);
  if (evidence.pens.length > 0) printLine(`pens held here: ${evidence.pens.join(', ')}`);
  for (const fence of evidence.fences.fences)
    printLine(`${fence.kind} numbers: native ones start at ${fence.nativeFrom}; ${fence.explanation}`);
  if (!evidence.acknowledged)
    printLine('a running appliance has not said yet that it acts on the change; "retag doctor" looks into it');
}
