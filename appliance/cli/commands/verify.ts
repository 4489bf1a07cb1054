// `retag verify`: proves that record and directory hold the same, and signs what it found; `--check` checks what was signed.
import { join } from 'node:path';
import type { Command } from 'commander';
import { readSettingsFile } from '#appliance/settings';
import {
  composeVerification,
  formatVerification,
  parseVerification,
  type Verification,
  verifyImport,
} from '#migration';
import { type CommandContext, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { openChosenSource, type SourceOptions, sourceHelp, withSourceOptions } from '../import-sources.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import {
  filesBeside,
  isPageGenuine,
  openReportSigner,
  type ReportSigner,
  readSignedReport,
  type WrittenReport,
  writeSignedReport,
} from '../signed-reports.ts';
import { listenForInterruption } from '../until-interrupted.ts';
import { dataPaths, type OpenRecord, openIntake } from '../wiring.ts';

interface VerifyOptions extends SourceOptions {
  readonly report?: string;
  readonly check?: string;
  readonly signer?: string;
}

const exitDifferent = 1;
const exitNotCompared = 2;

export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description("compare the record with Dogtag's directory, certificate by certificate, and sign the result");
  withSourceOptions(withCommonOptions(command))
    .option('--report <file>', 'write the signed report to this JSON file instead of the data folder')
    .option('--check <report>', 'compare nothing; check the signature of this report and say what it found')
    .option(
      '--signer <file>',
      'with --check: certificate (PEM) of the installation that signed; else the one of the data folder',
    )
    .exitOverride((error) => {
      // 1 says that something differs, which a mistyped option does not.
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : exitNotCompared });
    })
    .addHelpText(
      'after',
      `${sourceHelp}

A source that has a part only is compared as far as it goes: all that it says must stand in the record. Every entry of both sides is met once, in memory that does not grow with their number; stopped with Ctrl-C it leaves nothing behind.
The report is three files: NAME.json for programs, NAME.txt for people, NAME.json.p7s with the signature. Without Retag:
  openssl cms -verify -binary -inform DER -in NAME.json.p7s -content NAME.json -CAfile signer.pem -purpose any -out /dev/null

Ends with 0 when both sides hold the same, 1 when anything differs, 2 when it could not be compared (or a report is not to be believed).`,
    )
    .action(async (options: VerifyOptions) => {
      try {
        if (options.check === undefined) await runVerify(options);
        else await runCheck(options.check, options);
      } catch (error) {
        throw notCompared(error, options);
      }
    });
}

/** Whatever went wrong: nobody may take it for a difference, or for none. */
function notCompared(error: unknown, { json }: VerifyOptions): CommandFailure {
  const known = error instanceof CommandFailure ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  const nextStep = known?.nextStep ?? 'mend this (retag doctor helps), and run retag verify again';
  if (json) printJson({ verdict: 'not compared', problem: message, nextStep });
  return new CommandFailure(message, { nextStep, exitCode: exitNotCompared, cause: error });
}

async function runVerify(options: VerifyOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { settings, clock } = context;
    const file = options.report ?? join(dataPaths(settings).reports, `verification-${fileTime(clock.now())}.json`);
    // Before the long work, so that it does not fail for the key in the end.
    const signer = await openReportSigner(settings, context);
    try {
      const verification = await compare(options, record, context);
      const written = await report(verification, file, record, context, signer);
      if (options.json) printJson({ verdict: verdictOf(verification), ...verification, report: written });
      else printLine(`${formatVerification(verification)}\n${formatWritten(written)}`);
      if (!verification.isEqual) process.exitCode = exitDifferent;
    } finally {
      await signer.close();
    }
  });
}

async function compare(options: VerifyOptions, record: OpenRecord, context: CommandContext): Promise<Verification> {
  const { settings, clock } = context;
  const { source } = await openChosenSource(options, context, record);
  const progress = createProgress('verify', () => clock.now().getTime());
  const interruption = listenForInterruption('run it again when there is time; nothing was changed');
  try {
    return await verifyImport({
      source,
      store: record.store,
      intake: openIntake(record, settings, context),
      clock,
      onProgress: ({ kind, done, total }) => progress.reportAs(`${kind} entries`, done, total),
      signal: interruption.signal,
    });
  } finally {
    interruption.stop();
    progress.end();
    await source.close();
  }
}

/** Written, and its digest noted in the audit chain, so that a report cannot be exchanged for another one unnoticed. */
async function report(
  verification: Verification,
  file: string,
  { store }: OpenRecord,
  { settings }: CommandContext,
  signer: ReportSigner,
): Promise<WrittenReport> {
  const host = await store.authorities.findHost();
  const installation = { name: settings.hostNames[0] ?? 'localhost', authority: host?.subject ?? null };
  const documents = composeVerification(verification, installation, filesBeside(file).page.replace(/^.*\//, ''));
  const written = await writeSignedReport(file, documents, signer);
  await store.audit.record([
    {
      name: 'verification-finished',
      outcome: verification.isEqual ? 'success' : 'failure',
      actor: operatorName(),
      remoteAddress: null,
      details: { source: verification.source, verdict: verdictOf(verification), reportSha256: written.sha256 },
    },
  ]);
  return written;
}

async function runCheck(file: string, options: VerifyOptions): Promise<void> {
  const certificateFile = options.signer ?? dataPaths(await readSettingsFile(options.config)).reportSignerFile;
  const { json, signedBy, fingerprint } = await readSignedReport(file, certificateFile);
  const document = parseVerification(json);
  if (document === null)
    throw new CommandFailure(`${file} is signed, but is no report of a verification that this version knows`, {
      nextStep: 'check it with the version that made it',
    });
  const page = await isPageGenuine(file, document.page);
  if (page === false)
    throw new CommandFailure(
      `the page ${document.page.file} beside ${file} was changed; the report itself is genuine`,
      {
        nextStep: 'believe the JSON file only',
      },
    );
  const { verification, installation } = document;
  const verdict = verdictOf(verification);
  if (options.json)
    printJson({ isGenuine: true, verdict, signedBy, fingerprint, isPageBeside: page !== null, ...document });
  else {
    printLine(`genuine: signed by ${signedBy} (SHA-256 ${fingerprint})`);
    if (page === null) printLine(`its page ${document.page.file} is not beside it`);
    printLine(`${installation.name}, ${verification.finishedAt}: ${verdict}, record and ${verification.source}`);
    for (const { kind, sourceCount, recordCount, differenceCount, explainedCount } of verification.kinds)
      printLine(
        `  ${kind}: ${sourceCount} and ${recordCount}, ${differenceCount - explainedCount} unexplained differences`,
      );
  }
  if (!verification.isEqual) process.exitCode = exitDifferent;
}

function verdictOf({ isEqual }: Verification): 'equal' | 'different' {
  return isEqual ? 'equal' : 'different';
}

function formatWritten({ file, page, signature, signer }: WrittenReport): string {
  return [
    `report     ${file}`,
    `page       ${page}`,
    `signature  ${signature}`,
    `signer     ${signer} (give it to whoever is to check: retag verify --check REPORT --signer FILE)`,
  ].join('\n');
}

/** `20261128T034501Z`. */
function fileTime(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
