// `retag import`: everything out of a living Dogtag into the record, and its key into the signer.
import type { Command } from 'commander';
import type { ApplianceSettings } from '#appliance/settings';
import { formatImportReport } from '#migration';
import { withCommonOptions, withRecord } from '../command-context.ts';
import {
  type ChosenSource,
  openChosenSource,
  type SourceOptions,
  sourceHelp,
  withHostAuthorityOption,
  withSourceOptions,
} from '../import-sources.ts';
import { importEverything } from '../installation.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { takeAuthorityKeys } from '../take-authority-keys.ts';
import { type OpenRecord, takeOverKey } from '../wiring.ts';

export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .description(
      "bring certificates, requests, profiles, users, rules and CRLs out of Dogtag's directory into the record",
    );
  withHostAuthorityOption(withSourceOptions(withCommonOptions(command)))
    .option('--again', 'read everything once more, not only what has changed since the last import')
    .addHelpText(
      'after',
      `${sourceHelp}
May be interrupted at any moment and started again: it goes on where it was. A second run reads only what has changed
since, as far as the source can tell; with --again, all of it.
With "authority.pkcs12File" in the settings, the CA's key is taken into the signer's own folder too.
Ends with 1 when an entry had to be refused.`,
    )
    .action(runImportCommand);
}

async function runImportCommand(options: SourceOptions & { readonly again?: boolean }): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { settings, clock } = context;
    const key = await takeOverKey(settings);
    if (key !== null && !options.json)
      printLine(key.wasPresent ? 'the CA key is in the signer already' : 'the CA key was taken into the signer');
    const chosen = await openChosenSource(options, context, record);
    const { source } = chosen;
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
      await keepKeyReferences(chosen, record);
      const taken = await takeKeysOfSource(chosen, record, settings);
      if (options.json) printJson({ ...report, keysTaken: taken });
      else printLine(`${formatImportReport(report)}${formatKeys(taken)}`);
      if (report.findings.some(({ verdict }) => verdict === 'refused')) process.exitCode = 1;
    } finally {
      process.off('SIGINT', onInterrupt);
      progress.end();
      await source.close();
    }
  });
}

interface KeysTaken {
  readonly authorities: readonly { readonly subject: string; readonly wasPresent: boolean }[];
  /** Why none was taken; null when one was. */
  readonly obstacle: string | null;
}

/** Keys that came with the certificates, into the signer; null for a source that has none to give. */
async function takeKeysOfSource(
  { keyPlace }: ChosenSource,
  record: OpenRecord,
  settings: ApplianceSettings,
): Promise<KeysTaken | null> {
  if (keyPlace === null) return null;
  if ((await record.store.authorities.list()).length === 0)
    return { authorities: [], obstacle: 'there is no authority yet whose keys they could be' };
  try {
    const taken = await takeAuthorityKeys({ from: keyPlace, authorityId: null }, settings, record);
    return { authorities: taken, obstacle: null };
  } catch (error) {
    return { authorities: [], obstacle: (error as Error).message };
  }
}

/** Keys in hardware stay there; what names them is kept for the signer that will use them. */
async function keepKeyReferences({ instance }: ChosenSource, { facts }: OpenRecord): Promise<void> {
  if (instance === null || instance.keyReferences.length === 0) return;
  const references = instance.keyReferences.map(({ certificateSerial, publicKeyDer, ...words }) => ({
    ...words,
    certificateSerial: certificateSerial?.toString() ?? null,
    publicKey: publicKeyDer === null ? null : Buffer.from(publicKeyDer).toString('base64'),
  }));
  await facts.learn('key-references', JSON.stringify(references));
}

function formatKeys(taken: KeysTaken | null): string {
  if (taken === null) return '';
  if (taken.obstacle !== null) return `\nNo key was taken into the signer: ${taken.obstacle}\n`;
  const lines = taken.authorities.map(
    ({ subject, wasPresent }) =>
      `${subject}: ${wasPresent ? 'its key is in the signer already' : 'its key was taken into the signer'}`,
  );
  return `\n${lines.join('\n')}\n`;
}
