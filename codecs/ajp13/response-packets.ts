// What the servlet container sends back: status and headers, body, end, the ask for more of the request's body, pong.
import { headerCodeBase, messageTypes, packetHeaderBytes, responseHeaderNames } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';

export type AjpResponseMessage =
  | {
      readonly type: 'headers';
      readonly status: number;
      readonly reason: string;
      /** Names and values in turns, in the order sent. */
      readonly headers: readonly string[];
    }
  /** Empty data is the container's flush. */
  | { readonly type: 'body'; readonly data: Buffer }
  | { readonly type: 'end'; readonly mayReuse: boolean }
  | { readonly type: 'wants-body'; readonly byteCount: number }
  | { readonly type: 'pong' };

/** Bytes of a body packet that are not body: header, type, length and the closing NUL. */
const bodyOverheadBytes = packetHeaderBytes + 4;

/** How many body bytes one packet from the container carries. */
export function responseChunkBytesMax(packetBytes: number): number {
  return packetBytes - bodyOverheadBytes;
}

const headerCodes: ReadonlyMap<string, number> = new Map(
  responseHeaderNames.map((name, index) => [name.toLowerCase(), headerCodeBase + index + 1]),
);

/** Reads one payload from the container. Data shares the payload's memory. Throws malformed-packet or unexpected-packet. */
export function decodeResponseMessage(payload: Buffer): AjpResponseMessage {
  const reader = new PacketReader(payload);
  const type = reader.byte();
  switch (type) {
    case messageTypes.sendHeaders: {
      const status = reader.integer();
      const reason = reader.text() ?? '';
      const headers: string[] = [];
      for (let left = reader.integer(); left > 0; left -= 1)
        headers.push(reader.headerName(responseHeaderNames, headerCodeBase), reader.text() ?? '');
      return { type: 'headers', status, reason, headers };
    }
    case messageTypes.sendBodyChunk:
      return { type: 'body', data: reader.raw(reader.integer()) };
    case messageTypes.endResponse:
      return { type: 'end', mayReuse: reader.byte() === 1 };
    case messageTypes.getBodyChunk:
      return { type: 'wants-body', byteCount: reader.integer() };
    case messageTypes.pong:
      return { type: 'pong' };
    default:
      throw new AjpError('unexpected-packet', `AJP packet type ${type} from the container`);
  }
}

/** The packet of one message, for a listener. Throws packet-too-large. */
export function encodeResponseMessage(message: AjpResponseMessage, packetBytes: number): Buffer {
  switch (message.type) {
    case 'headers': {
      const writer = new PacketWriter('from-container', packetBytes);
      writer.byte(messageTypes.sendHeaders).integer(message.status).text(message.reason);
      writer.integer(message.headers.length / 2);
      message.headers.forEach((text, index) => {
        const code = index % 2 === 0 ? headerCodes.get(text.toLowerCase()) : undefined;
        if (code === undefined) writer.text(text);
        else writer.integer(code);
      });
      return writer.finish();
    }
    case 'body':
      // Tomcat closes the data with a NUL that its length does not count; clients of AJP expect it.
      return new PacketWriter('from-container', packetBytes)
        .byte(messageTypes.sendBodyChunk)
        .integer(message.data.length)
        .raw(message.data)
        .byte(0)
        .finish();
    case 'end':
      return new PacketWriter('from-container', packetHeaderBytes + 2)
        .byte(messageTypes.endResponse)
        .flag(message.mayReuse)
        .finish();
    case 'wants-body':
      return new PacketWriter('from-container', packetHeaderBytes + 3)
        .byte(messageTypes.getBodyChunk)
        .integer(message.byteCount)
        .finish();
    case 'pong':
      return new PacketWriter('from-container', packetHeaderBytes + 1).byte(messageTypes.pong).finish();
  }
}
