// Hands a request to Dogtag and its answer back, byte for byte, keeping a copy where the exchange is to be mirrored.
import type { Log } from '#platform';
import {
  type LoginSession,
  type LoginSessions,
  replaceSessionId,
  sessionCookieName,
  sessionIdsIn,
} from '../access/login-session.ts';
import type { ClientResponse } from '../listeners/received-request.ts';
import { withoutConnectionHeaders } from '../upstream/connection-headers.ts';
import type { DogtagClient } from '../upstream/dogtag-client.ts';
import { type LocationRules, rewriteLocation } from '../upstream/rewrite-location.ts';
import { type Upstream, UpstreamError, type UpstreamRequest, type UpstreamResponse } from '../upstream/upstream.ts';
import { ensureUpstreamSession } from '../upstream/upstream-session.ts';
import type { Exchange } from './exchange.ts';
import type { GatewayResponse } from './operation.ts';

export interface ForwardParts {
  readonly upstream: Upstream;
  readonly dogtag: DogtagClient;
  readonly sessions: LoginSessions;
  readonly locations: LocationRules;
  readonly log: Log;
}

/** What was forwarded, for the mirror. Null members were too large to keep. */
export interface Forwarded {
  readonly status: number;
  readonly requestBody: Buffer | null;
  readonly response: GatewayResponse | null;
}

export interface ForwardOptions {
  /** Bytes of each body to keep a copy of; 0 keeps none. */
  readonly copyBytesMax: number;
  /** Whether to tell of the response's headers although its body is not kept. */
  readonly keepHead?: boolean;
  /** Called with Dogtag's status before the client learns anything of the answer. */
  readonly onAnswered?: (status: number) => void;
}

/** Methods that change nothing, so that asking twice does no harm (RFC 9110 section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Rejects with UpstreamError when there is no answer to hand back and nothing has been sent to the client yet. An answer
 * that breaks off midway breaks off for the client too.
 */
export async function forwardExchange(
  parts: ForwardParts,
  exchange: Exchange,
  { copyBytesMax, keepHead = false, onAnswered }: ForwardOptions,
): Promise<Forwarded> {
  const { response: to, body } = exchange;
  const session = nativeSessionOf(parts.sessions, exchange);
  if (session !== null) await ensureUpstreamSession(parts.dogtag, session, exchange, parts.log);
  if (copyBytesMax > 0) body?.keepCopy(copyBytesMax);
  const aborter = new AbortController();
  const giveUp = () => {
    if (!to.writableFinished) aborter.abort();
  };
  to.once('close', giveUp);
  const answered = await send(parts, exchange, upstreamRequestFrom(exchange, session, aborter.signal));
  const headers = headersForClient(parts, exchange, session, answered);
  onAnswered?.(answered.status);
  to.writeHead(answered.status, answered.reason, headers);
  const copy = await pipeBody(answered, to, copyBytesMax);
  to.removeListener('close', giveUp);
  return {
    status: answered.status,
    requestBody: body === null ? Buffer.alloc(0) : copyBytesMax > 0 ? body.copy : null,
    response:
      copy === null && !keepHead
        ? null
        : { status: answered.status, headers: asRecord(headers), body: copy ?? Buffer.alloc(0) },
  };
}

async function send(
  { upstream }: ForwardParts,
  { body }: Exchange,
  request: UpstreamRequest,
): Promise<UpstreamResponse> {
  try {
    return await upstream.send(request);
  } catch (error) {
    // A kept-alive connection may be closed by Dogtag in the moment we use it.
    const mayRepeat = error instanceof UpstreamError && error.code === 'unreachable' && body === null;
    if (!mayRepeat || !safeMethods.has(request.method)) throw error;
    return await upstream.send(request);
  }
}

function upstreamRequestFrom(exchange: Exchange, session: LoginSession | null, signal: AbortSignal): UpstreamRequest {
  const { message, target, authority, client, body } = exchange;
  return {
    method: message.method ?? 'GET',
    path: target.path,
    query: target.query,
    headers: headersForUpstream(exchange, session),
    body,
    client,
    serverName: authority.host,
    serverPort: authority.port,
    signal,
  };
}

/** The client's headers as sent. Only our own session cookie is replaced by the one that Dogtag knows, if there is one. */
function headersForUpstream({ message, target, authority }: Exchange, session: LoginSession | null): string[] {
  const headers = withoutConnectionHeaders(message.rawHeaders, { keepTransferEncoding: true });
  // A URL as the target outranks the Host header, and HTTP/1.0 need not have one; Dogtag is always asked with one.
  const replacesHost = target.authority !== null || message.headers.host === undefined;
  const kept: string[] = replacesHost ? ['Host', authority.text] : [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (replacesHost && lower === 'host') continue;
    // We have told the client to go on ourselves.
    if (lower === 'expect' && value.toLowerCase() === '100-continue') continue;
    const passed =
      session !== null && lower === 'cookie' ? replaceSessionId(value, session.id, session.upstreamId) : value;
    if (passed !== null) kept.push(name, passed);
  }
  return kept;
}

function headersForClient(
  { locations, sessions }: ForwardParts,
  { authority, target }: Exchange,
  session: LoginSession | null,
  answered: UpstreamResponse,
): string[] {
  const headers: string[] = [];
  for (let index = 0; index < answered.headers.length; index += 2) {
    const name = answered.headers[index] ?? '';
    const value = answered.headers[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'location') headers.push(name, rewriteLocation(value, authority, locations));
    else if (lower === 'set-cookie' && session !== null && isSessionCookie(value)) {
      // The client keeps the session it has with us; Dogtag's is remembered behind it.
      for (const id of sessionIdsIn(value.split(';', 1)[0])) session.upstreamId = id;
    } else headers.push(name, value);
  }
  if (session !== null && isLogoutPath(target.path, session.path) && answered.status < 300) sessions.remove(session);
  return headers;
}

/** In whichever version of the interface. */
function isLogoutPath(path: string, sessionPath: string): boolean {
  const api = ['rest', 'v1', 'v2'].map((version) => `/${version}/account`);
  return ['', ...api].some((folder) => path === `${sessionPath}${folder}/logout`);
}

function isSessionCookie(value: string): boolean {
  return value.startsWith(`${sessionCookieName}=`);
}

/** The session of ours whose cookie came along; Dogtag does not know that cookie. */
function nativeSessionOf(sessions: LoginSessions, { message, target }: Exchange): LoginSession | null {
  const session = sessions.find(message.headers.cookie, `/${target.restSegments[0] ?? ''}`);
  return session?.origin === 'native' ? session : null;
}

/** Streams the body with back-pressure. Gives the copy, or null when it is larger than `copyBytesMax` or not whole. */
async function pipeBody({ body }: UpstreamResponse, to: ClientResponse, copyBytesMax: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  let isWhole = false;
  await new Promise<void>((resolve, reject) => {
    body.on('data', (piece: Buffer) => {
      byteCount += piece.length;
      if (byteCount <= copyBytesMax) pieces.push(piece);
      if (!to.write(piece)) body.pause();
    });
    body.on('error', (error) => {
      to.destroy();
      reject(error);
    });
    body.on('end', () => {
      isWhole = true;
      to.end();
      resolve();
    });
    to.on('drain', () => body.resume());
    to.on('close', () => {
      body.destroy();
      resolve();
    });
  });
  return isWhole && byteCount <= copyBytesMax && copyBytesMax > 0 ? Buffer.concat(pieces, byteCount) : null;
}

function asRecord(raw: readonly string[]): Record<string, string | readonly string[]> {
  const headers: Record<string, string | readonly string[]> = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [...(typeof earlier === 'string' ? [earlier] : earlier), value];
  }
  return headers;
}
