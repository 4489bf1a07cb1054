// A request that came over AJP, in the form in which all listeners hand requests out. Its body is asked for as it is read.
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { ReceivedRequest } from './received-request.ts';

/** A request's head, looked over and fit for HTTP. */
export interface AjpRequestHead {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  /** Null when it is unknown: then the body, if any, ends with an empty packet. */
  readonly contentLength: number | null;
}

/** What a request asks of the connection that it came over. */
export interface AjpBodySource {
  readonly localAddress: string;
  readonly localPort: number;
  /** Whether the answer is over: then nothing more may be asked for. */
  isAnswered(): boolean;
  askForBody(): void;
  destroy(): void;
}

/** Body bytes held before the next packet is asked for. */
const heldBytesMax = 16_384;

export class AjpRequest extends Readable implements ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly socket: AjpBodySource;
  readonly #contentLength: number | null;
  #receivedBytes = 0;
  #isOver: boolean;
  /** A packet that is on its way: the first one of a body of known length comes without being asked for. */
  #isAwaited: boolean;

  constructor(head: AjpRequestHead, source: AjpBodySource) {
    super({ highWaterMark: heldBytesMax });
    this.method = head.method;
    this.url = head.url;
    this.httpVersion = head.httpVersion;
    this.headers = head.headers;
    this.rawHeaders = head.rawHeaders;
    this.socket = source;
    this.#contentLength = head.contentLength;
    this.#isOver = head.contentLength === 0 || (head.contentLength === null && !('transfer-encoding' in head.headers));
    this.#isAwaited = !this.#isOver && head.contentLength !== null;
    if (this.#isOver) this.push(null);
    // Breaking off is answered by whoever reads; a body that nobody reads may break off unnoticed.
    this.on('error', () => {});
  }

  get complete(): boolean {
    return this.#isOver || this.socket.isAnswered();
  }

  /** Whether a body packet will come, wanted or not. */
  get awaitsPacket(): boolean {
    return this.#isAwaited;
  }

  override _read(): void {
    if (this.#isOver || this.#isAwaited || this.socket.isAnswered()) return;
    this.#isAwaited = true;
    this.socket.askForBody();
  }

  /** Takes the packet that was awaited; an empty one ends the body. Says what is wrong with it, or null. */
  receive(chunk: Buffer): string | null {
    this.#isAwaited = false;
    this.#receivedBytes += chunk.length;
    const expected = this.#contentLength;
    if (expected !== null && this.#receivedBytes > expected) return 'more body than its Content-Length';
    if (chunk.length === 0 && expected !== null && this.#receivedBytes < expected)
      return 'less body than its Content-Length';
    if (chunk.length > 0) this.push(chunk);
    if (chunk.length === 0 || this.#receivedBytes === expected) {
      this.#isOver = true;
      this.push(null);
    }
    return null;
  }
}
