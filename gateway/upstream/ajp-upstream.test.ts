// Facts about the way to Dogtag over AJP, against a container that speaks it and misbehaves on request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import {
  type AjpForwardRequest,
  type AjpResponseMessage,
  decodeBodyChunk,
  decodeForwardRequest,
  encodeResponseMessage,
  PacketStream,
} from '#codecs/ajp13';
import { createAjpUpstream } from './ajp-upstream.ts';
import {
  defaultUpstreamLimits,
  type Upstream,
  type UpstreamBody,
  UpstreamError,
  type UpstreamRequest,
} from './upstream.ts';

const packetBytes = 8192;
const pingType = 10;

/** One request as the container sees it, with the means to answer it. */
interface Served {
  readonly request: AjpForwardRequest;
  readonly socket: Socket;
  readonly connection: number;
  send(...messages: AjpResponseMessage[]): void;
  /** Asks for the rest of the body, at most `bytesMax` at a time. The first packet is there already when the length is known. */
  readBody(bytesMax?: number): Promise<Buffer>;
}

class Container {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;
  pings = 0;
  answersPings = true;
  handle: (served: Served) => void | Promise<void> = (served) => ok(served, 'hello');

  constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const connection = ++this.connections;
    const packets = new PacketStream('to-container', packetBytes);
    let bodyWaiter: ((chunk: Buffer) => void) | null = null;
    const early: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      packets.push(data);
      for (let payload = packets.take(); payload !== null; payload = packets.take()) {
        if (payload[0] === pingType && payload.length === 1) {
          this.pings += 1;
          if (this.answersPings) socket.write(encodeResponseMessage({ type: 'pong' }, packetBytes));
        } else if (payload[0] === 2 && bodyWaiter === null && early.length === 0 && payload.length > 20) {
          this.#serve(payload, socket, connection, early, (waiter) => {
            bodyWaiter = waiter;
          });
        } else if (bodyWaiter !== null) bodyWaiter(decodeBodyChunk(payload));
        else early.push(decodeBodyChunk(payload));
      }
    });
  }

  #serve(
    payload: Buffer,
    socket: Socket,
    connection: number,
    early: Buffer[],
    setWaiter: (waiter: ((chunk: Buffer) => void) | null) => void,
  ): void {
    const request = decodeForwardRequest(payload);
    const send = (...messages: AjpResponseMessage[]) => {
      for (const message of messages) socket.write(encodeResponseMessage(message, packetBytes));
    };
    const next = () =>
      new Promise<Buffer>((resolve) => {
        const first = early.shift();
        if (first === undefined) setWaiter(resolve);
        else resolve(first);
      });
    const readBody = async (bytesMax = 8186) => {
      const index = request.headers.findIndex((name) => name.toLowerCase() === 'content-length');
      let left = index < 0 ? Number.POSITIVE_INFINITY : Number(request.headers[index + 1]);
      const pieces: Buffer[] = [];
      let isFirst = index >= 0 && left > 0;
      while (left > 0) {
        if (!isFirst) send({ type: 'wants-body', byteCount: bytesMax });
        isFirst = false;
        const piece = await next();
        if (piece.length === 0) break;
        pieces.push(piece);
        left -= piece.length;
      }
      setWaiter(null);
      return Buffer.concat(pieces);
    };
    void Promise.resolve(this.handle({ request, socket, connection, send, readBody }));
  }
}

function ok({ send }: Served, text: string): void {
  send(
    { type: 'headers', status: 200, reason: '200', headers: ['Content-Type', 'text/plain', 'X-Odd-Case', 'v'] },
    { type: 'body', data: Buffer.from(text) },
    { type: 'end', mayReuse: true },
  );
}

function bodyOf(pieces: readonly Buffer[], byteCount: number | null): UpstreamBody {
  let left = Buffer.concat(pieces);
  return {
    byteCount,
    take: async (bytesMax) => {
      if (left.length === 0) return null;
      const piece = left.subarray(0, bytesMax);
      left = left.subarray(piece.length);
      return piece;
    },
  };
}

function requestOf(more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    method: 'GET',
    path: '/ca/rest/certs/1',
    query: null,
    headers: ['Host', 'pki.example.test:8443'],
    body: null,
    client: {
      isSecure: true,
      certificate: null,
      remoteAddress: '192.0.2.7',
      remotePort: 5,
      tlsProtocol: 'TLSv1.3',
      tlsCipher: 'TLS_AES_128_GCM_SHA256',
    },
    serverName: 'pki.example.test',
    serverPort: 8443,
    signal: new AbortController().signal,
    ...more,
  };
}

async function readAll(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const hasCode = (code: UpstreamError['code']) => (error: unknown) =>
  error instanceof UpstreamError && error.code === code;

describe('Dogtag over AJP', () => {
  let container: Container;
  let upstream: Upstream;
  let port: number;

  const open = (more: Partial<typeof defaultUpstreamLimits> = {}) =>
    createAjpUpstream({
      address: { host: '127.0.0.1', port },
      secret: 'secret',
      packetBytes,
      limits: { ...defaultUpstreamLimits, ...more },
    });

  beforeEach(async () => {
    container = new Container();
    port = await container.start();
    upstream = open();
  });
  afterEach(() => {
    upstream.close();
    container.stop();
  });

  const ask = async (more: Partial<UpstreamRequest> = {}) => {
    const response = await upstream.send(requestOf(more));
    return { ...response, text: await readAll(response.body) };
  };

  it('hands over the request with secret, address and certificate, and the answer with its headers as sent', async () => {
    let seen: AjpForwardRequest | null = null;
    container.handle = (served) => {
      seen = served.request;
      ok(served, 'hello');
    };
    const certificate = {
      der: Buffer.alloc(1),
      pem: 'PEM',
      fingerprint: '',
      notBefore: new Date(0),
      notAfter: new Date(0),
    };
    const answer = await ask({ query: 'a=%20', client: { ...requestOf().client, certificate } });
    assert.equal(answer.text, 'hello');
    assert.equal(answer.reason, '');
    assert.deepEqual(answer.headers, ['Content-Type', 'text/plain', 'X-Odd-Case', 'v']);
    assert.notEqual(seen, null);
    const { secret, query, clientCertificatePem, remoteAddress, isSecure, serverPort } =
      seen as unknown as AjpForwardRequest;
    assert.deepEqual(
      { secret, query, clientCertificatePem, remoteAddress, isSecure, serverPort },
      {
        secret: 'secret',
        query: 'a=%20',
        clientCertificatePem: 'PEM',
        remoteAddress: '192.0.2.7',
        isSecure: true,
        serverPort: 8443,
      },
    );
  });

  it('uses a connection again, and another one beside it when it is busy', async () => {
    await ask();
    await ask();
    assert.equal(container.connections, 1);
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(container.connections, 3);
    assert.equal(container.pings, 0);
  });

  for (const [form, byteCount] of [
    ['of known length', 100_000],
    ['sent in chunks', null],
  ] as const)
    it(`carries a body ${form} in as many packets as it needs`, async () => {
      const body = Buffer.alloc(100_000, 'x');
      container.handle = async (served) => ok(served, String((await served.readBody()).equals(body)));
      const headers = byteCount === null ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(byteCount)];
      assert.equal((await ask({ method: 'POST', headers, body: bodyOf([body], byteCount) })).text, 'true');
      assert.equal((await ask({ method: 'POST', headers, body: bodyOf([body], byteCount) })).text, 'true');
      assert.equal(container.connections, 1);
    });

  it('takes an answer that comes before the body was wanted', async () => {
    container.handle = (served) => ok(served, 'no need');
    const body = bodyOf([Buffer.alloc(20_000)], 20_000);
    assert.equal((await ask({ method: 'POST', headers: ['Content-Length', '20000'], body })).text, 'no need');
  });

  it('leaves out a length that an answer without a body must not have', async () => {
    container.handle = ({ send }) =>
      send(
        { type: 'headers', status: 204, reason: '204', headers: ['Content-Length', '0', 'X', 'y'] },
        { type: 'end', mayReuse: true },
      );
    assert.deepEqual((await ask()).headers, ['X', 'y']);
  });

  it('does not use a connection again that the container gave up', async () => {
    container.handle = ({ send }) =>
      send({ type: 'headers', status: 200, reason: '200', headers: [] }, { type: 'end', mayReuse: false });
    await ask();
    await ask();
    assert.equal(container.connections, 2);
  });

  it('asks a connection that has idled whether it lives, and takes another one if not', async function () {
    this.timeout(10_000);
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await ask();
    assert.deepEqual([container.pings, container.connections], [1, 1]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    container.answersPings = false;
    await ask();
    assert.equal(container.connections, 2);
  });

  it('opens a new connection after the container was restarted', async () => {
    await ask();
    container.dropConnections();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await ask()).text, 'hello');
  });

  it('says so when nobody listens', async () => {
    container.stop();
    await assert.rejects(open().send(requestOf()), hasCode('unreachable'));
  });

  it('says so when the container closes before it answers', async () => {
    container.handle = ({ socket }) => {
      socket.destroy();
    };
    await assert.rejects(ask(), hasCode('unreachable'));
  });

  it('breaks the answer off when the container does', async () => {
    container.handle = ({ send, socket }) => {
      send({ type: 'headers', status: 200, reason: '200', headers: [] }, { type: 'body', data: Buffer.from('half') });
      setTimeout(() => socket.destroy(), 20);
    };
    const { body } = await upstream.send(requestOf());
    await assert.rejects(readAll(body), hasCode('unreachable'));
  });

  it('gives up a container that falls silent', async () => {
    container.handle = () => {};
    const impatient = open({ silenceTimeoutMs: 50 });
    await assert.rejects(impatient.send(requestOf()), hasCode('timeout'));
    impatient.close();
  });

  it('refuses an answer that is no AJP', async () => {
    container.handle = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    };
    await assert.rejects(ask(), hasCode('unreadable-response'));
  });

  it('ends the exchange when the client goes away, before and within the answer', async () => {
    const closed: Promise<unknown>[] = [];
    container.handle = ({ send, socket, request }) => {
      closed.push(once(socket, 'close'));
      if (request.path === '/begun') send({ type: 'headers', status: 200, reason: '200', headers: [] });
    };
    const aborter = new AbortController();
    const waiting = upstream.send(requestOf({ signal: aborter.signal }));
    setTimeout(() => aborter.abort(), 20);
    await assert.rejects(waiting, UpstreamError);
    const { body } = await upstream.send(requestOf({ path: '/begun' }));
    body.destroy();
    await Promise.all(closed);
    assert.equal(closed.length, 2);
  });

  it('lets requests wait when all connections are busy, and refuses what is too many', async () => {
    const waiting: Served[] = [];
    container.handle = (served) => {
      waiting.push(served);
    };
    upstream.close();
    upstream = open({ connectionsMax: 1, waitingMax: 1 });
    const first = ask();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = ask();
    await assert.rejects(ask(), hasCode('busy'));
    container.handle = (served) => ok(served, 'second');
    for (const served of waiting) ok(served, 'first');
    assert.deepEqual([(await first).text, (await second).text], ['first', 'second']);
    assert.equal(container.connections, 1);
  });

  it('refuses a head that does not fit into a packet without opening a connection', async () => {
    const headers = ['Cookie', 'x'.repeat(9_000)];
    await assert.rejects(upstream.send(requestOf({ headers })), hasCode('head-too-large'));
    assert.equal(container.connections, 0);
  });

  it('holds the container back while the client reads slowly', async () => {
    const piece = Buffer.alloc(8_000, 'y');
    container.handle = ({ send }) => {
      send({ type: 'headers', status: 200, reason: '200', headers: [] });
      for (let index = 0; index < 2_000; index += 1) send({ type: 'body', data: piece });
      send({ type: 'end', mayReuse: true });
    };
    const { body } = await upstream.send(requestOf());
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(body.readableLength < 4_000_000, `${body.readableLength} bytes wait in memory`);
    assert.equal((await readAll(body)).length, 16_000_000);
  });
});
