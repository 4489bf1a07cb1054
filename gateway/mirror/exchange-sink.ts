// Where mirrored exchanges go: the gateway's side of the shadow comparison, owned here because the gateway uses it.
import type { AuthorityId, Caller, ProfileId, RequestId, SerialNumber } from '../contract.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { OperationMode } from '../routing/operation-modes.ts';
import type { OperationName } from '../routing/operation-names.ts';

/** A request as it is told to the sink: credentials, cookies and passwords are struck out (mirror-rules.ts). */
export interface MirroredRequest {
  /** Names the exchange in the gateway's log. */
  readonly requestId: string;
  readonly operation: OperationName;
  /** Null for operations that no profile rules, and when it could not be found out. */
  readonly profileId: ProfileId | null;
  readonly mode: OperationMode;
  readonly receivedAt: Date;
  readonly method: string;
  /** Path and query as sent, but for values struck out. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly isSecure: boolean;
  /** Who asked, as our own access rules see it. */
  readonly caller: Caller;
}

export interface Answer {
  readonly by: 'upstream' | 'native';
  /** The body is whole and decompressed only if it was sent so. `Set-Cookie` values are struck out. */
  readonly response: GatewayResponse;
  readonly durationMs: number;
}

/** What Dogtag's answer to a write says it did; a rehearsal takes these instead of deciding them itself. */
export interface ExchangeFacts {
  /** In the order of the answer. */
  readonly requestIds: readonly RequestId[];
  /** Certificates that the exchange issued, in the order of the answer. */
  readonly certificates: readonly { readonly serialNumber: SerialNumber; readonly certificateDer: Uint8Array }[];
  /** Certificates that it revoked, held or released. */
  readonly changedSerials: readonly SerialNumber[];
  /** An authority that it made. */
  readonly authorityId?: AuthorityId | null;
  /** Whether it changed users, groups or hosts of the security domain. */
  readonly changesRoster?: boolean;
}

/** Both sides' answers to one request. */
export interface ExchangePair {
  readonly request: MirroredRequest;
  /** What the client received. */
  readonly given: Answer;
  /** What the other side answered, or would have; null when it failed altogether. */
  readonly other: Answer | null;
  /** Why `other` is null, fit for a report; null otherwise. */
  readonly failure: string | null;
  readonly facts: ExchangeFacts;
  /** TBSCertificates that our side would have signed, in order; to be compared with those of `facts.certificates`. */
  readonly rehearsedTbsDer: readonly Uint8Array[];
  /** A write was under way at Dogtag while this exchange was, so that a difference of a read may only be one of timing. */
  readonly overlapsWrite: boolean;
}

/** What Dogtag's answer to a write names. */
export interface NamedObjects {
  /** Requests made or decided, in the order of the answer. */
  readonly requestIds: readonly RequestId[];
  /** Certificates issued, as far as the answer names them: it need not name all. */
  readonly issuedSerials: readonly SerialNumber[];
  /** Certificates that it revoked, held or released. */
  readonly changedSerials: readonly SerialNumber[];
  /** Profiles that it made, changed or removed. */
  readonly profileIds?: readonly ProfileId[];
  /** Authorities that it made, changed or removed. */
  readonly authorityIds?: readonly AuthorityId[];
  /** Whether users, groups or hosts of the security domain were made, changed or removed. */
  readonly changesRoster?: boolean;
  /** That the ACME responder was switched on, or off. */
  readonly acmeEnabled?: boolean;
}

/** Both sides' answers of now to a read that was compared before. */
export type LookAgain = () => Promise<ExchangePair>;

export interface ExchangeSink {
  /**
   * Dogtag has accepted a write: begins at once to read what it left of the objects named, before the client can have them changed again. The
   * function returned brings that into our record as a fact; the mirror calls it when the write has been rehearsed, and waits for it before it
   * compares anything later, so that later reads meet the record as Dogtag's directory was. Its rejection is logged and counted; the exchange is
   * still taken. Never throws itself.
   */
  beginWrite(operation: OperationName, named: NamedObjects): () => Promise<void>;
  /**
   * Takes a pair for judging. Never throws and never blocks. With `lookAgain`, a read that differs may be asked once more, of both sides: what has
   * changed at Dogtag past the gateway takes a moment to be known here, and says nothing about our answers. `lookAgain` may reject.
   */
  take(pair: ExchangePair, lookAgain?: LookAgain): void;
  /** The queue was full and an exchange of this operation is lost. Never throws and never blocks. */
  noteDrop?(operation: string): void;
  /**
   * Dogtag accepted something that may have changed its directory and that is no operation here (a profile edit, `doRevoke`,
   * ACME). As with a write, nothing later is compared before this settles.
   */
  noteUnmappedWrite?(method: string, path: string): Promise<void>;
}

/** Takes nothing; for a gateway without shadow comparison. */
export const noExchangeSink: ExchangeSink = { beginWrite: () => async () => {}, take: () => {} };
