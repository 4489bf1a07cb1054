// Which certificate a renewal is about when only the caller's own can be meant.

import { parseIdentifier } from '#codecs/dogtag-text';
import { decodeCertificate } from '#codecs/x509';
import type { Caller, SerialNumber } from '../contract.ts';

/** A renewal that does not say of what; the message is for the client, in Dogtag's words. */
export class RenewalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RenewalError';
  }
}

/** A serial number as a form or input has it. Throws RenewalError. */
export function parseRenewedSerial(text: string): SerialNumber {
  const serial = parseIdentifier(text);
  if (serial !== null) return serial as SerialNumber;
  throw new RenewalError(text === '' ? 'Zero length BigInteger' : `For input string: "${text}"`);
}

/** The certificate that the caller has shown on this connection: this is no authentication, only a way to name it. Throws RenewalError. */
export function serialOfCaller(caller: Caller, isSecure: boolean): SerialNumber {
  if (!isSecure) throw new RenewalError('Missing serial number');
  if (caller.certificateDer === null) throw new RenewalError('Missing SSL client certificate chain');
  return decodeCertificate(caller.certificateDer, { rules: 'ber' }).serialNumber as SerialNumber;
}
