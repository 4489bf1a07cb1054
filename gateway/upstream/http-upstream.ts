// Dogtag over its own HTTP connectors: plain for plain clients, TLS with the certificate and key of an identity we hold.
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as startHttp } from 'node:http';
import { Agent as HttpsAgent, request as startHttps } from 'node:https';
import { withoutConnectionHeaders } from './connection-headers.ts';
import {
  type Upstream,
  type UpstreamBody,
  UpstreamError,
  type UpstreamLimits,
  type UpstreamRequest,
  type UpstreamResponse,
} from './upstream.ts';

/** Credentials for Dogtag's TLS connector; both PEM. */
export interface HeldIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface HttpUpstreamSettings {
  readonly url: URL;
  readonly limits: UpstreamLimits;
  /** For `https:` only. */
  readonly tls: {
    /** Name that must stand in Dogtag's certificate. */
    readonly serverName: string;
    readonly trustPem: readonly string[];
    readonly identity: HeldIdentity | null;
  } | null;
}

const bodyPieceBytesMax = 65_536;
const idleConnectionsMax = 32;

export function createHttpUpstream({ url, limits, tls }: HttpUpstreamSettings): Upstream {
  const pooling = {
    keepAlive: true,
    maxSockets: limits.connectionsMax,
    maxFreeSockets: idleConnectionsMax,
    scheduling: 'lifo' as const,
    noDelay: true,
    // Concerns idle connections only: a request brings a limit of its own.
    timeout: limits.idleTimeoutMs,
  };
  const agent =
    tls === null
      ? new HttpAgent(pooling)
      : new HttpsAgent({
          ...pooling,
          servername: tls.serverName,
          ca: [...tls.trustPem],
          allowPartialTrustChain: true,
          ...(tls.identity === null ? {} : { cert: tls.identity.certificatePem, key: tls.identity.keyPem }),
        });
  const start = tls === null ? startHttp : startHttps;
  return {
    send: async (request) => {
      const outgoing = start({
        agent,
        // The pool is keyed by these, so that a client's Host header never opens another connection.
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method: request.method,
        path: request.query === null ? request.path : `${request.path}?${request.query}`,
        headers: headersFor(request),
        setHost: false,
        timeout: limits.silenceTimeoutMs,
        signal: request.signal,
      });
      outgoing.on('timeout', () => outgoing.destroy(new UpstreamError('timeout', 'Dogtag fell silent')));
      const response = responseTo(outgoing);
      if (request.body === null) outgoing.end();
      else sendBody(request.body, outgoing);
      return await response;
    },
    close: () => agent.destroy(),
  };
}

/** Node would send a POST without any body in chunks; a length of 0 says the same and keeps the request as it was. */
function headersFor({ headers, body, method }: UpstreamRequest): string[] {
  const isLengthMissing = body === null && !['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'].includes(method);
  const hasLength = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
  return isLengthMissing && !hasLength ? [...headers, 'Content-Length', '0'] : [...headers];
}

function responseTo(outgoing: ClientRequest): Promise<UpstreamResponse> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', (error) => reject(upstreamErrorFrom(error)));
    outgoing.on('response', (incoming: IncomingMessage) => {
      resolve({
        status: incoming.statusCode ?? 500,
        reason: incoming.statusMessage ?? '',
        headers: withoutConnectionHeaders(incoming.rawHeaders),
        body: incoming,
      });
    });
  });
}

async function sendBody(body: UpstreamBody, outgoing: ClientRequest): Promise<void> {
  try {
    for (;;) {
      const piece = await body.take(bodyPieceBytesMax);
      if (outgoing.destroyed || outgoing.writableEnded) return;
      if (piece === null) break;
      if (!outgoing.write(piece)) await drained(outgoing);
    }
    outgoing.end();
  } catch (cause) {
    outgoing.destroy(new UpstreamError('aborted', 'the client went away', { cause }));
  }
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.removeListener('drain', go);
      outgoing.removeListener('close', go);
      resolve();
    };
    outgoing.once('drain', go);
    outgoing.once('close', go);
  });
}

function upstreamErrorFrom(error: NodeJS.ErrnoException): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error.name === 'AbortError') return new UpstreamError('aborted', 'the client went away', { cause: error });
  if (error.code?.startsWith('HPE_'))
    return new UpstreamError('unreadable-response', 'Dogtag sent no valid HTTP', { cause: error });
  return new UpstreamError('unreachable', `Dogtag cannot be reached: ${error.message}`, { cause: error });
}
