// `retag crl`: makes a new full CRL natively, or shows the newest one.
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { encodePem } from '#codecs/pem';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { printJson, printLine } from '../output.ts';
import { openAuthority } from '../wiring.ts';
import { operatorCaller } from './issue.ts';

interface CrlOptions extends CommonOptions {
  readonly show?: boolean;
  readonly out?: string;
}

export function addCrlCommand(program: Command): void {
  withCommonOptions(program.command('crl').description('make, sign and publish a new full CRL now'))
    .option('--show', 'do not make one, show the newest')
    .option('--out <file>', 'write it to a file: PEM when the name ends in .pem, else DER')
    .action(runCrl);
}

async function runCrl(options: CrlOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const opened = await openAuthority(context.settings, record, context);
    try {
      const crl = options.show
        ? await opened.ra.findCrl('MasterCRL', 'full')
        : await opened.ra.generateCrl('MasterCRL', operatorCaller());
      if (crl === null)
        throw new CommandFailure('there is no CRL yet', { nextStep: 'run it without --show to make one' });
      if (options.out !== undefined)
        await writeFile(options.out, options.out.endsWith('.pem') ? encodePem('X509 CRL', crl.crlDer) : crl.crlDer);
      if (options.json) printJson({ ...crl, crlDer: Buffer.from(crl.crlDer).toString('base64') });
      else
        printLine(
          `CRL ${crl.crlNumber}: ${crl.entryCount} entries, made ${crl.thisUpdate.toISOString()}, next ${crl.nextUpdate?.toISOString() ?? 'never'}`,
        );
    } finally {
      await opened.close();
    }
  });
}
