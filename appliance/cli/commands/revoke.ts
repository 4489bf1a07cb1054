// `retag revoke`: revokes, holds or releases a certificate natively.
import type { Command } from 'commander';
import { type RevocationReason, revocationReasons } from '#ca-core/engine';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { printJson, printLine } from '../output.ts';
import { parseSerialArgument } from '../serial-argument.ts';
import { openAuthority } from '../wiring.ts';
import { operatorCaller } from './issue.ts';

interface RevokeOptions extends CommonOptions {
  readonly reason: string;
  readonly comments?: string;
  readonly release?: boolean;
}

const reasonNames = Object.keys(revocationReasons).filter((name) => name !== 'removeFromCRL');

export function addRevokeCommand(program: Command): void {
  withCommonOptions(
    program
      .command('revoke')
      .description('revoke a certificate, put it on hold, or release it from hold')
      .argument('<serial>', 'serial number: decimal, or hexadecimal after 0x'),
  )
    .option('--reason <name>', `one of ${reasonNames.join(', ')}`, 'unspecified')
    .option('--comments <text>', 'kept with the request')
    .option('--release', 'take it off hold instead')
    .addHelpText(
      'after',
      '\nThe native side must answer for revocations ("retag cutover"); a new CRL is made by "retag crl".',
    )
    .action(runRevoke);
}

async function runRevoke(serialText: string, options: RevokeOptions): Promise<void> {
  const serial = parseSerialArgument(serialText);
  const reason = reasonOf(options.reason);
  await withRecord(options, async (record, context) => {
    const opened = await openAuthority(context.settings, record, context);
    try {
      const host = await opened.ra.describeAuthority(null);
      if (!(await record.store.pens.isHeldHere(host.id, 'crl')))
        throw new CommandFailure('Dogtag answers for revocations now', {
          nextStep: 'revoke it there (through the gateway, as before), or cut the operations over first',
        });
      const request = options.release
        ? await opened.ra.releaseCertificate(serial, operatorCaller())
        : await opened.ra.revokeCertificate(
            { serialNumber: serial, reason, invalidityDate: null, comments: options.comments ?? null },
            operatorCaller(),
          );
      if (request.failed) throw new CommandFailure(request.errorMessage ?? `request ${request.id} failed`);
      if (options.json) printJson(request);
      else
        printLine(
          `${serial} is ${options.release ? 'released' : options.reason === 'certificateHold' ? 'on hold' : 'revoked'} (request ${request.id})`,
        );
    } finally {
      await opened.close();
    }
  });
}

function reasonOf(name: string): RevocationReason {
  const found = Object.entries(revocationReasons).find(
    ([known]) => known.toLowerCase() === name.toLowerCase() && known !== 'removeFromCRL',
  );
  if (found === undefined)
    throw new CommandFailure(`"${name}" is no reason`, {
      nextStep: `choose one of ${reasonNames.join(', ')}`,
      exitCode: 2,
    });
  return found[1];
}
