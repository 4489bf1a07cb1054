// `retag import`: everything out of a living Dogtag into the record, and its key into the signer.
import type { Command } from 'commander';
import { formatImportReport } from '#migration';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { importEverything } from '../installation.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { openSource, takeOverKey } from '../wiring.ts';

export function addImportCommand(program: Command): void {
  withCommonOptions(
    program
      .command('import')
      .description(
        "bring certificates, requests, profiles, users, rules and CRLs out of Dogtag's directory into the record",
      ),
  )
    .option('--again', 'read everything once more, not only what has changed since the last import')
    .addHelpText(
      'after',
      `
May be interrupted at any moment and started again: it goes on where it was. A second run reads only what has changed
since, as far as the directory can tell; with --again, all of it.
With "authority.pkcs12File" in the settings, the CA's key is taken into the signer's own folder too.
Ends with 1 when an entry had to be refused.`,
    )
    .action(runImportCommand);
}

async function runImportCommand(options: CommonOptions & { readonly again?: boolean }): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { settings, clock } = context;
    const key = await takeOverKey(settings);
    if (key !== null && !options.json)
      printLine(key.wasPresent ? 'the CA key is in the signer already' : 'the CA key was taken into the signer');
    const source = await openSource(settings, context);
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
        again: options.again ?? false,
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
