// `retag shadow` and `retag readiness`: what came of comparing both sides, and what may be cut over.
import type { Command } from 'commander';
import {
  type AuthorityKeyLine,
  allTargets,
  buildShadowReport,
  formatAuthorityKeyLine,
  judgeAuthorityKeys,
  judgeReadiness,
  type ReadinessLine,
  readKnownDifferences,
  type ShadowReport,
} from '#migration';
import {
  type CommandContext,
  type CommonOptions,
  operatorName,
  withCommonOptions,
  withRecord,
} from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { formatTable, printJson, printLine } from '../output.ts';
import { type OpenRecord, openAuthority } from '../wiring.ts';

interface ReportOptions extends CommonOptions {
  readonly operation?: string;
  readonly profile?: string;
  readonly show: string;
}

export function addShadowCommands(program: Command): void {
  const shadow = program.command('shadow').description('the comparison of both sides on live traffic');
  withCommonOptions(
    shadow.command('report').description('what was compared, per operation and profile, and what differed'),
  )
    .option('--operation <name>', 'this operation only')
    .option('--profile <id>', 'this profile only')
    .option('--show <count>', 'how many of the newest unexpected differences to show', '10')
    .addHelpText(
      'after',
      '\nEnds with 1 when a difference is unexpected, a known one is stale, or nothing was compared.',
    )
    .action(reportShadow);
  withCommonOptions(
    shadow.command('clear').description('forget all comparisons, as after a mended difference'),
    'without-json',
  )
    .requiredOption('--reason <text>', 'why; goes into the audit chain')
    .action(clearShadow);
  withCommonOptions(
    program
      .command('readiness')
      .description('whether each operation and profile may be cut over, from how many comparisons over how long'),
  )
    .addHelpText('after', '\nEnds with 1 when anything is not ready.')
    .action(printReadiness);
}

async function reportShadow(options: ReportOptions): Promise<void> {
  const noteworthyMax = Number(options.show);
  if (!Number.isInteger(noteworthyMax) || noteworthyMax < 0 || noteworthyMax > 10_000)
    throw new CommandFailure(`--show takes a number from 0 to 10000, not "${options.show}"`, { exitCode: 2 });
  await withRecord(options, async ({ journal }) => {
    const filter = {
      noteworthyMax,
      ...(options.operation ? { operation: options.operation } : {}),
      ...(options.profile ? { profileId: options.profile } : {}),
    };
    const report = await buildShadowReport(journal, readKnownDifferences(), filter);
    if (options.json) printJson(report);
    else printShadowReport(report);
    if (!report.isClean) process.exitCode = 1;
  });
}

export function printShadowReport(report: ShadowReport): void {
  if (report.totals.compared === 0) {
    printLine('nothing was compared yet: let clients use the gateway (retag up) while Dogtag answers');
    return;
  }
  const rows = report.sums.map((sum) => [
    sum.operation,
    sum.profileId ?? '',
    sum.equal + sum.known + sum.unexpected + sum.failed,
    sum.equal,
    sum.known,
    sum.unexpected + sum.failed,
    sum.issuances === 0 ? '' : `${sum.issuancesIdentical} of ${sum.issuances}`,
    `${sum.theirMsMean.toFixed(1)} / ${sum.ourMsMean.toFixed(1)}`,
  ]);
  printLine(
    formatTable(
      ['operation', 'profile', 'compared', 'equal', 'known', 'unexpected', 'TBS identical', 'ms Dogtag / native'],
      rows,
    ),
  );
  const { totals } = report;
  printLine();
  printLine(
    `${totals.compared} compared: ${totals.equal} equal, ${totals.known} with known differences, ${totals.unexpected + totals.failed} unexpected`,
  );
  if (totals.issuances > 0) printLine(`${totals.issuancesIdentical} of ${totals.issuances} issuances byte-identical`);
  const dropped = Object.values(report.dropped).reduce((all, count) => all + count, 0);
  if (dropped > 0)
    printLine(`${dropped} exchanges were not compared: the queue was full, or a write was under way beside them`);
  for (const known of report.known.filter(({ occurrences }) => occurrences > 0))
    printLine(`known: ${known.id} (${known.occurrences} times): ${known.reason}`);
  for (const known of report.known.filter(({ isStale }) => isStale))
    printLine(`STALE: ${known.id} is listed as known but no longer occurs`);
  for (const comparison of report.noteworthy) {
    printLine();
    printLine(
      `${comparison.at.toISOString()} ${comparison.operation}${comparison.profileId === null ? '' : ` (${comparison.profileId})`}: ${comparison.requestLine.slice(0, 160)}`,
    );
    printLine(
      `  status: Dogtag ${comparison.theirStatus}, native ${comparison.ourStatus ?? 'none'}; exchange ${comparison.gatewayRequestId}`,
    );
    for (const { path, theirs, ours, knownId } of comparison.differences.slice(0, 8))
      printLine(
        `  ${path}: Dogtag ${shorten(theirs)}, native ${shorten(ours)}${knownId === null ? '' : ` (known: ${knownId})`}`,
      );
  }
}

function shorten(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

async function clearShadow(options: CommonOptions & { readonly reason: string }): Promise<void> {
  await withRecord(options, async ({ journal, store }) => {
    await journal.clear();
    await store.audit.record([
      {
        name: 'mode-changed',
        outcome: 'success',
        actor: operatorName(),
        remoteAddress: null,
        details: { deed: 'comparisons cleared', reason: options.reason },
      },
    ]);
    printLine('all comparisons are forgotten; readiness starts anew');
  });
}

async function printReadiness(options: CommonOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const { journal } = record;
    const { settings } = context;
    const operations = [...new Set(allTargets().map(({ operation }) => operation))];
    const lines = judgeReadiness(await journal.readSums(), operations, settings.readiness);
    const keys = await readAuthorityKeys(record, context);
    const isAllReady = [...lines, ...keys].every(({ isReady }) => isReady);
    if (options.json) printJson({ thresholds: settings.readiness, isReady: isAllReady, lines, authorities: keys });
    else {
      printReadinessLines(lines);
      for (const line of keys.filter(({ isReady }) => !isReady)) printLine(formatAuthorityKeyLine(line));
    }
    if (!isAllReady) process.exitCode = 1;
  });
}

async function readAuthorityKeys(record: OpenRecord, context: CommandContext): Promise<readonly AuthorityKeyLine[]> {
  const opened = await openAuthority(context.settings, record, context);
  const authorities = await opened.ra.listAuthorities().finally(() => opened.close());
  return judgeAuthorityKeys(authorities);
}

export function printReadinessLines(lines: readonly ReadinessLine[]): void {
  const rows = lines.map((line) => [
    line.isReady ? (line.isUnused ? 'not used' : 'ready') : 'not ready',
    line.operation,
    line.profileId ?? '',
    line.compared,
    line.reasons.join('; '),
  ]);
  printLine(formatTable(['', 'operation', 'profile', 'compared', 'what is missing'], rows));
  const ready = lines.filter(({ isReady }) => isReady).length;
  const unused = lines.filter(({ isReady, isUnused }) => isReady && isUnused).length;
  printLine();
  printLine(`${ready} of ${lines.length} ready${unused === 0 ? '' : `, ${unused} of them because nobody uses them`}`);
}
