// How constraints read their parameters: where a value is empty or `-`, the constraint does not care.
import type { CaError } from '../errors.ts';
import type { ClassParameters } from './class-parameters.ts';
import type { Rejection } from './request-context.ts';

export function rejected(message: string): Rejection {
  return { kind: 'rejected', message };
}

/** For parameters that Dogtag stumbles over only when it judges a request: `error` names line and key. */
export function failed(error: CaError): Rejection {
  return { kind: 'failed', message: error.message };
}

/** The flag that a parameter demands, or null when anything goes. Only `true` in any case is true. */
export function demandedFlag(parameters: ClassParameters, name: string): boolean | null {
  const text = parameters.text(name);
  return text === '' || text === '-' ? null : text.toLowerCase() === 'true';
}

/** `Label=value` of all parameters, for the text that describes a constraint. */
export function labelledParameters(
  parameters: ClassParameters,
  labels: readonly (readonly [string, string])[],
): string {
  return labels.map(([label, name]) => `${label}=${parameters.text(name)}`).join(', ');
}
