// Users, groups and access rules of the installation, as imported and followed; edges decide by them.

export interface AccessUser {
  readonly userId: string;
  readonly fullName: string;
  readonly email: string | null;
  /** Exact DER of every certificate that may act as this user. */
  readonly certificatesDer: readonly Uint8Array[];
  /** `version;serial;issuer;subject` claims that stood beside the certificates in the source. */
  readonly certificateClaims: readonly string[];
  readonly groups: readonly string[];
}

/** Who may do what with one resource; one per resource (lines of the source that name the same resource are joined, as Dogtag does). */
export interface AccessRule {
  readonly resource: string;
  readonly operations: readonly string[];
  readonly clauses: readonly AccessClause[];
  readonly comment: string;
}

export interface AccessClause {
  readonly effect: 'allow' | 'deny';
  readonly operations: readonly string[];
  /** Holds when any of its alternatives does; an alternative holds when all of its conditions do. */
  readonly anyOf: readonly (readonly AccessCondition[])[];
}

export interface AccessCondition {
  readonly subject: 'group' | 'user' | 'ipaddress';
  readonly negated: boolean;
  readonly value: string;
}

export interface AccessDirectory {
  /** Grows with every change; an edge that has seen this revision need not read again. */
  readonly revision: bigint;
  readonly users: readonly AccessUser[];
  readonly rules: readonly AccessRule[];
}
