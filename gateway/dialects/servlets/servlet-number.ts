// Numbers as servlets read them out of their parameters.
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { SerialNumber } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** As Java's BigInteger reads them, hexadecimal behind `0x`; white space around it does not matter. Null for what is none. */
export function parseServletSerial(text: string): SerialNumber | null {
  const trimmed = text.trim();
  const hexadecimal = /^0x([+-]?)([0-9a-f]{1,200})$/i.exec(trimmed);
  if (hexadecimal !== null) {
    const [, sign, digits] = hexadecimal;
    const value = BigInt(`0x${digits}`);
    return (sign === '-' ? -value : value) as SerialNumber;
  }
  return /^[+-]?\d{1,240}$/.test(trimmed) ? (BigInt(trimmed.replace(/^\+/, '')) as SerialNumber) : null;
}

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
