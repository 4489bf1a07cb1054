// The ASN.1 character string types: which characters each holds, and their octets (X.680 section 41, X.690 section 8.23).
import { DerError } from './der-error.ts';
import { encodeElement } from './encode.ts';
import { tags } from './tags.ts';

export type CharacterStringType =
  | 'utf8String'
  | 'numericString'
  | 'printableString'
  | 'teletexString'
  | 'ia5String'
  | 'visibleString'
  | 'generalString'
  | 'universalString'
  | 'bmpString';

const typeByTag = new Map<number, CharacterStringType>([
  [tags.utf8String, 'utf8String'],
  [tags.numericString, 'numericString'],
  [tags.printableString, 'printableString'],
  [tags.teletexString, 'teletexString'],
  [tags.ia5String, 'ia5String'],
  [tags.visibleString, 'visibleString'],
  [tags.generalString, 'generalString'],
  [tags.universalString, 'universalString'],
  [tags.bmpString, 'bmpString'],
]);

/** The type that an identifier octet names, or null when it is not a character string. */
export function findCharacterStringType(tag: number): CharacterStringType | null {
  return typeByTag.get(tag) ?? null;
}

const printableForm = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const numericForm = /^[0-9 ]*$/;
const visibleForm = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: IA5String is all of ASCII, control characters included.
const ia5Form = /^[\x00-\x7f]*$/;

/** True when every character of `text` can stand in a PrintableString. */
export function isPrintableString(text: string): boolean {
  return printableForm.test(text);
}

/** True when every character of `text` can stand in an IA5String. */
export function isIa5String(text: string): boolean {
  return ia5Form.test(text);
}

/** One string element of the given type. Throws DerError when the type cannot hold the text. */
export function encodeCharacterString(type: CharacterStringType, text: string): Buffer {
  return encodeElement(tags[type], encodeCharacterStringContent(type, text));
}

/** Content octets of a string. Throws DerError when the type cannot hold the text. */
export function encodeCharacterStringContent(type: CharacterStringType, text: string): Buffer {
  switch (type) {
    case 'utf8String':
    case 'generalString':
      if (!text.isWellFormed()) throw new DerError(`text with half a surrogate pair does not fit ${type}`);
      return Buffer.from(text, 'utf8');
    case 'numericString':
      return encodeAscii(type, text, numericForm);
    case 'printableString':
      return encodeAscii(type, text, printableForm);
    case 'visibleString':
      return encodeAscii(type, text, visibleForm);
    case 'ia5String':
      return encodeAscii(type, text, ia5Form);
    case 'teletexString':
      return encodeLatin1(text);
    case 'bmpString':
      return encodeBmp(text);
    case 'universalString':
      return encodeUniversal(text);
  }
}

/** Text of content octets. Throws DerError when they are not valid for the type; TeletexString is read as ISO 8859-1, as everybody does. */
export function decodeCharacterStringContent(
  type: CharacterStringType,
  content: Buffer,
  offset: number | null = null,
): string {
  switch (type) {
    case 'utf8String':
      return decodeUtf8(content, offset);
    case 'numericString':
      return decodeAscii(type, content, numericForm, offset);
    case 'printableString':
      return decodeAscii(type, content, printableForm, offset);
    case 'visibleString':
      return decodeAscii(type, content, visibleForm, offset);
    case 'ia5String':
      return decodeAscii(type, content, ia5Form, offset);
    case 'teletexString':
    case 'generalString':
      return content.toString('latin1');
    case 'bmpString':
      return decodeBmp(content, offset);
    case 'universalString':
      return decodeUniversal(content, offset);
  }
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(content: Buffer, offset: number | null): string {
  try {
    return utf8Decoder.decode(content);
  } catch {
    throw new DerError('UTF8String that is not UTF-8', offset);
  }
}

function encodeAscii(type: CharacterStringType, text: string, form: RegExp): Buffer {
  if (!form.test(text)) throw new DerError(`a character does not fit ${type}`);
  return Buffer.from(text, 'latin1');
}

function decodeAscii(type: CharacterStringType, content: Buffer, form: RegExp, offset: number | null): string {
  const text = content.toString('latin1');
  if (!form.test(text)) throw new DerError(`${type} with a character outside its set`, offset);
  return text;
}

function encodeLatin1(text: string): Buffer {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) throw new DerError('a character does not fit teletexString');
  }
  return Buffer.from(text, 'latin1');
}

function encodeBmp(text: string): Buffer {
  const octets = Buffer.allocUnsafe(text.length * 2);
  for (let i = 0; i < text.length; i++) octets.writeUInt16BE(text.charCodeAt(i), i * 2);
  return octets;
}

function decodeBmp(content: Buffer, offset: number | null): string {
  if (content.length % 2 !== 0) throw new DerError('BMPString with half a character', offset);
  return Buffer.from(content).swap16().toString('utf16le');
}

function encodeUniversal(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const octets = Buffer.allocUnsafe(points.length * 4);
  points.forEach((point, i) => {
    octets.writeUInt32BE(point, i * 4);
  });
  return octets;
}

function decodeUniversal(content: Buffer, offset: number | null): string {
  if (content.length % 4 !== 0) throw new DerError('UniversalString with part of a character', offset);
  let text = '';
  for (let i = 0; i < content.length; i += 4) {
    const point = content.readUInt32BE(i);
    if (point > 0x10ffff) throw new DerError('UniversalString with a character beyond Unicode', offset);
    text += String.fromCodePoint(point);
  }
  return text;
}
