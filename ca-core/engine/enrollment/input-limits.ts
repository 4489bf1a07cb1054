// How much an edge may hand over at once. Far above what any client sends, and low enough that nobody fills the record with one call.
import { CaError, type CaErrorCode } from '../errors.ts';
import type { EnrollmentDecision, EnrollmentSubmission } from '../model/index.ts';

const namesMax = 4096;
const nameLengthMax = 256;
/** In UTF-16 units, names and values together; a certificate request alone may have half of it. */
const totalLengthMax = 2 * 1024 * 1024;
const freeTextLengthMax = 64 * 1024;

/** Throws CaError `malformed-request`. */
export function assertSubmissionLimits({ inputs }: EnrollmentSubmission): void {
  assertLimits(Object.entries(inputs), 'malformed-request');
}

/** Throws CaError `malformed-edit`. */
export function assertDecisionLimits({ edits, notes }: EnrollmentDecision): void {
  if ((notes?.length ?? 0) > freeTextLengthMax) throw new CaError('malformed-edit', 'Notes are too long');
  if (edits === null) return;
  assertLimits(
    edits.map(({ name, value }) => [name, value]),
    'malformed-edit',
  );
}

function assertLimits(named: readonly (readonly [name: string, value: string])[], code: CaErrorCode): void {
  if (named.length > namesMax) throw new CaError(code, `More than ${namesMax} values`);
  let length = 0;
  for (const [name, value] of named) {
    if (name.length > nameLengthMax) throw new CaError(code, 'The name of a value is too long');
    length += name.length + value.length;
  }
  if (length > totalLengthMax) throw new CaError(code, 'Values are too long');
}
