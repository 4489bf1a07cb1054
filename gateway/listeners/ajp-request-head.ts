// Looks over what an AJP packet carries as a request's head: AJP takes any bytes, and what follows here relies on what HTTP allows.
import type { IncomingHttpHeaders } from 'node:http';
import { AjpError, type AjpForwardRequest } from '#codecs/ajp13';
import type { AjpRequestHead } from './ajp-request.ts';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A line end in a value would become a header of its own on the way to Dogtag. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const pathText = /^[\x21\x22\x24-\x3e\x40-\x7e\x80-\xff]*$/;
const queryText = /^[\x21-\x7e\x80-\xff]*$/;
const protocolText = /^HTTP\/(?<version>\d(?:\.\d)?)$/;
const lengthText = /^\d{1,15}$/;

/** Throws AjpError malformed-packet. */
export function readAjpRequestHead(request: AjpForwardRequest): AjpRequestHead {
  const { method, path, query, protocol } = request;
  const version = protocolText.exec(protocol)?.groups?.version;
  require(version !== undefined, 'a protocol that is not HTTP');
  require(token.test(method), 'a method that is no token');
  require(pathText.test(path), 'a path with characters that a URL cannot have');
  require(query === null || queryText.test(query), 'a query with characters that a URL cannot have');
  const rawHeaders = withHost(request);
  const headers = headersByName(rawHeaders);
  return {
    method,
    url: query === null ? path : `${path}?${query}`,
    httpVersion: version ?? '',
    rawHeaders,
    headers,
    contentLength: contentLengthOf(headers),
  };
}

/** The server's name stands in for a Host header that is missing, as in Tomcat. */
function withHost({ headers, serverName, serverPort }: AjpForwardRequest): readonly string[] {
  const hasHost = headers.some((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  return hasHost ? headers : ['Host', `${serverName}:${serverPort}`, ...headers];
}

/** Names in lower case. Those that say where a request ends, or whom it is for, must not come twice. */
function headersByName(raw: readonly string[]): IncomingHttpHeaders {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    require(token.test(name), 'a header whose name is no token');
    require(fieldValue.test(value), 'a header value with control characters');
    const earlier = headers[name];
    require(earlier === undefined || !once.has(name), `two headers ${name}`);
    headers[name] = earlier === undefined ? value : `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

const once: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding']);

function contentLengthOf(headers: IncomingHttpHeaders): number | null {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  require(coding === undefined || coding.toLowerCase() === 'chunked', 'a transfer coding that is not chunked');
  require(coding === undefined || length === undefined, 'both Content-Length and Transfer-Encoding');
  require(length === undefined || lengthText.test(length), 'a Content-Length that is no number');
  return length === undefined ? null : Number(length);
}

function require(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new AjpError('malformed-packet', `an AJP request with ${otherwise}`);
}
