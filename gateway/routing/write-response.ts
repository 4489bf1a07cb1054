// Puts a finished answer on the wire.
import type { ClientResponse } from '../listeners/received-request.ts';
import type { GatewayResponse } from './operation.ts';

/** Answers whose body HTTP forbids carry no length either. */
const bodiless: ReadonlySet<number> = new Set([204, 304]);

/** Names and values in turns, with the length that the body has. */
export function rawHeadersOf(response: GatewayResponse): string[] {
  const raw: string[] = [];
  for (const [name, values] of Object.entries(response.headers))
    for (const value of typeof values === 'string' ? [values] : values) raw.push(name, value);
  if (!bodiless.has(response.status)) raw.push('Content-Length', String(response.body.length));
  return raw;
}

/** Writes a native answer. The reason phrase stays empty, as Tomcat leaves it. */
export function writeResponse(to: ClientResponse, response: GatewayResponse): void {
  if (to.headersSent || to.destroyed) return;
  to.writeHead(response.status, '', rawHeadersOf(response));
  to.end(bodiless.has(response.status) ? undefined : response.body);
}

/** How long a client whose body is not wanted may go on sending before its connection is cut. */
const lingerMs = 3_000;
const lingerBytesMax = 64 * 1024 * 1024;

/**
 * Answers although the body has not been read. What still comes is thrown away for a moment: closing at once would reset
 * the connection and take the answer with it before the client has read it.
 */
export function writeResponseEarly(to: ClientResponse, response: GatewayResponse): void {
  const from = to.req;
  // A client that waits for "100 Continue" and is not told to go on has sent nothing that could get lost.
  const isWaiting = from.headers.expect !== undefined && from.readableFlowing === null;
  if (isWaiting) to.shouldKeepAlive = false;
  writeResponse(to, response);
  if (from.complete || isWaiting) return;
  let thrownAway = 0;
  from.on('data', (piece: Buffer) => {
    thrownAway += piece.length;
    if (thrownAway > lingerBytesMax) from.socket.destroy();
  });
  from.resume();
  const cut = setTimeout(() => from.socket.destroy(), lingerMs);
  const finish = () => clearTimeout(cut);
  from.once('end', finish).once('close', finish);
}
