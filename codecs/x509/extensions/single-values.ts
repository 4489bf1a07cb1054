// Extensions that are one plain value: CRL numbers, reason code, hold instruction, invalidity date, Netscape comment, OCSP no-check.
import {
  type DerReader,
  encodeCharacterString,
  encodeEnumerated,
  encodeGeneralizedTime,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  openDer,
} from '#codecs/der';

/** Content of cRLNumber (RFC 5280 section 5.2.3). */
export function encodeCrlNumber(crlNumber: bigint): Buffer {
  return encodeInteger(crlNumber);
}

/** Throws DerError. */
export function decodeCrlNumber(valueDer: Uint8Array): bigint {
  return decodeWhole(valueDer, 'CRLNumber', (reader) => reader.readInteger('CRLNumber'));
}

/** Content of deltaCRLIndicator (RFC 5280 section 5.2.4). */
export function encodeDeltaCrlIndicator(baseCrlNumber: bigint): Buffer {
  return encodeInteger(baseCrlNumber);
}

/** Throws DerError. */
export function decodeDeltaCrlIndicator(valueDer: Uint8Array): bigint {
  return decodeWhole(valueDer, 'BaseCRLNumber', (reader) => reader.readInteger('BaseCRLNumber'));
}

/** Content of reasonCode (RFC 5280 section 5.3.1). */
export function encodeReasonCode(reason: number): Buffer {
  return encodeEnumerated(reason);
}

/** Throws DerError. */
export function decodeReasonCode(valueDer: Uint8Array): number {
  return decodeWhole(valueDer, 'CRLReason', (reader) => reader.readEnumerated('CRLReason'));
}

/** Content of invalidityDate (RFC 5280 section 5.3.2): always GeneralizedTime. */
export function encodeInvalidityDate(time: Date): Buffer {
  return encodeGeneralizedTime(time);
}

/** Throws DerError. */
export function decodeInvalidityDate(valueDer: Uint8Array): Date {
  return decodeWhole(valueDer, 'InvalidityDate', (reader) => reader.readGeneralizedTime('InvalidityDate'));
}

/** Content of holdInstructionCode (RFC 3280 section 5.3.2). */
export function encodeHoldInstructionCode(oid: string): Buffer {
  return encodeObjectIdentifier(oid);
}

/** Throws DerError. */
export function decodeHoldInstructionCode(valueDer: Uint8Array): string {
  return decodeWhole(valueDer, 'HoldInstructionCode', (reader) => reader.readObjectIdentifier('HoldInstructionCode'));
}

/** Content of Netscape's comment. Throws DerError for text beyond ASCII. */
export function encodeNetscapeComment(comment: string): Buffer {
  return encodeCharacterString('ia5String', comment);
}

/** Throws DerError. */
export function decodeNetscapeComment(valueDer: Uint8Array): string {
  return decodeWhole(valueDer, 'netscape comment', (reader) => reader.readCharacterString('ia5String'));
}

/** Content of id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1). */
export function encodeOcspNoCheck(): Buffer {
  return encodeNull();
}

function decodeWhole<T>(valueDer: Uint8Array, what: string, read: (reader: DerReader) => T): T {
  const reader = openDer(valueDer);
  const value = read(reader);
  reader.assertEnd(what);
  return value;
}
