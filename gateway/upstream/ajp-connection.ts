// One AJP/1.3 connection to Tomcat: carries one exchange at a time and says afterwards whether it may carry another.
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import {
  AjpError,
  type AjpResponseMessage,
  bodyChunkBytesMax,
  decodeResponseMessage,
  encodeBodyChunkHead,
  endOfBodyPacket,
  PacketStream,
  pingPacket,
} from '#codecs/ajp13';
import { withoutConnectionHeaders } from './connection-headers.ts';
import { type UpstreamBody, UpstreamError, type UpstreamLimits, type UpstreamResponse } from './upstream.ts';

export interface AjpAddress {
  readonly host: string;
  readonly port: number;
}

interface Exchange {
  readonly body: UpstreamBody | null;
  readonly settle: { resolve(response: UpstreamResponse): void; reject(error: Error): void };
  /** The response's body, once its head has come. */
  readable: Readable | null;
  isBodyOver: boolean;
  readonly done: (mayReuse: boolean) => void;
}

/** Connects. Throws UpstreamError `unreachable` or `timeout`. */
export async function connectAjp(
  address: AjpAddress,
  packetBytes: number,
  limits: UpstreamLimits,
): Promise<AjpConnection> {
  const socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    const fail = (code: 'unreachable' | 'timeout', cause?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      const where = `${address.host} port ${address.port}`;
      reject(new UpstreamError(code, `Dogtag's AJP connector at ${where} does not answer`, { cause }));
    };
    const timer = setTimeout(() => fail('timeout'), limits.connectTimeoutMs);
    const refused = (error: Error) => fail('unreachable', error);
    socket.once('error', refused);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', refused);
      resolve();
    });
  });
  return new AjpConnection(socket, packetBytes, limits);
}

export class AjpConnection {
  readonly #socket: Socket;
  readonly #chunkBytesMax: number;
  readonly #packets: PacketStream;
  #exchange: Exchange | null = null;
  #pong: { resolve(): void; reject(error: Error): void } | null = null;

  constructor(socket: Socket, packetBytes: number, limits: UpstreamLimits) {
    this.#socket = socket;
    this.#chunkBytesMax = bodyChunkBytesMax(packetBytes);
    this.#packets = new PacketStream('from-container', packetBytes);
    socket.setTimeout(limits.silenceTimeoutMs, () => {
      if (this.#exchange !== null) this.#fail(new UpstreamError('timeout', 'Dogtag fell silent'));
    });
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (cause) => this.#fail(new UpstreamError('unreachable', 'the connection broke', { cause })));
    socket.on('close', () => this.#fail(new UpstreamError('unreachable', 'Dogtag closed the connection')));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable && !this.#socket.readableEnded;
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Whether the container still reads from this connection; rejects when no pong comes within `timeoutMs`. */
  ping(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new UpstreamError('timeout', 'no answer to a ping')), timeoutMs);
      const settled =
        <T extends unknown[]>(next: (...values: T) => void) =>
        (...values: T) => {
          clearTimeout(timer);
          this.#pong = null;
          next(...values);
        };
      this.#pong = { resolve: settled(resolve), reject: settled(reject) };
      this.#socket.write(pingPacket);
    });
  }

  /**
   * Sends a forward request and its body. Resolves when the response's head is there; its body then streams. `done` is
   * called once, when the connection is free again (true) or of no more use (false). Throws UpstreamError.
   */
  exchange(
    forwardRequest: Buffer,
    body: UpstreamBody | null,
    done: (mayReuse: boolean) => void,
  ): Promise<UpstreamResponse> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        done(false);
        reject(new UpstreamError('unreachable', 'Dogtag closed the connection'));
        return;
      }
      this.#exchange = { body, settle: { resolve, reject }, readable: null, isBodyOver: body === null, done };
      this.#socket.write(forwardRequest);
      // The container expects the first packet of a body whose length it knows without asking for it.
      if (body !== null && body.byteCount !== null && body.byteCount > 0) this.#sendBody(this.#chunkBytesMax);
    });
  }

  #receive(chunk: Buffer): void {
    try {
      this.#packets.push(chunk);
      for (let payload = this.#packets.take(); payload !== null; payload = this.#packets.take())
        this.#handle(decodeResponseMessage(payload));
    } catch (error) {
      if (!(error instanceof AjpError)) throw error;
      this.#fail(new UpstreamError('unreadable-response', error.message, { cause: error }));
    }
  }

  #handle(message: AjpResponseMessage): void {
    if (message.type === 'pong') {
      this.#pong?.resolve();
      return;
    }
    const exchange = this.#exchange;
    if (exchange === null) throw new AjpError('unexpected-packet', `AJP ${message.type} without a request`);
    if (message.type === 'headers') this.#begin(exchange, message);
    else if (message.type === 'wants-body') this.#sendBody(Math.min(message.byteCount, this.#chunkBytesMax));
    else if (exchange.readable === null) throw new AjpError('unexpected-packet', `AJP ${message.type} before the head`);
    else if (message.type === 'body') {
      if (message.data.length > 0 && !exchange.readable.push(message.data)) this.#socket.pause();
    } else this.#end(exchange, exchange.readable, message.mayReuse);
  }

  #begin(exchange: Exchange, head: Extract<AjpResponseMessage, { type: 'headers' }>): void {
    const readable = new Readable({
      read: () => {
        this.#socket.resume();
      },
      destroy: (error, callback) => {
        // Whoever stops reading early leaves the rest of this exchange in the connection: it cannot be used again.
        if (this.#exchange === exchange) this.#fail(new UpstreamError('aborted', 'the response was given up'));
        callback(error);
      },
    });
    exchange.readable = readable;
    exchange.settle.resolve({
      status: head.status,
      // Tomcat puts the number where the reason would stand, since AJP cannot leave it out.
      reason: head.reason === String(head.status) ? '' : head.reason,
      headers: headersFor(head),
      body: readable,
    });
  }

  #end(exchange: Exchange, readable: Readable, mayReuse: boolean): void {
    this.#exchange = null;
    readable.push(null);
    this.#socket.resume();
    if (!mayReuse) this.#socket.destroy();
    exchange.done(mayReuse && this.isOpen);
  }

  /** Sends one packet of at most `bytesMax` body bytes, or the packet that says there are no more. */
  #sendBody(bytesMax: number): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    if (exchange.body === null || exchange.isBodyOver) {
      this.#socket.write(endOfBodyPacket);
      return;
    }
    exchange.body.take(bytesMax).then(
      (chunk) => {
        if (this.#exchange !== exchange) return;
        if (chunk === null) {
          exchange.isBodyOver = true;
          this.#socket.write(endOfBodyPacket);
          return;
        }
        this.#socket.cork();
        this.#socket.write(encodeBodyChunkHead(chunk.length));
        this.#socket.write(chunk);
        this.#socket.uncork();
      },
      (cause) => this.#fail(new UpstreamError('aborted', 'the client went away', { cause })),
    );
  }

  #fail(error: UpstreamError): void {
    this.#socket.destroy();
    this.#pong?.reject(error);
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#exchange = null;
    if (exchange.readable === null) exchange.settle.reject(error);
    else exchange.readable.destroy(error);
    exchange.done(false);
  }
}

/** Tomcat leaves the length of an answer without a body to the web server; its own connectors take it out (RFC 9110 section 8.6). */
function headersFor({ status, headers }: { status: number; headers: readonly string[] }): string[] {
  const kept = withoutConnectionHeaders(headers);
  if (status !== 204 && status !== 304) return kept;
  return kept.filter((_, index) => kept[index - (index % 2)]?.toLowerCase() !== 'content-length');
}
