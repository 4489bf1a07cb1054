// The numbers of AJP/1.3 (Apache Tomcat connectors' protocol reference): packet types, and the bytes that stand for common names.

/** Packets towards the servlet container begin with 0x1234, packets from it with "AB". */
export const toContainerMagic = 0x1234;
export const fromContainerMagic = 0x4142;

/** Bytes of a packet before its payload: magic and payload length, two bytes each. */
export const packetHeaderBytes = 4;
/** The size that both sides assume unless both are configured for another. */
export const packetBytesDefault = 8192;
export const packetBytesMin = 8192;
export const packetBytesMax = 65_536;

export const messageTypes = {
  forwardRequest: 2,
  sendBodyChunk: 3,
  sendHeaders: 4,
  endResponse: 5,
  getBodyChunk: 6,
  pong: 9,
  ping: 10,
} as const;

/** Says that the method's name follows as the attribute `storedMethod`. */
export const storedMethodCode = 0xff;

/** In order of their codes, the first being 1. */
export const methodNames = [
  'OPTIONS',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'TRACE',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'ACL',
  'REPORT',
  'VERSION-CONTROL',
  'CHECKIN',
  'CHECKOUT',
  'UNCHECKOUT',
  'SEARCH',
  'MKWORKSPACE',
  'UPDATE',
  'LABEL',
  'MERGE',
  'BASELINE-CONTROL',
  'MKACTIVITY',
] as const;

/** Header names with codes 0xA001 and up, in requests. */
export const requestHeaderNames = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'authorization',
  'connection',
  'content-type',
  'content-length',
  'cookie',
  'cookie2',
  'host',
  'pragma',
  'referer',
  'user-agent',
] as const;

/** Header names with codes 0xA001 and up, in responses. */
export const responseHeaderNames = [
  'Content-Type',
  'Content-Language',
  'Content-Length',
  'Date',
  'Last-Modified',
  'Location',
  'Set-Cookie',
  'Set-Cookie2',
  'Servlet-Engine',
  'Status',
  'WWW-Authenticate',
] as const;

export const headerCodeBase = 0xa000;

export const attributeCodes = {
  remoteUser: 3,
  authenticationType: 4,
  queryString: 5,
  route: 6,
  tlsCertificate: 7,
  tlsCipher: 8,
  tlsSession: 9,
  named: 10,
  tlsKeySize: 11,
  secret: 12,
  storedMethod: 13,
  end: 0xff,
} as const;
