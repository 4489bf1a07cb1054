// Reads LDIF content records (RFC 2849) piece by piece, so that a directory larger than memory can be read.
import { internDescription, rememberByDescription } from './attribute-descriptions.ts';
import { DirectoryEntry, decodeUtf8 } from './directory-entry.ts';
import { LdifError } from './ldif-error.ts';
import { LdifRecordSplitter, type LdifRecordText } from './ldif-records.ts';

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

const attributeDescription = /^[A-Za-z0-9.]([A-Za-z0-9.;_-])*$/;
const isSound = rememberByDescription((description) => attributeDescription.test(description));
const isOfChange = rememberByDescription((description) => /^(changetype|control)$/i.test(description));

interface LogicalLine {
  /** One character per octet; folds are taken out, comments are none. */
  readonly text: string;
  readonly lineNumber: number;
}

/**
 * Feed it octets with `push`, in pieces of any size, and call `finish` at the end; both return the entries completed by then. Throws LdifError
 * on text that is not LDIF, on change records, on values by URL (a file must not make us read other files) and on anything beyond the limits.
 */
export class LdifDecoder {
  readonly #limits: LdifLimits;
  readonly #splitter = new LdifRecordSplitter();
  #lineNumber = 0;
  #sawVersion = false;
  #sawRecord = false;

  constructor(limits: LdifLimits = ldifLimits) {
    this.#limits = limits;
  }

  push(piece: Uint8Array): DirectoryEntry[] {
    const entries = this.#decodeAll(this.#splitter.push(piece));
    if (this.#splitter.heldLength > this.#limits.entryBytesMax) throw this.#tooLong();
    return entries;
  }

  finish(): DirectoryEntry[] {
    return this.#decodeAll(this.#splitter.finish());
  }

  #decodeAll(records: readonly LdifRecordText[]): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    for (const { bytes } of records) {
      if (bytes.length > this.#limits.entryBytesMax) throw this.#tooLong();
      const entry = this.#decodeRecord(this.#logicalLines(bytes));
      if (entry !== null) entries.push(entry);
    }
    return entries;
  }

  #tooLong(): LdifError {
    return new LdifError(`entry is longer than ${this.#limits.entryBytesMax} octets`, this.#lineNumber + 1);
  }

  #logicalLines(bytes: Buffer): LogicalLine[] {
    const text = bytes.toString('latin1');
    const lines: LogicalLine[] = [];
    let at = 0;
    while (at < text.length) {
      const lineNumber = ++this.#lineNumber;
      const start = at;
      let end = endOfLine(text, at);
      let isFolded = false;
      for (at = end + 1; text.charCodeAt(at) === 0x20; at = end + 1) {
        end = endOfLine(text, at);
        this.#lineNumber++;
        isFolded = true;
      }
      const first = text.charCodeAt(start);
      if (first === 0x23) continue;
      if (first === 0x20) throw new LdifError('a folded line continues nothing', lineNumber);
      const line = isFolded ? unfold(text.slice(start, end)) : text.slice(start, end);
      const trimmed = line.charCodeAt(line.length - 1) === 0x0d ? line.slice(0, -1) : line;
      if (trimmed === '') continue;
      lines.push({ text: trimmed, lineNumber });
      if (lines.length > this.#limits.valuesMax + 2)
        throw new LdifError(`entry has more than ${this.#limits.valuesMax} values`, lineNumber);
    }
    return lines;
  }

  /** Null for a record that holds nothing but the version, or nothing at all. */
  #decodeRecord(lines: LogicalLine[]): DirectoryEntry | null {
    if (!this.#sawVersion && !this.#sawRecord && lines[0] !== undefined && /^version:/i.test(lines[0].text)) {
      this.#checkVersion(lines[0]);
      lines.shift();
    }
    const [first, ...rest] = lines;
    if (first === undefined) return null;
    this.#sawRecord = true;
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
      return [description, [value]];
    });
    return new DirectoryEntry(dn, attributes);
  }

  #checkVersion(line: LogicalLine): void {
    const [, value] = this.#splitLine(line);
    if (value.toString('latin1').trim() !== '1')
      throw new LdifError('only version 1 of LDIF is known', line.lineNumber);
    this.#sawVersion = true;
  }

  #splitLine({ text, lineNumber }: LogicalLine): [string, Buffer] {
    const colon = text.indexOf(':');
    if (colon <= 0) throw new LdifError('no colon after the attribute', lineNumber);
    const description = internDescription(text.slice(0, colon));
    if (!isSound(description)) throw new LdifError('malformed attribute description', lineNumber);
    if (isOfChange(description)) throw new LdifError('change records are not accepted, only content', lineNumber);
    const mark = text.charCodeAt(colon + 1);
    if (mark === 0x3c) throw new LdifError('values by URL are not accepted', lineNumber);
    const value =
      mark === 0x3a
        ? decodeBase64(text.slice(skipSpaces(text, colon + 2)), lineNumber)
        : Buffer.from(text.slice(skipSpaces(text, colon + 1)), 'latin1');
    if (value.length > this.#limits.valueBytesMax)
      throw new LdifError(`value is longer than ${this.#limits.valueBytesMax} octets`, lineNumber);
    return [description, value];
  }
}

/** Entries of LDIF text that fits in memory. Throws LdifError. */
export function decodeLdif(bytes: Uint8Array, limits: LdifLimits = ldifLimits): DirectoryEntry[] {
  const decoder = new LdifDecoder(limits);
  return [...decoder.push(bytes), ...decoder.finish()];
}

/** The entry of one record as LdifRecordSplitter cuts it; null for one that holds none. Throws LdifError; lines count from the record's first. */
export function decodeLdifRecord(bytes: Uint8Array, limits: LdifLimits = ldifLimits): DirectoryEntry | null {
  return decodeLdif(bytes, limits)[0] ?? null;
}

function decodeBase64(padded: string, lineNumber: number): Buffer {
  const text = padded.trimEnd();
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const value = Buffer.from(text, 'base64');
  // Node.js takes another alphabet too, and skips what is no base64, which shows in the length. A regular expression would fail on a long text.
  const isBase64 = text.length % 4 === 0 && value.length === (text.length / 4) * 3 - padding;
  if (!isBase64 || text.includes('-') || text.includes('_')) throw new LdifError('malformed base64 value', lineNumber);
  return value;
}

function unfold(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r?\n /g, '') : text.replaceAll('\n ', '');
}

/** Where the physical line ends that `at` stands in: its line feed, or the end of the text. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x20) at++;
  return at;
}
