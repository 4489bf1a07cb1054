// Refusals of the authority, found again in the words in which Dogtag told them.
import { CaError, type CaErrorCode } from '#ca-core/engine';

const patterns: readonly (readonly [RegExp, CaErrorCode])[] = [
  [/^Bad request data: (Profile .* Not Found)$/, 'unknown-profile'],
  [/^Bad request data: (Profile .* not enabled)$/, 'disabled-profile'],
  [/^(Profile .* not enabled)$/, 'disabled-profile'],
  [/^Authentication failed: (.*)$/, 'authentication-required'],
  [/^Unable to create enrollment request: (.*)$/, 'malformed-request'],
  [/^(Invalid Credential\.|Authorization Error)$/, 'authentication-required'],
  [/^(?:Property Error -|Unable to change request state:) (Invalid Property .*)$/, 'malformed-edit'],
  [/^Request (.*) Rejected - \{1\}$/, 'edit-rejected'],
  [/^(certificate #[0-9a-f]+ has already been revoked)$/, 'already-revoked'],
  [/^(Certificate 0x[0-9a-f]+ is (?:not )?a CA signing certificate)$/, 'not-authorized'],
  [/^(?:Record not found)$/, 'unknown-certificate'],
  [/^(Invalid Request|Unknown Certificate Request Type .*)$/, 'malformed-request'],
];

/** What the authority must have said; null for words that are the edge's own. */
export function authorityError(message: string): CaError | null {
  for (const [pattern, code] of patterns) {
    const match = pattern.exec(message);
    if (match !== null) return new CaError(code, match[1] ?? message);
  }
  return null;
}

export function scriptedRefusal(code: CaErrorCode, message: string, subject?: string): CaError {
  return new CaError(code, message, subject === undefined ? {} : { subject });
}
