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

/** Java's Long; null when it is absent. Throws ServletFault for what is no number. */
export function readLong(request: GatewayRequest, name: string, words = 'Invalid number format.'): bigint | null {
  const text = findParameter(request, name);
  if (text === null) return null;
  const value = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : null;
  if (value === null || BigInt.asIntN(64, value) !== value) throw new ServletFault(words);
  return value;
}
