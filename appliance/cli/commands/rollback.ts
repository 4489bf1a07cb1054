// `retag rollback`: moves operations back to Dogtag, and hands it what was issued and decided here, so that it can answer for it.
import type { Command } from 'commander';
import { HandBackStopped, type RollbackEvidence, RollbackRefused, rollBack, TransitionError } from '#migration';
import { operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { withRollbackServices } from '../rollback-services.ts';
import { type OpenRecord, openSource } from '../wiring.ts';
import { type TargetOptions, targetsOf, withTargetOptions } from './mode.ts';

export function addRollbackCommand(program: Command): void {
  withTargetOptions(withCommonOptions(program.command('rollback').description('let Dogtag answer again')))
    .addHelpText(
      'after',
      `
First every certificate, request and revocation of the native CA is written into Dogtag's directory, then Dogtag makes a CRL
with a higher number than ours, then the operations move, with what depends on them. Needs a bind name that may write into the
directory and, for the CRL, an agent's certificate. Killed at any moment, it can be run again and finishes.
With --json the evidence is printed as one document.`,
    )
    .action(runRollback);
}

async function runRollback(options: TargetOptions): Promise<void> {
  const targets = targetsOf(options);
  await withRecord(options, async (record, context) => {
    const source = await openSource(context.settings, context);
    const progress = createProgress('rollback', () => context.clock.now().getTime());
    const reporting = {
      onStep: (step: string) => {
        progress.end();
        if (!options.json) process.stderr.write(`${step} ...\n`);
      },
      onProgress: ({ kind, done, total }: { kind: string; done: number; total: number | null }) =>
        progress.reportAs(`${kind}s handed back`, done, total),
      onCrlProgress: ({ crlNumber, target }: { crlNumber: bigint; target: bigint }) =>
        progress.reportAs("Dogtag's CRL number", Number(crlNumber), Number(target)),
    };
    try {
      const order = { targets, reason: options.reason ?? 'no reason was given', by: operatorName() };
      const evidence = await withRollbackServices(record, source, context, reporting, (services) =>
        rollBack(order, services),
      );
      progress.end();
      if (options.json) printJson(evidence);
      else {
        printRollback(evidence);
        await printOwnAuthorities(record);
      }
    } catch (error) {
      throw explained(error);
    } finally {
      progress.end();
      await source.close();
    }
  });
}

/** Dogtag cannot be given a key, and without it an entry would be an authority that never answers. */
async function printOwnAuthorities({ store }: OpenRecord): Promise<void> {
  for (const { id, subject, origin, isHostAuthority, isFormer } of await store.importLedger.readAuthorities())
    if (origin === 'native' && !isHostAuthority)
      printLine(
        `NOT HANDED BACK: authority ${subject} (${id}) was ${isFormer ? 'deleted' : 'made or changed'} here; Dogtag does not know that`,
      );
}

function explained(error: unknown): unknown {
  if (error instanceof RollbackRefused) return new CommandFailure(error.message, { cause: error, exitCode: 3 });
  if (error instanceof HandBackStopped) {
    const named = error.findings.slice(0, 10).map(({ entry, message }) => `\n    ${entry}: ${message}`);
    return new CommandFailure(`${error.message}${named.join('')}`, { cause: error, exitCode: 3 });
  }
  if (error instanceof TransitionError) return new CommandFailure(error.message, { cause: error });
  return error;
}

function printRollback(evidence: RollbackEvidence): void {
  const { moved, dependents, handBack, crl, pens, openIntents, heldMs, totalSeconds, acknowledged } = evidence;
  const name = ({ operation, profileId }: { operation: string; profileId: string | null }) =>
    profileId === null ? operation : `${operation}:${profileId}`;
  printLine(
    `${moved.length} operations are answered by Dogtag again; requests waited ${heldMs} ms, all took ${totalSeconds.toFixed(1)} s`,
  );
  if (dependents.length > 0) printLine(`moved along because they depend on them: ${dependents.map(name).join(', ')}`);
  for (const [kind, count] of [
    ['certificates', handBack.certificates],
    ['requests', handBack.requests],
    ['profiles', handBack.profiles],
    ['users, groups and hosts', handBack.roster],
  ] as const)
    printLine(
      `${kind} handed back: ${count.added} added, ${count.changed} changed, ${count.unchanged} there already, ${count.notTaken} not taken`,
    );
  for (const { kind, stands, message, entry } of handBack.findings.slice(0, 20))
    printLine(`  noted: ${kind}, ${stands === 'none' ? 'not handed back' : `${stands} stands`}: ${entry}: ${message}`);
  if (crl !== null)
    printLine(
      `CRL: ours was number ${crl.afterHold.ourNumber}, Dogtag's is ${crl.afterHold.dogtagNumberAfter} with ${crl.afterHold.entryCount} entries`,
    );
  if (crl !== null && crl.afterHold.missing.length > 0)
    printLine(`  revoked here but not on Dogtag's CRL: ${crl.afterHold.missing.map(String).join(', ')}`);
  if (pens.length > 0) printLine(`pens given back: ${pens.join(', ')}`);
  if (openIntents.length > 0)
    printLine(
      `serial numbers that may have been signed but were given to nobody: ${openIntents.map(String).join(', ')}`,
    );
  if (!acknowledged)
    printLine('a running appliance has not said yet that it acts on the change; "retag doctor" looks into it');
}
