// Opens one connection, with TLS where asked for, and authenticates on it. ldapts on its own would reconnect behind our back without
// authenticating, and a search by nobody finds nothing: an empty directory instead of an error. A session therefore connects once and never again.
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { Client, InappropriateAuthError, InvalidCredentialsError, ResultCodeError } from 'ldapts';
import { SourceError } from '../import-source.ts';
import { assertUsable, type DirectorySettings, serverNameOf, socketPathOf } from './directory-settings.ts';
import { decodeEntriesQuickly } from './quick-entries.ts';

export interface DirectorySession {
  readonly client: Client;
  /** True once the connection is gone; the session is then of no use. */
  isLost(): boolean;
  close(): Promise<void>;
}

/** "Who am I?" (RFC 4532). */
const whoAmIOid = '1.3.6.1.4.1.4203.1.11.3';

/** Connects, begins TLS and authenticates. Rejects with whatever failed; see explainDirectoryError. */
export async function openDirectorySession(settings: DirectorySettings): Promise<DirectorySession> {
  assertUsable(settings);
  const { url, timeoutMs = 60_000, connectTimeoutMs = 10_000 } = settings;
  let socket: Socket | null = null;
  let isLost = false;
  const once = <T extends Socket>(open: () => T): T => {
    if (socket !== null) throw new SourceError('unreachable', 'the connection was lost');
    const opened = open();
    socket = opened;
    opened.once('close', () => {
      isLost = true;
    });
    return opened;
  };
  const isSecure = url.protocol === 'ldaps:';
  const tlsOptions = tlsOptionsFor(settings);
  const path = socketPathOf(url);
  const host = hostOf(url);
  const port = Number(url.port) || (isSecure ? 636 : 389);
  const openPlain = () => (path === null ? connectTcp({ port, host, noDelay: true }) : connectTcp({ path }));
  const client = new Client({
    // ldapts knows of no Unix sockets; what it connects to is decided here.
    url: path === null ? `${url.protocol}//${url.host}` : 'ldap://localhost',
    timeout: timeoutMs,
    connectTimeout: connectTimeoutMs,
    createConnection: (() => once(openPlain)) as typeof connectTcp,
    ...(isSecure
      ? {
          tlsOptions,
          createSecureConnection: (() => once(() => connectTls({ ...tlsOptions, port, host }))) as typeof connectTls,
        }
      : {}),
  });
  decodeEntriesQuickly(client);
  const close = async () => {
    isLost = true;
    await client.unbind().catch(() => {});
    socket?.destroy();
  };
  try {
    if (settings.startTls && !isSecure) await beginTls(client, tlsOptions, settings);
    await authenticate(client, settings);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, isLost: () => isLost || !client.isConnected, close };
}

async function authenticate(client: Client, { authentication = 'simple', bindDn, password, url }: DirectorySettings) {
  if (authentication === 'simple') return client.bind(bindDn, password);
  await client.bind('EXTERNAL').catch((error: unknown) => {
    throw error instanceof InvalidCredentialsError || error instanceof InappropriateAuthError
      ? new SourceError('refused', `${serverNameOf(url)} does not know us: ${mappingAdvice(url)}`, { cause: error })
      : error;
  });
  // A certificate or a user that the server maps to nobody may be let in as nobody, who sees an empty directory.
  const identity = await client.exop(whoAmIOid).catch((error: unknown) => {
    if (error instanceof ResultCodeError) return null;
    throw error;
  });
  if (identity !== null && /^(?:dn:)?\s*$/.test(identity.value?.toString() ?? ''))
    throw new SourceError('refused', `${serverNameOf(url)} does not know us: ${mappingAdvice(url)}`);
}

/** What must be set at the server for SASL EXTERNAL. */
function mappingAdvice(url: URL): string {
  return socketPathOf(url) === null
    ? "map the client certificate to an entry in the server's certmap.conf, put the certificate into that entry, and let nsslapd-certmap agree"
    : 'turn on nsslapd-ldapiautobind and map the user that Retag runs as to an entry (nsslapd-ldapimaprootdn for root)';
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function tlsOptionsFor(settings: DirectorySettings): ConnectionOptions {
  const { url, caCertificatePem, certificateHostName, clientIdentity } = settings;
  const host = certificateHostName ?? hostOf(url);
  return {
    host,
    // A server name indication must not be an address (RFC 6066 section 3).
    ...(isIP(host) ? {} : { servername: host }),
    ...(caCertificatePem === null ? {} : { ca: caCertificatePem }),
    ...(clientIdentity ? { cert: clientIdentity.certificatePem, key: clientIdentity.keyPem } : {}),
    minVersion: 'TLSv1.2',
  };
}

/** ldapts waits for the handshake without end. */
async function beginTls(
  client: Client,
  options: ConnectionOptions,
  { url, connectTimeoutMs = 10_000 }: DirectorySettings,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${serverNameOf(url)}: the TLS handshake took too long`;
    timer = setTimeout(() => reject(new SourceError('unreachable', message)), connectTimeoutMs);
  });
  try {
    await Promise.race([client.startTLS(options), late]);
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    const said = error.message.replace(/\s+/g, ' ').trim().slice(0, 300);
    throw new SourceError(
      'refused',
      `${serverNameOf(url)} refuses StartTLS ("${said}"): turn on TLS at the server (nsslapd-security), or use ldaps:// or a Unix socket (ldapi://).`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
