// A stand-in for Dogtag's HTTP connectors, plain and TLS, that answers what a test tells it to; and a client that shows everything of an answer.
import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface Ask {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string> | string[];
  readonly body?: Buffer | string;
  readonly tls?: { cert?: string; key?: string } | undefined;
}

/** Asks on a connection of its own. Server certificates are not verified. */
export function ask({ port, path, method = 'GET', headers = {}, body, tls }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers };
    const outgoing =
      tls === undefined
        ? requestHttp({ ...options, agent: false })
        : requestHttps({ ...options, agent: new HttpsAgent({ rejectUnauthorized: false, ...tls }) });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          reason: incoming.statusMessage ?? '',
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(pieces),
        }),
      );
    });
    outgoing.end(body);
  });
}

export type StandInAnswer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const fromDogtag: StandInAnswer = (_, response) => {
  response.writeHead(200, '', ['Content-Type', 'text/plain', 'X-From', 'Dogtag']);
  response.end('from Dogtag');
};

/** What it was asked is kept, what it answers is set by each test. */
export class StandInDogtag {
  readonly seen: { method: string; url: string; rawHeaders: string[]; body: Buffer; isSecure: boolean }[] = [];
  answer: StandInAnswer = fromDogtag;
  readonly #plain = createHttp((request, response) => this.#take(request, response, false));
  readonly #secure;

  /** `certificatePem` and `keyPem` are those of its TLS connector. */
  constructor(certificatePem: string, keyPem: string) {
    this.#secure = createHttps(
      { cert: certificatePem, key: keyPem, requestCert: true, rejectUnauthorized: false },
      (request, response) => this.#take(request, response, true),
    );
  }

  resetAnswer(): void {
    this.answer = fromDogtag;
  }

  async start(): Promise<{ http: number; https: number }> {
    const ports = [];
    for (const server of [this.#plain, this.#secure]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ports.push((server.address() as AddressInfo).port);
    }
    return { http: ports[0] ?? 0, https: ports[1] ?? 0 };
  }

  stop(): void {
    for (const server of [this.#plain, this.#secure]) {
      server.close();
      server.closeAllConnections();
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse, isSecure: boolean): Promise<void> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece as Buffer);
    } catch {
      // Whoever asked went away within the body.
      return;
    }
    const body = Buffer.concat(pieces);
    // Looked at from time to time by the gateway itself.
    if (request.url === '/ca/admin/ca/getStatus') response.end('<Status>running</Status><Version>10.10.2</Version>');
    else {
      this.seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        rawHeaders: request.rawHeaders,
        body,
        isSecure,
      });
      this.answer(request, response, body);
    }
  }
}
