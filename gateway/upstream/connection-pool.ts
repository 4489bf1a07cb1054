// Keeps connections for reuse, the most recently used first, and lets requests wait in order when all are busy.
import { UpstreamError, type UpstreamLimits } from './upstream.ts';

export interface PooledConnection {
  readonly isOpen: boolean;
  destroy(): void;
  onClose(listener: () => void): void;
}

export interface PoolParts<C extends PooledConnection> {
  open(): Promise<C>;
  /** Rejects when a connection that has been idle is no longer of use. */
  check(connection: C): Promise<void>;
  readonly checkAfterIdleMs: number;
  readonly limits: Pick<UpstreamLimits, 'connectionsMax' | 'waitingMax' | 'idleTimeoutMs'>;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

export class ConnectionPool<C extends PooledConnection> {
  readonly #parts: PoolParts<C>;
  readonly #idle: { readonly connection: C; readonly sinceMs: number }[] = [];
  readonly #all = new Set<C>();
  readonly #waiting: Waiter[] = [];
  #opening = 0;
  #isClosed = false;
  #sweep: NodeJS.Timeout | null = null;

  constructor(parts: PoolParts<C>) {
    this.#parts = parts;
  }

  /** A connection for one exchange; give it back with `release`. Throws UpstreamError, among them `busy` and `aborted`. */
  async acquire(signal: AbortSignal): Promise<C> {
    for (;;) {
      if (this.#isClosed) throw new UpstreamError('unreachable', 'the gateway is stopping');
      if (signal.aborted) throw new UpstreamError('aborted', 'the client went away');
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        if (await this.#isUsable(idle.connection, idle.sinceMs)) return idle.connection;
      } else if (this.#all.size + this.#opening < this.#parts.limits.connectionsMax) {
        return await this.#open();
      } else {
        await this.#wait(signal);
      }
    }
  }

  release(connection: C, mayReuse: boolean): void {
    if (mayReuse && connection.isOpen && !this.#isClosed) {
      this.#idle.push({ connection, sinceMs: performance.now() });
      this.#startSweep();
    } else {
      this.#all.delete(connection);
      connection.destroy();
    }
    this.#waiting.shift()?.resolve();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#sweep !== null) clearInterval(this.#sweep);
    for (const connection of this.#all) connection.destroy();
    for (const waiter of this.#waiting.splice(0))
      waiter.reject(new UpstreamError('unreachable', 'the gateway is stopping'));
  }

  async #open(): Promise<C> {
    this.#opening += 1;
    try {
      const connection = await this.#parts.open();
      this.#all.add(connection);
      connection.onClose(() => this.#forget(connection));
      return connection;
    } catch (error) {
      this.#waiting.shift()?.resolve();
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  async #isUsable(connection: C, sinceMs: number): Promise<boolean> {
    if (!connection.isOpen) return false;
    if (performance.now() - sinceMs < this.#parts.checkAfterIdleMs) return true;
    try {
      await this.#parts.check(connection);
      return true;
    } catch {
      return false;
    }
  }

  /** A connection that closed while idle makes room for whoever waits. */
  #forget(connection: C): void {
    if (!this.#all.delete(connection)) return;
    const position = this.#idle.findIndex((idle) => idle.connection === connection);
    if (position >= 0) this.#idle.splice(position, 1);
    this.#waiting.shift()?.resolve();
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#parts.limits.waitingMax)
      throw new UpstreamError('busy', 'too many requests wait for Dogtag already');
    return new Promise((resolve, reject) => {
      const abort = () => {
        const position = this.#waiting.indexOf(waiter);
        if (position >= 0) this.#waiting.splice(position, 1);
        reject(new UpstreamError('aborted', 'the client went away'));
      };
      const waiter: Waiter = {
        resolve: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        reject,
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #startSweep(): void {
    const { idleTimeoutMs } = this.#parts.limits;
    this.#sweep ??= setInterval(() => {
      const oldest = performance.now() - idleTimeoutMs;
      while (this.#idle[0] !== undefined && this.#idle[0].sinceMs < oldest) this.#idle.shift()?.connection.destroy();
    }, idleTimeoutMs / 4).unref();
  }
}
