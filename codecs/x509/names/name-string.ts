// Character strings inside names as JSS writes and reads them, which is looser than ASN.1 (JSS ASN1CharStrConvMap and its charsets).
import {
  type CharacterStringType,
  encodeCharacterString,
  encodeElement,
  findCharacterStringType,
  openDer,
  tags,
} from '#codecs/der';
import { NameSyntaxError } from './name-syntax-error.ts';

const byteOrderMark = Buffer.of(0xfe, 0xff);

/** JSS DirStrConverter: nearly everything fits UTF8String, so the rest matters only for text with half a surrogate pair. */
export const directoryStringTypes: readonly CharacterStringType[] = [
  'utf8String',
  'printableString',
  'teletexString',
  'universalString',
];

/** JSS GenericValueConverter, for attribute types without a keyword. */
export const genericStringTypes: readonly CharacterStringType[] = [
  'printableString',
  'ia5String',
  'bmpString',
  'utf8String',
  'teletexString',
  'universalString',
];

/** One string element of the first type that can hold `text`. Throws NameSyntaxError when none can. */
export function encodeNameString(text: string, types: readonly CharacterStringType[]): Buffer {
  for (const type of types) {
    const element = tryEncode(type, text);
    if (element !== null) return element;
  }
  throw new NameSyntaxError(`a value does not fit ${types.join(' or ')}`);
}

function tryEncode(type: CharacterStringType, text: string): Buffer | null {
  try {
    switch (type) {
      case 'bmpString':
        // Java's UnicodeBig charset is UTF-16 with a byte order mark, and JSS puts the mark into the certificate.
        if (!text.isWellFormed()) return null;
        return encodeElement(tags.bmpString, Buffer.concat([byteOrderMark, Buffer.from(text, 'utf16le').swap16()]));
      case 'visibleString':
        return encodeElement(tags.visibleString, encodeNamePrintable(text));
      case 'universalString':
        return encodeElement(tags.universalString, encodeCodeUnits(text));
      default:
        return encodeCharacterString(type, text);
    }
  } catch {
    return null;
  }
}

// JSS gives VisibleString the character set of PrintableString.
function encodeNamePrintable(text: string): Buffer {
  return openDer(encodeCharacterString('printableString', text)).readAny().content;
}

// JSS writes UTF-16 code units, so a character beyond the basic plane becomes two.
function encodeCodeUnits(text: string): Buffer {
  const octets = Buffer.alloc(text.length * 4);
  for (let i = 0; i < text.length; i++) octets.writeUInt16BE(text.charCodeAt(i), i * 4 + 2);
  return octets;
}

/** What JSS makes of the octets of a string: its text, `unknown` for a type without charset (printed as hexadecimal), or `malformed`. */
export type NameStringReading = { readonly text: string } | 'unknown' | 'malformed';

export function decodeNameString(tag: number, content: Buffer): NameStringReading {
  const type = findCharacterStringType(tag);
  switch (type) {
    case null:
    case 'numericString':
      return 'unknown';
    case 'printableString':
    case 'visibleString':
      // JSS drops what cannot stand in a PrintableString, `@` and `_` among it, instead of refusing it.
      return { text: dropUnprintable(content) };
    case 'ia5String':
      return content.every((octet) => octet < 0x80) ? { text: content.toString('latin1') } : 'malformed';
    case 'teletexString':
      return { text: content.toString('latin1') };
    case 'utf8String':
    case 'generalString':
      return decodeUtf8(content);
    case 'bmpString':
      return decodeUtf16(content);
    case 'universalString':
      return decodeUniversal(content);
  }
}

const unprintable = /[^A-Za-z0-9 '()+,\-./:=?]/g;

function dropUnprintable(content: Buffer): string {
  return Buffer.from(content.map((octet) => octet & 0x7f))
    .toString('latin1')
    .replace(unprintable, '');
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(content: Buffer): NameStringReading {
  try {
    return { text: utf8Decoder.decode(content) };
  } catch {
    return 'malformed';
  }
}

function decodeUtf16(content: Buffer): NameStringReading {
  if (content.length % 2 !== 0) return 'malformed';
  const mark = content.length >= 2 ? content.readUInt16BE(0) : 0;
  const littleEndian = mark === 0xfffe;
  const body = littleEndian || mark === 0xfeff ? content.subarray(2) : content;
  const text = (littleEndian ? body : Buffer.from(body).swap16()).toString('utf16le');
  return text.isWellFormed() ? { text } : 'malformed';
}

// A UniversalString that was written with the wrong octet order is understood as well, as JSS does.
function decodeUniversal(content: Buffer): NameStringReading {
  if (content.length % 4 !== 0) return 'malformed';
  let text = '';
  for (let i = 0; i < content.length; i += 4) {
    const high = content.readUInt16BE(i);
    const low = content.readUInt16BE(i + 2);
    if (high !== 0 && low !== 0) return 'malformed';
    text += String.fromCharCode(low === 0 ? content.readUInt16LE(i) : low);
  }
  return { text };
}
