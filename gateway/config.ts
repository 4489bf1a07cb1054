// The gateway's settings: where it listens, where Dogtag is, what it mirrors and with which certificate it meets clients.

import { packetBytesDefault, packetBytesMax, packetBytesMin } from '#codecs/ajp13';
import { settings } from '#platform';
import { peerList, wholeMatch } from './listeners/ajp-peers.ts';
import { defaultListenerLimits } from './listeners/listener-limits.ts';
import { defaultUpstreamLimits } from './upstream/upstream.ts';

const { flag, group, listOf, optional, tcpPort, text, url, wholeNumber, withDefault } = settings;

const seconds = (fallbackMs: number, maximum: number) => withDefault(wholeNumber(1, maximum), fallbackMs / 1_000);
const credentialFiles = group({ certificateFile: text, keyFile: text });

const shape = group({
  listen: group({
    address: withDefault(text, '127.0.0.1'),
    httpsPort: withDefault(tcpPort, 8443),
    httpPort: withDefault(tcpPort, 8080),
    /** Ports under which clients reach the listeners, where something in between maps them; null: the same. */
    publicHttpsPort: optional(wholeNumber(1, 65_535)),
    publicHttpPort: optional(wholeNumber(1, 65_535)),
    headBytesMax: withDefault(wholeNumber(4_096, 262_144), defaultListenerLimits.headBytesMax),
    headTimeoutSeconds: seconds(defaultListenerLimits.headTimeoutMs, 3_600),
    requestTimeoutSeconds: seconds(defaultListenerLimits.requestTimeoutMs, 86_400),
    keepAliveTimeoutSeconds: seconds(defaultListenerLimits.keepAliveTimeoutMs, 86_400),
    connectionsMax: withDefault(wholeNumber(1, 1_000_000), defaultListenerLimits.connectionsMax),
    /** Largest body of an operation that we answer ourselves; Tomcat reads forms up to the same size. */
    bodyBytesMax: withDefault(wholeNumber(4_096, 268_435_456), 2_097_152),
    /** AJP/1.3 for a web server in front; null: none. */
    ajp: optional(
      group({
        address: withDefault(text, '127.0.0.1'),
        port: withDefault(tcpPort, 8009),
        /** What the web server must show with every request; null: nothing, and then no client certificate counts. */
        secret: optional(text),
        /** Both sides must agree. */
        packetBytes: withDefault(wholeNumber(packetBytesMin, packetBytesMax), packetBytesDefault),
        /** Addresses and networks that may connect. */
        peers: withDefault(listOf(text), ['127.0.0.1', '::1']),
        /** Regular expression for names of request attributes that are let in besides the usual ones. */
        allowedRequestAttributes: optional(text),
      }),
    ),
    /** How long requests under way may take to finish when the gateway stops. */
    stopGraceSeconds: seconds(10_000, 3_600),
  }),
  /** PEM files with the authority's certificate and those above it; client certificates must verify under one of them. */
  clientTrustFiles: listOf(text),
  tls: group({
    /** Names by which clients reach this gateway. */
    hostNames: listOf(text),
    /** A certificate of one's own; null: obtained from the authority and renewed by itself. */
    files: optional(credentialFiles),
    /** Where an obtained certificate and its key are kept. */
    folder: text,
    /** Profile to enrol it under. */
    profile: withDefault(text, 'caServerCert'),
  }),
  /** Null when there is no Dogtag (any more). */
  upstream: optional(
    group({
      httpsUrl: url('https:'),
      httpUrl: url('http:'),
      /** The name in Dogtag's own certificate. */
      hostName: text,
      /** PEM files under which Dogtag's certificate must verify. */
      trustFiles: listOf(text),
      ajp: optional(
        group({
          host: text,
          port: wholeNumber(1, 65_535),
          secret: optional(text),
          /** The connector's `packetSize`. */
          packetBytes: withDefault(wholeNumber(packetBytesMin, packetBytesMax), packetBytesDefault),
        }),
      ),
      /** Agents whose certificate and key are at hand. The first one enrols the gateway's own certificate. */
      identities: withDefault(listOf(credentialFiles), []),
      connectTimeoutSeconds: seconds(defaultUpstreamLimits.connectTimeoutMs, 300),
      silenceTimeoutSeconds: seconds(defaultUpstreamLimits.silenceTimeoutMs, 86_400),
      connectionsMax: withDefault(wholeNumber(1, 10_000), defaultUpstreamLimits.connectionsMax),
      waitingMax: withDefault(wholeNumber(0, 100_000), defaultUpstreamLimits.waitingMax),
    }),
  ),
  /** Whether agents must give back the nonce that they were shown (Dogtag's `ca.enableNonces`). */
  nonces: withDefault(flag, false),
  mirror: group({
    /** Whether exchanges in mode `forward` are mirrored; those in `rehearse` always are. */
    enabled: withDefault(flag, true),
    queueLengthMax: withDefault(wholeNumber(1, 1_000_000), 2_000),
    queueBytesMax: withDefault(wholeNumber(1_048_576, 4_294_967_296), 134_217_728),
  }),
});

export type GatewaySettings = ReturnType<typeof shape>;

/** Reads settings from plain data. Throws SettingError naming the key, as `gateway.listen.httpPort`. */
export function parseGatewaySettings(value: unknown): GatewaySettings {
  const parsed = shape(value, 'gateway');
  if (parsed.tls.hostNames.length === 0)
    throw new settings.SettingError('gateway.tls.hostNames', [], 'at least one host name');
  if (parsed.listen.ajp !== null) checkAjp(parsed.listen.ajp);
  return parsed;
}

function checkAjp({ peers, allowedRequestAttributes }: NonNullable<GatewaySettings['listen']['ajp']>): void {
  const refused = (key: string, found: unknown, expected: string) =>
    new settings.SettingError(`gateway.listen.ajp.${key}`, found, expected);
  try {
    peerList(peers);
  } catch {
    throw refused('peers', peers, 'addresses, or networks such as 10.0.0.0/8');
  }
  try {
    wholeMatch(allowedRequestAttributes ?? '');
  } catch {
    throw refused('allowedRequestAttributes', allowedRequestAttributes, 'a regular expression');
  }
}
