// AJP/1.3, the protocol between a web server and a servlet container: both directions, no sockets.
export { packetBytesDefault, packetBytesMax, packetBytesMin } from './ajp-constants.ts';
export { AjpError, type AjpErrorCode } from './ajp-error.ts';
export {
  bodyChunkBytesMax,
  decodeBodyChunk,
  encodeBodyChunkHead,
  endOfBodyPacket,
  pingPacket,
} from './body-packets.ts';
export { type AjpForwardRequest, decodeForwardRequest, encodeForwardRequest } from './forward-request.ts';
export { PacketStream } from './packet-reader.ts';
export { decodeRequestMessage } from './request-messages.ts';
export {
  type AjpResponseMessage,
  decodeResponseMessage,
  encodeResponseMessage,
  responseChunkBytesMax,
} from './response-packets.ts';
