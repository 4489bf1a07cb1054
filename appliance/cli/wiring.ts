// The only place where parts are joined: the record, the authority with its signer, Dogtag's directory.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '#appliance/postgres';
import { type ApplianceSettings, readAjpSecret } from '#appliance/settings';
import {
  authorityId,
  CertificationAuthority,
  certifyAuthority,
  checkProfile,
  readAuditKey,
  standardCrlSchedule,
} from '#ca-core/engine';
import { type AuditHistoryIntake, createAuditHistoryIntake, createIntake, type Intake } from '#ca-core/intake';
import { createInProcessRaClient, type RaClient } from '#ca-core/ra-client';
import {
  createKey,
  createProcessSigner,
  type ImportedKey,
  importPkcs12Key,
  type KeyKind,
  type ProcessSigner,
} from '#ca-core/signer';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import {
  agentIdentity,
  askProduct,
  type GatewaySettings,
  openDogtagAccess,
  parseGatewaySettings,
  traitsOfRelease,
} from '#gateway';
import {
  type DirectorySettings,
  type ImportSource,
  joinSources,
  openDogtagDirectory,
  openDogtagDirectoryOnThread,
} from '#importers';
import {
  type CallAsAgent,
  createInstallationFacts,
  createModeStore,
  createShadowJournal,
  ensureFences,
  type InstallationFacts,
  type ModeStore,
  migrationMigrations,
  type ProfileJudgement,
  type ShadowJournal,
} from '#migration';
import { type Clock, createDatabase, type Database, type Log, migrate, randomBytes, randomUuid } from '#platform';
import { CommandFailure } from './failure.ts';
import { readInstallationWords } from './installation-words.ts';
import { defaultOcspUrl, profileSettings } from './profile-settings.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/** Where things lie below the data folder. */
export function dataPaths(settings: Pick<ApplianceSettings, 'dataFolder'>) {
  const inFolder = (name: string) => join(settings.dataFolder, name);
  return {
    database: inFolder('database'),
    keys: inFolder('keys'),
    auditKeyFile: inFolder('audit.key'),
    tlsFolder: inFolder('tls'),
    reports: inFolder('reports'),
    reportKeys: inFolder('report-keys'),
    reportSignerFile: inFolder('reports/signer.pem'),
  };
}

/** Others may pass through but not look: the database's unprivileged user has its folder below. Secrets have folders and modes of their own. */
async function makeDataFolder({ dataFolder }: ApplianceSettings): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o711 });
}

export interface OpenRecord {
  readonly kind: 'embedded' | 'external';
  readonly database: Database;
  readonly store: PostgresStore;
  readonly modes: ModeStore;
  readonly journal: ShadowJournal;
  readonly facts: InstallationFacts;
  close(): Promise<void>;
}

/** Starts or joins the database, brings it to the shape of this program, and opens what is kept in it. */
export async function openRecord(settings: ApplianceSettings, { clock, log }: Surroundings): Promise<OpenRecord> {
  const paths = dataPaths(settings);
  await makeDataFolder(settings);
  const auditKey = readAuditKey(process.env, paths.auditKeyFile);
  const opened = await openDatabase({
    databaseUrl: process.env.DATABASE_URL || settings.databaseUrl,
    dataFolder: paths.database,
    log,
  });
  const database = createDatabase({ address: opened.address, log });
  const release = async () => {
    await database.close();
    await opened.release();
  };
  try {
    await migrate(database, [storeMigrations, migrationMigrations], log);
    const store = await openStore(database, { auditKey, clock, log });
    return {
      kind: opened.kind,
      database,
      store,
      modes: createModeStore(database),
      journal: createShadowJournal(database),
      facts: createInstallationFacts(database, clock),
      close: async () => {
        await store.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Null where there is no Dogtag, or it does not say: an inventory can be taken of its directory alone. */
export async function askRunningVersion(settings: ApplianceSettings): Promise<string | null> {
  if (settings.dogtag === null) return null;
  try {
    const dogtag = await openDogtagAccess(gatewaySettingsFrom(settings, settings.dogtag.caCertificateFile));
    if (dogtag === null) return null;
    const { Version } = await askProduct(dogtag.client).finally(() => dogtag.upstream.close());
    return typeof Version === 'string' ? Version : null;
  } catch {
    return null;
  }
}

export interface OpenAuthority {
  readonly authority: CertificationAuthority;
  readonly signer: ProcessSigner;
  readonly ra: RaClient;
  /** The record stays open. */
  close(): Promise<void>;
}

/** Starts the process that holds the keys, which needs nothing of the record. */
export async function startSigner(settings: ApplianceSettings, { log }: Surroundings): Promise<ProcessSigner> {
  const keyFolder = dataPaths(settings).keys;
  await makeDataFolder(settings);
  // Without a key this side can still compare; where the key is to come from is told by who needs it.
  await mkdir(keyFolder, { recursive: true, mode: 0o700 });
  return await createProcessSigner({ keyFolder, passphrase: null, log });
}

/** Starts the authority on an open record, and the signer unless that is being started already. Timers are started by `authority.start`. */
export async function openAuthority(
  settings: ApplianceSettings,
  record: OpenRecord,
  surroundings: Surroundings,
  starting: Promise<ProcessSigner> = startSigner(settings, surroundings),
): Promise<OpenAuthority> {
  const { store } = record;
  const { clock, log } = surroundings;
  const [signer, { timeZone, product, usersPlace }] = await Promise.all([
    starting,
    readInstallationWords(settings, record),
  ]);
  const authority = new CertificationAuthority(
    { store, signer, keys: signer, clock, log },
    {
      profiles: profileSettings(settings, { timeZone, version: product.version, usersPlace }),
      crl: {
        schedule: { ...standardCrlSchedule, timeZone },
        signatureAlgorithm: null,
        includeExpired: false,
      },
      ocsp: {
        delegate: null,
        signatureAlgorithm: null,
        answersUnknown: traitsOfRelease(product.version).answersUnknownCertificates,
      },
      hostSigningAlgorithm: null,
    },
  );
  return {
    authority,
    signer,
    ra: createInProcessRaClient(authority, log),
    close: async () => {
      await authority.stop();
      await signer.stop();
    },
  };
}

export const hostKeyId = 'host-authority';

/** Takes Dogtag's exported key into the signer's folder; null when no file is configured. Doing it again changes nothing. */
export async function takeOverKey(settings: ApplianceSettings): Promise<ImportedKey | null> {
  const { pkcs12File, pkcs12Password } = settings.authority;
  if (pkcs12File === null) return null;
  return importPkcs12Key({
    keyFolder: dataPaths(settings).keys,
    keyId: hostKeyId,
    passphrase: null,
    pkcs12File,
    pkcs12Password: { value: pkcs12Password ?? '' },
    friendlyName: null,
  });
}

export function gatewaySettingsFrom(settings: ApplianceSettings, clientTrustFile: string): GatewaySettings {
  const { ajp, dogtag, listen, mirror, nonces, hostNames, tls } = settings;
  return parseGatewaySettings({
    listen: {
      address: listen.address,
      httpsPort: listen.httpsPort,
      httpPort: listen.httpPort,
      ajp: ajp && ajpListenerFrom(ajp),
    },
    clientTrustFiles: [clientTrustFile],
    tls: {
      hostNames,
      files: tls,
      folder: dataPaths(settings).tlsFolder,
      ...(settings.tlsProfile === null ? {} : { profile: settings.tlsProfile }),
    },
    upstream: dogtag && {
      httpsUrl: dogtag.httpsUrl.href,
      httpUrl: dogtag.httpUrl.href,
      hostName: dogtag.hostName,
      trustFiles: [dogtag.caCertificateFile],
      ajp: dogtag.ajp,
      identities: [dogtag.agent, dogtag.administrator].filter((identity) => identity !== null),
    },
    nonces,
    mirror,
  });
}

function ajpListenerFrom(ajp: NonNullable<ApplianceSettings['ajp']>): unknown {
  return {
    address: ajp.address,
    port: ajp.port,
    secret: readAjpSecret(ajp, process.env),
    packetBytes: ajp.packetSize,
    peers: ajp.peers,
    allowedRequestAttributes: ajp.allowedRequestAttributesPattern,
  };
}

/**
 * Dogtag's directory, joined with its replicas where there are any; connects with the first read. `onThread` is for who reads all of it. Throws
 * CommandFailure when no Dogtag is configured.
 */
export async function openSource(
  settings: ApplianceSettings,
  surroundings: Surroundings,
  { onThread = false }: { readonly onThread?: boolean } = {},
): Promise<ImportSource> {
  const { dogtag } = settings;
  if (dogtag === null)
    throw new CommandFailure('no Dogtag is configured', {
      nextStep: 'fill in "dogtag" in the settings file (retag config from-env shows its members)',
    });
  const open = async (directory: Directory) => {
    const place = { ...(await directorySettings(directory)), base: directory.base, timeZone: directory.timeZone };
    return onThread ? openDogtagDirectoryOnThread(place, surroundings) : openDogtagDirectory(place, surroundings);
  };
  const first = await open(dogtag.directory);
  const others = await Promise.all(dogtag.replicas.map(open));
  return joinSources([first, ...others]);
}

type Directory = NonNullable<ApplianceSettings['dogtag']>['directory'];

export async function directorySettings(directory: Directory): Promise<DirectorySettings> {
  const { url, authentication, bindDn, password, startTls, caCertificateFile, certificateHostName } = directory;
  const { clientCertificate } = directory;
  const read = (file: string) => readFile(file, 'utf8');
  return {
    url,
    authentication,
    bindDn: bindDn ?? '',
    password: password ?? '',
    startTls,
    caCertificatePem: caCertificateFile === null ? null : await read(caCertificateFile),
    certificateHostName,
    clientIdentity: clientCertificate && {
      certificatePem: await read(clientCertificate.certificateFile),
      keyPem: await read(clientCertificate.keyFile),
    },
  };
}

/** Calls to Dogtag in the name of the configured agent; null when there is none. */
export async function openAgentCalls({
  dogtag,
  ...settings
}: ApplianceSettings): Promise<{ call: CallAsAgent; close(): void } | null> {
  if (dogtag === null || dogtag.agent === null) return null;
  const access = await openDogtagAccess(
    gatewaySettingsFrom({ ...settings, dogtag, ajp: null }, dogtag.caCertificateFile),
  );
  if (access === null) return null;
  const client = agentIdentity(await readFile(dogtag.agent.certificateFile, 'utf8'));
  return {
    call: (target) => access.client.call({ method: 'GET', target, client }),
    close: () => access.upstream.close(),
  };
}

export function openIntake({ store }: OpenRecord, settings: ApplianceSettings, { clock }: Surroundings): Intake {
  return createIntake({
    ledger: store.importLedger,
    clock,
    judgeProfile: profileJudge(settings),
  });
}

export function openHistoryIntake({ store }: OpenRecord): AuditHistoryIntake {
  return createAuditHistoryIntake(store.importLedger);
}

type Profile = Parameters<typeof checkProfile>[0];

/**
 * Says why a profile cannot be run here; null when it can. Dogtag's profiles are read again every few seconds and hardly ever change, so what was
 * said of one holds until it is another.
 */
export function profileJudge(settings: ApplianceSettings): (profile: Profile) => string | null {
  const judged = new Map<string, Omit<Profile, 'id'> & { readonly obstacle: string | null }>();
  return (profile) => {
    const { id, classId, configurationText } = profile;
    const known = judged.get(id);
    if (known?.classId === classId && known.configurationText === configurationText) return known.obstacle;
    const { obstacle } = checkProfile(profile, profileSettings(settings));
    judged.set(id, { classId, configurationText, obstacle });
    return obstacle;
  };
}

/** The same in the words of the inventory. */
export function profileSupportJudge(settings: ApplianceSettings): (profile: Profile) => ProfileJudgement {
  return (profile) => {
    const { obstacle, differences } = checkProfile(profile, profileSettings(settings));
    return {
      isSupported: obstacle === null,
      reasons: obstacle === null ? [] : [obstacle],
      differences: differences.map(({ line, key, message }) => `line ${line}, ${key}: ${message}`),
    };
  };
}

export interface NewAuthority {
  readonly subject: string;
  readonly keyKind: KeyKind;
  readonly years: number;
  readonly by: string;
}

/** Key, self-signed certificate, number ranges and the pen, for an installation that never had a Dogtag. */
export async function foundAuthority(
  { subject, keyKind, years, by }: NewAuthority,
  settings: ApplianceSettings,
  record: OpenRecord,
  surroundings: Surroundings,
) {
  const { store, database } = record;
  const { clock } = surroundings;
  await createKey({ keyFolder: dataPaths(settings).keys, keyId: hostKeyId, passphrase: null, keyKind });
  const opened = await openAuthority(settings, record, surroundings);
  try {
    const notBefore = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
    const notAfter = new Date(notBefore);
    notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
    const id = authorityId(randomUuid());
    const made = await certifyAuthority(
      {
        id,
        keyId: hostKeyId,
        subject,
        // 128 random bits stay below the native range, from which all others come.
        serialNumber: BigInt(`0x${randomBytes(16).toString('hex')}`) | 1n,
        notBefore,
        notAfter,
        signatureAlgorithm: null,
        ocspUrl: defaultOcspUrl(settings),
        certifiedBy: by,
      },
      { store, signer: opened.signer, clock },
    );
    await ensureFences({ database, record: store, hostAuthorityId: id, ranges: [], clock, by });
    await store.pens.move(
      (['certificates:*', 'crl', 'ocsp'] as const).map((scope) => ({
        authorityId: id,
        scope,
        holder: 'native',
        movedBy: by,
        remoteAddress: null,
        reason: 'a fresh authority',
      })),
    );
    return { ...made, notAfter };
  } finally {
    await opened.close();
  }
}
