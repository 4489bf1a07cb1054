// The running Dogtag as the gateway reaches it: one request in, one streamed response out, whatever the transport.
import type { Readable } from 'node:stream';
import type { ClientIdentity } from '../listeners/client-identity.ts';

export interface UpstreamRequest {
  readonly method: string;
  /** Path as the client sent it, still percent-encoded, without the query. */
  readonly path: string;
  /** Query as sent, without the question mark; null when there was none. */
  readonly query: string | null;
  /** Names and values in turns, as sent, without those that concern one connection only. */
  readonly headers: readonly string[];
  readonly body: UpstreamBody | null;
  /** Whose request this is; a transport passes on as much of it as it can. */
  readonly client: ClientIdentity;
  /** Host and port as the client addressed them, which Dogtag repeats in links. */
  readonly serverName: string;
  readonly serverPort: number;
  /** Gives the request up; the response, if there is one already, ends in an error. */
  readonly signal: AbortSignal;
}

export interface UpstreamBody {
  /** Value of Content-Length; null when the client sends chunks. */
  readonly byteCount: number | null;
  /** The next bytes, at most `bytesMax`; null after the last. Rejects when the client went away. One call at a time. */
  take(bytesMax: number): Promise<Buffer | null>;
}

export interface UpstreamResponse {
  readonly status: number;
  /** Empty where Tomcat sends none. */
  readonly reason: string;
  /** Names and values in turns, as received, without those that concern one connection only. */
  readonly headers: readonly string[];
  /** Destroying it before its end ends the exchange. */
  readonly body: Readable;
}

export interface Upstream {
  /** Throws UpstreamError. */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** Closes idle connections; requests under way are ended. */
  close(): void;
}

/**
 * unreachable: no connection, or it broke before a response; busy: too many requests wait already; timeout: no response in
 * time; unreadable-response: what came is not the protocol; head-too-large: the transport cannot carry the request's head;
 * aborted: the client went away.
 */
export type UpstreamErrorCode =
  | 'unreachable'
  | 'busy'
  | 'timeout'
  | 'unreadable-response'
  | 'head-too-large'
  | 'aborted';

export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  constructor(code: UpstreamErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'UpstreamError';
    this.code = code;
  }
}

export interface UpstreamLimits {
  readonly connectTimeoutMs: number;
  /** Longest silence of Dogtag within one exchange; generating a large CRL takes minutes. */
  readonly silenceTimeoutMs: number;
  readonly connectionsMax: number;
  /** Requests that may wait for a connection before further ones are refused. */
  readonly waitingMax: number;
  /** Idle connections are closed after this time; keep it below Tomcat's own limit, 60 s for AJP and 80 s for HTTP. */
  readonly idleTimeoutMs: number;
}

export const defaultUpstreamLimits: UpstreamLimits = {
  connectTimeoutMs: 5_000,
  silenceTimeoutMs: 300_000,
  connectionsMax: 100,
  waitingMax: 1_000,
  idleTimeoutMs: 20_000,
};
