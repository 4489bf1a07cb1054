// Tells the authority's refusals from everything else that can go wrong.
import type { CaError, CaErrorCode } from '../contract.ts';

const codes: Readonly<Record<CaErrorCode, true>> = {
  'malformed-request': true,
  'bad-proof-of-possession': true,
  'unknown-profile': true,
  'disabled-profile': true,
  'wrong-profile-state': true,
  'malformed-profile': true,
  'authentication-required': true,
  'not-authorized': true,
  'unknown-authority': true,
  'disabled-authority': true,
  'authority-conflict': true,
  'host-authority-protected': true,
  'unknown-roster-entry': true,
  'unknown-roster-value': true,
  'unknown-user-certificate': true,
  'roster-conflict': true,
  'last-administrator': true,
  'malformed-name': true,
  'malformed-roster-value': true,
  'unknown-request': true,
  'wrong-request-state': true,
  'unknown-certificate': true,
  'already-revoked': true,
  'not-on-hold': true,
  'unknown-issuing-point': true,
  'malformed-edit': true,
  'edit-rejected': true,
  'issuance-refused': true,
  'unsupported-profile': true,
  'pen-elsewhere': true,
  'signer-unavailable': true,
  'store-unavailable': true,
  internal: true,
};

/** By name and code, not by class: an edge knows the authority's types only, and over the network there is no class. */
export function isCaError(error: unknown): error is CaError {
  return (
    error instanceof Error &&
    error.name === 'CaError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(codes, error.code)
  );
}

/** The same error when it is the authority's. Throws it when it is anything else, for whoever handles what nobody foresaw. */
export function asCaError(error: unknown): CaError {
  if (isCaError(error)) return error;
  throw error;
}
