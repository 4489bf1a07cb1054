// Distinguished names from text, giving the very DER that JSS 4.8 gives for the same text (JSS LdapV3DNStrConverter), oddities included.
import { type CharacterStringType, DerError, encodeElement, isObjectIdentifier, openDer } from '#codecs/der';
import { objectIdentifierFault } from '#codecs/dogtag-text';
import { findAttributeTypeByKeyword, findAttributeTypeByOid } from './attribute-types.ts';
import { type DistinguishedName, encodeName, type NameAttribute, type RelativeDistinguishedName } from './name.ts';
import { directoryStringTypes, encodeNameString, genericStringTypes } from './name-string.ts';
import { NameSyntaxError } from './name-syntax-error.ts';

export interface ParseNameOptions {
  /** String types tried in turn for directory strings (Dogtag's `X500Name.directoryStringEncodingOrder`). Default: UTF8String first. */
  readonly directoryStringTypes?: readonly CharacterStringType[];
  /** Tried in turn for every attribute that is not bound to one type; overrides the option above and the order for unknown attributes. */
  readonly stringTypes?: readonly CharacterStringType[];
  /** Treat C, E, DC and the like as directory strings too, as Dogtag does when a request asks for UTF-8 names. */
  readonly everyAttributeIsDirectoryString?: boolean;
}

const textLengthMax = 65_536;
const partsMax = 256;
const specials = ',+=<>#;';
const valueEnds = '+,;>';
const hexDigit = /^[0-9A-Fa-f]$/;

/**
 * Structure of a name written most specific first, `CN=a,O=X`. The empty text is the empty name.
 * As in JSS, everything after an unescaped `>` is ignored, and values lose white space at both ends even where it was escaped.
 * Throws NameSyntaxError.
 */
export function parseName(text: string, options: ParseNameOptions = {}): DistinguishedName {
  if (text.length > textLengthMax) throw new NameSyntaxError(`name longer than ${textLengthMax} characters`);
  if (text === '') return [];
  const cursor = new TextCursor(text);
  const rdns: RelativeDistinguishedName[] = [];
  let separator: string | null;
  do {
    rdns.push(parseRdn(cursor, options));
    if (rdns.length > partsMax) throw new NameSyntaxError(`name of more than ${partsMax} parts`);
    separator = cursor.next();
  } while (separator === ',' || separator === ';');
  return rdns.reverse();
}

/** DER of a name given as text; see `parseName`. */
export function encodeNameText(text: string, options: ParseNameOptions = {}): Buffer {
  return encodeName(parseName(text, options));
}

/** One character at a time with one step back, the way the grammar is defined. */
class TextCursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next UTF-16 code unit, or null at the end. */
  next(): string | null {
    return this.#text[this.#at++] ?? null;
  }

  back(): void {
    this.#at--;
  }
}

function parseRdn(cursor: TextCursor, options: ParseNameOptions): RelativeDistinguishedName {
  const attributes: NameAttribute[] = [];
  let separator: string | null;
  do {
    attributes.push(parseAttribute(cursor, options));
    if (attributes.length > partsMax)
      throw new NameSyntaxError(`more than ${partsMax} attributes in one part of a name`);
    separator = cursor.next();
  } while (separator === '+');
  cursor.back();
  return attributes;
}

const badFormat = 'Bad AVA format:';

function parseAttribute(cursor: TextCursor, options: ParseNameOptions): NameAttribute {
  const oid = parseAttributeType(cursor);
  let character = cursor.next();
  while (character === ' ') character = cursor.next();
  if (character === null)
    throw new NameSyntaxError('attribute without a value', null, `${badFormat} Missing attribute value`);
  if (character === '#') return parseHexValue(cursor, oid);
  if (character !== '"') cursor.back();
  const value = character === '"' ? parseQuotedValue(cursor) : parseCharacters(cursor, valueEnds);
  const valueDer = encodeValue(trim(value), oid, options);
  return { oid, valueTag: valueDer[0] ?? 0, valueDer };
}

function parseAttributeType(cursor: TextCursor): string {
  let written = '';
  for (let character = cursor.next(); character !== '='; character = cursor.next()) {
    if (character === null)
      throw new NameSyntaxError("'=' is missing after an attribute type", null, `${badFormat} Missing '='`);
    written += character;
  }
  const keyword = trim(written.toUpperCase());
  if (keyword === '') throw new NameSyntaxError('empty attribute type', 'String index out of range: 0');
  if (/^[0-9]/.test(keyword) || keyword.startsWith('OID.')) {
    return parseDottedType(keyword.startsWith('OID.') ? keyword.slice(4) : keyword);
  }
  const type = findAttributeTypeByKeyword(keyword);
  const shown = keyword.slice(0, 80);
  if (type === null)
    throw new NameSyntaxError(`unknown attribute type: ${shown}`, null, `Unknown AVA keyword '${shown}'.`);
  return type.oid;
}

// Java reads arcs as numbers, so a sign and leading zeros are let pass.
function parseDottedType(written: string): string {
  const oid = written
    .split('.')
    .map((arc) => arc.replace(/^\+?0*(?=\d)/, ''))
    .join('.');
  if (!isObjectIdentifier(oid))
    throw new NameSyntaxError(`not an object identifier: ${written.slice(0, 80)}`, objectIdentifierFault(written));
  return oid;
}

function parseHexValue(cursor: TextCursor, oid: string): NameAttribute {
  let hex = '';
  for (;;) {
    const first = cursor.next();
    if (first === null || valueEnds.includes(first)) break;
    const second = cursor.next();
    if (!isHexDigit(first) || !isHexDigit(second)) throw new NameSyntaxError('bad hexadecimal value');
    hex += first + second;
  }
  cursor.back();
  if (hex === '') throw new NameSyntaxError('empty hexadecimal value');
  const valueDer = decodeHexElement(Buffer.from(hex, 'hex'));
  return { oid, valueTag: valueDer[0] ?? 0, valueDer };
}

// JSS takes padded lengths and writes them in their shortest form.
function decodeHexElement(octets: Buffer): Buffer {
  try {
    const reader = openDer(octets, { rules: 'ber' });
    const element = reader.readAny('attribute value');
    reader.assertEnd('attribute value');
    if (element.tag <= 0xff && octets[1] !== 0x80) return encodeElement(element.tag, element.content);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  throw new NameSyntaxError('hexadecimal value is not one DER element');
}

function parseQuotedValue(cursor: TextCursor): string {
  if (cursor.next() === null) throw new NameSyntaxError('quoted value without an end');
  cursor.back();
  const value = parseCharacters(cursor, '"');
  cursor.next();
  let character = cursor.next();
  while (character === ' ') character = cursor.next();
  if (character !== null && !valueEnds.includes(character)) throw new NameSyntaxError('text after a quoted value');
  cursor.back();
  return value;
}

/** Characters up to one of `ends`, which is left unread, or to the end of the text. */
function parseCharacters(cursor: TextCursor, ends: string): string {
  let value = '';
  for (let character = cursor.next(); ; character = cursor.next()) {
    if (character === null || ends.includes(character)) break;
    value += character === '\\' ? parseEscape(cursor) : character;
  }
  cursor.back();
  return value;
}

function parseEscape(cursor: TextCursor): string {
  const character = cursor.next();
  if (character === null) throw new NameSyntaxError('escape at the end of the text');
  if (specials.includes(character) || '\n\\" '.includes(character)) return character;
  if (!isHexDigit(character)) throw new NameSyntaxError('escape of a character that needs none');
  cursor.back();
  return parseHexPairs(cursor);
}

/** A run of escaped octets is UTF-8 as a whole: `\C3\A9` is one character. */
function parseHexPairs(cursor: TextCursor): string {
  const octets: number[] = [];
  for (;;) {
    const first = cursor.next();
    const second = cursor.next();
    if (!isHexDigit(first) || !isHexDigit(second))
      throw new NameSyntaxError('escaped octet with one hexadecimal digit');
    octets.push(Number.parseInt(`${first}${second}`, 16));
    const marker = cursor.next();
    if (marker !== '\\') {
      cursor.back();
      break;
    }
    const digit = cursor.next();
    if (digit === null) throw new NameSyntaxError('escape at the end of the text');
    cursor.back();
    if (!isHexDigit(digit)) {
      cursor.back();
      break;
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(octets));
  } catch {
    throw new NameSyntaxError('escaped octets are not UTF-8');
  }
}

function encodeValue(text: string, oid: string, options: ParseNameOptions): Buffer {
  const type = findAttributeTypeByOid(oid);
  const syntax = type !== null && options.everyAttributeIsDirectoryString === true ? 'directory' : type?.syntax;
  switch (syntax) {
    case 'printable':
      return encodeNameString(text, ['printableString']);
    case 'ia5':
      return encodeNameString(text, ['ia5String']);
    case 'directory':
      return encodeNameString(text, options.stringTypes ?? options.directoryStringTypes ?? directoryStringTypes);
    case undefined:
      return encodeNameString(text, options.stringTypes ?? genericStringTypes);
  }
}

function isHexDigit(character: string | null): character is string {
  return character !== null && hexDigit.test(character);
}

// Java's String.trim: everything up to and including the space, control characters too, and nothing else.
function trim(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is trimmed.
  return text.replace(/^[\x00-\x20]+/, '').replace(/[\x00-\x20]+$/, '');
}
