// What an operation is to the gateway: one row of the route table and one handler that answers it natively.

import type { NonceBook } from '../access/nonces.ts';
import type { AccessUser, Caller, RaClient } from '../contract.ts';
import type { OperationName } from './operation-names.ts';

/** The request as the listener took it; the body is whole and within the size limit. Header names are lower case. */
export interface GatewayRequest {
  readonly operation: OperationName;
  /** Names this request in the log. */
  readonly requestId: string;
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Captures of the route's pattern, percent-decoded (but for `ocsp`, see operation-names.ts). */
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * Query and, for POST with `application/x-www-form-urlencoded`, form fields; all values per name, in order, the query's
   * first, as the servlet container merges them.
   */
  readonly form: ReadonlyMap<string, readonly string[]>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Query as sent, without the question mark; null when there was none. Dogtag repeats it in links to other pages of a list. */
  readonly queryText: string | null;
  /** A header that came several times is joined with `, ` (cookies with `; `). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** `https://host:port` as the client addressed this server (from its Host header), which Dogtag repeats in links. */
  readonly baseUrl: string;
  readonly isSecure: boolean;
  /** `v2` where the path is one of version 2 of the REST interface. */
  readonly api?: 'v1' | 'v2';
  /** Null where agents need not give back what they were shown with (setting `nonces`). */
  readonly nonces?: NonceBook | null;
  /** The caller's own entry in the access directory; null when `Caller.userId` is. */
  readonly user: AccessUser | null;
}

/**
 * What a handler or refusal answers. Date, Content-Length, the session cookie, and Cache-Control and Expires of paths
 * that need a login are the gateway's own affair: it adds them, as Dogtag's container does around its applications.
 */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/**
 * Decode, one or few calls of the authority, encode. Dogtag's field names live in the codecs that a handler uses.
 * The caller has been authenticated and authorized as the route's row demands. CaErrors are the handler's to encode;
 * whatever else it throws becomes the dialect's `internal` refusal.
 */
export type OperationHandler = (request: GatewayRequest, caller: Caller, ra: RaClient) => Promise<GatewayResponse>;

/** What `createDialects` of gateway/dialects makes as `handlers`. */
export type OperationHandlers = Readonly<Record<OperationName, OperationHandler>>;
