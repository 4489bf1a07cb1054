// The serial numbers that a servlet is asked about.
import { parseIdentifier } from '#codecs/dogtag-text';
import type { SerialNumber } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';
import { malformedNumber } from './servlet-number.ts';

/** Decimal, or hexadecimal behind 0x or 0X; null for none and for what is no number. */
export function findSerialNumber(request: GatewayRequest): SerialNumber | null {
  return parseSerialNumber(findParameter(request, 'serialNumber') ?? '');
}

export function parseSerialNumber(text: string): SerialNumber | null {
  const id = parseIdentifier(text.replace(/^(\s*0)X/, '$1x'));
  return id === null ? null : (id as SerialNumber);
}

/** Several with blanks between, at least one. Throws ServletFault. */
export function readSerialNumbers(request: GatewayRequest, most: number): readonly SerialNumber[] {
  const words = (findParameter(request, 'serialNumber') ?? '').split(' ').filter((word) => word.trim() !== '');
  if (words.length === 0 || words.length > most) throw malformedNumber();
  return words.map((word) => {
    const serial = parseSerialNumber(word);
    if (serial === null || serial < 0n) throw malformedNumber();
    return serial;
  });
}
