// Every way in which the authority can say no, one code each. Edges map codes exhaustively; `cause` is logged and never sent.

export type CaErrorCode =
  /** The submission cannot be read at all (broken CSR, missing input). */
  | 'malformed-request'
  /** Proof of possession failed: the CSR's own signature does not verify. */
  | 'bad-proof-of-possession'
  | 'unknown-profile'
  | 'disabled-profile'
  /** The profile demands authentication that the caller does not have. */
  | 'authentication-required'
  /** The caller is known but may not do this. */
  | 'not-authorized'
  | 'unknown-authority'
  | 'disabled-authority'
  | 'unknown-request'
  /** The request is not in a state that allows this deed. */
  | 'wrong-request-state'
  | 'unknown-certificate'
  | 'already-revoked'
  | 'not-on-hold'
  | 'unknown-issuing-point'
  /** An agent's edit has no such value or a value that cannot be read. */
  | 'malformed-edit'
  /** An agent's edit can be read, but a constraint of the profile refuses it. */
  | 'edit-rejected'
  /** An agent approved it, but the authority does not sign what it has become; the request waits on as it was. */
  | 'issuance-refused'
  /** The profile refers to a class or parameter that is not supported here. */
  | 'unsupported-profile'
  /** The other side holds the pen: signing here is not allowed now. */
  | 'pen-elsewhere'
  | 'signer-unavailable'
  | 'store-unavailable'
  | 'internal';

/**
 * A refusal or failure of the authority. `message` is fit for the client. Those that come from the profile language (malformed-request,
 * malformed-edit, edit-rejected) are in its own words, such as `Invalid Request`, `Unknown Certificate Request Type x`,
 * `Invalid Property signingAlg` or `Subject Name Not Matched O=X`, because clients are shown them as they are.
 */
export class CaError extends Error {
  readonly code: CaErrorCode;
  /** What the message is about (a profile id, a serial number in decimal, a request id), for edges with their own wording. */
  readonly subject: string | null;
  constructor(code: CaErrorCode, message: string, options: { subject?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CaError';
    this.code = code;
    this.subject = options.subject ?? null;
  }
}
