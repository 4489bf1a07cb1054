// The serial number that a servlet is asked about.
import { parseIdentifier } from '#codecs/dogtag-text';
import type { SerialNumber } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';

/** Decimal, or hexadecimal behind 0x or 0X; null for none and for what is no number. */
export function findSerialNumber(request: GatewayRequest): SerialNumber | null {
  return parseSerialNumber(findParameter(request, 'serialNumber') ?? '');
}

export function parseSerialNumber(text: string): SerialNumber | null {
  const id = parseIdentifier(text.replace(/^(\s*0)X/, '$1x'));
  return id === null ? null : (id as SerialNumber);
}
