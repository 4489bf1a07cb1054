// A request's body: streamed on to Dogtag piece by piece, or read whole within a limit, or both.
import type { ReceivedRequest } from '../listeners/received-request.ts';
import type { UpstreamBody } from '../upstream/upstream.ts';

/** A body that is larger than what an operation takes. */
export class BodyTooLarge extends Error {
  readonly bodyBytesMax: number;
  constructor(bodyBytesMax: number) {
    super(`the body is larger than ${bodyBytesMax} bytes`);
    this.name = 'BodyTooLarge';
    this.bodyBytesMax = bodyBytesMax;
  }
}

/** The client went away in the middle of its body. */
export class BodyBroken extends Error {
  constructor(cause?: unknown) {
    super('the connection ended within the body', { cause });
    this.name = 'BodyBroken';
  }
}

export class IncomingBody implements UpstreamBody {
  readonly byteCount: number | null;
  readonly #message: ReceivedRequest;
  readonly #beforeFirstRead: (() => void) | null;
  #hasBegun = false;
  /** Bytes read from the message and not yet handed out. */
  #pending: Buffer | null = null;
  #copy: { readonly bytesMax: number; pieces: Buffer[] | null; byteCount: number } | null = null;

  /** `beforeFirstRead` is where a client that waits for "100 Continue" is told to go on. */
  constructor(message: ReceivedRequest, beforeFirstRead: (() => void) | null) {
    this.#message = message;
    this.#beforeFirstRead = beforeFirstRead;
    const length = message.headers['content-length'];
    this.byteCount = message.headers['transfer-encoding'] === undefined && length !== undefined ? Number(length) : null;
  }

  /** Null when the request has no body at all. */
  static of(message: ReceivedRequest, beforeFirstRead: (() => void) | null): IncomingBody | null {
    const { 'content-length': length, 'transfer-encoding': coding } = message.headers;
    return (length === undefined || Number(length) === 0) && coding === undefined
      ? null
      : new IncomingBody(message, beforeFirstRead);
  }

  /** Keeps a copy of what is taken from now on, up to `bytesMax`. */
  keepCopy(bytesMax: number): void {
    this.#copy = { bytesMax, pieces: [], byteCount: 0 };
  }

  /** The copy so far; null when it would be larger than allowed. */
  get copy(): Buffer | null {
    return this.#copy?.pieces == null ? null : Buffer.concat(this.#copy.pieces);
  }

  async take(bytesMax: number): Promise<Buffer | null> {
    const available = this.#pending ?? (await this.#next());
    if (available === null) return null;
    const piece = available.length <= bytesMax ? available : available.subarray(0, bytesMax);
    this.#pending = piece.length === available.length ? null : available.subarray(piece.length);
    this.#remember(piece);
    return piece;
  }

  /**
   * The whole body. What was read can be taken again afterwards, for a request that is forwarded after all.
   * Throws BodyTooLarge as soon as the length announced or received is over the limit, and BodyBroken.
   */
  async readWhole(bytesMax: number): Promise<Buffer> {
    if (this.byteCount !== null && this.byteCount > bytesMax) throw new BodyTooLarge(bytesMax);
    const pieces: Buffer[] = this.#pending === null ? [] : [this.#pending];
    let byteCount = this.#pending?.length ?? 0;
    for (let piece = await this.#next(); piece !== null; piece = await this.#next()) {
      byteCount += piece.length;
      if (byteCount > bytesMax) throw new BodyTooLarge(bytesMax);
      pieces.push(piece);
    }
    const [first] = pieces;
    const whole = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, byteCount);
    this.#pending = whole.length === 0 ? null : whole;
    return whole;
  }

  /**
   * Reads the body ahead as far as it is not larger than `bytesMax`; what was read can be taken afterwards. A body that is
   * announced to be larger is not touched. Throws BodyBroken.
   */
  async prefetch(bytesMax: number): Promise<void> {
    if (this.byteCount !== null && this.byteCount > bytesMax) return;
    const pieces: Buffer[] = this.#pending === null ? [] : [this.#pending];
    let byteCount = this.#pending?.length ?? 0;
    while (byteCount <= bytesMax) {
      const piece = await this.#next();
      if (piece === null) break;
      pieces.push(piece);
      byteCount += piece.length;
    }
    this.#pending = byteCount === 0 ? null : Buffer.concat(pieces, byteCount);
  }

  #remember(piece: Buffer): void {
    if (this.#copy?.pieces == null) return;
    this.#copy.byteCount += piece.length;
    if (this.#copy.byteCount > this.#copy.bytesMax) this.#copy.pieces = null;
    else this.#copy.pieces.push(piece);
  }

  #next(): Promise<Buffer | null> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#beforeFirstRead?.();
    }
    const message = this.#message;
    const ready = message.read() as Buffer | null;
    if (ready !== null) return Promise.resolve(ready);
    if (message.readableEnded) return Promise.resolve(null);
    if (message.destroyed) return Promise.reject(new BodyBroken());
    return new Promise((resolve, reject) => {
      const settle = () => {
        message.removeListener('readable', go).removeListener('end', end);
        message.removeListener('close', broken).removeListener('error', broken);
      };
      const go = () => {
        const piece = message.read() as Buffer | null;
        if (piece === null) return;
        settle();
        resolve(piece);
      };
      const end = () => {
        settle();
        resolve(null);
      };
      const broken = (error?: Error) => {
        settle();
        if (message.readableEnded) resolve(null);
        else reject(new BodyBroken(error));
      };
      message.on('readable', go).on('end', end).on('close', broken).on('error', broken);
    });
  }
}
