// `retag audit`: the audit chain of this installation, the signed audit logs of its Dogtag, and the trail of both.
import type { Command } from 'commander';
import { readAuditKey, verifyAuditChain } from '#ca-core/engine';
import type { HistoryCheck } from '#ca-core/store';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { dataPaths } from '../wiring.ts';
import { addAuditLogCommands } from './audit-log.ts';
import { addAuditTrailCommands } from './audit-trail.ts';

export function addAuditCommand(program: Command): void {
  const audit = program
    .command('audit')
    .description("the audit chain of this installation, its Dogtag's signed audit logs, and the trail of both");
  withCommonOptions(
    audit
      .command('verify')
      .description(
        'check every record of the chain against its message authentication code, and every line of the history against the chain',
      ),
  )
    .addHelpText(
      'after',
      '\nEnds with 1 when something is wrong. The key is taken from RETAG_AUDIT_KEY or from the data folder.',
    )
    .action(verifyChain);
  addAuditLogCommands(audit);
  addAuditTrailCommands(audit);
}

async function verifyChain(options: CommonOptions): Promise<void> {
  await withRecord(options, async ({ store }, { settings, clock }) => {
    const auditKey = readAuditKey(process.env, dataPaths(settings).auditKeyFile);
    const progress = createProgress('audit records', () => clock.now().getTime());
    const verification = await store.audit.withSnapshot((snapshot) =>
      verifyAuditChain(snapshot, auditKey, {
        onProgress: (checked, count) => progress.report(Number(checked), Number(count)),
      }),
    );
    const history = await store.audit.checkHistory((checked, count) =>
      progress.reportAs('lines of the history', checked, count),
    );
    progress.end();
    if (options.json) printJson({ ...verification, history });
    else {
      printVerification(verification);
      printHistoryCheck(history);
    }
    if (!verification.isIntact || history.problems.length > 0) process.exitCode = 1;
  });
}

function printVerification(verification: Awaited<ReturnType<typeof verifyAuditChain>>): void {
  if (verification.isIntact) {
    printLine(`audit chain intact: ${verification.recordsChecked} records`);
    if (verification.anchor !== null)
      printLine(
        `anchor to note outside: record ${verification.anchor.sequence}, MAC ${Buffer.from(verification.anchor.mac).toString('hex')}`,
      );
    return;
  }
  printLine(
    `audit chain BROKEN: ${verification.problems.length} problems, ${verification.recordsChecked} records looked at`,
  );
  for (const problem of verification.problems)
    printLine(`  ${problem.sequence === null ? 'chain' : `record ${problem.sequence}`}: ${problem.message}`);
}

function printHistoryCheck({ linesChecked, problems }: HistoryCheck): void {
  if (problems.length > 0)
    printLine(`audit history CHANGED: ${problems.length} problems, ${linesChecked} lines looked at`);
  else if (linesChecked > 0) printLine(`audit history as it was taken in: ${linesChecked} lines`);
  for (const { log, file, message } of problems) printLine(`  ${log} ${file}: ${message}`);
}
