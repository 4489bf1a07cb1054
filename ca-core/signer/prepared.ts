// Bytes that issuance, revocation or a report's maker have judged fit to be signed; the signer accepts nothing else.

declare const preparedBrand: unique symbol;

export type PreparedKind =
  | 'certificate'
  | 'certificate-list'
  | 'ocsp-response'
  | 'cmc-response'
  | 'certification-request'
  | 'report';

/** DER of a TBSCertificate, TBSCertList, ResponseData, SignedAttributes or CertificationRequestInfo that passed its maker's checks. */
export interface PreparedBytes {
  readonly kind: PreparedKind;
  readonly der: Uint8Array;
  readonly [preparedBrand]: true;
}

// The set, not only the type, holds the rule: a cast elsewhere in the process makes nothing that a signer would take.
const preparedByUs = new WeakSet<object>();

/** Marks bytes as fit to be signed. Called by those whom the tidy rule signer-is-hidden names only. */
export function prepareForSigning(kind: PreparedKind, der: Uint8Array): PreparedBytes {
  const prepared = Object.freeze({ kind, der }) as PreparedBytes;
  preparedByUs.add(prepared);
  return prepared;
}

export function isPrepared(value: PreparedBytes): boolean {
  return preparedByUs.has(value);
}
