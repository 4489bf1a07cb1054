// Cuts a stream of bytes into AJP/1.3 packets, and reads the values of one packet with every length checked.
import { fromContainerMagic, packetHeaderBytes, toContainerMagic } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';

const nothing = Buffer.alloc(0);

/** Collects what a socket delivers and hands out whole payloads. Payloads share memory with the chunks pushed. */
export class PacketStream {
  readonly #magic: number;
  readonly #packetBytesMax: number;
  #pending: Buffer = nothing;

  constructor(direction: 'to-container' | 'from-container', packetBytesMax: number) {
    this.#magic = direction === 'to-container' ? toContainerMagic : fromContainerMagic;
    this.#packetBytesMax = packetBytesMax;
  }

  push(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
  }

  /**
   * The next whole payload, or null when more bytes are needed. Throws unexpected-packet for what is no AJP and malformed-packet for what is too
   * large; the stream is then unusable.
   */
  take(): Buffer | null {
    if (this.#pending.length < packetHeaderBytes) return null;
    if (this.#pending.readUInt16BE(0) !== this.#magic)
      throw new AjpError('unexpected-packet', 'an AJP packet does not begin with its magic number');
    const payloadBytes = this.#pending.readUInt16BE(2);
    const packetBytes = packetHeaderBytes + payloadBytes;
    if (packetBytes > this.#packetBytesMax)
      throw new AjpError('malformed-packet', `an AJP packet of ${packetBytes} bytes, over ${this.#packetBytesMax}`);
    if (this.#pending.length < packetBytes) return null;
    const payload = this.#pending.subarray(packetHeaderBytes, packetBytes);
    this.#pending = this.#pending.length === packetBytes ? nothing : this.#pending.subarray(packetBytes);
    return payload;
  }

  /** Bytes that came after the last whole packet. */
  get pendingBytes(): number {
    return this.#pending.length;
  }
}

/** Reads the values of one payload in order. Every method throws malformed-packet when the payload ends too early. */
export class PacketReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(payload: Buffer) {
    this.#bytes = payload;
  }

  byte(): number {
    this.#require(1);
    return this.#bytes.readUInt8(this.#offset++);
  }

  integer(): number {
    this.#require(2);
    const value = this.#bytes.readUInt16BE(this.#offset);
    this.#offset += 2;
    return value;
  }

  text(): string | null {
    return this.#textOf(this.integer());
  }

  /** Either a header's code, whose name `names` gives, or its name as text. */
  headerName(names: readonly string[], codeBase: number): string {
    const code = this.integer();
    const name = (code & 0xff00) === codeBase ? names[(code & 0xff) - 1] : this.#textOf(code);
    if (name === undefined || name === null) throw new AjpError('malformed-packet', 'an AJP header without a name');
    return name;
  }

  raw(byteCount: number): Buffer {
    this.#require(byteCount);
    const value = this.#bytes.subarray(this.#offset, this.#offset + byteCount);
    this.#offset += byteCount;
    return value;
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#offset;
  }

  #textOf(length: number): string | null {
    if (length === 0xffff) return null;
    this.#require(length + 1);
    const value = this.#bytes.toString('latin1', this.#offset, this.#offset + length);
    this.#offset += length + 1;
    return value;
  }

  #require(byteCount: number): void {
    if (this.#offset + byteCount > this.#bytes.length)
      throw new AjpError('malformed-packet', 'an AJP packet ends in the middle of a value');
  }
}
