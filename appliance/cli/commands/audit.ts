// `retag audit verify`: walks the whole audit chain and says whether anything was changed, removed, inserted or cut off.
import type { Command } from 'commander';
import { readAuditKey, verifyAuditChain } from '#ca-core/engine';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { createProgress, printJson, printLine } from '../output.ts';
import { dataPaths } from '../wiring.ts';

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('the audit chain of this installation');
  withCommonOptions(
    audit.command('verify').description('check every record of the chain against its message authentication code'),
  )
    .addHelpText(
      'after',
      '\nEnds with 1 when something is wrong. The key is taken from RETAG_AUDIT_KEY or from the data folder.',
    )
    .action(verifyChain);
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
    progress.end();
    if (options.json) printJson(verification);
    else printVerification(verification);
    if (!verification.isIntact) process.exitCode = 1;
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
