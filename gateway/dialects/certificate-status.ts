// What a certificate is at a moment, in Dogtag's words.
import type { CertificateRecord } from '../contract.ts';

export type CertificateStatusName = 'VALID' | 'INVALID' | 'EXPIRED' | 'REVOKED' | 'REVOKED_EXPIRED';

/** Dogtag changes these in its directory every ten minutes; here they are what they are at that very moment. */
export function certificateStatusName(
  { notBefore, notAfter, revocation }: Pick<CertificateRecord, 'notBefore' | 'notAfter' | 'revocation'>,
  now: Date,
): CertificateStatusName {
  const isExpired = notAfter < now;
  if (revocation !== null) return isExpired ? 'REVOKED_EXPIRED' : 'REVOKED';
  if (isExpired) return 'EXPIRED';
  return notBefore > now ? 'INVALID' : 'VALID';
}
