// The whole appliance in one process: record, authority, gateway, shadow, modes, own admin port; started in order, stopped in reverse.
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AdminServer } from '#appliance/admin';
import type { ApplianceSettings } from '#appliance/settings';
import { createRehearsalFactory, masterIssuingPoint, systemCaller } from '#ca-core/engine';
import { encodePem } from '#codecs/pem';
import { compareTbsCertificates, decodeCertificate } from '#codecs/x509';
import {
  createDialects,
  createOperationModes,
  type DogtagAccess,
  type Gateway,
  type GatewaySettings,
  issueThroughAuthority,
  issueThroughDogtag,
  type ModeAssignment,
  openDogtagAccess,
  openServerCertificate,
  type ReplaceableOperationModes,
  type ServerCertificate,
  startGateway,
} from '#gateway';
import type { ImportSource } from '#importers';
import {
  bodyDecoders,
  createModeFollower,
  createShadowSink,
  createUpstreamFactApplier,
  followImport,
  followSource,
  type ModeFollower,
  type ReadChanges,
  readKnownDifferences,
  type ShadowSink,
  type SourceFollower,
  takeConfiguration,
  type UpstreamWrite,
} from '#migration';
import { createShutdown, createTurns, type Shutdown } from '#platform';
import { CommandFailure } from './failure.ts';
import { importOptions } from './installation.ts';
import { learnInstallationWords, readInstallationWords } from './installation-words.ts';
import {
  gatewaySettingsFrom,
  type OpenAuthority,
  type OpenRecord,
  openAuthority,
  openIntake,
  openRecord,
  openSource,
  type Surroundings,
  startSigner,
} from './wiring.ts';

export interface Appliance {
  readonly record: OpenRecord;
  readonly opened: OpenAuthority;
  readonly gateway: Gateway;
  readonly admin: AdminServer;
  readonly sink: ShadowSink | null;
  /** What the next starts of clients need: names and ports. */
  readonly httpsUrl: string;
  readonly httpUrl: string;
  readonly adminUrl: string;
  /** As a web server's ProxyPass names it; null when AJP is not listened for. */
  readonly ajpUrl: string | null;
  /** Stops everything, last started first. */
  stop(): Promise<void>;
}

/** Throws CommandFailure or an error with a sentence for the operator; whatever was started by then is stopped again. */
export async function startAppliance(settings: ApplianceSettings, surroundings: Surroundings): Promise<Appliance> {
  const shutdown = createShutdown(surroundings.log);
  try {
    return await start(settings, surroundings, shutdown);
  } catch (error) {
    await shutdown.shutdown();
    throw error;
  }
}

async function start(settings: ApplianceSettings, surroundings: Surroundings, shutdown: Shutdown): Promise<Appliance> {
  const { clock, log } = surroundings;
  // 1. The record, and the way to Dogtag, which is asked how it presents itself. Meanwhile the signer proves its keys.
  const signing = startSigner(settings, surroundings);
  // Its failure is told where it is waited for, and must not end the process before.
  signing.catch(() => {});
  shutdown.onShutdown('signer', async () => (await signing.catch(() => null))?.stop());
  const record = await openRecord(settings, surroundings);
  shutdown.onShutdown('record', () => record.close());
  const trustFile = await writeTrustFile(settings, record);
  const gatewaySettings = gatewaySettingsFrom(settings, trustFile);
  const dogtag = await openDogtagAccess(gatewaySettings);
  const source = settings.dogtag === null ? null : await openSource(settings, surroundings);
  if (source !== null) shutdown.onShutdown('directory', () => source.close());
  await learnInstallationWords(dogtag, source, record, log);
  const { timeZone, product } = await readInstallationWords(settings, record);
  // 2. The authority; intents that a crash left open are finished before anybody can ask. Then the certificate with which clients are met.
  const opened = await openAuthority(settings, record, surroundings, signing);
  shutdown.onShutdown('authority', () => opened.close());
  const resumed = await opened.authority.start();
  if (resumed.finished + resumed.abandoned > 0) log.warn('certificates that a crash left unfinished', { ...resumed });
  await record.store.audit.record([serviceEvent('service-started')]);
  shutdown.onShutdown('audit', () => record.store.audit.record([serviceEvent('service-stopped')]));
  const certificate = await openTlsCertificate(settings, gatewaySettings, opened, record, dogtag, surroundings);
  shutdown.onShutdown('TLS certificate', () => certificate.stop());
  // 3. The shadow: what Dogtag does is taken into the record, and both sides' answers are compared.
  let following: SourceFollower | null = null;
  const catchUp = async () => await following?.followNow();
  const inTurn = createTurns();
  const sink = source && createSink(source, settings, record, { catchUp, inTurn }, surroundings);
  if (sink !== null) shutdown.onShutdown('shadow', () => sink.close());
  // 4. The gateway, and the modes that it follows.
  const modes = createOperationModes('forward', (await record.modes.read()) as readonly ModeAssignment[]);
  const gateway = await startGateway(
    {
      settings: gatewaySettings,
      ra: opened.ra,
      shadow: sink && { rehearse: createRehearsalFactory(opened.authority), sink },
      modes,
      ...createDialects({ clock, timeZone, product }),
      credentials: certificate.credentials,
      audit: (event) => {
        record.store.audit
          .record([event])
          .catch((error: unknown) => log.error('an audit event could not be recorded', { event: event.name, error }));
      },
      clock,
      log,
    },
    dogtag,
  );
  shutdown.onShutdown('gateway', () => gateway.stop());
  certificate.onChange((credentials) => gateway.replaceCredentials(credentials));
  const follower = createFollower(record, modes, gateway, sink, surroundings);
  await follower.start();
  shutdown.onShutdown('modes', () => follower.stop());
  // 5. What is changed at Dogtag past the gateway.
  if (source !== null && sink !== null) {
    const started = startFollowing(source, settings, record, { gateway, sink, inTurn }, surroundings);
    following = started;
    shutdown.onShutdown('following', () => started.stop());
  }
  // 6. Our own admin and status.
  const admin = await startAdmin(settings, record, opened, gateway, certificate, trustFile, surroundings);
  certificate.onChange((credentials) => admin.replaceCredentials(credentials));
  shutdown.onShutdown('admin', () => admin.stop());
  const [hostName = 'localhost'] = settings.hostNames;
  return {
    record,
    opened,
    gateway,
    admin,
    sink,
    httpsUrl: `https://${hostName}:${gateway.httpsPort}`,
    httpUrl: `http://${hostName}:${gateway.httpPort}`,
    adminUrl: `https://${hostName}:${admin.port}`,
    ajpUrl: gateway.ajpPort === null ? null : `ajp://${settings.ajp?.address}:${gateway.ajpPort}`,
    stop: () => shutdown.shutdown(),
  };
}

type Turns = ReturnType<typeof createTurns>;

/** Dogtag takes seconds for a write when it is busy; who takes longer is waited for at the next attempt. */
const writesTimeoutMs = 30_000;

/** What passes through the gateway is judged before it is taken in, so that the record never runs ahead of the comparison, nor back behind it. */
function startFollowing(
  source: ImportSource,
  settings: ApplianceSettings,
  record: OpenRecord,
  { gateway, sink, inTurn }: { readonly gateway: Gateway; readonly sink: ShadowSink; readonly inTurn: Turns },
  surroundings: Surroundings,
) {
  const options = importOptions(source, record, { ...surroundings, settings });
  const whenSettled = () => gateway.whenWritesSettled(writesTimeoutMs);
  return followSource({
    catchUp: async () => {
      const changed = await followImport(options, whenSettled);
      // What was written while it was read has been taken in by itself already, and is newer.
      const writesBefore = sink.configurationWrites;
      const isCurrent = () => sink.configurationWrites === writesBefore;
      return changed + (await takeConfiguration(options, { whenSettled, isCurrent, inTurn }));
    },
    ...surroundings,
  });
}

function serviceEvent(name: 'service-started' | 'service-stopped') {
  return {
    name,
    outcome: 'success' as const,
    actor: 'system',
    remoteAddress: null,
    details: { process: String(process.pid) },
  };
}

/** The certificates that clients' certificates must verify under: the record's host authority, or before the import the configured file. */
async function writeTrustFile(settings: ApplianceSettings, { store }: OpenRecord): Promise<string> {
  const host = await store.authorities.findHost();
  if (host === null && settings.dogtag !== null) return settings.dogtag.caCertificateFile;
  if (host === null)
    throw new CommandFailure('this installation has no authority yet', {
      nextStep: 'import one from Dogtag (retag import) or make one (retag authority create)',
    });
  const file = join(settings.dataFolder, 'authority.pem');
  const chainDer = host.chainDer.length > 0 ? host.chainDer : [host.certificateDer];
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, chainDer.map((der) => encodePem('CERTIFICATE', der)).join(''));
  return file;
}

/** From Dogtag while it holds the pen for that profile, natively afterwards. */
async function openTlsCertificate(
  settings: ApplianceSettings,
  gatewaySettings: GatewaySettings,
  { ra }: OpenAuthority,
  { store }: OpenRecord,
  dogtag: DogtagAccess | null,
  { clock, log }: Surroundings,
): Promise<ServerCertificate> {
  const { tls, clientTrustFiles } = gatewaySettings;
  const agentFile = settings.dogtag?.agent?.certificateFile ?? null;
  return openServerCertificate({
    hostNames: tls.hostNames,
    files: tls.files,
    folder: tls.folder,
    profile: settings.tlsProfile,
    trustPem: clientTrustFiles.map((file) => readFileSync(file, 'utf8')),
    issue: async (csrPem, profileId) => {
      const host = await ra.describeAuthority(null).catch(() => null);
      const isNative = host !== null && (await store.pens.isHeldHere(host.id, `certificates:${profileId}`));
      if (isNative)
        return issueThroughAuthority(ra, {
          ...systemCaller,
          groups: ['Certificate Manager Agents', 'Registration Manager Agents'],
        })(csrPem, profileId);
      if (dogtag === null || agentFile === null)
        throw new CommandFailure('nobody can issue the certificate of this gateway', {
          nextStep: 'configure "dogtag.agent" (certificate and key of an agent), or "tls" with files of your own',
        });
      return issueThroughDogtag(dogtag.client, await readFile(agentFile, 'utf8'))(csrPem, profileId);
    },
    clock,
    log,
  });
}

function createFollower(
  record: OpenRecord,
  modes: ReplaceableOperationModes,
  gateway: Gateway,
  sink: ShadowSink | null,
  { clock, log }: Surroundings,
): ModeFollower {
  return createModeFollower({
    store: record.modes,
    gateway: {
      replaceModes: (assignments) => modes.replace(assignments as readonly ModeAssignment[]),
      hold: (operations) => gateway.hold(operations),
      whenQuiet: async (operations, timeoutMs) => {
        const isQuiet = await gateway.whenExchangesFinished(operations, timeoutMs);
        await gateway.whenMirrorIdle();
        await sink?.flush();
        return isQuiet;
      },
    },
    clock,
    log,
  });
}

function createSink(
  source: ImportSource,
  settings: ApplianceSettings,
  record: OpenRecord,
  { catchUp, inTurn }: { readonly catchUp: () => Promise<void>; readonly inTurn: Turns },
  surroundings: Surroundings,
): ShadowSink {
  const { clock, log } = surroundings;
  const applier = createUpstreamFactApplier({ source, intake: openIntake(record, settings, surroundings), log });
  return createShadowSink({
    journal: record.journal,
    known: readKnownDifferences(),
    decoders: bodyDecoders,
    readUpstreamWrite: async (
      operation: string,
      {
        requestIds,
        issuedSerials,
        changedSerials,
        profileIds = [],
        authorityIds = [],
        changesRoster = false,
        acmeEnabled,
      }: UpstreamWrite,
    ) => {
      const requests = requestIds.map((id) => ({ kind: 'request' as const, id }));
      const serials = new Set([...issuedSerials, ...changedSerials]);
      const certificates = [...serials].map((serialNumber) => ({ kind: 'certificate' as const, serialNumber }));
      const crls = operation === 'servlet-update-crl' ? [{ kind: 'crl' as const, name: masterIssuingPoint }] : [];
      const profiles = profileIds.map((name) => ({ kind: 'profile' as const, name }));
      const authorities = authorityIds.map((name) => ({ kind: 'authority' as const, name }));
      const roster = changesRoster ? [{ kind: 'roster' as const }] : [];
      const changes = [...certificates, ...requests, ...crls, ...profiles, ...authorities, ...roster];
      const read = changes.length === 0 ? null : await applier.read(changes);
      const acme = acmeEnabled === undefined ? null : acmeFact(source.name, acmeEnabled);
      return async () => {
        if (read !== null) await inTurn(() => applier.apply(read));
        if (acme !== null) await inTurn(() => applier.apply(acme));
      };
    },
    takeConfiguration: async () => {
      // The writes that are judged wait in one queue with this one, so that none is under way.
      const turn = { whenSettled: async () => true, isCurrent: () => true, inTurn };
      await takeConfiguration(importOptions(source, record, { ...surroundings, settings }), turn);
    },
    catchUp,
    tbsOfCertificate: (certificateDer) => decodeCertificate(certificateDer).tbsDer,
    compareTbsCertificates,
    clock,
    log,
  });
}

/** Dogtag's answer is all there is to read: where its responder keeps the state is that responder's own affair. */
function acmeFact(source: string, enabled: boolean): ReadChanges {
  const fact = { provenance: { source, entry: 'acme' }, enabled };
  return { facts: [{ kind: 'acme', fact }], findings: [], missing: [] };
}

/** Loaded and started last: no client of the CA waits for it. */
async function startAdmin(
  settings: ApplianceSettings,
  { database, kind, modes, journal }: OpenRecord,
  { signer }: OpenAuthority,
  gateway: Gateway,
  certificate: ServerCertificate,
  trustFile: string,
  { clock, log }: Surroundings,
): Promise<AdminServer> {
  const { startAdminServer } = await import('#appliance/admin');
  return startAdminServer({
    address: settings.listen.address,
    port: settings.listen.adminPort,
    hostName: settings.hostNames[0] ?? 'localhost',
    credentials: certificate.credentials,
    clientTrustPem: readFileSync(trustFile, 'utf8'),
    status: {
      journal,
      readModes: () => modes.read(),
      thresholds: settings.readiness,
      database: {
        kind,
        check: async () => {
          await database.query('select 1');
        },
      },
      signer: { processId: () => signer.processId(), keyCount: async () => (await signer.describe()).length },
      upstream: () =>
        gateway.health && {
          isReachable: gateway.health.report.isUp,
          detail: gateway.health.report.problem ?? `Dogtag ${gateway.health.report.version ?? ''}`,
        },
      mirrorDropCount: () => gateway.mirrorDropCount(),
      tlsNotAfter: () => certificate.notAfter,
      startedAt: clock.now(),
      now: () => clock.now(),
    },
    journal,
    log,
  });
}
