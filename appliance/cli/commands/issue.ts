// `retag issue`: one certificate from the native CA, in the name of the person at the terminal.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Caller, profileId, type RequestRecord, systemCaller } from '#ca-core/engine';
import { encodePem } from '#codecs/pem';
import { type CommonOptions, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { printJson } from '../output.ts';
import { openAuthority } from '../wiring.ts';

interface IssueOptions extends CommonOptions {
  readonly profile: string;
  readonly csr: string;
  readonly input?: readonly string[];
}

export function addIssueCommand(program: Command): void {
  withCommonOptions(program.command('issue').description('issue a certificate natively and print it as PEM'))
    .requiredOption('--profile <id>', 'certificate profile, such as caIPAserviceCert')
    .requiredOption('--csr <file>', 'PKCS#10 request in PEM; - for standard input')
    .option(
      '--input <name=value>',
      'another input of the profile (may be repeated)',
      (value: string, earlier: readonly string[] = []) => [...earlier, value],
    )
    .addHelpText(
      'after',
      `
Example:
  openssl req -new -newkey rsa:2048 -nodes -keyout web.key -subj /CN=web.example.test -out web.csr
  retag issue --profile caIPAserviceCert --csr web.csr > web.crt

Whoever may run this on the machine of the CA acts as an agent; the deed is in the audit chain. The native side must hold
the pen for the profile ("retag cutover").`,
    )
    .action(runIssue);
}

/** A person with a shell on the CA's machine and access to its data folder can't be refused anything by access rules. */
export function operatorCaller(): Caller {
  return {
    ...systemCaller,
    userId: operatorName(),
    groups: ['Certificate Manager Agents', 'Registration Manager Agents', 'Administrators'],
  };
}

async function runIssue(options: IssueOptions): Promise<void> {
  const csr = await readFile(options.csr === '-' ? '/dev/stdin' : options.csr, 'utf8').catch((error: Error) => {
    throw new CommandFailure(`the request cannot be read: ${error.message}`, { exitCode: 2 });
  });
  const inputs = Object.fromEntries([
    ['cert_request_type', 'pkcs10'],
    ['cert_request', csr],
    ...(options.input ?? []).map(splitInput),
  ]);
  await withRecord(options, async (record, context) => {
    const opened = await openAuthority(context.settings, record, context);
    try {
      const [request] = await opened.ra.submitEnrollment(
        { profileId: profileId(options.profile), authorityId: null, inputs, renewalOf: null, approveAtOnce: true },
        operatorCaller(),
      );
      const serial = request?.certificateSerials[0];
      const certificate = serial === undefined ? null : await opened.ra.findCertificate(serial);
      if (request === undefined || certificate === null) throw notIssued(request);
      const pem = encodePem('CERTIFICATE', certificate.certificateDer);
      if (options.json)
        printJson({
          requestId: request.id,
          serialNumber: certificate.serialNumber,
          subject: certificate.subject,
          notAfter: certificate.notAfter,
          certificate: pem,
        });
      else process.stdout.write(pem);
      if (!options.json)
        process.stderr.write(
          `issued ${certificate.serialNumber} to ${certificate.subject}, until ${certificate.notAfter.toISOString().slice(0, 10)}\n`,
        );
    } finally {
      await opened.close();
    }
  });
}

function splitInput(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new CommandFailure(`--input takes name=value, not "${text}"`, { exitCode: 2 });
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function notIssued(request: RequestRecord | undefined): CommandFailure {
  if (request === undefined) return new CommandFailure('the profile has nothing to issue');
  return new CommandFailure(
    `request ${request.id} is ${request.state}${request.errorMessage === null ? '' : `: ${request.errorMessage}`}`,
  );
}
