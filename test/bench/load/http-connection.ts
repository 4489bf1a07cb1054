// One kept-alive connection that sends ready-made requests and reads answers with as little work as it can: what it costs, the server cannot have.
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure, type SecureContext } from 'node:tls';

export interface Destination {
  readonly port: number;
  /** Name in the server's certificate. */
  readonly hostName: string;
  /** Null for plain HTTP. */
  readonly secureContext: SecureContext | null;
}

export interface RawAnswer {
  readonly status: number;
  /** Decoded from the chunked coding where that was used. */
  readonly body: Buffer;
  /** Whether the server ends the connection after it. */
  readonly isLast: boolean;
}

const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/** One request at a time. */
export class HttpConnection {
  readonly #destination: Destination;
  #socket: Socket | null = null;
  #received: Buffer = nothing;
  #waiting: { resolve(answer: RawAnswer): void; reject(error: Error): void } | null = null;

  private constructor(destination: Destination) {
    this.#destination = destination;
  }

  /** Rejects with the system's error, or when the server's certificate does not verify. */
  static async open(destination: Destination): Promise<HttpConnection> {
    const connection = new HttpConnection(destination);
    await connection.reopen();
    return connection;
  }

  /** Connects again where the server has ended the connection, as Tomcat does after a hundred requests; does nothing otherwise. */
  async reopen(): Promise<void> {
    if (this.#socket !== null) return;
    const socket = await connect(this.#destination);
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the server closed the connection')));
  }

  async send(request: Uint8Array): Promise<RawAnswer> {
    if (this.#socket === null) await this.reopen();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket?.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(piece: Buffer): void {
    this.#received = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
    const answer = readAnswer(this.#received);
    if (answer === null) return;
    const waiting = this.#waiting;
    this.#received = nothing;
    this.#waiting = null;
    if (answer.isLast) this.#end(new Error('the server said that it closes the connection'));
    waiting?.resolve(answer);
  }

  #end(error: Error): void {
    this.#socket?.removeAllListeners('close').destroy();
    this.#socket = null;
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

function connect({ port, hostName, secureContext }: Destination): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const place = { host: '127.0.0.1', port };
    const socket =
      secureContext === null
        ? connectPlain(place)
        : connectSecure({ ...place, servername: hostName, secureContext, rejectUnauthorized: true });
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once(secureContext === null ? 'connect' : 'secureConnect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

/** The answer when it has arrived whole, else null. */
function readAnswer(bytes: Buffer): RawAnswer | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.subarray(0, end).toString('latin1').toLowerCase();
  const status = Number(head.slice(9, 12));
  const isLast = head.includes('\r\nconnection: close');
  const from = end + headEnd.length;
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    const to = from + Number(length);
    return bytes.length < to ? null : { status, body: bytes.subarray(from, to), isLast };
  }
  if (!head.includes('transfer-encoding: chunked')) return { status, body: nothing, isLast };
  const body = joinChunks(bytes, from);
  return body === null ? null : { status, body, isLast };
}

/** Null while the last chunk is missing. */
function joinChunks(bytes: Buffer, from: number): Buffer | null {
  const pieces: Buffer[] = [];
  for (let position = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', position);
    if (lineEnd < 0) return null;
    const length = Number.parseInt(bytes.subarray(position, lineEnd).toString('latin1'), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + length + 2) return null;
    if (length === 0) return pieces.length === 1 ? (pieces[0] ?? nothing) : Buffer.concat(pieces);
    pieces.push(bytes.subarray(start, start + length));
    position = start + length + 2;
  }
}
