// The form by which certificates are revoked, as agents, owners and token processors fill it in (Dogtag's DoRevoke and DoRevokeTPS).
import type { RevocationReason } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { readInteger, readLong } from './servlet-number.ts';

export interface RevocationForm {
  /** As it was sent, see `toRevocationReason`; null when none was. */
  readonly reason: number | null;
  readonly invalidityDate: Date | null;
  readonly comments: string | null;
  /** Most of the certificates that the filter finds. */
  readonly limit: number;
  readonly filterText: string | null;
}

/** RFC 5280 section 5.3.1, those that a certificate can be revoked for. */
const reasons: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6, 9, 10]);

/** `certificatesMax` are revoked where the form does not say how many, and never more. Throws ServletFault. */
export function readRevocationForm(request: GatewayRequest, certificatesMax: number): RevocationForm {
  const reason = readInteger(request, 'revocationReason');
  const count = readInteger(request, 'totalRecordCount') ?? -1;
  const invalidityMs = readLong(request, 'invalidityDate') ?? 0n;
  return {
    reason,
    invalidityDate: invalidityMs > 0n ? dateOf(invalidityMs) : null,
    comments: findParameter(request, 'csrRequestorComments'),
    limit: count < 0 ? certificatesMax : Math.min(count, certificatesMax),
    filterText: findParameter(request, 'revokeAll'),
  };
}

/** Throws ServletFault for none, and for what is none. */
export function toRevocationReason(reason: number | null): RevocationReason {
  if (reason === null || reason < 0) throw new ServletFault('Missing revocation reason');
  if (!reasons.has(reason)) throw new ServletFault(`Invalid revocation reason: ${reason}`);
  return reason as RevocationReason;
}

function dateOf(ms: bigint): Date {
  const date = new Date(Number(ms));
  // GeneralizedTime has four digits of year (RFC 5280 section 4.1.2.5.2).
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9_999) throw new ServletFault('Invalid invalidity date.');
  return date;
}
