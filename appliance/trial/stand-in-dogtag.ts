// Answers HTTP requests with what a real Dogtag answered to the same ones when they were recorded; what was not recorded is a 404.
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RecordedTurn } from './recorded-conversation.ts';

export interface StandInDogtag {
  readonly httpsUrl: URL;
  readonly httpUrl: URL;
  /** Requests for which nothing was recorded, as `GET /path`; a good trial has none. */
  unknownRequests(): readonly string[];
  close(): Promise<void>;
}

export interface StandInDogtagOptions {
  readonly turns: readonly RecordedTurn[];
  /** The server's own TLS certificate and key, PEM. */
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Called before the answer of a turn is sent, so that the directory is as it was then. */
  onTurn(turn: RecordedTurn): void;
}

const bodyBytesMax = 10 * 1024 * 1024;

/** Listens on free loopback ports. */
export async function startStandInDogtag(options: StandInDogtagOptions): Promise<StandInDogtag> {
  const conversation = new ConversationPosition(options.turns);
  const unknown: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const turn = conversation.take(keyOf(request.method ?? '', request.url ?? '', body));
    if (turn === null) {
      unknown.push(`${request.method} ${request.url}`);
      response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing was recorded for this request\n');
      return;
    }
    options.onTurn(turn);
    send(turn, request, response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  };
  const https = createHttpsServer(
    { cert: options.certificatePem, key: options.keyPem, requestCert: true, rejectUnauthorized: false },
    listener,
  );
  const http = createHttpServer(listener);
  return {
    httpsUrl: new URL(`https://127.0.0.1:${await listen(https)}`),
    httpUrl: new URL(`http://127.0.0.1:${await listen(http)}`),
    unknownRequests: () => unknown,
    close: async () => {
      await Promise.all([https, http].map(closeServer));
    },
  };
}

/**
 * Where in the conversation we are. A client's request is the next client's turn; what the gateway asks by itself was recorded right after
 * that turn, or earlier: the same question has another answer later in the conversation.
 */
class ConversationPosition {
  readonly #indexesByKey = new Map<string, number[]>();
  readonly #turns: readonly RecordedTurn[];
  #next = 0;

  constructor(turns: readonly RecordedTurn[]) {
    this.#turns = turns;
    turns.forEach(({ request }, index) => {
      const key = keyOf(request.method, request.target, request.body);
      this.#indexesByKey.set(key, [...(this.#indexesByKey.get(key) ?? []), index]);
    });
  }

  take(key: string): RecordedTurn | null {
    const indexes = this.#indexesByKey.get(key) ?? [];
    const nextClient = this.#turns.findIndex(({ about }, index) => index >= this.#next && about.by === 'client');
    if (indexes.includes(nextClient)) {
      this.#next = nextClient + 1;
      return this.#turns[nextClient] ?? null;
    }
    const limit = nextClient === -1 ? this.#turns.length : nextClient;
    const index = indexes.filter((candidate) => candidate < limit).at(-1);
    return index === undefined ? null : (this.#turns[index] ?? null);
  }
}

function keyOf(method: string, target: string, body: Buffer): string {
  return `${method} ${target}\n${body.toString('latin1')}`;
}

function send(turn: RecordedTurn, request: IncomingMessage, response: ServerResponse): void {
  const skipped = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']);
  const headers = turn.response.headers.filter(([name]) => !skipped.has(name.toLowerCase()));
  response.writeHead(turn.response.status, turn.response.reason || undefined, headers.flat());
  response.end(request.method === 'HEAD' ? undefined : turn.response.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyBytesMax) throw new Error('the request is too large for a recording');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
