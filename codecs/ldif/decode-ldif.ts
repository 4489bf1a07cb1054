// Reads LDIF content records (RFC 2849) piece by piece, so that a directory larger than memory can be read.
import { DirectoryEntry, decodeUtf8 } from './directory-entry.ts';
import { LdifError } from './ldif-error.ts';

export interface LdifLimits {
  /** Longest value, decoded, in octets. */
  readonly valueBytesMax: number;
  /** Largest entry in octets of LDIF text. */
  readonly entryBytesMax: number;
  /** Most values in one entry. */
  readonly valuesMax: number;
}

/** Room for a CRL of a million entries, and for an entry that holds one several times over. */
export const ldifLimits: LdifLimits = {
  valueBytesMax: 64 * 1024 * 1024,
  entryBytesMax: 256 * 1024 * 1024,
  valuesMax: 100_000,
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const numberSign = 0x23;
const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const attributeDescription = /^[A-Za-z0-9.]([A-Za-z0-9.;_-])*$/;

interface LogicalLine {
  readonly bytes: Buffer;
  readonly lineNumber: number;
}

/**
 * Feed it octets with `push`, in pieces of any size, and call `finish` at the end; both return the entries completed by then. Throws LdifError
 * on text that is not LDIF, on change records, on values by URL (a file must not make us read other files) and on anything beyond the limits.
 */
export class LdifDecoder {
  readonly #limits: LdifLimits;
  /** Octets of a physical line whose end has not come yet. */
  #partial: Buffer[] = [];
  #partialLength = 0;
  #lineNumber = 0;
  /** The logical line being unfolded: its pieces, and the number of its first physical line. */
  #folded: Buffer[] | null = null;
  #foldedStart = 0;
  #foldedIsComment = false;
  #lines: LogicalLine[] = [];
  #entryLength = 0;
  #sawVersion = false;
  #sawRecord = false;

  constructor(limits: LdifLimits = ldifLimits) {
    this.#limits = limits;
  }

  push(piece: Uint8Array): DirectoryEntry[] {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const entries: DirectoryEntry[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(lineFeed, start);
      if (end < 0) break;
      this.#keep(bytes.subarray(start, end));
      this.#endPhysicalLine(entries);
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(Buffer.from(bytes.subarray(start)));
    return entries;
  }

  finish(): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    if (this.#partialLength > 0) this.#endPhysicalLine(entries);
    this.#endLogicalLine();
    this.#endRecord(entries);
    return entries;
  }

  #keep(part: Buffer): void {
    this.#partial.push(part);
    this.#partialLength += part.length;
    this.#entryLength += part.length;
    if (this.#entryLength > this.#limits.entryBytesMax)
      throw new LdifError(`entry is longer than ${this.#limits.entryBytesMax} octets`, this.#lineNumber + 1);
  }

  #endPhysicalLine(entries: DirectoryEntry[]): void {
    const joined = this.#partial.length === 1 ? this.#partial[0] : Buffer.concat(this.#partial);
    this.#partial = [];
    this.#partialLength = 0;
    this.#lineNumber++;
    let line = joined ?? Buffer.alloc(0);
    if (line.at(-1) === carriageReturn) line = line.subarray(0, -1);
    if (line[0] === space) {
      if (this.#folded === null) throw new LdifError('a folded line continues nothing', this.#lineNumber);
      if (!this.#foldedIsComment) this.#folded.push(Buffer.from(line.subarray(1)));
      return;
    }
    this.#endLogicalLine();
    if (line.length === 0) {
      this.#endRecord(entries);
      return;
    }
    this.#foldedIsComment = line[0] === numberSign;
    this.#folded = this.#foldedIsComment ? [] : [Buffer.from(line)];
    this.#foldedStart = this.#lineNumber;
  }

  #endLogicalLine(): void {
    if (this.#folded !== null && !this.#foldedIsComment) {
      const bytes = this.#folded.length === 1 ? (this.#folded[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#folded);
      this.#lines.push({ bytes, lineNumber: this.#foldedStart });
      if (this.#lines.length > this.#limits.valuesMax + 2)
        throw new LdifError(`entry has more than ${this.#limits.valuesMax} values`, this.#foldedStart);
    }
    this.#folded = null;
  }

  #endRecord(entries: DirectoryEntry[]): void {
    let lines = this.#lines;
    this.#lines = [];
    this.#entryLength = 0;
    const [first] = lines;
    if (first === undefined) return;
    if (!this.#sawVersion && !this.#sawRecord && /^version:/i.test(first.bytes.toString('latin1'))) {
      this.#checkVersion(first);
      lines = lines.slice(1);
    }
    if (lines.length === 0) return;
    this.#sawRecord = true;
    entries.push(this.#decodeRecord(lines));
  }

  #checkVersion(line: LogicalLine): void {
    const [, value] = this.#splitLine(line);
    if (value.toString('latin1').trim() !== '1')
      throw new LdifError('only version 1 of LDIF is known', line.lineNumber);
    this.#sawVersion = true;
  }

  #decodeRecord(lines: readonly LogicalLine[]): DirectoryEntry {
    const [first, ...rest] = lines;
    if (first === undefined) throw new LdifError('record without lines', this.#lineNumber);
    const [name, dnBytes] = this.#splitLine(first);
    if (name.toLowerCase() !== 'dn')
      throw new LdifError(
        'record does not begin with "dn:" (ldapsearch writes plain LDIF with -LLL)',
        first.lineNumber,
      );
    const dn = decodeUtf8(dnBytes);
    if (dn === null) throw new LdifError('distinguished name is not valid UTF-8', first.lineNumber);
    const attributes = rest.map((line): [string, Uint8Array[]] => {
      const [description, value] = this.#splitLine(line);
      if (/^(changetype|control)$/i.test(description))
        throw new LdifError('change records are not accepted, only content', line.lineNumber);
      return [description, [value]];
    });
    return new DirectoryEntry(dn, attributes);
  }

  #splitLine({ bytes, lineNumber }: LogicalLine): [string, Buffer] {
    const colon = bytes.indexOf(0x3a);
    if (colon <= 0) throw new LdifError('no colon after the attribute', lineNumber);
    const description = bytes.subarray(0, colon).toString('latin1');
    if (!attributeDescription.test(description)) throw new LdifError('malformed attribute description', lineNumber);
    const mark = bytes[colon + 1];
    if (mark === 0x3c) throw new LdifError('values by URL are not accepted', lineNumber);
    const value =
      mark === 0x3a ? this.#decodeBase64(bytes, colon + 2, lineNumber) : bytes.subarray(skipSpaces(bytes, colon + 1));
    if (value.length > this.#limits.valueBytesMax)
      throw new LdifError(`value is longer than ${this.#limits.valueBytesMax} octets`, lineNumber);
    return [description, value];
  }

  #decodeBase64(bytes: Buffer, start: number, lineNumber: number): Buffer {
    const text = bytes.subarray(skipSpaces(bytes, start)).toString('latin1').trimEnd();
    if (text.length % 4 !== 0 || !base64Text.test(text)) throw new LdifError('malformed base64 value', lineNumber);
    return Buffer.from(text, 'base64');
  }
}

/** Entries of LDIF text that fits in memory. Throws LdifError. */
export function decodeLdif(bytes: Uint8Array, limits: LdifLimits = ldifLimits): DirectoryEntry[] {
  const decoder = new LdifDecoder(limits);
  return [...decoder.push(bytes), ...decoder.finish()];
}

function skipSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === space) at++;
  return at;
}
