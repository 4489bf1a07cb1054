// The small packets around a request's body and a connection's life: body chunks, the ask for more, ping and pong.
import { messageTypes, packetHeaderBytes, toContainerMagic } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';

/** Bytes of a body-chunk packet that are not body: header and the chunk's own length. */
const chunkOverheadBytes = packetHeaderBytes + 2;

/** How many body bytes one packet of `packetBytes` carries. */
export function bodyChunkBytesMax(packetBytes: number): number {
  return packetBytes - chunkOverheadBytes;
}

/** Head of a body-chunk packet; the chunk's bytes follow as they are, so that they need not be copied. */
export function encodeBodyChunkHead(chunkBytes: number): Buffer {
  const head = Buffer.allocUnsafe(chunkOverheadBytes);
  head.writeUInt16BE(toContainerMagic, 0);
  head.writeUInt16BE(chunkBytes + 2, 2);
  head.writeUInt16BE(chunkBytes, 4);
  return head;
}

/** Says that the request's body is over. */
export const endOfBodyPacket: Buffer = new PacketWriter('to-container', packetHeaderBytes).finish();

/** Asks whether the other side is there; the answer is a pong. */
export const pingPacket: Buffer = new PacketWriter('to-container', packetHeaderBytes + 1)
  .byte(messageTypes.ping)
  .finish();

/** The bytes of a body-chunk payload; empty at the end of the body. Throws malformed-packet. */
export function decodeBodyChunk(payload: Buffer): Buffer {
  if (payload.length === 0) return payload;
  const reader = new PacketReader(payload);
  const chunk = reader.raw(reader.integer());
  if (reader.bytesLeft > 0) throw new AjpError('malformed-packet', 'bytes after an AJP body chunk');
  return chunk;
}
