// `retag authority`: shows the issuing authority, takes over a key, or makes a fresh one.
import type { Command } from 'commander';
import type { KeyKind } from '#ca-core/signer';
import { type CommonOptions, operatorName, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { keyPlaceOf } from '../import-sources.ts';
import { formatTable, printJson, printLine } from '../output.ts';
import { authoritiesAsData, missingKeyLines } from '../show-authority-keys.ts';
import { takeAuthorityKeys } from '../take-authority-keys.ts';
import { foundAuthority, openAuthority, takeOverKey } from '../wiring.ts';

const keyKinds: Readonly<Record<string, KeyKind>> = {
  'rsa-2048': { type: 'rsa', bits: 2048 },
  'rsa-3072': { type: 'rsa', bits: 3072 },
  'rsa-4096': { type: 'rsa', bits: 4096 },
  'ec-p256': { type: 'ec', curve: 'P-256' },
  'ec-p384': { type: 'ec', curve: 'P-384' },
  'ec-p521': { type: 'ec', curve: 'P-521' },
  'ml-dsa-44': { type: 'ml-dsa-44' },
  'ml-dsa-65': { type: 'ml-dsa-65' },
  'ml-dsa-87': { type: 'ml-dsa-87' },
};

interface TakeKeyOptions extends CommonOptions {
  readonly pkcs12?: string;
  readonly nss?: string;
  readonly passwordFile?: string;
  readonly authority?: string;
}

interface CreateOptions extends CommonOptions {
  readonly subject: string;
  readonly key: string;
  readonly years: string;
}

export function addAuthorityCommand(program: Command): void {
  const authority = program.command('authority').description('the issuing authority and its key');
  withCommonOptions(
    authority.command('show').description('show authorities and whether their keys are in the signer'),
  ).action(showAuthorities);
  withCommonOptions(
    authority.command('take-key').description('take keys of authorities into the signer'),
    'without-json',
  )
    .option('--pkcs12 <file>', 'take what this file holds, not the host authority\'s key of "authority.pkcs12File"')
    .option('--nss <folder>', "take what this NSS database holds, as /etc/pki/pki-tomcat/alias; needs NSS's tools")
    .option(
      '--password-file <file>',
      "its password is the first line of this file, which only its owner may read; with --nss Dogtag's password.conf will do",
    )
    .option('--authority <id>', 'the key of this authority only')
    .addHelpText(
      'after',
      `
A lightweight authority's key is in the NSS database of the Dogtag that made it, under its nickname and its id:
  retag authority take-key --nss /etc/pki/pki-tomcat/alias --password-file /etc/pki/pki-tomcat/password.conf
or, where Retag is on another machine,
  pk12util -o sub.p12 -d /etc/pki/pki-tomcat/alias -n "caSigningCert cert-pki-ca ID"
Which key belongs to which authority is told by their certificates, not by nicknames. A running signer sees it within a second.`,
    )
    .action(takeKey);
  withCommonOptions(
    authority.command('create').description('make a fresh authority: key, self-signed certificate and number ranges'),
  )
    .requiredOption('--subject <name>', 'such as "CN=Certificate Authority,O=EXAMPLE.TEST"')
    .option('--key <kind>', `one of ${Object.keys(keyKinds).join(', ')}`, 'rsa-3072')
    .option('--years <count>', 'validity', '20')
    .addHelpText(
      'after',
      '\nFor an installation that never had a Dogtag; there is one host authority, and an imported one is not replaced.',
    )
    .action(createAuthority);
}

async function showAuthorities(options: CommonOptions): Promise<void> {
  await withRecord(options, async (record, context) => {
    const opened = await openAuthority(context.settings, record, context);
    try {
      const authorities = await opened.ra.listAuthorities();
      const places = await record.store.authorityKeys.list();
      if (options.json) return printJson(authoritiesAsData(authorities, places));
      if (authorities.length + places.length === 0)
        return printLine('there is none yet: retag import, or retag authority create');
      printLine(
        formatTable(
          ['authority', 'host', 'enabled', 'key in signer', 'id'],
          authorities.map((one) => [one.subject, yes(one.isHostAuthority), yes(one.enabled), yes(one.ready), one.id]),
        ),
      );
      for (const line of missingKeyLines(authorities, places)) printLine(line);
      for (const line of describeReferences(await record.facts.find('key-references'))) printLine(line);
    } finally {
      await opened.close();
    }
  });
}

/** Keys that stay in hardware, as `import --instance` has recorded them. */
function describeReferences(text: string | null): readonly string[] {
  const references: unknown = text === null ? [] : JSON.parse(text);
  if (!Array.isArray(references)) return [];
  return references.map(
    ({ purpose, token, label, id }: Record<string, unknown>) =>
      `in hardware: the key for ${purpose}, token ${token}, label ${label}${id === null ? '' : `, id ${id}`}`,
  );
}

const yes = (value: boolean) => (value ? 'yes' : 'no');

async function takeKey(options: TakeKeyOptions): Promise<void> {
  const { pkcs12, nss, passwordFile, authority } = options;
  const hasPlace = pkcs12 !== undefined || nss !== undefined;
  if (hasPlace !== (passwordFile !== undefined) || (authority !== undefined && !hasPlace))
    throw new CommandFailure('--pkcs12 or --nss goes with --password-file, and --authority needs them', {
      exitCode: 2,
    });
  if (pkcs12 !== undefined && nss !== undefined)
    throw new CommandFailure('--pkcs12 and --nss do not go together', { exitCode: 2 });
  await withRecord(options, async (record, { settings }) => {
    if (passwordFile !== undefined) {
      const from = await keyPlaceOf({ pkcs12, nss, passwordFile });
      const order = { from, authorityId: authority ?? null };
      for (const { subject, wasPresent } of await takeAuthorityKeys(order, settings, record))
        printLine(
          `${subject}: ${wasPresent ? 'its key is in the signer already' : 'its key was taken into the signer'}`,
        );
      return;
    }
    const key = await takeOverKey(settings);
    if (key === null)
      throw new CommandFailure('no key file is configured', {
        nextStep: 'set "authority.pkcs12File" and "authority.pkcs12Password" in the settings',
      });
    printLine(key.wasPresent ? 'the key is in the signer already' : 'the key was taken into the signer');
  });
}

async function createAuthority(options: CreateOptions): Promise<void> {
  const keyKind = keyKinds[options.key];
  if (keyKind === undefined)
    throw new CommandFailure(`"${options.key}" is no kind of key`, {
      nextStep: `choose one of ${Object.keys(keyKinds).join(', ')}`,
      exitCode: 2,
    });
  const years = Number(options.years);
  if (!Number.isInteger(years) || years < 1 || years > 50)
    throw new CommandFailure('--years takes a number from 1 to 50', { exitCode: 2 });
  await withRecord(options, async (record, context) => {
    const { settings } = context;
    if ((await record.store.authorities.findHost()) !== null)
      throw new CommandFailure('this installation has its authority already', { nextStep: 'retag authority show' });
    const made = await foundAuthority(
      { subject: options.subject, keyKind, years, by: operatorName() },
      settings,
      record,
      context,
    );
    if (options.json) printJson(made);
    else printLine(`${made.subject} is made, until ${made.notAfter.toISOString().slice(0, 10)}`);
  });
}
