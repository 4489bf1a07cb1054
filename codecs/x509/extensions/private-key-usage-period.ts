// privateKeyUsagePeriod (RFC 3280 section 4.2.1.4), dropped from RFC 5280 but still in Dogtag's profiles.
import { contextPrimitive, encodeGeneralizedTime, encodeImplicit, encodeSequence, openDer } from '#codecs/der';

export interface PrivateKeyUsagePeriod {
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
}

export function encodePrivateKeyUsagePeriod(period: PrivateKeyUsagePeriod): Buffer {
  const parts: Buffer[] = [];
  if (period.notBefore !== null) parts.push(encodeImplicit(0, encodeGeneralizedTime(period.notBefore)));
  if (period.notAfter !== null) parts.push(encodeImplicit(1, encodeGeneralizedTime(period.notAfter)));
  return encodeSequence(...parts);
}

/** Throws DerError. */
export function decodePrivateKeyUsagePeriod(valueDer: Uint8Array): PrivateKeyUsagePeriod {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('PrivateKeyUsagePeriod');
  reader.assertEnd('PrivateKeyUsagePeriod');
  const findTime = (number: number): Date | null => {
    const tag = contextPrimitive(number);
    return sequence.peekTag() === tag ? sequence.readGeneralizedTime('PrivateKeyUsagePeriod', tag) : null;
  };
  const period = { notBefore: findTime(0), notAfter: findTime(1) };
  sequence.assertEnd('PrivateKeyUsagePeriod');
  return period;
}
