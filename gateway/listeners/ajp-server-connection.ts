// One AJP/1.3 connection of a web server: one request at a time, pings between them, and an end for whoever is slow or says what is no AJP.
import type { Socket } from 'node:net';
import {
  AjpError,
  type AjpForwardRequest,
  bodyChunkBytesMax,
  decodeBodyChunk,
  decodeRequestMessage,
  encodeResponseMessage,
  PacketStream,
} from '#codecs/ajp13';
import type { Log } from '#platform';
import type { Admission } from './ajp-admission.ts';
import { AjpRequest } from './ajp-request.ts';
import { readAjpRequestHead } from './ajp-request-head.ts';
import { AjpResponse } from './ajp-response.ts';
import type { ListenerLimits } from './listener-limits.ts';
import type { RequestReceiver } from './received-request.ts';

/** Why a request gets no further than this connection. */
export type AjpRefusal = 'forbidden' | 'malformed';

export interface AjpConnectionParts {
  readonly packetBytes: number;
  readonly limits: ListenerLimits;
  readonly admit: (request: AjpForwardRequest) => Admission;
  readonly receive: RequestReceiver;
  /** Writes the answer of a refused request. */
  readonly refuse: (refusal: AjpRefusal, response: AjpResponse) => void;
  readonly log: Log;
}

interface Exchange {
  readonly request: AjpRequest;
  readonly response: AjpResponse;
}

/** How long a web server may take to close a connection after we said that we do. */
const lingerMs = 3_000;

export class AjpServerConnection {
  readonly #socket: Socket;
  readonly #parts: AjpConnectionParts;
  readonly #packets: PacketStream;
  #exchange: Exchange | null = null;
  /** A body packet of the last request is still on its way, unwanted. */
  #owesPacket = false;
  /** Whether a request had what it takes to be admitted; only such a connection may idle for as long as it likes. */
  #isTrusted = false;
  #isEnding = false;
  #deadline: { readonly timer: NodeJS.Timeout; readonly reason: string } | null = null;

  constructor(socket: Socket, parts: AjpConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#packets = new PacketStream('to-container', parts.packetBytes);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => parts.log.debug('an AJP connection broke', { error }));
    socket.on('close', () => this.#close());
    this.#watch();
  }

  get isIdle(): boolean {
    return this.#exchange === null;
  }

  /** No further request: an idle connection ends now, any other after its answer. */
  finish(): void {
    if (this.#exchange === null) this.#socket.destroy();
    else this.#exchange.response.shouldKeepAlive = false;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    // What comes after the end is read only so that our last answer is not lost in a reset.
    if (this.#isEnding) return;
    this.#packets.push(chunk);
    this.#advance();
  }

  /** Handles every packet that is due. */
  #advance(): void {
    try {
      while (!this.#isEnding && this.#isPacketDue()) {
        const payload = this.#packets.take();
        if (payload === null) break;
        this.#handle(payload);
      }
    } catch (error) {
      if (error instanceof AjpError) this.#breakOff(error);
      else {
        this.#parts.log.error('an AJP connection failed', { error });
        this.#socket.destroy();
      }
    }
    // A web server that sends ahead is held back; one that only waits is read from, to learn when it goes away.
    if (this.#packets.pendingBytes > this.#parts.packetBytes) this.#socket.pause();
    else this.#socket.resume();
    this.#watch();
  }

  #isPacketDue(): boolean {
    return this.#exchange === null || this.#exchange.request.awaitsPacket;
  }

  #handle(payload: Buffer): void {
    if (this.#owesPacket) {
      decodeBodyChunk(payload);
      this.#owesPacket = false;
    } else if (this.#exchange === null) this.#begin(payload);
    else {
      const problem = this.#exchange.request.receive(decodeBodyChunk(payload));
      if (problem !== null) throw new AjpError('malformed-packet', problem);
    }
  }

  #begin(payload: Buffer): void {
    const message = decodeRequestMessage(payload);
    if (message.type === 'ping') {
      this.#socket.write(encodeResponseMessage({ type: 'pong' }, this.#parts.packetBytes));
      return;
    }
    const admission = this.#parts.admit(message.request);
    if ('reason' in admission) {
      this.#refuse('forbidden', admission.reason);
      return;
    }
    this.#isTrusted = true;
    const exchange = this.#open(readAjpRequestHead(message.request), message.request);
    this.#parts.receive(exchange.request, exchange.response, admission.client);
  }

  #open(head: ReturnType<typeof readAjpRequestHead>, { serverName, serverPort }: AjpForwardRequest): Exchange {
    const request: AjpRequest = new AjpRequest(head, {
      localAddress: serverName,
      localPort: serverPort,
      isAnswered: () => exchange.response.writableEnded,
      askForBody: () => this.#askForBody(),
      destroy: () => this.#socket.destroy(),
    });
    const response = new AjpResponse(request, {
      packetBytes: this.#parts.packetBytes,
      send: (packets, sent) => this.#send(packets, sent),
      answered: (isWhole) => this.#end(exchange, isWhole),
    });
    const exchange: Exchange = { request, response };
    this.#exchange = exchange;
    return exchange;
  }

  #askForBody(): void {
    const { packetBytes } = this.#parts;
    this.#socket.write(
      encodeResponseMessage({ type: 'wants-body', byteCount: bodyChunkBytesMax(packetBytes) }, packetBytes),
    );
    // The packet may be here already, sent ahead.
    if (this.#packets.pendingBytes > 0) setImmediate(() => this.#advance());
  }

  /** Packets of one turn of the event loop travel together. */
  #send(packets: readonly Buffer[], sent: (error?: Error | null) => void): void {
    const socket = this.#socket;
    if (socket.destroyed) {
      sent(new Error('the web server closed the connection'));
      return;
    }
    socket.cork();
    setImmediate(() => socket.uncork());
    let hasRoom = true;
    for (const packet of packets) hasRoom = socket.write(packet);
    if (hasRoom) sent();
    else this.#awaitRoom(sent);
  }

  #awaitRoom(sent: (error?: Error | null) => void): void {
    const socket = this.#socket;
    const settle = (error: Error | null) => {
      clearTimeout(timer);
      socket.removeListener('drain', drained).removeListener('close', closed);
      sent(error);
    };
    const drained = () => settle(null);
    const closed = () => settle(new Error('the web server closed the connection'));
    // Somebody who takes nothing for as long as a whole request may last holds memory for nobody.
    const timer = setTimeout(() => socket.destroy(), this.#parts.limits.requestTimeoutMs);
    socket.once('drain', drained).once('close', closed);
  }

  #end(exchange: Exchange, isWhole: boolean): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = null;
    this.#owesPacket = exchange.request.awaitsPacket;
    exchange.request.destroy();
    if (!isWhole) this.#socket.destroy();
    else if (exchange.response.shouldKeepAlive) this.#advance();
    else this.#linger();
  }

  /** Closes our half and reads on for a moment: closing at once would reset the connection and take the answer with it. */
  #linger(): void {
    this.#isEnding = true;
    this.#socket.resume();
    setImmediate(() => this.#socket.end());
    this.#setDeadline(lingerMs, 'the web server did not close');
  }

  /** What is no AJP, or not in its turn. Before an answer has begun it is told so; a request under way breaks off. */
  #breakOff(error: AjpError): void {
    if (this.#exchange !== null) {
      this.#parts.log.warn('an AJP request broke off', { reason: error.message });
      this.#exchange.request.destroy(error);
      this.#socket.destroy();
    } else if (error.code === 'unexpected-packet' || this.#owesPacket) {
      // Tomcat says nothing either to what does not begin a turn.
      this.#parts.log.warn('refused AJP bytes', { reason: error.message });
      this.#socket.destroy();
    } else this.#refuse('malformed', error.message);
  }

  #refuse(refusal: AjpRefusal, reason: string): void {
    this.#parts.log.warn('refused an AJP request', { reason, peer: this.#socket.remoteAddress });
    const none = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: [], headers: {}, contentLength: 0 };
    const { response } = this.#open(none, { serverName: '', serverPort: 0 } as AjpForwardRequest);
    response.shouldKeepAlive = false;
    this.#parts.refuse(refusal, response);
  }

  #close(): void {
    this.#setDeadline(null);
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.request.destroy(
      exchange.request.complete ? undefined : new Error('the web server closed the connection'),
    );
    exchange?.response.destroy();
  }

  /** One limit at a time; progress within a packet does not lengthen it, or a byte a minute would do. */
  #watch(): void {
    const { limits } = this.#parts;
    if (this.#isEnding) return;
    if (this.#exchange !== null || this.#owesPacket) {
      const isSlow = this.#owesPacket || this.#exchange?.request.complete === false;
      if (isSlow) this.#setDeadline(limits.requestTimeoutMs, 'the body did not arrive in time');
      else this.#setDeadline(null);
    } else if (this.#packets.pendingBytes > 0 || !this.#isTrusted)
      this.#setDeadline(limits.headTimeoutMs, 'no whole request arrived in time');
    else this.#setDeadline(null);
  }

  #setDeadline(timeMs: number | null, reason = ''): void {
    if (this.#deadline?.reason === reason && timeMs !== null) return;
    if (this.#deadline !== null) clearTimeout(this.#deadline.timer);
    this.#deadline = null;
    if (timeMs === null || this.#socket.destroyed) return;
    const timer = setTimeout(() => {
      this.#parts.log.debug('closed an AJP connection', { reason });
      this.#socket.destroy();
    }, timeMs);
    this.#deadline = { timer, reason };
  }
}
