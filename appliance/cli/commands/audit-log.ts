// `retag audit check` and `retag audit import`: Dogtag's signed audit logs, judged by their signatures and kept as the installation's history.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AuditSigner, AuditSignerError, readAuditSigner } from '#codecs/dogtag-audit';
import { findJavaTimeZone, type JavaTimeZone } from '#codecs/dogtag-text';
import { decodePemBlocks, PemError } from '#codecs/pem';
import { type AuditLogOptions, type AuditLogsReport, formatAuditLogReport, isProven, takeAuditLogs } from '#migration';
import { systemClock } from '#platform';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { readInstallationWords } from '../installation-words.ts';
import { createProgress, printable, printJson, printLine } from '../output.ts';
import { type OpenRecord, openHistoryIntake } from '../wiring.ts';

interface LogOptions extends CommonOptions {
  readonly certificate: readonly string[];
  readonly server?: string;
  readonly timeZone?: string;
}

const help = `
FOLDER is a folder of logs with the files that Dogtag has closed beside the one it writes to (…/logs/ca/signedAudit), one that has such folders
below it (…/logs), or a single file. Without --certificate the audit certificates are taken from the record: those issued under
${'caAuditSigningCert, caInternalAuthAuditSigningCert, caCMCauditSigningCert and caSignedLogCert'}. With several, each signature may be of any of them, as after a renewal.
Ends with 1 when a log is not proven to be as it was written.`;

export function addAuditLogCommands(audit: Command): void {
  withLogOptions(
    audit
      .command('check <folder>')
      .description("verify the signatures of Dogtag's audit logs and report gaps and tampering; stores nothing"),
  )
    .addHelpText('after', `${help}\nWith --certificate, neither settings nor a record are needed.`)
    .action(checkLogs);
  withLogOptions(
    audit
      .command('import <folder>')
      .description("verify Dogtag's audit logs and keep them as the installation's history"),
  )
    .addHelpText(
      'after',
      `${help}
May be interrupted at any moment and run again, also when the logs have grown: what is there is compared, what is new is added. Nothing that was taken in
is ever changed.`,
    )
    .action(importLogs);
}

function withLogOptions(command: Command): Command {
  return withCommonOptions(command)
    .option(
      '--certificate <file>',
      'audit signing certificate in PEM or DER; may be given several times',
      (file: string, before: readonly string[]) => [...before, file],
      [],
    )
    .option('--server <name>', 'keeps logs of several servers apart: goes in front of their names')
    .option(
      '--time-zone <id>',
      "zone of the machine that wrote the logs, such as Europe/Berlin; Dogtag's own unless given",
    );
}

async function checkLogs(folder: string, options: LogOptions): Promise<void> {
  const signers = await readSigners(options.certificate);
  if (signers.length === 0) return takeWithRecord(folder, options, () => null);
  await takeLogs(folder, options, { signers, timeZone: parseTimeZone(options.timeZone), intake: null });
}

async function importLogs(folder: string, options: LogOptions): Promise<void> {
  await takeWithRecord(folder, options, openHistoryIntake);
}

async function takeWithRecord(
  folder: string,
  options: LogOptions,
  intakeOf: (record: OpenRecord) => AuditLogOptions['intake'],
): Promise<void> {
  const given = await readSigners(options.certificate);
  const timeZone = parseTimeZone(options.timeZone);
  await withRecord(options, async (record, { settings }) => {
    const signers = given.length > 0 ? given : await findSigners(record);
    const zone = timeZone ?? findJavaTimeZone((await readInstallationWords(settings, record)).timeZone);
    await takeLogs(folder, options, { signers, timeZone: zone, intake: intakeOf(record) });
  });
}

async function takeLogs(
  folder: string,
  options: LogOptions,
  taking: Pick<AuditLogOptions, 'signers' | 'timeZone' | 'intake'>,
): Promise<void> {
  const progress = createProgress('lines', () => systemClock.now().getTime());
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error('interrupted; run the same command again to go on'));
  process.once('SIGINT', onInterrupt);
  try {
    const report = await takeAuditLogs(folder, {
      ...taking,
      server: options.server ?? null,
      signal: stop.signal,
      onProgress: (log, lines, expected) => progress.reportAs(`lines of ${log}`, lines, expected),
    });
    progress.end();
    const signers = taking.signers.map(({ name }) => name);
    if (options.json) printJson({ signers, ...report });
    else printReport(report, signers);
    const isSound = report.logs.every(isProven) && report.notRead.every(({ severity }) => severity === 'note');
    if (!isSound) process.exitCode = 1;
  } finally {
    process.off('SIGINT', onInterrupt);
    progress.end();
  }
}

function printReport({ logs, notRead }: AuditLogsReport, signers: readonly string[]): void {
  if (signers.length === 0)
    printLine('no audit certificate is known: signatures were NOT checked; give one with --certificate');
  for (const name of signers) printLine(`audit certificate: ${printable(name)}`);
  for (const log of logs) printLine(formatAuditLogReport(log).trimEnd().split('\n').map(printable).join('\n'));
  for (const { severity, place, message } of notRead)
    printLine(`${severity === 'problem' ? 'NOT READ' : 'not read'}  ${printable(place)}: ${printable(message)}`);
}

/** Under these Dogtag's installer has the audit certificate issued, and FreeIPA has it renewed; nobody gets one of them without an agent. */
const auditProfiles = [
  'caAuditSigningCert',
  'caInternalAuthAuditSigningCert',
  'caCMCauditSigningCert',
  'caSignedLogCert',
];

async function findSigners({ store }: OpenRecord): Promise<AuditSigner[]> {
  const signers: AuditSigner[] = [];
  for (const profileId of auditProfiles) {
    const { certificates } = await store.certificates.search({ profileId, limit: 100 }, systemClock.now());
    for (const { certificateDer } of certificates)
      try {
        signers.push(readAuditSigner(certificateDer));
      } catch (error) {
        // One of a key that signs no log is not what is looked for.
        if (!(error instanceof AuditSignerError)) throw error;
      }
  }
  // The newest is the likeliest.
  return signers.reverse();
}

async function readSigners(files: readonly string[]): Promise<AuditSigner[]> {
  const signers: AuditSigner[] = [];
  for (const file of files)
    try {
      const bytes = await readFile(file);
      const isPem = bytes.includes('-----BEGIN ');
      const blocks = isPem ? decodePemBlocks(bytes.toString('latin1')).map(({ der }) => der) : [bytes];
      signers.push(...blocks.map((der) => readAuditSigner(der)));
    } catch (cause) {
      const reason =
        cause instanceof AuditSignerError || cause instanceof PemError ? cause.message : (cause as Error).message;
      throw new CommandFailure(`${file} cannot be used as an audit certificate: ${reason}`, {
        nextStep:
          'export it from the server: certutil -L -d /etc/pki/pki-tomcat/alias -n "auditSigningCert cert-pki-ca" -a',
        cause,
      });
    }
  return signers;
}

function parseTimeZone(id: string | undefined): JavaTimeZone | null {
  if (id === undefined) return null;
  const zone = findJavaTimeZone(id);
  if (zone === null)
    throw new CommandFailure(`"${id}" is no time zone`, {
      nextStep: 'name one as /usr/share/zoneinfo does, such as Europe/Berlin',
      exitCode: 2,
    });
  return zone;
}
