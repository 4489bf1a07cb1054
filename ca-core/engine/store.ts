// What the engine needs of the record. `ca-core/store` implements it on PostgreSQL; unit tests of failure paths may use an in-memory one.
import type { AuditEvent } from './audit/audit-event.ts';
import type {
  AccessDirectory,
  AuthorityChange,
  AuthorityDescription,
  AuthorityId,
  AuthorityIntent,
  AuthorityOutcome,
  CertificatePage,
  CertificateQuery,
  CertificateRecord,
  CrlRecord,
  ProfileId,
  RequestId,
  RequestPage,
  RequestQuery,
  RequestRecord,
  Revocation,
  Roster,
  RosterChange,
  SecurityDomain,
  SerialNumber,
} from './model/index.ts';

/** A certificate that is about to be signed. Durable before any signature exists; resolved by recordIssuance or on the next start. */
export interface IssuanceIntent {
  readonly serialNumber: SerialNumber;
  readonly authorityId: AuthorityId;
  readonly requestId: RequestId;
  readonly tbsCertificateDer: Uint8Array;
  /** Name of the signature algorithm, so that a restart can finish the work. */
  readonly signatureAlgorithm: string;
  /** User id recorded as the issuer of the deed. */
  readonly issuedBy: string | null;
}

export interface Issuance {
  readonly certificate: CertificateRecord;
  readonly request: RequestRecord;
  readonly auditEvents: readonly AuditEvent[];
}

/** What a pen is for: issuing from one profile, the CRL, or OCSP answers. */
export type PenScope = `certificates:${string}` | 'crl' | 'ocsp';

export interface StoredProfile {
  readonly id: ProfileId;
  readonly classId: string;
  readonly configurationText: string;
  /** Changes whenever the text changes, so that compiled profiles know when to refresh. */
  readonly revision: bigint;
}

/** What a certificate must be for its revocation to be set or lifted. */
export type RevocationState = 'not-revoked' | 'on-hold' | 'superseded';

/**
 * Concurrent calls of the record* methods may share one commit (group commit); each promise settles only when its own data is
 * durable, and rejects with CaError `store-unavailable` when it is not. No method re-encodes DER.
 */
export interface Store {
  readonly certificates: {
    find(serialNumber: SerialNumber): Promise<CertificateRecord | null>;
    /** What an OCSP answer needs: undefined when no such certificate is in the record. */
    findRevocation(serialNumber: SerialNumber): Promise<
      | {
          readonly revocation: Revocation | null;
          readonly authorityId: AuthorityId;
          readonly notBefore: Date;
          readonly notAfter: Date;
        }
      | undefined
    >;
    search(query: CertificateQuery, now: Date): Promise<CertificatePage>;
    /** Revoked certificates of an authority for its CRL, ascending by serial number, streamed in batches. */
    revoked(
      authorityId: AuthorityId,
    ): AsyncIterable<
      readonly { readonly serialNumber: SerialNumber; readonly revocation: Revocation; readonly notAfter: Date }[]
    >;
    /** All with this subject text (regardless of case) or public key, at most 1,000, the longest valid first; for uniqueness constraints. */
    findBySubject(subject: string): Promise<readonly CertificateRecord[]>;
    findByPublicKey(subjectPublicKeyInfoDer: Uint8Array): Promise<readonly CertificateRecord[]>;
  };
  readonly requests: {
    find(id: RequestId): Promise<RequestRecord | null>;
    list(query: RequestQuery): Promise<RequestPage>;
    /** Inserts or replaces, with audit events, in one commit. `expectedState` guards against a concurrent decision: rejects with wrong-request-state. */
    record(
      request: RequestRecord,
      auditEvents: readonly AuditEvent[],
      expectedState?: RequestRecord['state'],
    ): Promise<void>;
  };
  readonly issuance: {
    /** From the native range of the authority's serial fence; a crash may leave gaps, never repeats. */
    reserveSerialNumber(authorityId: AuthorityId): Promise<SerialNumber>;
    reserveRequestId(): Promise<RequestId>;
    /**
     * Stores the intent together with its request (state `approved`) and the audit events of the decision, before the signature. Refuses
     * with pen-elsewhere when this side does not hold the pen.
     */
    recordIntent(intent: IssuanceIntent, request: RequestRecord, auditEvents: readonly AuditEvent[]): Promise<void>;
    /** Certificate, request state and audit records in one commit; resolves the intent of that serial number. The same again does nothing. */
    recordIssuance(issuance: Issuance): Promise<void>;
    /** An intent that will never be signed (the signer refused): resolves it, keeping the serial number used up. */
    recordAbandonedIntent(
      serialNumber: SerialNumber,
      request: RequestRecord,
      auditEvents: readonly AuditEvent[],
    ): Promise<void>;
    unresolvedIntents(): Promise<readonly IssuanceIntent[]>;
    /** Whether there is an intent of this number that neither became a certificate nor was given up. */
    isUnresolved(serialNumber: SerialNumber): Promise<boolean>;
  };
  readonly revocation: {
    /**
     * Sets (or with null, lifts) the revocation and stores the request and audit records in one commit. `expected` guards against a concurrent
     * change: `on-hold` rejects with not-on-hold, `not-revoked` and `superseded` with already-revoked, also when a superseded certificate is
     * not revoked any more. Rejects with unknown-certificate, too.
     */
    record(
      serialNumber: SerialNumber,
      revocation: Revocation | null,
      expected: RevocationState,
      request: RequestRecord,
      auditEvents: readonly AuditEvent[],
    ): Promise<void>;
  };
  readonly crls: {
    findNewest(issuingPoint: string, kind: 'full' | 'delta'): Promise<CrlRecord | null>;
    /** The highest number ever published or imported for the issuing point; 0n when none. */
    highestNumber(issuingPoint: string): Promise<bigint>;
    /** Refuses (internal) a number that is not higher than every earlier one. */
    record(crl: CrlRecord, auditEvents: readonly AuditEvent[]): Promise<void>;
  };
  readonly profiles: {
    find(id: ProfileId): Promise<StoredProfile | null>;
    list(): Promise<readonly StoredProfile[]>;
    /** Grows with every change of any profile; cheap, for cache checks. */
    revision(): Promise<bigint>;
    /**
     * Makes the profile what `content` says (null: removes it), with the audit records in one commit, if it still has the revision seen
     * (null: if there is none, nor one whose id differs in case only). False when somebody else was first; then nothing is written.
     */
    change(
      id: ProfileId,
      seenRevision: bigint | null,
      content: Omit<StoredProfile, 'revision'> | null,
      auditEvents: readonly AuditEvent[],
    ): Promise<boolean>;
  };
  readonly authorities: {
    find(id: AuthorityId): Promise<AuthorityDescription | null>;
    findHost(): Promise<AuthorityDescription | null>;
    list(): Promise<readonly AuthorityDescription[]>;
    /**
     * Adds a native authority, or sets parent, enabled and description of one that is there under the same certificate; with its own
     * certificate's record where that is new, in one commit. Refuses (internal) another certificate or a second host authority.
     */
    record(
      authority: AuthorityDescription,
      certificate: CertificateRecord | null,
      auditEvents: readonly AuditEvent[],
    ): Promise<void>;
    /** Refuses with unknown-authority. */
    change(id: AuthorityId, change: AuthorityChange, auditEvents: readonly AuditEvent[]): Promise<void>;
    /**
     * Before the signer or issuance has anything to do. `create` refuses with authority-conflict when the subject is in use, with
     * unknown-authority or disabled-authority for its parent; `delete` takes the authority out of the list in the same commit, and refuses with
     * authority-conflict while it is the host, enabled or above another one; all do while something else is under way.
     */
    recordIntent(intent: AuthorityIntent, auditEvents: readonly AuditEvent[]): Promise<void>;
    /** In the order in which they were begun. */
    unresolvedIntents(): Promise<readonly AuthorityIntent[]>;
    /** Ends an intent in one commit with what became of the authority. Refuses (internal) when somebody else has ended it. */
    resolveIntent(id: AuthorityId, outcome: AuthorityOutcome, auditEvents: readonly AuditEvent[]): Promise<void>;
  };
  readonly pens: {
    /** Whether this side may sign with the authority's key for that purpose now. */
    isHeldHere(authorityId: AuthorityId, scope: PenScope): Promise<boolean>;
  };
  readonly access: {
    /** Null when `seenRevision` is still the newest. */
    read(seenRevision: bigint | null): Promise<AccessDirectory | null>;
  };
  readonly roster: {
    read(): Promise<Roster>;
    /** All of the change with its audit records in one commit, if the revision is still the one seen. False when not; then nothing is written. */
    change(seenRevision: bigint, change: RosterChange, auditEvents: readonly AuditEvent[]): Promise<boolean>;
    /** Null where this side knows of no password of the user. */
    findPasswordHash(userId: string): Promise<string | null>;
  };
  readonly securityDomain: {
    /** `roster.change` changes it. */
    read(): Promise<SecurityDomain>;
  };
  readonly acme: {
    /** Null where nobody has said so yet. */
    isEnabled(): Promise<boolean | null>;
    switch(enabled: boolean, auditEvents: readonly AuditEvent[]): Promise<void>;
  };
  readonly audit: {
    /** Records that belong to no other write (refusals, logins, starts). */
    record(auditEvents: readonly AuditEvent[]): Promise<void>;
  };
}
