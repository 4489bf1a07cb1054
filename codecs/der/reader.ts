// Cursor over DER (or, where old data needs it, BER). It never copies; sub-readers share the input, so offsets in errors are true ones.
import { type CharacterStringType, decodeCharacterStringContent, findCharacterStringType } from './character-string.ts';
import { DerError } from './der-error.ts';
import { decodeObjectIdentifierContent } from './object-identifier.ts';
import { constructedBit, tags } from './tags.ts';
import { decodeGeneralizedTimeContent, decodeUtcTimeContent } from './time.ts';

export interface DerReaderOptions {
  /**
   * `der` (default) refuses every encoding that has a shorter or stricter form. `ber` also takes indefinite and padded lengths, padded
   * integers, TRUE other than FF, strings in pieces and loose times.
   */
  readonly rules?: 'der' | 'ber';
  /** Deepest nesting that may be entered. Default 48: no real structure comes near, and recursion stays harmless. */
  readonly depthMax?: number;
  /** Longest input in octets. Default 256 MiB, room for a CRL of millions of entries. */
  readonly bytesMax?: number;
}

export interface BitString {
  /** Octets without the leading count. */
  readonly bits: Buffer;
  /** Bits of the last octet that don't count, 0 to 7. */
  readonly unusedBits: number;
}

/** One element where it lies in the input. */
export class DerElement {
  /** Identifier octet (all identifier octets, big-endian, for tag numbers above 30). */
  readonly tag: number;
  /** Offset of the identifier octet in the input. */
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Offset after the element. */
  readonly end: number;
  readonly #input: Buffer;

  constructor(input: Buffer, tag: number, start: number, contentStart: number, contentEnd: number, end: number) {
    this.#input = input;
    this.tag = tag;
    this.start = start;
    this.contentStart = contentStart;
    this.contentEnd = contentEnd;
    this.end = end;
  }

  /** The whole element, a view into the input. */
  get bytes(): Buffer {
    return this.#input.subarray(this.start, this.end);
  }

  /** Content octets only, a view into the input. */
  get content(): Buffer {
    return this.#input.subarray(this.contentStart, this.contentEnd);
  }
}

const depthMaxDefault = 48;
const bytesMaxDefault = 256 * 1024 * 1024;
const identifierOctetsMax = 4;

/** A reader over the whole of `bytes`, which must not change while views into it are in use. Throws DerError when it is too long. */
export function openDer(bytes: Uint8Array, options: DerReaderOptions = {}): DerReader {
  const bytesMax = options.bytesMax ?? bytesMaxDefault;
  if (bytes.length > bytesMax) throw new DerError(`input of ${bytes.length} octets is longer than ${bytesMax}`);
  const input = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new DerReader(input, 0, input.length, options.depthMax ?? depthMaxDefault, options.rules === 'ber');
}

/** Reads elements one after another. Every method that reads throws DerError when the next element is not what was asked for. */
export class DerReader {
  /** True when BER is taken too. */
  readonly isTolerant: boolean;
  readonly #input: Buffer;
  readonly #end: number;
  readonly #depthLeft: number;
  #at: number;

  /** Use `openDer`; this is for readers inside readers. */
  constructor(input: Buffer, start: number, end: number, depthLeft: number, isTolerant: boolean) {
    this.#input = input;
    this.#at = start;
    this.#end = end;
    this.#depthLeft = depthLeft;
    this.isTolerant = isTolerant;
  }

  /** Offset of the next element in the input. */
  get offset(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Identifier octet of the next element, or null at the end. (Only the first octet of tag numbers above 30.) */
  peekTag(): number | null {
    return this.#at < this.#end ? (this.#input[this.#at] ?? null) : null;
  }

  /** The next element, whatever it is. */
  readAny(what = 'element'): DerElement {
    const element = this.#scan(this.#at, this.#end, what, this.#depthLeft);
    this.#at = element.end;
    return element;
  }

  /** The next element, which must have this identifier octet. */
  readElement(tag: number, what = 'element'): DerElement {
    if (this.peekTag() !== tag) throw this.#unexpected(tag, what);
    return this.readAny(what);
  }

  /** The next element if it has this identifier octet, else null and nothing is read. */
  findElement(tag: number, what = 'element'): DerElement | null {
    return this.peekTag() === tag ? this.readAny(what) : null;
  }

  /** Steps into the next element, which must have this identifier octet. The returned reader ends where its content ends. */
  enter(tag: number, what = 'element'): DerReader {
    return this.enterElement(this.readElement(tag, what));
  }

  enterSequence(what = 'SEQUENCE'): DerReader {
    return this.enter(tags.sequence, what);
  }

  /** Steps into the next element if it has this identifier octet, else null and nothing is read. */
  findEntered(tag: number, what = 'element'): DerReader | null {
    return this.peekTag() === tag ? this.enter(tag, what) : null;
  }

  /** A reader for the content of an element that this reader has read. */
  enterElement(element: DerElement): DerReader {
    if (this.#depthLeft <= 0) throw new DerError('elements are nested too deeply', element.start);
    return new DerReader(this.#input, element.contentStart, element.contentEnd, this.#depthLeft - 1, this.isTolerant);
  }

  /** Throws DerError when something is left to read. */
  assertEnd(what = 'element'): void {
    if (this.#at < this.#end) throw new DerError(`octets left over after ${what}`, this.#at);
  }

  /** INTEGER of any size; `tag` is for implicitly tagged ones. */
  readInteger(what = 'INTEGER', tag: number = tags.integer): bigint {
    const content = this.#readIntegerContent(tag, what);
    const magnitude = BigInt(`0x${content.toString('hex')}`);
    return (content[0] ?? 0) >= 0x80 ? magnitude - (1n << BigInt(content.length * 8)) : magnitude;
  }

  /** INTEGER that fits 32 bits. */
  readSmallInteger(what = 'INTEGER', tag: number = tags.integer): number {
    const start = this.#at;
    const content = this.#readIntegerContent(tag, what);
    if (content.length > 4) throw new DerError(`${what}: INTEGER of more than 32 bits`, start);
    return content.readIntBE(0, content.length);
  }

  readEnumerated(what = 'ENUMERATED', tag: number = tags.enumerated): number {
    return this.readSmallInteger(what, tag);
  }

  readBoolean(what = 'BOOLEAN', tag: number = tags.boolean): boolean {
    const element = this.readElement(tag, what);
    const octet = this.#input[element.contentStart];
    if (element.contentEnd - element.contentStart !== 1 || octet === undefined) {
      throw new DerError(`${what}: BOOLEAN is not one octet`, element.start);
    }
    if (octet !== 0 && octet !== 0xff && !this.isTolerant) {
      throw new DerError(`${what}: BOOLEAN is neither 00 nor FF`, element.start);
    }
    return octet !== 0;
  }

  readNull(what = 'NULL'): void {
    const element = this.readElement(tags.null, what);
    if (element.contentEnd !== element.contentStart) throw new DerError(`${what}: NULL with content`, element.start);
  }

  readObjectIdentifier(what = 'OBJECT IDENTIFIER', tag: number = tags.objectIdentifier): string {
    const element = this.readElement(tag, what);
    return decodeObjectIdentifierContent(element.content, element.start);
  }

  /** Content of an OCTET STRING: a view, or a joined copy when BER brought it in pieces. */
  readOctetString(what = 'OCTET STRING', tag: number = tags.octetString): Buffer {
    const element = this.#readString(tag, what);
    if ((element.tag & constructedBit) === 0) return element.content;
    return Buffer.concat(this.#pieces(element, tags.octetString, what).map((piece) => piece.content));
  }

  readBitString(what = 'BIT STRING', tag: number = tags.bitString): BitString {
    const element = this.#readString(tag, what);
    if ((element.tag & constructedBit) === 0) return this.#bitStringOf(element, what);
    const pieces = this.#pieces(element, tags.bitString, what).map((piece) => this.#bitStringOf(piece, what));
    if (pieces.slice(0, -1).some((piece) => piece.unusedBits !== 0)) {
      throw new DerError(`${what}: a piece of a BIT STRING ends within an octet`, element.start);
    }
    return { bits: Buffer.concat(pieces.map((piece) => piece.bits)), unusedBits: pieces.at(-1)?.unusedBits ?? 0 };
  }

  /** BIT STRING as named bits, bit 0 first, without trailing zeros. */
  readNamedBits(what = 'BIT STRING', tag: number = tags.bitString): boolean[] {
    const { bits, unusedBits } = this.readBitString(what, tag);
    const named: boolean[] = [];
    for (let i = 0; i < bits.length * 8 - unusedBits; i++) {
      if (((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) === 0) continue;
      while (named.length < i) named.push(false);
      named.push(true);
    }
    return named;
  }

  /** Text of a string of the given type; `tag` is for implicitly tagged ones. */
  readCharacterString(type: CharacterStringType, what: string = type, tag: number = tags[type]): string {
    const element = this.readElement(tag, what);
    return decodeCharacterStringContent(type, element.content, element.start);
  }

  /** Text of the next element, which must be a character string of whatever type. */
  readAnyCharacterString(what = 'character string'): string {
    const element = this.readAny(what);
    const type = findCharacterStringType(element.tag);
    if (type === null) throw new DerError(`${what} is not a character string`, element.start);
    return decodeCharacterStringContent(type, element.content, element.start);
  }

  /** UTCTime or GeneralizedTime. */
  readTime(what = 'Time'): Date {
    return this.peekTag() === tags.utcTime ? this.readUtcTime(what) : this.readGeneralizedTime(what);
  }

  readUtcTime(what = 'UTCTime', tag: number = tags.utcTime): Date {
    const element = this.readElement(tag, what);
    return decodeUtcTimeContent(element.content, this.isTolerant, element.start);
  }

  readGeneralizedTime(what = 'GeneralizedTime', tag: number = tags.generalizedTime): Date {
    const element = this.readElement(tag, what);
    return decodeGeneralizedTimeContent(element.content, this.isTolerant, element.start);
  }

  #readIntegerContent(tag: number, what: string): Buffer {
    const element = this.readElement(tag, what);
    const content = element.content;
    const first = content[0];
    if (first === undefined) throw new DerError(`${what}: INTEGER without content`, element.start);
    if (!this.isTolerant && content.length > 1) {
      const nextIsNegative = (content[1] ?? 0) >= 0x80;
      if ((first === 0 && !nextIsNegative) || (first === 0xff && nextIsNegative)) {
        throw new DerError(`${what}: padded INTEGER`, element.start);
      }
    }
    return content;
  }

  #readString(tag: number, what: string): DerElement {
    if (this.isTolerant && this.peekTag() === (tag | constructedBit)) return this.readAny(what);
    return this.readElement(tag, what);
  }

  #bitStringOf(element: DerElement, what: string): BitString {
    const unusedBits = this.#input[element.contentStart];
    const octets = element.contentEnd - element.contentStart - 1;
    if (octets < 0 || unusedBits === undefined)
      throw new DerError(`${what}: BIT STRING without content`, element.start);
    if (unusedBits > 7 || (octets === 0 && unusedBits !== 0)) {
      throw new DerError(`${what}: BIT STRING with a wrong count of unused bits`, element.start);
    }
    return { bits: this.#input.subarray(element.contentStart + 1, element.contentEnd), unusedBits };
  }

  // X.690 section 8.7.3: a string in pieces is a series of strings of the same universal type, which may be in pieces again.
  #pieces(element: DerElement, tag: number, what: string): DerElement[] {
    const inner = this.enterElement(element);
    const found: DerElement[] = [];
    while (!inner.isAtEnd) {
      const piece = inner.readAny(what);
      if (piece.tag === tag) found.push(piece);
      else if (piece.tag === (tag | constructedBit)) found.push(...inner.#pieces(piece, tag, what));
      else throw new DerError(`${what}: a piece of another type`, piece.start);
    }
    return found;
  }

  #unexpected(tag: number, what: string): DerError {
    const found = this.peekTag();
    const foundText = found === null ? 'the end' : `tag 0x${found.toString(16).padStart(2, '0')}`;
    return new DerError(`${what}: tag 0x${tag.toString(16).padStart(2, '0')} expected, ${foundText} found`, this.#at);
  }

  #scan(start: number, end: number, what: string, depthLeft: number): DerElement {
    let at = start;
    let tag = this.#octet(at++, end, what);
    if ((tag & 0x1f) === 0x1f) {
      let octet = 0x80;
      while ((octet & 0x80) !== 0) {
        if (at - start >= identifierOctetsMax) throw new DerError(`${what}: tag number too large`, start);
        octet = this.#octet(at++, end, what);
        tag = tag * 0x100 + octet;
      }
    }
    const first = this.#octet(at++, end, what);
    if (first === 0x80) return this.#scanIndefinite(tag, start, at, end, what, depthLeft);
    let length = first;
    if (first > 0x80) {
      const count = first & 0x7f;
      if (count > 4 && !this.isTolerant) throw new DerError(`${what}: length of ${count} octets`, start);
      length = 0;
      for (let i = 0; i < count; i++) {
        length = length * 0x100 + this.#octet(at++, end, what);
        if (length > end) throw new DerError(`${what}: longer than what is there`, start);
      }
      if (!this.isTolerant && (length < 0x80 || length < 0x100 ** (count - 1))) {
        throw new DerError(`${what}: length not in its shortest form`, start);
      }
    }
    if (length > end - at) throw new DerError(`${what}: longer than what is there`, start);
    return new DerElement(this.#input, tag, start, at, at + length, at + length);
  }

  // X.690 section 8.1.3.6: content runs up to an end-of-contents element. Depth is limited, so the work stays linear times depth.
  #scanIndefinite(
    tag: number,
    start: number,
    contentStart: number,
    end: number,
    what: string,
    depthLeft: number,
  ): DerElement {
    const isConstructed = ((this.#input[start] ?? 0) & constructedBit) !== 0;
    if (!this.isTolerant || !isConstructed) throw new DerError(`${what}: indefinite length`, start);
    if (depthLeft <= 0) throw new DerError('elements are nested too deeply', start);
    let at = contentStart;
    for (;;) {
      if (this.#octet(at, end, what) === 0 && this.#octet(at + 1, end, what) === 0) {
        return new DerElement(this.#input, tag, start, contentStart, at, at + 2);
      }
      at = this.#scan(at, end, what, depthLeft - 1).end;
    }
  }

  #octet(at: number, end: number, what: string): number {
    const octet = at < end ? this.#input[at] : undefined;
    if (octet === undefined) throw new DerError(`${what}: input ends too early`, at);
    return octet;
  }
}

/** Whether these bytes are one DER element and nothing more, as the value of an extension must be (RFC 5280 section 4.2). */
export function isOneElement(der: Uint8Array): boolean {
  try {
    const reader = openDer(der);
    reader.readAny();
    return reader.isAtEnd;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
