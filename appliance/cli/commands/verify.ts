// `retag verify`: proves that record and directory hold the same.
import type { Command } from 'commander';
import { formatVerification, verifyImport } from '#migration';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { openIntake, openSource } from '../wiring.ts';

export function addVerifyCommand(program: Command): void {
  withCommonOptions(
    program.command('verify').description("compare the record with Dogtag's directory, certificate by certificate"),
  )
    .addHelpText('after', '\nEnds with 1 when anything differs.')
    .action(runVerify);
}

async function runVerify(options: CommonOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const source = await openSource(context.settings, context);
    const progress = createProgress('verify', () => context.clock.now().getTime());
    try {
      const verification = await verifyImport({
        source,
        store: record.store,
        intake: openIntake(record, context.settings, context),
        clock: context.clock,
        onProgress: ({ kind, done, total }) => progress.reportAs(`${kind} entries`, done, total),
      });
      progress.end();
      if (options.json) printJson(verification);
      else printLine(formatVerification(verification));
      if (!verification.isEqual) process.exitCode = 1;
    } finally {
      progress.end();
      await source.close();
    }
  });
}
