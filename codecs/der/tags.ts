// Identifier octets of the universal types and of context-specific tags (X.690 section 8.1.2).

/** Identifier octets, with the constructed bit where DER demands it. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  generalString: 0x1b,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Bit 6 of an identifier octet: the content is itself a series of elements. */
export const constructedBit = 0x20;

/** Identifier octet of a context-specific tag that replaces a primitive type (`[number] IMPLICIT`); `number` below 31. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

/** Identifier octet of a context-specific tag around another element, or replacing a SEQUENCE or SET; `number` below 31. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}
