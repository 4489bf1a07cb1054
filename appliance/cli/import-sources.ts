// Which source a command reads: Dogtag's directory of the settings, or what is named on the command line instead of it.
import type { Command } from 'commander';
import type { ApplianceSettings } from '#appliance/settings';
import {
  type ImportSource,
  type KnownAuthorities,
  noAuthorities,
  openCertificateFiles,
  openNssDatabase,
  openPkcs12File,
  openRecordedDogtagDirectory,
} from '#importers';
import type { CommonOptions } from './command-context.ts';
import { CommandFailure } from './failure.ts';
import { readPasswordFile } from './password-file.ts';
import type { KeyPlace } from './take-authority-keys.ts';
import { type OpenRecord, openSource, type Surroundings } from './wiring.ts';

export interface SourceOptions extends CommonOptions {
  readonly ldif?: string;
  readonly base?: string;
  readonly certificates?: string;
  readonly pkcs12?: string;
  readonly nss?: string;
  readonly passwordFile?: string;
  readonly hostAuthority?: string | true;
}

export const sourceHelp = `
Without any of these options, the directory of the settings ("dogtag.directory") is read. In its place:
  --ldif FILE            an export of it: db2ldif, "dsconf INSTANCE backend export", or "ldapsearch -LLL"; packed with gzip or not
  --certificates PATH    a file, or every file below a folder: PEM (also several blocks), DER, PKCS#7, CRLs
  --pkcs12 FILE          certificates of a PKCS#12 file, with --password-file
  --nss FOLDER           certificates of an NSS database (sql:FOLDER or dbm:FOLDER to choose its form), by NSS's own certutil;
                         --password-file with the password of its token, or Dogtag's password.conf, opens its keys`;

/** Adds the options that choose a source. */
export function withSourceOptions(command: Command): Command {
  return command
    .option('--ldif <file>', "read an LDIF export of Dogtag's directory")
    .option('--base <dn>', 'with --ldif: the CA\'s suffix, such as "o=ipaca"; found in the file where it holds one CA')
    .option('--certificates <path>', 'read certificates and CRLs from files')
    .option('--pkcs12 <file>', 'read certificates from a PKCS#12 file')
    .option('--nss <folder>', 'read certificates from an NSS database')
    .option('--password-file <file>', 'the password of --pkcs12 or --nss is the first line of this file');
}

/** For `import` alone: sources that know of no authorities may bring one nonetheless. */
export function withHostAuthorityOption(command: Command): Command {
  return command.option(
    '--host-authority [subject]',
    'with certificates alone: take this CA among them (the only one, when none is named) as the authority of this installation',
  );
}

interface SourceWay {
  readonly option: string;
  readonly open: (known: KnownAuthorities) => Promise<ImportSource>;
}

/**
 * Opens what the options name; `record` is asked for the authorities that are known, null for a look without one. Throws CommandFailure for
 * options that do not go together, SourceError for a source that cannot be opened.
 */
export async function openChosenSource(
  options: SourceOptions,
  { settings, ...surroundings }: Surroundings & { readonly settings: ApplianceSettings },
  record: OpenRecord | null,
): Promise<ImportSource> {
  const ways = chosenWays(options, settings);
  const [way, other] = ways;
  if (way !== undefined && other !== undefined)
    throw new CommandFailure(`${way.option} and ${other.option} do not go together`, {
      nextStep: 'read one source after the other',
      exitCode: 2,
    });
  if (options.base !== undefined && options.ldif === undefined)
    throw new CommandFailure('--base goes with --ldif', {
      nextStep: 'the base of a live directory is "dogtag.directory.base" in the settings',
      exitCode: 2,
    });
  if (options.passwordFile !== undefined && options.pkcs12 === undefined && options.nss === undefined)
    throw new CommandFailure('--password-file goes with --pkcs12 or --nss', { exitCode: 2 });
  const isBare = options.certificates !== undefined || options.pkcs12 !== undefined || options.nss !== undefined;
  if (options.hostAuthority !== undefined && !isBare)
    throw new CommandFailure(
      '--host-authority goes with certificates alone; Dogtag says itself what its authorities are',
      {
        exitCode: 2,
      },
    );
  if (way === undefined) return assertFits(await openSource(settings, surroundings), record);
  return assertFits(
    await way.open(record === null ? noAuthorities : await knownAuthorities(record, options.hostAuthority)),
    record,
  );
}

/** Ids that were made of a certificate (`--host-authority`) are UUIDs of version 8; Dogtag's own are of version 4. */
const madeOfCertificate = /^[0-9a-f]{8}-[0-9a-f]{4}-8/;

/** A directory knows its authority under another id, to which nothing that is recorded under the first would belong. */
async function assertFits(source: ImportSource, record: OpenRecord | null): Promise<ImportSource> {
  if (record === null || source.extentOf !== undefined) return source;
  const host = await record.store.authorities.findHost();
  if (host === null || !madeOfCertificate.test(host.id)) return source;
  await source.close();
  throw new CommandFailure(`${host.subject} was taken from certificates alone (--host-authority)`, {
    nextStep:
      'import the directory into an empty record (another "dataFolder" or database) first, then the certificates',
  });
}

function chosenWays(
  { ldif, base, certificates, pkcs12, nss, passwordFile }: SourceOptions,
  settings: ApplianceSettings,
): readonly SourceWay[] {
  const ways: SourceWay[] = [];
  const timeZone = settings.dogtag?.directory.timeZone ?? null;
  if (ldif !== undefined)
    ways.push({ option: '--ldif', open: () => openRecordedDogtagDirectory(ldif, { base: base ?? null, timeZone }) });
  if (certificates !== undefined)
    ways.push({ option: '--certificates', open: (known) => openCertificateFiles(certificates, known) });
  if (pkcs12 !== undefined)
    ways.push({
      option: '--pkcs12',
      open: async (known) =>
        openPkcs12File(pkcs12, await readPasswordFile(neededPasswordFile(passwordFile), null), known),
    });
  if (nss !== undefined)
    ways.push({
      option: '--nss',
      open: async (known) =>
        openNssDatabase(
          nss,
          passwordFile === undefined ? null : await readPasswordFile(passwordFile, 'internal'),
          known,
        ),
    });
  return ways;
}

function neededPasswordFile(file: string | undefined): string {
  if (file !== undefined) return file;
  throw new CommandFailure('--pkcs12 needs --password-file', {
    nextStep: 'put the password into the first line of a file that only you may read, an empty line for none',
    exitCode: 2,
  });
}

/** Where the keys of authorities are that the options name; throws CommandFailure when they name none or no password. */
export async function keyPlaceOf({
  pkcs12,
  nss,
  passwordFile,
}: {
  readonly pkcs12: string | undefined;
  readonly nss: string | undefined;
  readonly passwordFile: string | undefined;
}): Promise<KeyPlace> {
  const file = neededPasswordFile(passwordFile);
  if (pkcs12 !== undefined) return { pkcs12File: pkcs12, passwordFile: file };
  return { nssDatabase: nss ?? '', tokenPassword: await readPasswordFile(file, 'internal') };
}

async function knownAuthorities(
  { store }: Pick<OpenRecord, 'store'>,
  wanted: SourceOptions['hostAuthority'],
): Promise<KnownAuthorities> {
  const authorities = await store.authorities.list();
  const host = authorities.find(({ isHostAuthority }) => isHostAuthority);
  return {
    host: host === undefined ? null : { id: host.id, certificateDer: host.certificateDer },
    certificatesDer: authorities.map(({ certificateDer }) => certificateDer),
    wanted: wanted === undefined ? null : wanted === true ? 'only' : { subject: wanted },
  };
}
