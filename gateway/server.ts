// Puts the gateway's parts together and runs them: listeners in front, Dogtag behind, handlers and mirror between.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Log } from '#platform';
import { AgentDirectory } from './access/agent-directory.ts';
import { createPasswordCheck } from './access/check-password.ts';
import { LoginSessions } from './access/login-session.ts';
import { Nonces } from './access/nonces.ts';
import type { GatewaySettings } from './config.ts';
import type { AuditEvent, RaClient } from './contract.ts';
import { createAdmission } from './listeners/ajp-admission.ts';
import { startAjpListener } from './listeners/ajp-listener.ts';
import { wholeMatch } from './listeners/ajp-peers.ts';
import { startHttpListener } from './listeners/http-listener.ts';
import { type HttpsListener, startHttpsListener } from './listeners/https-listener.ts';
import type { Listener } from './listeners/listener.ts';
import { defaultListenerLimits, type ListenerLimits } from './listeners/listener-limits.ts';
import type { RequestReceiver } from './listeners/received-request.ts';
import { readTlsCredentials, type TlsCredentials } from './listeners/tls-credentials.ts';
import { VouchedCertificates } from './listeners/vouched-certificates.ts';
import { AnsweredWrites } from './mirror/answered-writes.ts';
import type { ExchangeSink } from './mirror/exchange-sink.ts';
import { createMirror, type Mirror } from './mirror/mirror.ts';
import type { RehearsalFactory } from './mirror/rehearsal.ts';
import { createNativeAnswerer, type NativeParts } from './routing/answer-natively.ts';
import { createDispatcher } from './routing/dispatch.ts';
import { ExchangesUnderway, UpstreamWrites } from './routing/exchanges-underway.ts';
import type { ForwardParts } from './routing/forward-exchange.ts';
import { HeldOperations } from './routing/held-operations.ts';
import { createRouteMatcher } from './routing/match-route.ts';
import type { OperationHandlers } from './routing/operation.ts';
import type { OperationModes } from './routing/operation-modes.ts';
import type { RefusalEncoders } from './routing/refusal.ts';
import { refuseHead } from './routing/refuse-head.ts';
import type { Route } from './routing/route-table.ts';
import { createDogtagClient, type DogtagClient } from './upstream/dogtag-client.ts';
import { createDogtagUpstream } from './upstream/dogtag-upstream.ts';
import type { HeldIdentity } from './upstream/http-upstream.ts';
import { defaultUpstreamLimits, type Upstream } from './upstream/upstream.ts';
import { UpstreamHealth } from './upstream/upstream-health.ts';

export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** The authority; in process or elsewhere. */
  readonly ra: RaClient;
  /** Null when nothing can be rehearsed; then nothing is mirrored. */
  readonly shadow: { readonly rehearse: RehearsalFactory; readonly sink: ExchangeSink } | null;
  readonly modes: OperationModes;
  readonly handlers: OperationHandlers;
  readonly refusalEncoders: RefusalEncoders;
  readonly routes: readonly Route[];
  readonly guardedHeaders: NativeParts['guardedHeaders'];
  readonly credentials: TlsCredentials;
  readonly audit: (event: AuditEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Gateway {
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Null when there is no AJP listener. */
  readonly ajpPort: number | null;
  readonly health: UpstreamHealth | null;
  /** Exchanges that the mirror had to let go since the start. */
  readonly mirrorDropCount: () => number;
  /** New handshakes use these; connections that stand are not touched. */
  replaceCredentials(credentials: TlsCredentials): void;
  /**
   * New requests of these operations wait until the function returned is called. A cutover holds, waits for what is under
   * way, changes modes and pen, and lets go: nobody is answered by both sides, or by the wrong one.
   */
  hold(operations: readonly string[]): () => void;
  /** Resolves when none of these operations is under way on either side any more (true), or after `timeoutMs` (false). */
  whenExchangesFinished(operations: readonly string[], timeoutMs: number): Promise<boolean>;
  /** Resolves when everything mirrored so far has been handed to the sink. */
  whenMirrorIdle(): Promise<void>;
  /**
   * Resolves when every write that Dogtag has under way now is answered, judged and in the record. What Dogtag's directory held when this was
   * called may then be taken in without running ahead of the comparison. False when that took longer than `timeoutMs`, or the mirror is full.
   */
  whenWritesSettled(timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** The way to Dogtag, before and beside the gateway: the gateway's first certificate comes over it. */
export interface DogtagAccess {
  readonly upstream: Upstream;
  readonly client: DogtagClient;
  readonly identities: readonly HeldIdentity[];
}

/** Null when no Dogtag is configured. Throws when a certificate or key file cannot be read. */
export async function openDogtagAccess({ upstream: settings }: GatewaySettings): Promise<DogtagAccess | null> {
  if (settings === null) return null;
  const { ajp } = settings;
  const identities: HeldIdentity[] = [];
  for (const { certificateFile, keyFile } of settings.identities) {
    const { certificateChainPem, keyPem } = await readTlsCredentials(certificateFile, keyFile);
    identities.push({ certificatePem: certificateChainPem, keyPem });
  }
  const upstream = createDogtagUpstream({
    httpsUrl: settings.httpsUrl,
    httpUrl: settings.httpUrl,
    hostName: settings.hostName,
    trustPem: await readTexts(settings.trustFiles),
    ajp:
      ajp === null
        ? null
        : { address: { host: ajp.host, port: ajp.port }, secret: ajp.secret, packetBytes: ajp.packetBytes },
    identities,
    limits: {
      ...defaultUpstreamLimits,
      connectTimeoutMs: settings.connectTimeoutSeconds * 1_000,
      silenceTimeoutMs: settings.silenceTimeoutSeconds * 1_000,
      connectionsMax: settings.connectionsMax,
      waitingMax: settings.waitingMax,
    },
  });
  const client = createDogtagClient(upstream, settings.hostName, portOf(settings.httpsUrl));
  return { upstream, client, identities };
}

/** Starts the listeners. Throws ListenError, or an Error naming a file that cannot be read. */
export async function startGateway(parts: GatewayParts, dogtag: DogtagAccess | null): Promise<Gateway> {
  const { settings, ra, clock, log } = parts;
  const sessions = new LoginSessions();
  const directory = new AgentDirectory({ ra, clock, log });
  const listeners: Listeners = { https: null, http: null, ajp: null };
  const securePort = () => settings.listen.publicHttpsPort ?? listeners.https?.port ?? settings.listen.httpsPort;
  const plainPort = () => settings.listen.publicHttpPort ?? listeners.http?.port ?? settings.listen.httpPort;
  const nativeParts: NativeParts = {
    handlers: parts.handlers,
    refusalEncoders: parts.refusalEncoders,
    guardedHeaders: parts.guardedHeaders,
    authentication: { directory, sessions, checkPassword: createPasswordCheck(ra, dogtag?.client ?? null) },
    audit: parts.audit,
    nonces: settings.nonces ? new Nonces() : null,
    securePort,
    log,
  };
  const native = createNativeAnswerer(nativeParts);
  const forward = dogtag && forwardPartsFrom(parts, dogtag, sessions, securePort, plainPort);
  const mirror = dogtag && mirrorFrom(parts, native, dogtag.client);
  const underway = new ExchangesUnderway();
  const holds = new HeldOperations();
  const upstreamWrites = new UpstreamWrites();
  const receive = createDispatcher({
    matcher: createRouteMatcher(parts.routes),
    modes: parts.modes,
    native,
    nativeParts,
    ra,
    forward,
    underway,
    upstreamWrites,
    answeredWrites: new AnsweredWrites(),
    holds,
    mirror,
    mirrorsForwarded: settings.mirror.enabled,
    bodyBytesMax: settings.listen.bodyBytesMax,
    clock,
    log,
  });
  await startListeners(parts, receive, listeners);
  const health = dogtag && new UpstreamHealth(dogtag.client, log);
  return {
    httpsPort: securePort(),
    httpPort: plainPort(),
    ajpPort: listeners.ajp?.port ?? null,
    health,
    mirrorDropCount: () => mirror?.dropCount ?? 0,
    replaceCredentials: (credentials) => listeners.https?.replaceCredentials(credentials),
    hold: (operations) => holds.hold(operations),
    whenExchangesFinished: (operations, timeoutMs) => underway.whenFinished(operations, timeoutMs),
    whenMirrorIdle: async () => await mirror?.whenIdle(),
    whenWritesSettled: (timeoutMs) => {
      const haveSettled = upstreamWrites.whenEnded().then(() => mirror?.whenReached() ?? true);
      return Promise.race([haveSettled, delay(timeoutMs, false, { ref: false })]);
    },
    stop: async () => {
      const graceMs = settings.listen.stopGraceSeconds * 1_000;
      await Promise.all([listeners.https, listeners.http, listeners.ajp].map((listener) => listener?.stop(graceMs)));
      health?.stop();
      await mirror?.close(graceMs);
      sessions.stop();
      dogtag?.upstream.close();
    },
  };
}

interface Listeners {
  https: HttpsListener | null;
  http: Listener | null;
  ajp: Listener | null;
}

/** All of them or none. */
async function startListeners(gateway: GatewayParts, receive: RequestReceiver, listeners: Listeners): Promise<void> {
  const { settings, credentials, log } = gateway;
  const { listen } = settings;
  const limits: ListenerLimits = {
    ...defaultListenerLimits,
    headBytesMax: listen.headBytesMax,
    headTimeoutMs: listen.headTimeoutSeconds * 1_000,
    requestTimeoutMs: listen.requestTimeoutSeconds * 1_000,
    keepAliveTimeoutMs: listen.keepAliveTimeoutSeconds * 1_000,
    connectionsMax: listen.connectionsMax,
  };
  const clientTrustPem = await readTexts(settings.clientTrustFiles);
  const parts = { address: listen.address, limits, receive, log };
  listeners.https = await startHttpsListener({ ...parts, port: listen.httpsPort, credentials, clientTrustPem });
  try {
    listeners.http = await startHttpListener({ ...parts, port: listen.httpPort });
    listeners.ajp = await startAjp(gateway, parts, clientTrustPem);
  } catch (error) {
    await Promise.all([listeners.https.stop(0), listeners.http?.stop(0)]);
    throw error;
  }
}

async function startAjp(
  { settings, refusalEncoders, clock, log }: GatewayParts,
  { limits, receive }: { limits: ListenerLimits; receive: RequestReceiver },
  clientTrustPem: readonly string[],
): Promise<Listener | null> {
  const { ajp } = settings.listen;
  if (ajp === null) return null;
  const { address, port, packetBytes, peers, secret, allowedRequestAttributes } = ajp;
  if (secret === null)
    log.warn('AJP needs no secret here: anybody among the peers is let in, and no client certificate counts');
  const certificates = new VouchedCertificates(clientTrustPem, clock);
  const allowedAttributes = allowedRequestAttributes === null ? null : wholeMatch(allowedRequestAttributes);
  return await startAjpListener({
    ...{ address, port, packetBytes, peers, limits, receive, log },
    admit: createAdmission({ secret, allowedAttributes, certificates, log }),
    refuse: refuseHead(refusalEncoders.container),
  });
}

function forwardPartsFrom(
  { settings, log }: GatewayParts,
  dogtag: DogtagAccess,
  sessions: LoginSessions,
  securePort: () => number,
  plainPort: () => number,
): ForwardParts | null {
  if (settings.upstream === null) return null;
  const { hostName, httpsUrl, httpUrl } = settings.upstream;
  return {
    upstream: dogtag.upstream,
    dogtag: dogtag.client,
    sessions,
    locations: {
      hostNames: [hostName, httpsUrl.hostname],
      upstreamSecurePort: portOf(httpsUrl),
      upstreamPlainPort: portOf(httpUrl),
      securePort,
      plainPort,
    },
    log,
  };
}

function mirrorFrom(
  { settings, ra, shadow, log }: GatewayParts,
  native: ReturnType<typeof createNativeAnswerer>,
  dogtag: DogtagClient,
): Mirror | null {
  if (shadow === null) return null;
  return createMirror({
    native,
    ra,
    dogtag,
    rehearse: shadow.rehearse,
    sink: shadow.sink,
    limits: {
      lengthMax: settings.mirror.queueLengthMax,
      bytesMax: settings.mirror.queueBytesMax,
      concurrency: 4,
    },
    log,
  });
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

async function readTexts(files: readonly string[]): Promise<string[]> {
  return await Promise.all(files.map((file) => readFile(file, 'utf8')));
}
