// Patterns of parameters, filled in with the facts of a request.
import { CaError } from '../errors.ts';
import { type Pattern, PatternError } from './pattern.ts';
import type { RequestContext } from './request-context.ts';

/** The text of a pattern for this request. Throws CaError `malformed-request`. */
export function expandForRequest(pattern: Pattern, { attributes }: RequestContext): string {
  try {
    return pattern.expand('request', (name) => attributes.find(name));
  } catch (error) {
    if (error instanceof PatternError) throw new CaError('malformed-request', error.message, { cause: error });
    throw error;
  }
}
