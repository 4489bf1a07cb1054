// One listening socket with its HTTP server: start, hand out requests, answer what is no HTTP, stop without cutting answers off.
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '#platform';
import { clientIdentityOf } from './client-identity.ts';
import type { ListenerLimits } from './listener-limits.ts';
import type { RequestReceiver } from './received-request.ts';

export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Takes no new connections, lets requests under way finish for up to `graceMs`, then cuts the rest off. */
  stop(graceMs: number): Promise<void>;
}

export interface ListenerParts {
  readonly address: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly limits: ListenerLimits;
  readonly receive: RequestReceiver;
  readonly log: Log;
}

/** An address that cannot be listened on; `message` says which and what to do. */
export class ListenError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ListenError';
  }
}

/** Starts listening with a server that is already set up. Throws ListenError. */
export async function startListener(server: HttpServer | HttpsServer, parts: ListenerParts): Promise<Listener> {
  let isStopping = false;
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    // A connection kept alive would keep a stopping listener from ever ending.
    if (isStopping) response.shouldKeepAlive = false;
    // A request may have come in the same packet as the end of a handshake that was then refused.
    if (request.socket.destroyed) return;
    parts.receive(request, response, clientIdentityOf(request.socket));
  };
  server.maxConnections = parts.limits.connectionsMax;
  server.on('request', receive);
  // The receiver itself says "100 Continue", after it has looked at the announced length.
  server.on('checkContinue', receive);
  server.on('checkExpectation', receive);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => endWith(socket, 405, 'Method Not Allowed'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => refuseBytes(error, socket, parts.log));
  await listen(server, parts);
  const bound = server.address() as AddressInfo;
  parts.log.info('listening', { address: bound.address, port: bound.port });
  return {
    address: bound.address,
    port: bound.port,
    stop: async (graceMs) => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      // Connections that fall idle while we wait are closed as well.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearTimeout(cutOff);
      clearInterval(sweep);
    },
  };
}

/** Resolves when the server listens. Throws ListenError. */
export async function listen(
  server: Server,
  { address, port }: Pick<ListenerParts, 'address' | 'port'>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explain(error, address, port));
    server.once('error', fail);
    server.listen({ host: address, port }, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, address: string, port: number): ListenError {
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program listens there; stop it or choose another port',
    EACCES: 'this user may not; choose a port above 1023 or grant the capability to bind lower ones',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  const why = advice[error.code ?? ''] ?? error.message;
  return new ListenError(`cannot listen on ${address} port ${port}: ${why}`, { cause: error });
}

/** Bytes that are no HTTP request: a status as near to Tomcat's as there is, and the end of the connection. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex, log: Log): void {
  log.debug('a connection sent no valid request', { code: error.code ?? error.message });
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') endWith(socket, 408, 'Request Timeout');
  else endWith(socket, 400, 'Bad Request');
}

function endWith(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
