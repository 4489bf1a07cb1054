// What one client may take of a listener: sizes and times, so that slow or greedy clients cannot starve the others.
import type { ServerOptions } from 'node:http';

export interface ListenerLimits {
  /** Request line and headers together. Tomcat takes 8192; a little more lets Dogtag itself say no where it would. */
  readonly headBytesMax: number;
  /** From the first byte of a connection or request to the end of its headers (slow-loris clients send a byte a minute). */
  readonly headTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  /** Time for a TLS handshake. */
  readonly handshakeTimeoutMs: number;
  /** How long a connection may idle between requests. Not below Tomcat's own, or clients that reuse connections would meet resets. */
  readonly keepAliveTimeoutMs: number;
  readonly connectionsMax: number;
}

export const defaultListenerLimits: ListenerLimits = {
  headBytesMax: 16_384,
  headTimeoutMs: 20_000,
  requestTimeoutMs: 300_000,
  handshakeTimeoutMs: 20_000,
  keepAliveTimeoutMs: 300_000,
  connectionsMax: 10_000,
};

const connectionsCheckingIntervalMs = 2_000;

/** The same limits in Node's words. */
export function serverOptionsFrom(limits: ListenerLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headBytesMax,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckingIntervalMs,
    // Links repeat the Host header; HTTP/1.0 clients without one are given the local address instead.
    requireHostHeader: false,
    noDelay: true,
    keepAlive: true,
  };
}
