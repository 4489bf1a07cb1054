// A web server's side of AJP/1.3 for tests: sends any bytes, reads what the container says, and does a whole exchange as httpd does.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type AjpForwardRequest,
  type AjpResponseMessage,
  bodyChunkBytesMax,
  decodeResponseMessage,
  encodeBodyChunkHead,
  encodeForwardRequest,
  endOfBodyPacket,
  PacketStream,
} from '#codecs/ajp13';

export interface AjpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly mayReuse: boolean;
  /** How often the container asked for more of the request's body. */
  readonly askedCount: number;
}

/** `GET /` over TLS from 192.0.2.7, without certificate or secret. */
export const plainForwardRequest: AjpForwardRequest = {
  method: 'GET',
  protocol: 'HTTP/1.1',
  path: '/',
  query: null,
  remoteAddress: '192.0.2.7',
  remoteHost: '192.0.2.7',
  remotePort: 4711,
  localAddress: null,
  serverName: 'pki.example.test',
  serverPort: 443,
  isSecure: true,
  headers: ['Host', 'pki.example.test'],
  remoteUser: null,
  authenticationType: null,
  route: null,
  clientCertificatePem: null,
  tlsCipher: null,
  tlsSession: null,
  tlsKeySize: null,
  tlsProtocol: 'TLSv1.3',
  secret: null,
  otherAttributes: [],
};

export class AjpClient {
  readonly socket: Socket;
  readonly #packetBytes: number;
  readonly #packets: PacketStream;
  readonly #messages: AjpResponseMessage[] = [];
  #waiter: (() => void) | null = null;
  #isClosed = false;

  static async connect(port: number, packetBytes = 8192, host = '127.0.0.1'): Promise<AjpClient> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new AjpClient(socket, packetBytes);
  }

  private constructor(socket: Socket, packetBytes: number) {
    this.socket = socket;
    this.#packetBytes = packetBytes;
    this.#packets = new PacketStream('from-container', packetBytes);
    socket.on('data', (chunk) => {
      this.#packets.push(chunk);
      for (let payload = this.#packets.take(); payload !== null; payload = this.#packets.take())
        this.#messages.push(decodeResponseMessage(payload));
      this.#waiter?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      this.#waiter?.();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  sendRequest(more: Partial<AjpForwardRequest>): void {
    this.send(encodeForwardRequest({ ...plainForwardRequest, ...more }, this.#packetBytes));
  }

  sendBody(chunk: Uint8Array): void {
    this.send(Buffer.concat([encodeBodyChunkHead(chunk.length), chunk]));
  }

  /** What the container says next; null when it closed instead. */
  async next(): Promise<AjpResponseMessage | null> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#isClosed) return null;
      await new Promise<void>((resolve) => {
        this.#waiter = resolve;
      });
    }
  }

  /** A whole exchange; `body` goes out as httpd sends it. Null when the container closed before its answer was over. */
  async exchange(more: Partial<AjpForwardRequest>, body: Buffer | null = null): Promise<AjpAnswer | null> {
    this.sendRequest(more);
    let sent = 0;
    const sendNext = () => {
      const piece = body?.subarray(sent, sent + bodyChunkBytesMax(this.#packetBytes)) ?? Buffer.alloc(0);
      sent += piece.length;
      if (piece.length === 0) this.send(endOfBodyPacket);
      else this.sendBody(piece);
    };
    const isAnnounced = more.headers?.some((text) => text.toLowerCase() === 'content-length') === true;
    if (isAnnounced && body !== null && body.length > 0) sendNext();
    return await this.answer(sendNext);
  }

  /** Reads up to the end of an answer. */
  async answer(moreBody: () => void = () => {}): Promise<AjpAnswer | null> {
    let head: Extract<AjpResponseMessage, { type: 'headers' }> | null = null;
    const pieces: Buffer[] = [];
    let askedCount = 0;
    for (;;) {
      const message = await this.next();
      if (message === null) return null;
      if (message.type === 'wants-body') {
        askedCount += 1;
        moreBody();
      } else if (message.type === 'headers') head = message;
      else if (message.type === 'body') pieces.push(message.data);
      else if (message.type === 'end') {
        if (head === null) throw new Error('an answer without a head');
        const { status, reason, headers } = head;
        const body = Buffer.concat(pieces).toString('latin1');
        return { status, reason, headers, body, mayReuse: message.mayReuse, askedCount };
      }
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
