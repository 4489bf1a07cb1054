// One thing that happened and must be accounted for. Events become records of the HMAC chain in the commit that makes them true.

/** What happened, in a closed list, so that reports can group by it. */
export type AuditEventName =
  | 'authority-added'
  | 'authority-created'
  | 'authority-changed'
  | 'authority-renewed'
  | 'authority-deleted'
  | 'authority-abandoned'
  | 'enrollment-submitted'
  | 'enrollment-decided'
  | 'enrollment-rejected'
  | 'certificate-issued'
  | 'issuance-resumed'
  | 'issuance-abandoned'
  | 'certificate-revoked'
  | 'certificate-released'
  | 'crl-published'
  | 'cmc-answered'
  | 'access-refused'
  | 'login'
  | 'logout'
  | 'import-started'
  | 'import-finished'
  | 'verification-finished'
  | 'fact-applied'
  | 'profile-added'
  | 'profile-changed'
  | 'profile-enabled'
  | 'profile-disabled'
  | 'profile-removed'
  | 'user-added'
  | 'user-changed'
  | 'user-removed'
  | 'group-added'
  | 'group-changed'
  | 'group-removed'
  | 'domain-changed'
  | 'acme-enabled'
  | 'acme-disabled'
  | 'mode-changed'
  | 'cutover'
  | 'rollback'
  | 'pen-moved'
  | 'fence-set'
  | 'service-started'
  | 'service-stopped';

export interface AuditEvent {
  readonly name: AuditEventName;
  readonly outcome: 'success' | 'failure';
  /** User id, or `system`, or `anonymous`. */
  readonly actor: string;
  /** Address of the caller; null for the installation's own deeds. */
  readonly remoteAddress: string | null;
  /** Facts by name; values are text fit for reading, never secrets. Serial numbers decimal. */
  readonly details: Readonly<Record<string, string>>;
}
