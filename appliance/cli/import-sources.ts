// Which source a command reads: Dogtag's directory of the settings, or what is named on the command line instead of it.
import type { Command } from 'commander';
import type { ApplianceSettings } from '#appliance/settings';
import {
  type DogtagInstance,
  type ImportSource,
  type KnownAuthorities,
  noAuthorities,
  openCertificateFiles,
  openNssDatabase,
  openPkcs12File,
  openRecordedDogtagDirectoryOnThread,
} from '#importers';
import type { CommonOptions } from './command-context.ts';
import { CommandFailure } from './failure.ts';
import { nssKeyPlace } from './nss-key-place.ts';
import { openInstance } from './open-instance.ts';
import { openRest } from './open-rest.ts';
import { readPasswordFile } from './password-file.ts';
import type { KeyPlace } from './take-authority-keys.ts';
import { type OpenRecord, openSource, type Surroundings } from './wiring.ts';

export interface SourceOptions extends CommonOptions {
  readonly ldif?: string;
  readonly base?: string;
  readonly certificates?: string;
  readonly pkcs12?: string;
  readonly nss?: string;
  readonly instance?: string;
  readonly rest?: true;
  readonly passwordFile?: string;
  readonly hostAuthority?: string | true;
}

export const sourceHelp = `
Without any of these options, the directory of the settings ("dogtag.directory") is read. In its place:
  --ldif FILE            an export of it: db2ldif, "dsconf INSTANCE backend export", or "ldapsearch -LLL"; packed with gzip or not
  --certificates PATH    a file, or every file below a folder: PEM (also several blocks), DER, PKCS#7, CRLs
  --pkcs12 FILE          certificates of a PKCS#12 file, with --password-file
  --nss FOLDER           certificates of an NSS database (sql:FOLDER or dbm:FOLDER to choose its form), by NSS's own certutil;
                         --password-file with the password of its token, or Dogtag's password.conf, opens its keys
  --rest                 Dogtag's REST interface ("dogtag.httpsUrl"), where the directory is not open; it tells less, and the report what
  --instance PATH        a Dogtag instance's folder (/var/lib/pki/NAME), a copy or a tar archive of it: its directory by the
                         settings, else by its CS.cfg, or from an export (--ldif besides); keys out of its NSS database`;

/** Adds the options that choose a source. */
export function withSourceOptions(command: Command): Command {
  return command
    .option('--ldif <file>', "read an LDIF export of Dogtag's directory")
    .option('--base <dn>', 'with --ldif: the CA\'s suffix, such as "o=ipaca"; found in the file where it holds one CA')
    .option('--certificates <path>', 'read certificates and CRLs from files')
    .option('--pkcs12 <file>', 'read certificates from a PKCS#12 file')
    .option('--nss <folder>', 'read certificates from an NSS database')
    .option('--rest', "read over Dogtag's REST interface alone, as the configured agent and administrator")
    .option('--instance <path>', "read a Dogtag instance's folder, and its directory by what stands in it")
    .option('--password-file <file>', 'the password of --pkcs12 or --nss is the first line of this file');
}

/** For `import` alone: sources that know of no authorities may bring one nonetheless. */
export function withHostAuthorityOption(command: Command): Command {
  return command.option(
    '--host-authority [subject]',
    'with certificates alone: take this CA among them (the only one, when none is named) as the authority of this installation',
  );
}

/** A source with what stands beside its records. */
export interface ChosenSource {
  readonly source: ImportSource;
  /** Where keys of its authorities are; null where none are, or their password is not known. */
  readonly keyPlace: KeyPlace | null;
  /** Of an instance's folder; null of everything else. */
  readonly instance: Pick<DogtagInstance, 'configuration' | 'keyReferences'> | null;
}

interface SourceWay {
  readonly option: string;
  readonly open: (known: KnownAuthorities) => Promise<ChosenSource>;
}

type Context = Surroundings & { readonly settings: ApplianceSettings };

/**
 * Opens what the options name. `record` is asked for the authorities that are known; null for a look without one, which is content with what can
 * be read. Throws CommandFailure for options that do not go together, SourceError for a source that cannot be opened.
 */
export async function openChosenSource(
  options: SourceOptions,
  context: Context,
  record: OpenRecord | null,
): Promise<ChosenSource> {
  assertOptions(options);
  const [way, other] = chosenWays(options, context, record === null);
  if (way !== undefined && other !== undefined)
    throw new CommandFailure(`${way.option} and ${other.option} do not go together`, {
      nextStep: 'read one source after the other',
      exitCode: 2,
    });
  if (way === undefined)
    return {
      source: await assertFits(await openSource(context.settings, context, { onThread: true }), record),
      keyPlace: null,
      instance: null,
    };
  const known = record === null ? noAuthorities : await knownAuthorities(record, options.hostAuthority);
  const chosen = await way.open(known);
  await assertFits(chosen.source, record);
  return chosen;
}

function assertOptions({ base, ldif, passwordFile, pkcs12, nss, certificates, hostAuthority }: SourceOptions): void {
  const refuse = (message: string, nextStep?: string) => {
    throw new CommandFailure(message, { exitCode: 2, ...(nextStep === undefined ? {} : { nextStep }) });
  };
  if (base !== undefined && ldif === undefined)
    refuse('--base goes with --ldif', 'the base of a live directory is "dogtag.directory.base" in the settings');
  if (passwordFile !== undefined && pkcs12 === undefined && nss === undefined)
    refuse('--password-file goes with --pkcs12 or --nss');
  if (hostAuthority !== undefined && (certificates ?? pkcs12 ?? nss) === undefined)
    refuse('--host-authority goes with certificates alone; Dogtag says itself what its authorities are');
}

function chosenWays(options: SourceOptions, context: Context, isLook: boolean): readonly SourceWay[] {
  const { ldif, base, certificates, pkcs12, nss, instance, passwordFile } = options;
  const ways: SourceWay[] = [];
  const openExport = (file: string) =>
    openRecordedDogtagDirectoryOnThread(
      file,
      { base: base ?? null, timeZone: context.settings.dogtag?.directory.timeZone ?? null },
      context,
    );
  const alone = (source: ImportSource, keyPlace: KeyPlace | null = null): ChosenSource => ({
    source,
    keyPlace,
    instance: null,
  });
  if (instance !== undefined)
    ways.push({
      option: '--instance',
      open: () =>
        openInstance(instance, context, { isLook, openExport: ldif === undefined ? null : () => openExport(ldif) }),
    });
  else if (ldif !== undefined) ways.push({ option: '--ldif', open: async () => alone(await openExport(ldif)) });
  if (options.rest) ways.push({ option: '--rest', open: async () => alone(await openRest(context)) });
  if (certificates !== undefined)
    ways.push({
      option: '--certificates',
      open: async (known) => alone(await openCertificateFiles(certificates, known)),
    });
  if (pkcs12 !== undefined)
    ways.push({
      option: '--pkcs12',
      open: async (known) => {
        const file = neededPasswordFile(passwordFile);
        const source = await openPkcs12File(pkcs12, await readPasswordFile(file, null), known);
        return alone(source, { pkcs12File: pkcs12, passwordFile: file });
      },
    });
  if (nss !== undefined)
    ways.push({
      option: '--nss',
      open: async (known) => {
        const tokenPassword = passwordFile === undefined ? null : await readPasswordFile(passwordFile, 'internal');
        const source = await openNssDatabase(nss, tokenPassword, known);
        return alone(source, tokenPassword === null ? null : await nssKeyPlace(nss, tokenPassword));
      },
    });
  return ways;
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
  return nssKeyPlace(nss ?? '', await readPasswordFile(file, 'internal'));
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
