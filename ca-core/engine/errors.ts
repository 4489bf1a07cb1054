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
  /** There is a profile of that id already, or the profile is enabled where it must not be, or the other way round. */
  | 'wrong-profile-state'
  /** The text is no profile that could ever be applied. */
  | 'malformed-profile'
  | 'unknown-authority'
  | 'disabled-authority'
  /** What the authority is or has, or another one's name, stands in the way. */
  | 'authority-conflict'
  /** It would be done to the host authority, to which it is never done. */
  | 'host-authority-protected'
  /** There is no such user or group, or no such list of hosts. */
  | 'unknown-roster-entry'
  /** The group has no such member, or the user no certificate at all. */
  | 'unknown-roster-value'
  /** The user has certificates, but not this one. */
  | 'unknown-user-certificate'
  /** There is a user or group of that name already, or it has what was to be added. */
  | 'roster-conflict'
  /** Nobody could administer anything any more. */
  | 'last-administrator'
  /** It cannot be a name in a directory. */
  | 'malformed-name'
  /** A value of a user or group is not of its form. */
  | 'malformed-roster-value'
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
 * malformed-edit, malformed-profile, edit-rejected) are in its own words, such as `Invalid Request`, `Unknown Certificate Request Type x`,
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
