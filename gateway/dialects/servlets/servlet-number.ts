// Numbers as servlets read them out of their parameters.
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** Null when it is absent. Throws ServletFault for what is no number. */
export function readInteger(request: GatewayRequest, name: string, words = 'Invalid number format.'): number | null {
  const text = findParameter(request, name);
  if (text === null) return null;
  const value = parseJavaInteger(text);
  if (value === null) throw new ServletFault(words);
  return value;
}

/** `missing` when it is absent or empty. Throws ServletFault for what is no number. */
export function readIntegerOr(request: GatewayRequest, name: string, missing: number): number {
  const text = findParameter(request, name) ?? '';
  const value = text === '' ? missing : parseJavaInteger(text);
  if (value === null) throw malformedNumber();
  return value;
}

/** As the servlets say it that show lists; others end it with a full stop. */
export const malformedNumber = () => new ServletFault('Invalid number format');

/** Java's Long; null when it is absent. Throws ServletFault for what is no number. */
export function readLong(request: GatewayRequest, name: string, words = 'Invalid number format.'): bigint | null {
  const text = findParameter(request, name);
  if (text === null) return null;
  const value = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : null;
  if (value === null || BigInt.asIntN(64, value) !== value) throw new ServletFault(words);
  return value;
}
