// Our own calls to Dogtag: what a write made, whose password this is, a certificate for ourselves.

import { X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { RequestId, SerialNumber } from '../contract.ts';
import type { ClientCertificate, ClientIdentity } from '../listeners/client-identity.ts';
import { type Upstream, type UpstreamBody, UpstreamError } from './upstream.ts';

export interface DogtagCall {
  readonly method: string;
  /** Path with the query, percent-encoded. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** On whose behalf; absent is the installation itself, without a certificate. */
  readonly client?: ClientIdentity;
  /** The Host header; null or absent is Dogtag's own address. */
  readonly host?: string | null;
}

export interface DogtagAnswer {
  readonly status: number;
  /** Lower-case names; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What Dogtag knows of a request. */
export interface DogtagRequest {
  readonly id: RequestId;
  readonly status: string;
  readonly certificateSerial: SerialNumber | null;
  readonly errorMessage: string | null;
}

export interface DogtagClient {
  /** Rejects with UpstreamError, or with DogtagCallError when the answer is too large. */
  call(call: DogtagCall): Promise<DogtagAnswer>;
  /** Null when Dogtag has no such certificate. */
  findCertificate(serialNumber: SerialNumber): Promise<{ serialNumber: SerialNumber; certificateDer: Buffer } | null>;
  findRequest(id: RequestId): Promise<DogtagRequest | null>;
  /** The user's id as Dogtag knows it when the password is right, else null. */
  checkPassword(userId: string, password: string): Promise<string | null>;
}

/** Dogtag answered something that cannot be used; `message` says what, without the answer's body. */
export class DogtagCallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DogtagCallError';
  }
}

const answerBytesMax = 8 * 1024 * 1024;
const callTimeoutMs = 60_000;
const json = { Accept: 'application/json' };

/** `host` and `port` are what Dogtag is told as its own address. */
export function createDogtagClient(upstream: Upstream, host: string, port: number): DogtagClient {
  const call = async (given: DogtagCall): Promise<DogtagAnswer> => {
    const { method, target, headers = {}, body, client = ownIdentity(null) } = given;
    const [path, query] = splitTarget(target);
    const raw = ['Host', given.host ?? `${host}:${port}`, ...Object.entries(headers).flat()];
    if (method === 'POST' || (body !== undefined && body.length > 0))
      raw.push('Content-Length', String(body?.length ?? 0));
    const answered = await upstream.send({
      method,
      path,
      query,
      headers: raw,
      body: body === undefined || body.length === 0 ? null : wholeBody(body),
      client,
      serverName: host,
      serverPort: port,
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    return {
      status: answered.status,
      headers: lowerCased(answered.headers),
      body: await readAll(answered.body),
    };
  };
  return {
    call,
    findCertificate: async (serialNumber) => {
      const answer = await call({ method: 'GET', target: `/ca/rest/certs/${serialNumber}`, headers: json });
      if (answer.status === 404) return null;
      const { Encoded: pem } = jsonMembers(answer, 'certificate');
      if (typeof pem !== 'string') throw new DogtagCallError('Dogtag sent a certificate without its encoding');
      return { serialNumber, certificateDer: new X509Certificate(pem.replaceAll('\r', '')).raw };
    },
    findRequest: async (id) => {
      const answer = await call({ method: 'GET', target: `/ca/rest/certrequests/${id}`, headers: json });
      return answer.status === 404 ? null : requestFrom(id, jsonMembers(answer, 'request'));
    },
    checkPassword: async (userId, password) => {
      const credentials = Buffer.from(`${userId}:${password}`).toString('base64');
      const headers = { ...json, Authorization: `Basic ${credentials}` };
      const answer = await call({ method: 'GET', target: '/ca/rest/account/login', headers });
      if (answer.status === 401) return null;
      const { id } = jsonMembers(answer, 'account');
      // The session that the login has opened is of no use to anybody.
      const cookie = answer.headers['set-cookie']?.split(';', 1)[0];
      if (cookie !== undefined)
        await call({ method: 'GET', target: '/ca/rest/account/logout', headers: { ...json, Cookie: cookie } });
      return typeof id === 'string' ? id : null;
    },
  };
}

function requestFrom(id: RequestId, members: Readonly<Record<string, unknown>>): DogtagRequest {
  const { requestStatus, certId, errorMessage } = members;
  return {
    id,
    status: typeof requestStatus === 'string' ? requestStatus : '',
    certificateSerial:
      typeof certId === 'string' && /^0x[0-9a-f]+$/i.test(certId) ? (BigInt(certId) as SerialNumber) : null,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : null,
  };
}

function jsonMembers({ status, body }: DogtagAnswer, what: string): Readonly<Record<string, unknown>> {
  if (status !== 200) throw new DogtagCallError(`Dogtag answered ${status} when asked for a ${what}`);
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new DogtagCallError(`Dogtag's answer about a ${what} is not JSON`);
}

/** The installation as a client of Dogtag, with or without the certificate of an agent that it may act as. */
export function ownIdentity(certificate: ClientCertificate | null): ClientIdentity {
  return {
    isSecure: true,
    certificate,
    remoteAddress: '127.0.0.1',
    remotePort: 0,
    tlsProtocol: 'TLSv1.3',
    tlsCipher: 'TLS_AES_128_GCM_SHA256',
  };
}

/** The installation acting in the name of the agent with this certificate, whose key it must hold. Throws when it is no certificate. */
export function agentIdentity(certificatePem: string): ClientIdentity {
  const certificate = new X509Certificate(certificatePem);
  return ownIdentity({
    der: certificate.raw,
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  });
}

function splitTarget(target: string): [string, string | null] {
  const question = target.indexOf('?');
  return question < 0 ? [target, null] : [target.slice(0, question), target.slice(question + 1)];
}

function wholeBody(bytes: Buffer): UpstreamBody {
  let offset = 0;
  return {
    byteCount: bytes.length,
    take: async (bytesMax) => {
      if (offset >= bytes.length) return null;
      const piece = bytes.subarray(offset, offset + bytesMax);
      offset += piece.length;
      return piece;
    },
  };
}

async function readAll(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      byteCount += piece.length;
      if (byteCount > answerBytesMax)
        throw new DogtagCallError(`Dogtag's answer is larger than ${answerBytesMax} bytes`);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof DogtagCallError) throw cause;
    throw new UpstreamError('unreachable', 'Dogtag broke off in the middle of its answer', { cause });
  }
  return Buffer.concat(pieces, byteCount);
}

function lowerCased(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < raw.length; index += 2) headers[(raw[index] ?? '').toLowerCase()] = raw[index + 1] ?? '';
  return headers;
}
