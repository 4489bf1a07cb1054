// An answer that goes out over AJP, in the form in which all listeners take answers: packets for head, body and end.
import { Writable } from 'node:stream';
import { type AjpResponseMessage, encodeResponseMessage, responseChunkBytesMax } from '#codecs/ajp13';
import { withoutConnectionHeaders } from '../upstream/connection-headers.ts';
import type { AjpRequest } from './ajp-request.ts';
import type { ClientResponse } from './received-request.ts';

/** The connection under an answer. */
export interface AjpPacketSink {
  readonly packetBytes: number;
  /** Sends packets together. Calls `sent` when the peer has room for more, with an error when it will never have. */
  send(packets: readonly Buffer[], sent: (error?: Error | null) => void): void;
  /** The answer is over: whole, or broken off. */
  answered(isWhole: boolean): void;
}

/** Statuses whose answers have no body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
/** Body bytes held before whoever writes is told to wait. */
const heldBytesMax = 65_536;

export class AjpResponse extends Writable implements ClientResponse {
  readonly req: AjpRequest;
  shouldKeepAlive = true;
  statusCode = 200;
  headersSent = false;
  readonly #sink: AjpPacketSink;
  /** The head, which waits for the first piece of body so that both travel together. */
  #head: Buffer | null = null;

  constructor(request: AjpRequest, sink: AjpPacketSink) {
    super({ highWaterMark: heldBytesMax });
    this.req = request;
    this.#sink = sink;
    // The close that follows tells; there is nobody to tell more.
    this.on('error', () => {});
  }

  /** Throws AjpError when the head does not fit into a packet; another may then be tried. */
  writeHead(status: number, reason: string, headers: readonly string[]): this {
    // Web servers expect a reason; Tomcat puts the number there.
    const message = { type: 'headers', status, reason: reason || String(status) } as const;
    this.#head = this.#encode({ ...message, headers: withoutConnectionHeaders(headers) });
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }

  /** The web server tells its client to go on as soon as the body is asked for. */
  writeContinue(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: (error?: Error | null) => void): void {
    const packets = this.#takeHead();
    const chunkBytesMax = responseChunkBytesMax(this.#sink.packetBytes);
    for (let from = 0; from < chunk.length && !this.#isBodiless(); from += chunkBytesMax)
      packets.push(this.#encode({ type: 'body', data: chunk.subarray(from, from + chunkBytesMax) }));
    // A small answer is one write: its head and body go with its end.
    if (packets.length === 0) sent();
    else this.#sink.send(packets, sent);
  }

  override _final(sent: (error?: Error | null) => void): void {
    const end = this.#encode({ type: 'end', mayReuse: this.shouldKeepAlive });
    this.#sink.send([...this.#takeHead(), end], (error) => {
      if (!error) this.#sink.answered(true);
      sent(error);
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.#sink.answered(false);
    done(error);
  }

  #takeHead(): Buffer[] {
    if (!this.headersSent) this.writeHead(200, '', []);
    const packets = this.#head === null ? [] : [this.#head];
    this.#head = null;
    return packets;
  }

  #isBodiless(): boolean {
    return this.req.method === 'HEAD' || bodiless.has(this.statusCode);
  }

  #encode(message: AjpResponseMessage): Buffer {
    return encodeResponseMessage(message, this.#sink.packetBytes);
  }
}
