// DER writer: every function returns one finished element as a new Buffer, so that elements compose by plain concatenation.
import { DerError } from './der-error.ts';
import { encodeObjectIdentifierContent } from './object-identifier.ts';
import { constructedBit, contextConstructed, tags } from './tags.ts';

/** Number of octets that tag and length take before `contentLength` octets of content. */
export function headerLength(contentLength: number): number {
  if (contentLength < 0x80) return 2;
  if (contentLength < 0x100) return 3;
  if (contentLength < 0x10000) return 4;
  if (contentLength < 0x1000000) return 5;
  return 6;
}

/** Writes identifier octet and length at `offset`; returns the offset of the content. The buffer must have room. */
export function writeHeader(target: Buffer, offset: number, tag: number, contentLength: number): number {
  let at = offset;
  target[at++] = tag;
  if (contentLength < 0x80) {
    target[at++] = contentLength;
    return at;
  }
  const lengthOctets = headerLength(contentLength) - 2;
  target[at++] = 0x80 | lengthOctets;
  for (let shift = (lengthOctets - 1) * 8; shift >= 0; shift -= 8) target[at++] = (contentLength >>> shift) & 0xff;
  return at;
}

/** One element with `content` as its content octets. `tag` is the single identifier octet. */
export function encodeElement(tag: number, content: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(headerLength(content.length) + content.length);
  result.set(content, writeHeader(result, 0, tag, content.length));
  return result;
}

/** One element whose content is `parts`, one after another. */
export function encodeConstructed(tag: number, parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const result = Buffer.allocUnsafe(headerLength(length) + length);
  let at = writeHeader(result, 0, tag, length);
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** SEQUENCE of finished elements. */
export function encodeSequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeConstructed(tags.sequence, parts);
}

/** SET of finished elements, left in the order given. */
export function encodeSet(...parts: readonly Uint8Array[]): Buffer {
  return encodeConstructed(tags.set, parts);
}

/** SET OF finished elements, sorted as X.690 section 11.6 demands. `tag` allows an implicitly tagged one. */
export function encodeSetOf(parts: readonly Uint8Array[], tag: number = tags.set): Buffer {
  return encodeConstructed(tag, parts.length < 2 ? parts : [...parts].sort(compareSetOf));
}

// X.690 compares as if the shorter one were padded with zeros; complete elements can't be each other's prefix, so plain order is the same.
function compareSetOf(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** `[number] EXPLICIT` around a finished element (or several). */
export function encodeExplicit(number: number, ...parts: readonly Uint8Array[]): Buffer {
  return encodeConstructed(contextConstructed(number), parts);
}

/** `[number] IMPLICIT`: the same element under another tag; the constructed bit is kept. */
export function encodeImplicit(number: number, element: Uint8Array): Buffer {
  const result = Buffer.from(element);
  const identifier = result[0];
  if (identifier === undefined) throw new DerError('cannot tag an empty element');
  result[0] = 0x80 | (identifier & constructedBit) | number;
  return result;
}

const trueElement = Buffer.from([tags.boolean, 1, 0xff]);
const falseElement = Buffer.from([tags.boolean, 1, 0]);

export function encodeBoolean(value: boolean): Buffer {
  return Buffer.from(value ? trueElement : falseElement);
}

export function encodeNull(): Buffer {
  return Buffer.from([tags.null, 0]);
}

/** INTEGER of any size and sign, in the fewest octets. A number must be a safe integer. */
export function encodeInteger(value: bigint | number): Buffer {
  return encodeElement(tags.integer, encodeIntegerContent(value));
}

export function encodeEnumerated(value: number): Buffer {
  return encodeElement(tags.enumerated, encodeIntegerContent(value));
}

/** INTEGER from big-endian octets taken as a number that is not negative; superfluous leading zeros are dropped. */
export function encodeUnsignedInteger(bigEndian: Uint8Array): Buffer {
  let start = 0;
  while (start < bigEndian.length - 1 && bigEndian[start] === 0) start++;
  const digits = bigEndian.subarray(start);
  const needsSignOctet = digits.length === 0 || (digits[0] ?? 0) >= 0x80;
  return encodeElement(tags.integer, needsSignOctet ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** Content octets of an INTEGER: two's complement, fewest octets. */
export function encodeIntegerContent(value: bigint | number): Buffer {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new DerError(`not a safe integer: ${value}`);
    if (value >= -0x80 && value < 0x80) return Buffer.of(value & 0xff);
    return encodeIntegerContent(BigInt(value));
  }
  return Buffer.from(encodeIntegerHex(value), 'hex');
}

/** Content octets of an INTEGER in hexadecimal: two's complement, fewest octets. */
export function encodeIntegerHex(value: bigint): string {
  if (value < 0n) {
    // Two's complement of n octets is the value plus 256^n; the complement of the value tells how many are needed.
    const octets = encodeIntegerHex(~value).length / 2;
    return (value + (1n << BigInt(octets * 8))).toString(16);
  }
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  // The top bit is the sign, so a magnitude that fills it needs one more octet.
  return even.charCodeAt(0) >= 0x38 ? `00${even}` : even;
}

export function encodeObjectIdentifier(oid: string): Buffer {
  return encodeElement(tags.objectIdentifier, encodeObjectIdentifierContent(oid));
}

export function encodeOctetString(content: Uint8Array): Buffer {
  return encodeElement(tags.octetString, content);
}

/** BIT STRING; `unusedBits` (0 to 7) is the number of bits of the last octet that don't count. */
export function encodeBitString(bits: Uint8Array, unusedBits = 0): Buffer {
  const result = Buffer.allocUnsafe(headerLength(bits.length + 1) + bits.length + 1);
  const at = writeHeader(result, 0, tags.bitString, bits.length + 1);
  result[at] = unusedBits;
  result.set(bits, at + 1);
  return result;
}

/** BIT STRING with named bits (X.690 section 11.2.2): bit 0 first, trailing zero bits removed. */
export function encodeNamedBits(bits: readonly boolean[]): Buffer {
  const length = bits.lastIndexOf(true) + 1;
  const octets = Buffer.alloc(Math.ceil(length / 8));
  for (let i = 0; i < length; i++) {
    if (bits[i] === true) octets[i >> 3] = (octets[i >> 3] ?? 0) | (0x80 >> (i & 7));
  }
  return encodeBitString(octets, octets.length * 8 - length);
}
