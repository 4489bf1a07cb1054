// Writes one AJP/1.3 packet into a buffer of the agreed size; what does not fit is an error, never a second packet.
import { fromContainerMagic, packetHeaderBytes, toContainerMagic } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';

/** Text is written as latin1, the encoding in which HTTP header bytes arrive. */
export class PacketWriter {
  readonly #bytes: Buffer;
  #length = packetHeaderBytes;

  /** `packetBytes` is the size of the whole packet, header included. */
  constructor(direction: 'to-container' | 'from-container', packetBytes: number) {
    this.#bytes = Buffer.allocUnsafe(packetBytes);
    this.#bytes.writeUInt16BE(direction === 'to-container' ? toContainerMagic : fromContainerMagic, 0);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  flag(value: boolean): this {
    return this.byte(value ? 1 : 0);
  }

  /** Two bytes, most significant first. */
  integer(value: number): this {
    this.#reserve(2);
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
    return this;
  }

  /** Length, bytes and a closing NUL; null is the length 0xFFFF alone. */
  text(value: string | null): this {
    if (value === null) return this.integer(0xffff);
    this.#reserve(2 + value.length + 1);
    this.#bytes.writeUInt16BE(value.length, this.#length);
    this.#bytes.write(value, this.#length + 2, 'latin1');
    this.#length += 2 + value.length;
    this.#bytes[this.#length++] = 0;
    return this;
  }

  raw(data: Uint8Array): this {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
    return this;
  }

  /** The finished packet; the writer must not be used afterwards. */
  finish(): Buffer {
    this.#bytes.writeUInt16BE(this.#length - packetHeaderBytes, 2);
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount > this.#bytes.length)
      throw new AjpError('packet-too-large', `more than an AJP packet of ${this.#bytes.length} bytes can carry`);
  }
}
