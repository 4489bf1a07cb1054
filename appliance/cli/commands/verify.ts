// `retag verify`: proves that record and directory hold the same.
import type { Command } from 'commander';
import { formatVerification, verifyImport } from '#migration';
import { withCommonOptions, withRecord } from '../command-context.ts';
import { openChosenSource, type SourceOptions, sourceHelp, withSourceOptions } from '../import-sources.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { openIntake } from '../wiring.ts';

export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description("compare the record with Dogtag's directory, certificate by certificate");
  withSourceOptions(withCommonOptions(command))
    .addHelpText(
      'after',
      `${sourceHelp}
A source that has a part only is compared as far as it goes: all that it says must stand in the record. Ends with 1 when anything differs.`,
    )
    .action(runVerify);
}

async function runVerify(options: SourceOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { source } = await openChosenSource(options, context, record);
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
