// The request as a web server hands it to the servlet container: encoded for a client of AJP, decoded for a listener.
import { headerCodeBase, messageTypes, methodNames, requestHeaderNames, storedMethodCode } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';
import { type AjpRequestAttributes, decodeAttributes, encodeAttributes } from './request-attributes.ts';

/** Texts hold one character per byte (latin1), as HTTP heads do. */
export interface AjpForwardRequest extends AjpRequestAttributes {
  readonly method: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly remoteAddress: string;
  readonly remoteHost: string;
  readonly serverName: string;
  readonly serverPort: number;
  readonly isSecure: boolean;
  /** Names and values in turns, in the order sent. */
  readonly headers: readonly string[];
}

const methodCodes: ReadonlyMap<string, number> = new Map(methodNames.map((name, index) => [name, index + 1]));
const headerCodes: ReadonlyMap<string, number> = new Map(
  requestHeaderNames.map((name, index) => [name, headerCodeBase + index + 1]),
);

/** The packet to send. Throws packet-too-large when head and certificate don't fit into `packetBytes`. */
export function encodeForwardRequest(request: AjpForwardRequest, packetBytes: number): Buffer {
  const writer = new PacketWriter('to-container', packetBytes);
  const methodCode = methodCodes.get(request.method) ?? storedMethodCode;
  writer.byte(messageTypes.forwardRequest).byte(methodCode).text(request.protocol).text(request.path);
  writer.text(request.remoteAddress).text(request.remoteHost).text(request.serverName).integer(request.serverPort);
  writer.flag(request.isSecure).integer(request.headers.length / 2);
  for (let index = 0; index < request.headers.length; index += 2) {
    const name = request.headers[index] ?? '';
    const code = headerCodes.get(name.toLowerCase());
    if (code === undefined) writer.text(name);
    else writer.integer(code);
    writer.text(request.headers[index + 1] ?? '');
  }
  encodeAttributes(writer, request, methodCode === storedMethodCode ? request.method : null);
  return writer.finish();
}

/** Reads a forward request's payload. Throws malformed-packet, or unexpected-packet when it is of another type. */
export function decodeForwardRequest(payload: Buffer): AjpForwardRequest {
  const reader = new PacketReader(payload);
  if (reader.byte() !== messageTypes.forwardRequest)
    throw new AjpError('unexpected-packet', 'expected an AJP forward request');
  const methodCode = reader.byte();
  const required = (value: string | null) => {
    if (value === null) throw new AjpError('malformed-packet', 'an AJP forward request lacks a required text');
    return value;
  };
  const protocol = required(reader.text());
  const path = required(reader.text());
  const remoteAddress = required(reader.text());
  const remoteHost = reader.text() ?? remoteAddress;
  const serverName = required(reader.text());
  const serverPort = reader.integer();
  const isSecure = reader.byte() !== 0;
  const headers: string[] = [];
  for (let left = reader.integer(); left > 0; left -= 1)
    headers.push(reader.headerName(requestHeaderNames, headerCodeBase), reader.text() ?? '');
  const { storedMethod, ...attributes } = decodeAttributes(reader);
  const method = methodCode === storedMethodCode ? storedMethod : methodNames[methodCode - 1];
  if (method === undefined || method === null)
    throw new AjpError('malformed-packet', `AJP method code ${methodCode} has no name`);
  return {
    ...attributes,
    method,
    protocol,
    path,
    remoteAddress,
    remoteHost,
    serverName,
    serverPort,
    isSecure,
    headers,
  };
}
