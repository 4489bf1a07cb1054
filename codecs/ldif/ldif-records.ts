// Cuts LDIF text into records at empty lines (RFC 2849), without looking into them: the quick half of reading a file larger than memory.

export interface LdifRecordText {
  /** The record's octets with the empty line behind it; perhaps nothing but an empty line. They may be a view into what was pushed last. */
  readonly bytes: Buffer;
  /** Octets of the text before it. */
  readonly offset: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Feed it octets with `push`, in pieces of any size, and call `finish` at the end; both return the records completed by then, which are to be used
 * before the next call.
 */
export class LdifRecordSplitter {
  /** Copies of what belongs to no complete record yet. */
  #held: Buffer[] = [];
  #heldLength = 0;
  #offset = 0;

  get heldLength(): number {
    return this.#heldLength;
  }

  push(piece: Uint8Array): LdifRecordText[] {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const records: LdifRecordText[] = [];
    const hasReturns = bytes.includes(carriageReturn);
    let start = 0;
    if (this.#heldLength > 0) {
      const end = endAcross(tailOf(this.#held), bytes) || searchEnd(bytes, 0, hasReturns);
      if (end === 0) {
        this.#hold(bytes);
        return [];
      }
      records.push({ bytes: Buffer.concat([...this.#held, bytes.subarray(0, end)]), offset: this.#offset });
      this.#offset += this.#heldLength + end;
      this.#release();
      start = end;
    }
    for (let end = nextEnd(bytes, start, hasReturns); end > 0; end = nextEnd(bytes, start, hasReturns)) {
      records.push({ bytes: bytes.subarray(start, end), offset: this.#offset });
      this.#offset += end - start;
      start = end;
    }
    if (start < bytes.length) this.#hold(bytes.subarray(start));
    return records;
  }

  finish(): LdifRecordText[] {
    if (this.#heldLength === 0) return [];
    const record = { bytes: Buffer.concat(this.#held), offset: this.#offset };
    this.#offset += this.#heldLength;
    this.#release();
    return [record];
  }

  #hold(bytes: Buffer): void {
    this.#held.push(Buffer.from(bytes));
    this.#heldLength += bytes.length;
  }

  #release(): void {
    this.#held = [];
    this.#heldLength = 0;
  }
}

/** Behind the next empty line, or 0 when there is none. An empty line at `from` counts. */
function nextEnd(text: Buffer, from: number, hasReturns: boolean): number {
  if (text[from] === lineFeed) return from + 1;
  if (text[from] === carriageReturn && text[from + 1] === lineFeed) return from + 2;
  return searchEnd(text, from, hasReturns);
}

function searchEnd(text: Buffer, from: number, hasReturns: boolean): number {
  const plain = text.indexOf('\n\n', from, 'latin1');
  if (!hasReturns) return plain < 0 ? 0 : plain + 2;
  // No further than the other kind of empty line, else a text with one of them would be searched to its end for every record.
  const returned = text.subarray(from, plain < 0 ? text.length : plain).indexOf('\n\r\n', 0, 'latin1');
  if (returned >= 0) return from + returned + 3;
  return plain < 0 ? 0 : plain + 2;
}

/** How much of `bytes` completes an empty line that begins in what came before; 0 when none does. */
function endAcross(tail: string, bytes: Buffer): number {
  if (tail.endsWith('\n') && bytes[0] === lineFeed) return 1;
  if (tail.endsWith('\n') && bytes[0] === carriageReturn && bytes[1] === lineFeed) return 2;
  return tail.endsWith('\n\r') && bytes[0] === lineFeed ? 1 : 0;
}

/** The last two octets. */
function tailOf(pieces: readonly Buffer[]): string {
  let tail = '';
  for (let at = pieces.length - 1; at >= 0 && tail.length < 2; at--)
    tail = `${pieces[at]?.subarray(-2).toString('latin1') ?? ''}${tail}`;
  return tail.slice(-2);
}
