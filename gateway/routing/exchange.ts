// One request on its way through the gateway: what is known of it before anybody has looked at its meaning.
import type { Clock } from '#platform';
import { randomUuid } from '#platform';
import type { ClientIdentity } from '../listeners/client-identity.ts';
import type { ClientResponse, ReceivedRequest } from '../listeners/received-request.ts';
import { IncomingBody } from './incoming-body.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';

export interface Exchange {
  /** Names the exchange in the log and, for internal errors, towards the client. */
  readonly id: string;
  readonly receivedAt: Date;
  /** Of the monotonic timer. */
  readonly startedMs: number;
  readonly message: ReceivedRequest;
  readonly response: ClientResponse;
  readonly client: ClientIdentity;
  readonly target: RequestTarget;
  readonly authority: Authority;
  /** Null when the request has none. */
  readonly body: IncomingBody | null;
}

/** Host and port as the client addressed this server. */
export interface Authority {
  readonly host: string;
  /** The default of the scheme when none was written. */
  readonly port: number;
  /** As written, which links repeat. */
  readonly text: string;
}

/** Why a request cannot become an exchange; fit for the client. */
export type UnreadableRequest = { readonly problem: string };

const hostPattern = /^(?<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/i;

/** Takes a request up, or says why it cannot be. */
export function openExchange(
  message: ReceivedRequest,
  response: ClientResponse,
  client: ClientIdentity,
  clock: Clock,
): Exchange | UnreadableRequest {
  const target = parseRequestTarget(message.url ?? '');
  if (target === null)
    return { problem: 'the request target is neither a path nor a URL, or has a character that must not stand there' };
  const authority = authorityOf(message, target, client.isSecure);
  if (authority === null) return { problem: 'the Host header is missing or names no host' };
  const awaitsContinue = message.headers.expect?.toLowerCase() === '100-continue';
  return {
    id: randomUuid(),
    receivedAt: clock.now(),
    startedMs: performance.now(),
    message,
    response,
    client,
    target,
    authority,
    body: IncomingBody.of(message, awaitsContinue ? () => response.writeContinue() : null),
  };
}

function authorityOf(message: ReceivedRequest, target: RequestTarget, isSecure: boolean): Authority | null {
  const { localAddress = '127.0.0.1', localPort = 0 } = message.socket;
  // HTTP/1.0 knows no Host header; the address that was connected to stands in for it.
  const localHost = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  const fallback = message.httpVersion === '1.0' ? `${localHost}:${localPort}` : '';
  const text = target.authority ?? message.headers.host ?? fallback;
  const { host, port } = hostPattern.exec(text)?.groups ?? {};
  if (host === undefined) return null;
  // The pattern lets names through that no address can have, such as 256.256.256.256; handlers make URLs of this.
  if (!URL.canParse(`https://${text}`)) return null;
  const number = port === undefined ? (isSecure ? 443 : 80) : Number(port);
  return number > 65_535 ? null : { host, port: number, text };
}
