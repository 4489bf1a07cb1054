// `retag doctor`: looks at everything that people usually get wrong, and says what to do.
import type { Command } from 'commander';
import {
  type Check,
  CheckFailure,
  type CheckResult,
  checkAjpListener,
  checkDirectoryTransport,
  checkDogtag,
  checkFollowing,
  checkMachine,
  runChecks,
} from '#appliance/doctor';
import type { CertificationAuthority } from '#ca-core/engine';
import { readFollowingNote } from '#migration';
import { type CommandContext, type CommonOptions, openContext, withCommonOptions } from '../command-context.ts';
import { proveFencesNow } from '../installation.ts';
import { printJson, printLine } from '../output.ts';
import { type OpenRecord, openAuthority, openRecord, openSource } from '../wiring.ts';

const signs: Readonly<Record<CheckResult['state'], string>> = { good: 'ok  ', warning: 'warn', bad: 'BAD ' };

export function addDoctorCommand(program: Command): void {
  withCommonOptions(
    program
      .command('doctor')
      .description('check settings, machine, Dogtag, record and key; say what to do where something is wrong'),
  )
    .addHelpText('after', '\nEnds with 1 when something is bad.')
    .action(runDoctor);
}

async function runDoctor(options: CommonOptions): Promise<void> {
  const context = await openContext(options);
  const { settings, clock } = context;
  const show = (result: CheckResult) => {
    if (options.json) return;
    printLine(`${signs[result.state]}  ${result.name}: ${result.message}`);
    if (result.nextStep !== null) printLine(`      next: ${result.nextStep}`);
  };
  const results = [...(await runChecks(checkMachine(settings, options.config), show))];
  if (settings.ajp !== null) results.push(...(await runChecks(checkAjpListener(settings.ajp, process.env), show)));
  if (settings.dogtag !== null) {
    results.push(...(await runChecks(checkDogtag(settings.dogtag, settings.nonces, clock), show)));
    const { directory, replicas } = settings.dogtag;
    const directoryChecks = [
      { name: 'directory', run: () => checkDirectory(context) },
      ...[directory, ...replicas].map((one) => ({
        name: `way to ${one === directory ? 'the directory' : one.url.host}`,
        run: async () => checkDirectoryTransport(one),
      })),
    ];
    results.push(...(await runChecks(directoryChecks, show)));
  }
  let record: OpenRecord | null = null;
  const database: Check = {
    name: 'database',
    run: async () => {
      record = await openRecord(settings, context);
      return `${record.kind}, ${record.database.address}`;
    },
  };
  results.push(...(await runChecks([database], show)));
  const opened = record as OpenRecord | null;
  if (opened !== null) {
    results.push(...(await runChecks(recordChecks(opened, context), show).finally(() => opened.close())));
  }
  if (options.json) printJson(results);
  if (results.some(({ state }) => state === 'bad')) process.exitCode = 1;
}

async function checkDirectory(context: CommandContext): Promise<string> {
  const source = await openSource(context.settings, context);
  try {
    const { server, timeZone } = await source.describe();
    const count = await source.count('certificate');
    return `${server}, ${count ?? 'uncounted'} certificates, dates in ${timeZone}`;
  } finally {
    await source.close();
  }
}

function recordChecks(record: OpenRecord, context: CommandContext): readonly Check[] {
  const { store, modes } = record;
  const host = async () => {
    const found = await store.authorities.findHost();
    if (found === null)
      throw new CheckFailure(
        'warning',
        'the record holds no authority yet',
        'retag import (or retag authority create)',
      );
    return found;
  };
  return [
    { name: 'authority', run: async () => `${(await host()).subject}` },
    {
      name: 'key of the authority',
      run: async () => {
        await host();
        const opened = await openAuthority(context.settings, record, context);
        try {
          return await describeKey(opened.authority);
        } finally {
          await opened.close();
        }
      },
    },
    {
      name: 'number fences',
      run: async () => {
        const source = context.settings.dogtag === null ? null : await openSource(context.settings, context);
        try {
          const report = await proveFencesNow(source, record);
          if (!report.isProven)
            throw new CheckFailure(
              'warning',
              report.problems.map(({ message }) => message).join('; '),
              'retag import sets them',
            );
          return report.fences.map(({ kind, nativeFrom }) => `${kind} numbers from ${nativeFrom}`).join(', ');
        } finally {
          await source?.close();
        }
      },
    },
    {
      name: 'pens and modes',
      run: async () => {
        const { id } = await host();
        const stored = await modes.read();
        const serves = stored.some(
          ({ operation, mode }) => operation === 'servlet-update-crl' && (mode === 'serve' || mode === 'serve-checked'),
        );
        const holds = await store.pens.isHeldHere(id, 'crl');
        if (serves !== holds)
          throw new CheckFailure(
            'bad',
            `revocations are answered ${serves ? 'natively' : 'by Dogtag'} but the pen for CRLs is ${holds ? 'here' : 'there'}`,
            `retag ${serves ? 'cutover' : 'rollback'} --operation servlet-update-crl --reason "finish an interrupted change"`,
          );
        return holds ? 'the native CA signs' : 'Dogtag signs';
      },
    },
    { name: 'following', run: () => followingOf(record, context) },
    {
      name: 'unfinished certificates',
      run: async () => {
        const intents = await store.issuance.unresolvedIntents();
        if (intents.length > 0)
          throw new CheckFailure(
            'warning',
            `${intents.length} intents are open`,
            'retag up finishes them at its start',
          );
        return 'none';
      },
    },
  ];
}

async function followingOf({ facts }: OpenRecord, { settings, clock }: CommandContext): Promise<string | null> {
  return settings.dogtag === null ? null : checkFollowing(await readFollowingNote(facts), clock.now());
}

async function describeKey(authority: CertificationAuthority): Promise<string> {
  const description = await authority.describeAuthority(null);
  if (!description.ready)
    throw new CheckFailure(
      'warning',
      'is not in the signer: this side can compare, but not issue',
      'set "authority.pkcs12File" and its password, then "retag authority take-key"',
    );
  return 'is in the signer and signs';
}
