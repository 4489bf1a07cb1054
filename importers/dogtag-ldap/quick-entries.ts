// Entries of search results, decoded straight into DirectoryEntry (RFC 4511 section 4.5.2). ldapts makes text of every value first, and copies what it has of
// a message once more with each piece that arrives, which a message of many megabytes never sees the end of. All other messages it decodes itself.
import { type Client, MessageParser, SearchEntry } from 'ldapts';
import { DirectoryEntry, internDescription } from '#codecs/ldif';

const sequenceTag = 0x30;
const setTag = 0x31;
const integerTag = 0x02;
const octetStringTag = 0x04;
const searchEntryTag = 0x64;

/** What stands in a search result of ldapts in place of an entry's attributes. */
class QuickSearchEntry extends SearchEntry {
  readonly entry: DirectoryEntry;

  constructor(messageId: number, entry: DirectoryEntry) {
    super({ messageId });
    this.entry = entry;
  }

  override toObject(): ReturnType<SearchEntry['toObject']> {
    return this.entry as unknown as ReturnType<SearchEntry['toObject']>;
  }
}

type Read = MessageParser['read'];

/** From now on, entries among the client's search results are DirectoryEntry objects. */
export function decodeEntriesQuickly(client: Client): void {
  // The client has a parser of its own, which only its types hide.
  const { messageParser: parser } = client as unknown as { readonly messageParser: MessageParser };
  const readSlowly: Read = MessageParser.prototype.read.bind(parser);
  const frames = new MessageFrames();
  parser.read = (data, details) => {
    for (const message of frames.push(data)) {
      const entry = decodeSearchEntry(message);
      if (entry === null) readSlowly(message, details);
      else parser.emit('message', entry);
    }
  };
}

/** Cuts what arrives into messages, each of which begins with its length. */
export class MessageFrames {
  #held: Buffer[] = [];
  #heldLength = 0;
  #wantedLength = 0;

  /** Messages that are whole by now; what cannot be the beginning of one comes as it is, for ldapts to complain of. */
  push(piece: Buffer): Buffer[] {
    this.#held.push(piece);
    this.#heldLength += piece.length;
    if (this.#heldLength < this.#wantedLength) return [];
    const data = this.#held.length === 1 ? piece : Buffer.concat(this.#held);
    const messages: Buffer[] = [];
    let at = 0;
    let length = messageLength(data, at);
    while (length !== null && at + length <= data.length) {
      messages.push(data.subarray(at, at + length));
      at += length;
      length = messageLength(data, at);
    }
    this.#held = at < data.length ? [data.subarray(at)] : [];
    this.#heldLength = data.length - at;
    this.#wantedLength = length ?? 0;
    return messages;
  }
}

/** Octets of the message at `at`, header included; null while its header is not whole. */
function messageLength(data: Buffer, at: number): number | null {
  if (at + 2 > data.length) return null;
  const first = data[at + 1] ?? 0;
  if (data[at] !== sequenceTag || first === 0x80 || first > 0x84) return data.length - at;
  if (first < 0x80) return first + 2;
  const octets = first & 0x7f;
  return at + 2 + octets > data.length ? null : data.readUIntBE(at + 2, octets) + 2 + octets;
}

/** Null for every other message, and for one that is not encoded as it should be. */
function decodeSearchEntry(message: Buffer): QuickSearchEntry | null {
  const reader = new ElementReader(message);
  if (!reader.enter(sequenceTag)) return null;
  const messageId = reader.value(integerTag);
  if (messageId === null || messageId.length > 4 || !reader.enter(searchEntryTag)) return null;
  const dn = reader.value(octetStringTag);
  if (dn === null || !reader.enter(sequenceTag)) return null;
  const attributes: [description: string, values: Buffer[]][] = [];
  const end = reader.end;
  while (reader.at < end) {
    const description = reader.enter(sequenceTag) ? reader.value(octetStringTag) : null;
    if (description === null || !reader.enter(setTag)) return null;
    const values: Buffer[] = [];
    for (const last = reader.end; reader.at < last; ) {
      const value = reader.value(octetStringTag);
      if (value === null) return null;
      values.push(value);
    }
    if (values.length > 0) attributes.push([internDescription(description.toString('latin1')), values]);
  }
  const id = messageId.length === 0 ? 0 : messageId.readIntBE(0, messageId.length);
  return new QuickSearchEntry(id, new DirectoryEntry(dn.toString('utf8'), attributes));
}

/** Goes through elements of BER one after the other, without a look at what is behind them. */
class ElementReader {
  readonly #data: Buffer;
  at = 0;
  /** Behind the element that was entered last. */
  end = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Goes into an element; false where there is none of this tag, or not all of it. */
  enter(tag: number): boolean {
    const data = this.#data;
    if (data[this.at] !== tag) return false;
    const first = data[this.at + 1] ?? 0x80;
    let start = this.at + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0 || octets > 4 || start + octets > data.length) return false;
      length = data.readUIntBE(start, octets);
      start += octets;
    }
    if (start + length > data.length) return false;
    this.at = start;
    this.end = start + length;
    return true;
  }

  /** The content of an element, behind which it goes on; null where `enter` would be false. */
  value(tag: number): Buffer | null {
    if (!this.enter(tag)) return null;
    const value = this.#data.subarray(this.at, this.end);
    this.at = this.end;
    return value;
  }
}
