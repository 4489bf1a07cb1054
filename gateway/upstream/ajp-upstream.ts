// Dogtag over AJP/1.3, as FreeIPA's httpd reaches it: every client's certificate is passed on, none of its keys is needed.
import { AjpError, encodeForwardRequest } from '#codecs/ajp13';
import { type AjpAddress, type AjpConnection, connectAjp } from './ajp-connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import { type Upstream, UpstreamError, type UpstreamLimits, type UpstreamRequest } from './upstream.ts';

export interface AjpUpstreamSettings {
  readonly address: AjpAddress;
  /** The connector's `secret` (`requiredSecret`). */
  readonly secret: string | null;
  /** The connector's `packetSize`; both sides must agree. */
  readonly packetBytes: number;
  readonly limits: UpstreamLimits;
}

/** A connection idle for longer is asked whether it still lives, because a write cannot safely be sent twice. */
const pingAfterIdleMs = 1_000;
const pingTimeoutMs = 2_000;

export function createAjpUpstream({ address, secret, packetBytes, limits }: AjpUpstreamSettings): Upstream {
  const pool = new ConnectionPool<AjpConnection>({
    open: () => connectAjp(address, packetBytes, limits),
    check: (connection) => connection.ping(pingTimeoutMs),
    checkAfterIdleMs: pingAfterIdleMs,
    limits,
  });
  return {
    send: async (request) => {
      const packet = encode(request, secret, packetBytes);
      const connection = await pool.acquire(request.signal);
      const abort = () => connection.destroy();
      request.signal.addEventListener('abort', abort, { once: true });
      return await connection.exchange(packet, request.body, (mayReuse) => {
        request.signal.removeEventListener('abort', abort);
        pool.release(connection, mayReuse);
      });
    },
    close: () => pool.close(),
  };
}

function encode(request: UpstreamRequest, secret: string | null, packetBytes: number): Buffer {
  const { client } = request;
  try {
    return encodeForwardRequest(
      {
        method: request.method,
        protocol: 'HTTP/1.1',
        path: request.path,
        query: request.query,
        remoteAddress: client.remoteAddress,
        // Tomcat's own connectors do not look names up either (enableLookups="false"), so the host is the address.
        remoteHost: client.remoteAddress,
        remotePort: client.remotePort,
        serverName: request.serverName,
        serverPort: request.serverPort,
        isSecure: client.isSecure,
        headers: request.headers,
        localAddress: null,
        remoteUser: null,
        authenticationType: null,
        route: null,
        clientCertificatePem: client.certificate?.pem ?? null,
        tlsCipher: client.tlsCipher,
        tlsSession: null,
        tlsKeySize: null,
        tlsProtocol: client.tlsProtocol,
        secret,
        otherAttributes: [],
      },
      packetBytes,
    );
  } catch (error) {
    if (!(error instanceof AjpError)) throw error;
    throw new UpstreamError('head-too-large', `the request's head does not fit into ${packetBytes} bytes of AJP`, {
      cause: error,
    });
  }
}
