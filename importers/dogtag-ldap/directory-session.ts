// Opens one connection, with TLS where asked for, and authenticates on it. ldapts on its own would reconnect behind our back without
// authenticating, and a search by nobody finds nothing: an empty directory instead of an error. A session therefore connects once and never again.
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { Client } from 'ldapts';
import { SourceError } from '../import-source.ts';
import type { DirectorySettings } from './directory-connection.ts';

export interface DirectorySession {
  readonly client: Client;
  /** True once the connection is gone; the session is then of no use. */
  isLost(): boolean;
  close(): Promise<void>;
}

/** Connects, begins TLS and binds. Rejects with whatever failed; see explainDirectoryError. */
export async function openDirectorySession(settings: DirectorySettings): Promise<DirectorySession> {
  const { url, timeoutMs = 60_000, connectTimeoutMs = 10_000 } = settings;
  const tlsOptions = tlsOptionsFor(settings);
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
  const port = Number(url.port) || (isSecure ? 636 : 389);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const client = new Client({
    url: `${url.protocol}//${url.host}`,
    timeout: timeoutMs,
    connectTimeout: connectTimeoutMs,
    createConnection: (() => once(() => connectTcp({ port, host, noDelay: true }))) as typeof connectTcp,
    ...(isSecure
      ? {
          tlsOptions,
          createSecureConnection: (() => once(() => connectTls({ ...tlsOptions, port, host }))) as typeof connectTls,
        }
      : {}),
  });
  const close = async () => {
    isLost = true;
    await client.unbind().catch(() => {});
    socket?.destroy();
  };
  try {
    if (settings.startTls && !isSecure) await beginTls(client, tlsOptions, connectTimeoutMs);
    await client.bind(settings.bindDn, settings.password);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, isLost: () => isLost || !client.isConnected, close };
}

function tlsOptionsFor({ url, caCertificatePem }: DirectorySettings): ConnectionOptions {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    // A server name indication must not be an address (RFC 6066 section 3).
    ...(isIP(host) ? {} : { servername: host }),
    ...(caCertificatePem === null ? {} : { ca: caCertificatePem }),
    minVersion: 'TLSv1.2',
  };
}

/** ldapts waits for the handshake without end. */
async function beginTls(client: Client, options: ConnectionOptions, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SourceError('unreachable', 'the TLS handshake took too long')), timeoutMs);
  });
  try {
    await Promise.race([client.startTLS(options), late]);
  } finally {
    clearTimeout(timer);
  }
}
