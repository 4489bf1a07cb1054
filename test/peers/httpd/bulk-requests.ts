// What strains the way between httpd and a container: large bodies, bodies of unknown length, many at once, clients that go away.
import { Agent, type RequestOptions, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

export interface BulkPlace {
  readonly httpsPort: number;
  readonly hostName: string;
  readonly authorityPem: string;
  readonly agent: { readonly certificatePem: string; readonly keyPem: string };
}

export interface BulkAnswer {
  readonly status: number;
  readonly body: Buffer;
}

interface BulkRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly isChunked?: boolean;
}

export class BulkClient {
  readonly #place: BulkPlace;
  readonly #sockets: Agent;

  constructor(place: BulkPlace, connectionsMax: number, identity: 'agent' | 'none' = 'none') {
    this.#place = place;
    const { certificatePem: cert, keyPem: key } = place.agent;
    this.#sockets = new Agent({
      ca: place.authorityPem,
      servername: place.hostName,
      // A certificate that is asked for after the handshake can be given in TLS 1.2 only.
      maxVersion: 'TLSv1.2',
      keepAlive: true,
      maxSockets: connectionsMax,
      ...(identity === 'agent' && { cert, key }),
    });
  }

  close(): void {
    this.#sockets.destroy();
  }

  ask({ method, target, headers, body, isChunked = false }: BulkRequest): Promise<BulkAnswer> {
    return new Promise((resolve, reject) => {
      const length: Record<string, string> =
        body === undefined
          ? {}
          : isChunked
            ? { 'Transfer-Encoding': 'chunked' }
            : { 'Content-Length': String(body.length) };
      const outgoing = request(this.#options(method, target, { ...headers, ...length }), (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) }));
      });
      outgoing.on('error', reject);
      // In pieces that fit no packet.
      for (let from = 0; isChunked && body !== undefined && from < body.length; from += 10_007)
        outgoing.write(body.subarray(from, from + 10_007));
      outgoing.end(isChunked ? undefined : body);
    });
  }

  /** Begins a body and goes away. */
  async breakOff(target: string): Promise<void> {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '100000' };
    const outgoing = request(this.#options('POST', target, headers));
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(20_000, ' '));
    await delay(100);
    outgoing.destroy();
  }

  #options(method: string, path: string, headers: Record<string, string>): RequestOptions {
    const { httpsPort, hostName } = this.#place;
    const agent = this.#sockets;
    return {
      host: '127.0.0.1',
      port: httpsPort,
      method,
      path,
      agent,
      headers: { Host: `${hostName}:${httpsPort}`, ...headers },
    };
  }
}
