// The request as a web server hands it to the servlet container: encoded for a client of AJP, decoded for a listener.
import {
  attributeCodes,
  headerCodeBase,
  messageTypes,
  methodNames,
  requestHeaderNames,
  storedMethodCode,
} from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';

/** Texts hold one character per byte (latin1), as HTTP heads do. */
export interface AjpForwardRequest {
  readonly method: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Query as sent, without the question mark; null when there was none. */
  readonly query: string | null;
  readonly remoteAddress: string;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly serverName: string;
  readonly serverPort: number;
  readonly isSecure: boolean;
  /** Names and values in turns, in the order sent. */
  readonly headers: readonly string[];
  /** PEM of the client's certificate, which the container presents to its applications; null when there is none. */
  readonly clientCertificatePem: string | null;
  readonly tlsCipher: string | null;
  readonly tlsProtocol: string | null;
  /** The connector's shared secret, without which Tomcat answers 403. */
  readonly secret: string | null;
}

const methodCodes: ReadonlyMap<string, number> = new Map(methodNames.map((name, index) => [name, index + 1]));
const headerCodes: ReadonlyMap<string, number> = new Map(
  requestHeaderNames.map((name, index) => [name, headerCodeBase + index + 1]),
);
const remotePortAttribute = 'AJP_REMOTE_PORT';
const tlsProtocolAttribute = 'AJP_SSL_PROTOCOL';

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
  const attribute = (code: number, value: string | null) => {
    if (value !== null) writer.byte(code).text(value);
  };
  const named = (name: string, value: string | null) => {
    if (value !== null) writer.byte(attributeCodes.named).text(name).text(value);
  };
  attribute(attributeCodes.secret, request.secret);
  attribute(attributeCodes.queryString, request.query);
  attribute(attributeCodes.tlsCertificate, request.clientCertificatePem);
  attribute(attributeCodes.tlsCipher, request.tlsCipher);
  if (methodCode === storedMethodCode) attribute(attributeCodes.storedMethod, request.method);
  named(remotePortAttribute, String(request.remotePort));
  named(tlsProtocolAttribute, request.tlsProtocol);
  return writer.byte(attributeCodes.end).finish();
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
  const attributes = decodeAttributes(reader);
  const method = methodCode === storedMethodCode ? attributes.get('13') : methodNames[methodCode - 1];
  if (method === undefined) throw new AjpError('malformed-packet', `AJP method code ${methodCode} has no name`);
  return {
    method,
    protocol,
    path,
    query: attributes.get(String(attributeCodes.queryString)) ?? null,
    remoteAddress,
    remoteHost,
    remotePort: portFrom(attributes.get(remotePortAttribute)),
    serverName,
    serverPort,
    isSecure,
    headers,
    clientCertificatePem: attributes.get(String(attributeCodes.tlsCertificate)) ?? null,
    tlsCipher: attributes.get(String(attributeCodes.tlsCipher)) ?? null,
    tlsProtocol: attributes.get(tlsProtocolAttribute) ?? null,
    secret: attributes.get(String(attributeCodes.secret)) ?? null,
  };
}

/** Attributes by code in decimal, or by name where the attribute carries its own; a repeated one keeps its last value. */
function decodeAttributes(reader: PacketReader): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  while (reader.bytesLeft > 0) {
    const code = reader.byte();
    if (code === attributeCodes.end) return attributes;
    if (code === attributeCodes.tlsKeySize) reader.integer();
    else if (code === attributeCodes.named) attributes.set(reader.text() ?? '', reader.text() ?? '');
    else if (code >= 1 && code <= attributeCodes.storedMethod) attributes.set(String(code), reader.text() ?? '');
    else throw new AjpError('malformed-packet', `AJP attribute code ${code} is unknown`);
  }
  throw new AjpError('malformed-packet', 'an AJP forward request has no end');
}

function portFrom(text: string | undefined): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
}
