// `retag import`: everything out of a living Dogtag into the record, and its key into the signer.
import type { Command } from 'commander';
import { formatImportReport } from '#migration';
import { withCommonOptions, withRecord } from '../command-context.ts';
import {
  openChosenSource,
  type SourceOptions,
  sourceHelp,
  withHostAuthorityOption,
  withSourceOptions,
} from '../import-sources.ts';
import { importEverything } from '../installation.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { takeOverKey } from '../wiring.ts';

export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .description(
      "bring certificates, requests, profiles, users, rules and CRLs out of Dogtag's directory into the record",
    );
  withHostAuthorityOption(withSourceOptions(withCommonOptions(command)))
    .addHelpText(
      'after',
      `${sourceHelp}
May be interrupted at any moment and started again: it goes on where it was. A second run changes only what has changed.
With "authority.pkcs12File" in the settings, the CA's key is taken into the signer's own folder too.
Ends with 1 when an entry had to be refused.`,
    )
    .action(runImportCommand);
}

async function runImportCommand(options: SourceOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { settings, clock } = context;
    const key = await takeOverKey(settings);
    if (key !== null && !options.json)
      printLine(key.wasPresent ? 'the CA key is in the signer already' : 'the CA key was taken into the signer');
    const source = await openChosenSource(options, context, record);
    const progress = createProgress('import', () => clock.now().getTime());
    const stop = new AbortController();
    const onInterrupt = () => stop.abort(new Error('interrupted; run the same command again to go on'));
    process.once('SIGINT', onInterrupt);
    try {
      const report = await importEverything(source, record, context, {
        onProgress: ({ kind, phase, done, total }) =>
          progress.reportAs(phase === 'catch-up' ? `catching up on ${kind} entries` : `${kind} entries`, done, total),
        hostCertificateDer: key?.certificateDer ?? null,
        signal: stop.signal,
      });
      progress.end();
      if (options.json) printJson(report);
      else printLine(formatImportReport(report));
      if (report.findings.some(({ verdict }) => verdict === 'refused')) process.exitCode = 1;
    } finally {
      process.off('SIGINT', onInterrupt);
      progress.end();
      await source.close();
    }
  });
}
