// One recorded HTTP/1.1 message: start line, header fields and body, as RFC 9112 section 2.1 lays them out. Bodies are stored whole, whatever
// Transfer-Encoding they travelled with.

export class ExchangeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExchangeError';
  }
}

/** In order, names as they were sent. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

export interface RecordedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: HeaderFields;
  readonly body: Buffer;
}

export interface RecordedResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderFields;
  readonly body: Buffer;
}

const headBytesMax = 256 * 1024;

/** Throws ExchangeError. */
export function decodeRecordedRequest(bytes: Buffer): RecordedRequest {
  const { startLine, headers, body } = decodeMessage(bytes);
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]$/.exec(startLine);
  if (match === null) throw new ExchangeError(`not a request line: ${startLine.slice(0, 100)}`);
  return { method: match[1] ?? '', target: match[2] ?? '', headers, body };
}

/** Throws ExchangeError. */
export function decodeRecordedResponse(bytes: Buffer): RecordedResponse {
  const { startLine, headers, body } = decodeMessage(bytes);
  const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: (.*))?$/.exec(startLine);
  if (match === null) throw new ExchangeError(`not a status line: ${startLine.slice(0, 100)}`);
  return { status: Number(match[1]), reason: match[2] ?? '', headers, body };
}

export function encodeRecordedRequest(request: RecordedRequest): Buffer {
  return encodeMessage(`${request.method} ${request.target} HTTP/1.1`, request.headers, request.body);
}

export function encodeRecordedResponse(response: RecordedResponse): Buffer {
  return encodeMessage(`HTTP/1.1 ${response.status} ${response.reason}`, response.headers, response.body);
}

/** Recordings made by hand or passed through editors may have lost their carriage returns: both line ends are read. */
function decodeMessage(bytes: Buffer): {
  readonly startLine: string;
  readonly headers: HeaderFields;
  readonly body: Buffer;
} {
  const strict = bytes.indexOf('\r\n\r\n');
  const loose = bytes.indexOf('\n\n');
  const isStrict = strict !== -1 && (loose === -1 || strict < loose);
  const headEnd = isStrict ? strict : loose;
  if (headEnd === -1) throw new ExchangeError('no empty line ends the header fields');
  if (headEnd > headBytesMax) throw new ExchangeError(`header fields are longer than ${headBytesMax} bytes`);
  const [startLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split(/\r?\n/);
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new ExchangeError(`not a header field: ${line.slice(0, 100)}`);
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { startLine, headers, body: bytes.subarray(headEnd + (isStrict ? 4 : 2)) };
}

function encodeMessage(startLine: string, headers: HeaderFields, body: Buffer): Buffer {
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const broken = lines.find((line) => /[\r\n]/.test(line));
  if (broken !== undefined) throw new ExchangeError(`a line break inside: ${JSON.stringify(broken.slice(0, 100))}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
