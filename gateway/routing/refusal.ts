// Ways in which the gateway itself says no before, or instead of, an operation's handler; each dialect encodes them in its own words.
import type { GatewayRequest, GatewayResponse } from './operation.ts';

/** Whose shape an answer has: REST entities in either version, the three XML dialects of the servlets and their one for token processors, OCSP, ACME, or the servlet container's own pages. */
export type Dialect =
  | 'rest'
  | 'rest-v2'
  | 'servlet-template'
  | 'servlet-argset'
  | 'servlet-xml-response'
  | 'servlet-token'
  | 'ocsp'
  | 'acme'
  | 'container';

export type Refusal =
  /** The operation needs a user, and the caller has shown nothing that names one (no certificate, an unmapped one, a wrong password). */
  | { readonly kind: 'authentication-required'; readonly hasCertificate: boolean }
  /** The user is known; no rule allows this. */
  | { readonly kind: 'not-authorized' }
  /** No such path. */
  | { readonly kind: 'not-found' }
  /** The path exists, not with this method. `allow` are the methods it has, as Dogtag lists them. */
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  /** The path is for TLS only; `location` is the same resource there. */
  | { readonly kind: 'confidential-required'; readonly location: string }
  | { readonly kind: 'body-too-large'; readonly bodyBytesMax: number }
  /** The body did not arrive whole, or its framing or form encoding cannot be read. */
  | { readonly kind: 'malformed-request'; readonly message: string }
  /** Dogtag would have to answer and cannot be reached. */
  | { readonly kind: 'upstream-unavailable' }
  /** Another application of Dogtag's would have to answer, and there is no Dogtag behind this gateway. */
  | { readonly kind: 'no-upstream' }
  /** What other applications' clients ask for was switched off here. */
  | { readonly kind: 'switched-off' }
  /** Anything unforeseen; carries nothing of the cause. `requestId` is the one in the log, for whoever reports it. */
  | { readonly kind: 'internal'; readonly requestId: string };

/** Never throws. Looks at the request's Accept header and form (`xml=true`) where the dialect depends on them. */
export type RefusalEncoder = (refusal: Refusal, request: GatewayRequest) => GatewayResponse;

/** What `createDialects` of gateway/dialects makes as `refusalEncoders`. */
export type RefusalEncoders = Readonly<Record<Dialect, RefusalEncoder>>;
