// The record of one certificate: its exact DER, what became of it, and the columns by which it is searched.
import type { AuthorityId, ProfileId, RequestId, SerialNumber } from './identifiers.ts';

/** CRLReason of RFC 5280 section 5.3.1; 7 is unused there and never stored. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;
export type RevocationReason = (typeof revocationReasons)[keyof typeof revocationReasons];

export interface Revocation {
  readonly reason: RevocationReason;
  /** The date that stands in CRLs and OCSP responses. */
  readonly revokedAt: Date;
  /**
   * The date that clients are told beside the certificate, where it is another: Dogtag takes the clock once for the CRL and once for its record, so
   * that one revocation in ten differs by a second. Absent when both are the same.
   */
  readonly notedAt?: Date;
  /** User id of the agent; null when the source did not say. */
  readonly revokedBy: string | null;
  /** RFC 5280 section 5.3.2; null when none was given. */
  readonly invalidityDate: Date | null;
}

/** `invalid` is a certificate that is not yet valid; `expired` states are derived from notAfter at the time of reading. */
export type CertificateStatus = 'valid' | 'invalid' | 'revoked' | 'expired' | 'revoked-expired';

export interface CertificateRecord {
  readonly serialNumber: SerialNumber;
  readonly authorityId: AuthorityId;
  /** Exact bytes, never re-encoded. */
  readonly certificateDer: Uint8Array;
  /** Distinguished names as text, most specific first, `CN=a,O=X` (codecs/x509 `formatName`). */
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Object identifier of the public key algorithm and, for RSA, the modulus length in bits; else null. */
  readonly keyAlgorithmOid: string;
  readonly keyBits: number | null;
  readonly issuedAt: Date;
  /** User id of the agent or user who caused the issuance; null when unknown. */
  readonly issuedBy: string | null;
  readonly requestId: RequestId | null;
  readonly profileId: ProfileId | null;
  readonly revocation: Revocation | null;
  /** Which side signed it. */
  readonly origin: 'native' | 'imported';
}

/** What a certificate is at `now`. */
export function certificateStatusAt(
  record: Pick<CertificateRecord, 'notBefore' | 'notAfter' | 'revocation'>,
  now: Date,
): CertificateStatus {
  const isExpired = record.notAfter < now;
  if (record.revocation !== null) return isExpired ? 'revoked-expired' : 'revoked';
  if (isExpired) return 'expired';
  return record.notBefore > now ? 'invalid' : 'valid';
}

/** Conditions are joined with AND; an absent one does not restrict. Dates are inclusive. */
export interface CertificateQuery {
  readonly serialFrom?: SerialNumber;
  readonly serialTo?: SerialNumber;
  readonly statuses?: readonly CertificateStatus[];
  /** Equal to the whole issuer name as text, regardless of case. */
  readonly issuer?: string;
  /**
   * Parts of the subject, compared with its whole text (`CN=a,OU=b,O=c`) regardless of case. `contains-any`: at least one part's value
   * occurs somewhere after its `attribute=` (so `CN` with `c` matches the example). `equals-all`: for every part the text has
   * `attribute=value` before a comma or at its end. Values are escaped as in the text.
   */
  readonly subject?: {
    readonly match: 'contains-any' | 'equals-all';
    readonly parts: readonly { readonly attribute: string; readonly value: string }[];
  };
  /** The profile that it was issued under. */
  readonly profileId?: string;
  /** A user id, regardless of case; the empty text is anybody, as long as it is known who. */
  readonly issuedBy?: string;
  readonly issuedFrom?: Date;
  readonly issuedTo?: Date;
  /** As `issuedBy`. */
  readonly revokedBy?: string;
  readonly revokedFrom?: Date;
  readonly revokedTo?: Date;
  readonly revocationReasons?: readonly number[];
  /** Whether the revocation has an invalidity date; certificates that are not revoked match neither. */
  readonly hasInvalidityDate?: boolean;
  readonly notBeforeFrom?: Date;
  readonly notBeforeTo?: Date;
  readonly notAfterFrom?: Date;
  readonly notAfterTo?: Date;
  /** Length of validity compared with `milliseconds`. */
  readonly validityLength?: { readonly operation: '<=' | '>='; readonly milliseconds: number };
  /** Bits of the Netscape certificate type that must be set or clear, by `netscapeCertTypeNames` of codecs/x509; certificates without it never match. */
  readonly netscapeCertificateType?: Readonly<Record<string, boolean>>;
  /** Keyset paging: certificates after this serial number, ascending. */
  readonly afterSerial?: SerialNumber;
  readonly offset?: number;
  /** Most rows to return. */
  readonly limit: number;
  /** False where nobody looks at the total, which may be as long to find as the page; it is then that of the page. */
  readonly countTotal?: boolean;
}

export interface CertificatePage {
  readonly certificates: readonly CertificateRecord[];
  /** Number of all matches, regardless of paging, unless the query spares the counting. */
  readonly total: number;
}
