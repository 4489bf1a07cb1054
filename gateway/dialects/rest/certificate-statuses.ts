// Statuses of certificates by Dogtag's names, which its directory compares without regard to case.
import type { CertificateStatus } from '../../contract.ts';

const statuses: Readonly<Record<string, CertificateStatus>> = {
  VALID: 'valid',
  INVALID: 'invalid',
  REVOKED: 'revoked',
  EXPIRED: 'expired',
  REVOKED_EXPIRED: 'revoked-expired',
};

/** None at all for a name that no status has; null, which restricts nothing, when no name was given. */
export function statusesNamed(name: string | null): readonly CertificateStatus[] | null {
  if (name === null) return null;
  const status = Object.hasOwn(statuses, name.toUpperCase()) ? statuses[name.toUpperCase()] : undefined;
  return status === undefined ? [] : [status];
}
