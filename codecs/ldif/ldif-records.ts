// Cuts LDIF text into records at empty lines (RFC 2849), without looking into them: the quick half of reading a file larger than memory.

export interface LdifRecordText {
  /** A copy of the record's octets with the empty line behind it; perhaps nothing but an empty line. */
  readonly bytes: Buffer;
  /** Octets of the text before it. */
  readonly offset: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Feed it octets with `push`, in pieces of any size, and call `finish` at the end; both return the records completed by then. */
export class LdifRecordSplitter {
  #pieces: Buffer[] = [];
  #heldLength = 0;
  #offset = 0;
  /** Octets that were given and belong to no complete record yet. */
  get heldLength(): number {
    return this.#heldLength;
  }

  push(piece: Uint8Array): LdifRecordText[] {
    // A copy, because the caller may use its memory again.
    const bytes = Buffer.from(piece);
    const held = this.#pieces.at(-1);
    // An empty line may lie across the border; two octets of what is held decide that.
    const endsBefore = held === undefined ? false : isCutAcross(tailOf(this.#pieces), bytes);
    this.#pieces.push(bytes);
    this.#heldLength += bytes.length;
    return endsBefore || lastEnd(bytes) > 0 ? this.#cut(false) : [];
  }

  finish(): LdifRecordText[] {
    return this.#cut(true);
  }

  #cut(isLast: boolean): LdifRecordText[] {
    const text = this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
    const records: LdifRecordText[] = [];
    let start = 0;
    for (let end = nextEnd(text, 0); end > 0; end = nextEnd(text, end)) {
      records.push({ bytes: text.subarray(start, end), offset: this.#offset + start });
      start = end;
    }
    if (isLast && start < text.length) {
      records.push({ bytes: text.subarray(start), offset: this.#offset + start });
      start = text.length;
    }
    this.#offset += start;
    this.#pieces = start < text.length ? [text.subarray(start)] : [];
    this.#heldLength = text.length - start;
    return records;
  }
}

/** Behind the next empty line, or 0 when there is none. An empty line at `from` counts. */
function nextEnd(text: Buffer, from: number): number {
  if (text[from] === lineFeed) return from + 1;
  if (text[from] === carriageReturn && text[from + 1] === lineFeed) return from + 2;
  const plain = text.indexOf('\n\n', from, 'latin1');
  const returned = text.indexOf('\n\r\n', from, 'latin1');
  if (returned >= 0 && (plain < 0 || returned < plain)) return returned + 3;
  return plain < 0 ? 0 : plain + 2;
}

function lastEnd(text: Buffer): number {
  return Math.max(text.lastIndexOf('\n\n', undefined, 'latin1'), text.lastIndexOf('\n\r\n', undefined, 'latin1')) + 1;
}

function tailOf(pieces: readonly Buffer[]): Buffer {
  const tail: number[] = [];
  for (let at = pieces.length - 1; at >= 0 && tail.length < 2; at--)
    tail.unshift(...(pieces[at]?.subarray(-2 + tail.length) ?? []));
  return Buffer.from(tail.slice(-2));
}

function isCutAcross(tail: Buffer, bytes: Buffer): boolean {
  const around = Buffer.concat([tail, bytes.subarray(0, 2)]);
  return around.includes('\n\n', 0, 'latin1') || around.includes('\n\r\n', 0, 'latin1');
}
