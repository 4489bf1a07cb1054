// A deed on an authority that needs the signer or the issuance of a certificate between two commits: stored first, so that a crash leaves no half authority.
import type { AuthorityDescription } from './authority-description.ts';
import type { AuthorityId } from './identifiers.ts';

export interface AuthorityIntent {
  readonly authorityId: AuthorityId;
  /** create: from before its key until it is recorded; renew: until its new certificate is its own; delete: until its key is gone. */
  readonly deed: 'create' | 'renew' | 'delete';
  /** Name of its key in the signer. */
  readonly keyId: string;
  readonly parentId: AuthorityId | null;
  /** Subject as text; while an authority is being created, nobody else gets it. */
  readonly subject: string;
  readonly description: string | null;
  /** User id of who asked for it. */
  readonly begunBy: string;
  readonly begunAt: Date;
}

/** What becomes of the authority when an intent ends; null leaves it as it is. */
export type AuthorityOutcome = AuthorityDescription | null;

/** What is asked of `createAuthority`. */
export interface AuthorityOrder {
  /** Null: below the host authority. */
  readonly parentId: AuthorityId | null;
  /** Distinguished name as text, most specific part first. */
  readonly subject: string;
  readonly description: string | null;
}

/** Null leaves as it is; an empty description is none. */
export interface AuthorityChange {
  readonly enabled: boolean | null;
  readonly description: string | null;
}
