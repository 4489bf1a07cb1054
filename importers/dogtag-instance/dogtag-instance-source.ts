// A Dogtag instance's folder or backup as an ImportSource: its directory, wherever that is, with what only the folder knows.
import { stat } from 'node:fs/promises';
import {
  type CaConfiguration,
  type DirectoryConfiguration,
  findPassword,
  parseCaConfiguration,
} from '#codecs/dogtag-config';
import { encodePem } from '#codecs/pem';
import type { Clock } from '#platform';
import { CertificateCollection } from '../held-records/collect-certificates.ts';
import { createHeldRecordsSource } from '../held-records/held-records-source.ts';
import { type ImportSource, SourceError } from '../import-source.ts';
import { type NssDatabase, readNssDatabase } from '../nss-database/nss-database.ts';
import { collectNssCertificates } from '../nss-database/nss-database-source.ts';
import type { SourceFinding, SourceNumberRange, SourceRecord } from '../records.ts';
import {
  describeInstance,
  type InstanceFacts,
  judgeInstance,
  type KeyReference,
  keyReferencesOf,
  newestOf,
} from './describe-instance.ts';
import { readFileProfiles } from './file-profiles.ts';
import { type InstanceFolder, locateInstance } from './instance-folder.ts';
import { withInstance } from './instance-with-directory.ts';
import { type UnpackedBackup, unpackBackup } from './unpack-backup.ts';

/** How CS.cfg says that the directory is reached, with what the folder has for it. */
export interface DirectoryPlace extends DirectoryConfiguration {
  /** Null where password.conf has none, or a certificate takes its place. */
  readonly password: string | null;
  /** The CA's own certificate, under which the directory's is likely to verify. */
  readonly caCertificatePem: string | null;
}

export interface DogtagInstance {
  readonly source: ImportSource;
  readonly configuration: CaConfiguration;
  readonly keyReferences: readonly KeyReference[];
  /** Where keys of authorities are in files, and the password of their token; null where that is not known. */
  readonly keys: { readonly nssDatabase: string; readonly tokenPassword: string } | null;
}

export interface OpenInstanceOptions {
  readonly clock: Clock;
  /** Opens the directory, by CS.cfg or otherwise; null goes on without, which shows what the folder alone holds. */
  readonly openDirectory: (place: DirectoryPlace | null) => Promise<ImportSource | null>;
}

/** Rejects with SourceError when it is neither a folder with an instance of a CA nor an archive of one, and as `openDirectory` does. */
export async function openDogtagInstance(path: string, options: OpenInstanceOptions): Promise<DogtagInstance> {
  const backup = await unpackIfFile(path);
  const close = backup?.close ?? (async () => {});
  try {
    return await open(path, backup, options);
  } catch (error) {
    await close();
    throw error;
  }
}

async function unpackIfFile(path: string): Promise<UnpackedBackup | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such folder or file' : error.message;
    throw new SourceError('unreachable', `${path}: ${why}`, { cause: error });
  });
  return found.isFile() ? unpackBackup(path) : null;
}

async function open(
  path: string,
  backup: UnpackedBackup | null,
  { clock, openDirectory }: OpenInstanceOptions,
): Promise<DogtagInstance> {
  const instance = await locateInstance(backup?.folder ?? path);
  const configurationText = await instance.readText('conf/ca/CS.cfg', 'ca/conf/CS.cfg', 'ca/CS.cfg');
  if (configurationText === null) throw new SourceError('unreachable', `${path}: CS.cfg of the CA is not there`);
  const configuration = parse(configurationText, path);
  const passwordText = await instance.readText('conf/password.conf', 'password.conf');
  const registryText = await instance.readText('conf/ca/registry.cfg', 'ca/conf/registry.cfg', 'ca/registry.cfg');
  const tokenPassword = passwordText === null ? null : findPassword(passwordText, 'internal');
  const database = await readDatabase(instance, tokenPassword);
  const facts: InstanceFacts = {
    configuration,
    nss: database.nss,
    passwordText,
    registryText,
    now: clock.now(),
    entry: path,
  };
  const profiles = await readFileProfiles(configuration.profiles, instance);
  const signing = signingCertificateOf(facts);
  const findings = [...judgeInstance(facts), ...database.findings, ...profiles.findings];
  const remarks = [
    ...describeInstance(facts),
    ...(backup?.exports ?? []).map(
      (name) => `the archive also holds ${name}: unpack it and name it by --ldif to read the directory from it`,
    ),
  ];
  const directory = await openDirectory(placeOf(configuration, passwordText, signing));
  const close = backup?.close ?? (async () => {});
  const source =
    directory === null
      ? await heldAlone(path, { facts, remarks, findings, profiles: profiles.records, close })
      : withInstance(directory, {
          remarks,
          findings,
          profiles: configuration.profiles.place === 'files' ? profiles.records : null,
          hostCertificateDer: signing,
          ranges: rangesOf(configuration),
          close,
        });
  return {
    source,
    configuration,
    keyReferences: keyReferencesOf(facts),
    keys: database.nss === null || tokenPassword === null ? null : { nssDatabase: database.nss.name, tokenPassword },
  };
}

function parse(text: string, path: string): CaConfiguration {
  try {
    return parseCaConfiguration(text);
  } catch (error) {
    throw new SourceError('malformed', `${path}: CS.cfg cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** A database that cannot be read does not hide the rest: the tools may be missing, or the folder is a copy without it. */
async function readDatabase(
  instance: InstanceFolder,
  tokenPassword: string | null,
): Promise<{ readonly nss: NssDatabase | null; readonly findings: readonly SourceFinding[] }> {
  const folder = await instance.findFolder('alias', 'conf/alias');
  const note = (message: string): SourceFinding[] => [
    { kind: 'nss-database-unread', verdict: 'accepted', message, entry: folder ?? `${instance.path}/alias` },
  ];
  if (folder === null) return { nss: null, findings: note('there is no NSS database in the folder') };
  try {
    return { nss: await readNssDatabase(folder, tokenPassword), findings: [] };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { nss: null, findings: note(error.message) };
  }
}

function signingCertificateOf({ configuration, nss }: InstanceFacts): Uint8Array | null {
  const signing = configuration.certificates.find(({ id }) => id === 'signing');
  return signing === undefined ? null : (signing.certificateDer ?? newestOf(signing.nickname, nss));
}

function placeOf(
  { directory }: CaConfiguration,
  passwordText: string | null,
  signing: Uint8Array | null,
): DirectoryPlace | null {
  if (directory === null) return null;
  const usesPassword = directory.authentication === 'password' && passwordText !== null;
  return {
    ...directory,
    password: usesPassword ? findPassword(passwordText, directory.passwordName) : null,
    caCertificatePem: signing === null ? null : encodePem('CERTIFICATE', signing),
  };
}

/** Ranges that this server was given: the first of all stands nowhere else. */
function rangesOf({ numbers, hostName, securePort }: CaConfiguration): readonly SourceNumberRange[] {
  const host = hostName === null ? null : [hostName, securePort].filter((part) => part !== null).join(':');
  return numbers.ranges.map(({ of, decimal, hexadecimal, entry }): SourceNumberRange => {
    const isHexadecimal = of === 'certificate';
    const spans = [
      ...(decimal === null ? [] : [{ readAs: 'decimal' as const, ...decimal }]),
      ...(hexadecimal === null || !isHexadecimal ? [] : [{ readAs: 'hexadecimal' as const, ...hexadecimal }]),
    ];
    // How numbers are drawn is said by the directory.
    return { of, state: 'allocated', spans, host, entry: `CS.cfg ${entry}`, isDrawnAtRandom: false };
  });
}

async function heldAlone(
  path: string,
  parts: {
    readonly facts: InstanceFacts;
    readonly remarks: readonly string[];
    readonly findings: readonly SourceFinding[];
    readonly profiles: readonly SourceRecord[];
    readonly close: () => Promise<void>;
  },
): Promise<ImportSource> {
  const { configuration, nss, entry } = parts.facts;
  const collection = new CertificateCollection();
  const unread = nss === null ? [] : collectNssCertificates(nss, collection);
  const findings = [...parts.findings, ...unread];
  for (const { id, certificateDer } of configuration.certificates)
    try {
      if (certificateDer !== null) collection.addCertificate(certificateDer, `${entry}#ca.${id}.cert`);
    } catch (error) {
      const message = `the certificate in CS.cfg cannot be read: ${(error as Error).message}`;
      findings.push({ kind: 'certificate-unreadable', verdict: 'refused', message, entry: `${entry}#ca.${id}.cert` });
    }
  return createHeldRecordsSource({
    name: `instance:${path}`,
    server: 'instance folder without its directory',
    remarks: parts.remarks,
    findings,
    records: [...(await collection.toRecords([], signingCertificateOf(parts.facts))), ...parts.profiles],
    kinds: configuration.profiles.place === 'files' ? ['certificate', 'profile'] : ['certificate'],
    ranges: rangesOf(configuration),
    close: parts.close,
  });
}
