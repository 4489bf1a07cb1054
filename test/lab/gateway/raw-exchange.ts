// One exchange over one connection with nothing hidden: the status line, every header in its order, the body as it came.
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface RawIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface RawRequest {
  readonly port: number;
  /** Null: plain HTTP; else TLS, with a certificate or without. */
  readonly tls: { readonly identity: RawIdentity | null } | null;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

export interface RawAnswer {
  readonly statusLine: string;
  /** Names and values in turns. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const timeoutMs = 20_000;

/** Rejects when the connection ends without an answer. `host` is the name in Host header and TLS. */
export async function exchangeRaw(host: string, request: RawRequest): Promise<RawAnswer> {
  const head = [
    `${request.method} ${request.target} HTTP/1.1`,
    `Host: ${host}:${request.port}`,
    ...request.headers,
    ...(request.body === '' || isChunked(request.headers) ? [] : [`Content-Length: ${request.body.length}`]),
    'Connection: close',
  ];
  const sent = Buffer.from(`${head.join('\r\n')}\r\n\r\n${request.body}`, 'latin1');
  return parseAnswer(await talk(host, request, sent), request.method);
}

function isChunked(headers: readonly string[]): boolean {
  return headers.some((header) => /^transfer-encoding:.*chunked/i.test(header));
}

function talk(host: string, { port, tls }: RawRequest, sent: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const address = { host: '127.0.0.1', port };
    const identity = tls?.identity ? { cert: tls.identity.certificatePem, key: tls.identity.keyPem } : {};
    const socket =
      tls === null
        ? connectPlain(address)
        : connectTls({ ...address, servername: host, rejectUnauthorized: false, ...identity });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')));
    socket.once(tls === null ? 'connect' : 'secureConnect', () => socket.write(sent));
    socket.on('data', (data: Buffer) => received.push(data));
    socket.on('error', reject);
    socket.on('close', () => {
      if (received.length === 0) reject(new Error('the connection ended without an answer'));
      else resolve(Buffer.concat(received));
    });
  });
}

function parseAnswer(bytes: Buffer, method: string): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('the answer has no end of its head');
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const rest = bytes.subarray(end + 4);
  return { statusLine, headers, body: isChunked(lines) && method !== 'HEAD' ? joinChunks(rest) : rest };
}

function joinChunks(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) throw new Error('a chunked body ends too early');
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
