// Knows what is under way, so that a cutover can wait for the last request and reads beside a write are not judged.
import type { OperationName } from './operation-names.ts';

/** Requests of each operation, whoever answers them. */
export class ExchangesUnderway {
  readonly #byOperation = new Map<string, number>();
  readonly #waiting: { readonly operations: ReadonlySet<string>; resolve(): void }[] = [];

  /** A request begins; it is over when the function returned is called. Calling it again does nothing. */
  enter(operation: OperationName): () => void {
    this.#byOperation.set(operation, (this.#byOperation.get(operation) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#byOperation.get(operation) ?? 1) - 1;
      if (left === 0) this.#byOperation.delete(operation);
      else this.#byOperation.set(operation, left);
      for (const waiter of [...this.#waiting]) if (!this.#anyOf(waiter.operations)) waiter.resolve();
    };
  }

  /**
   * Resolves when none of these operations is under way any more: true, or false after `timeoutMs`. Meant to be called while
   * new ones are held, so that none begin: then modes and pen may change.
   */
  async whenFinished(operations: readonly string[], timeoutMs: number): Promise<boolean> {
    const wanted = new Set(operations);
    if (!this.#anyOf(wanted)) return true;
    return await new Promise((resolve) => {
      const settle = (isFinished: boolean) => {
        clearTimeout(timer);
        const position = this.#waiting.indexOf(waiter);
        if (position >= 0) this.#waiting.splice(position, 1);
        resolve(isFinished);
      };
      const waiter = { operations: wanted, resolve: () => settle(true) };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.#waiting.push(waiter);
    });
  }

  #anyOf(operations: ReadonlySet<string>): boolean {
    for (const operation of operations) if (this.#byOperation.has(operation)) return true;
    return false;
  }
}

export interface WriteWatch {
  /** Whether Dogtag had a write under way at any moment since the watch began, other than the watched exchange itself. */
  overlapsWrite(): boolean;
  /** The exchange is over, if it was a write itself. */
  end(): void;
}

/** Writes that Dogtag is working on. */
export class UpstreamWrites {
  readonly #ends = new Set<Promise<void>>();
  /** Counts writes begun, so that one that began and ended within a read is noticed too. */
  #begun = 0;

  begin(isWrite: boolean): WriteWatch {
    const before = this.#ends.size;
    const end = isWrite ? this.#enter() : () => {};
    const begunBefore = this.#begun;
    return { overlapsWrite: () => before > 0 || this.#begun !== begunBefore, end };
  }

  /** Resolves when the writes that are under way now have ended; those that begin later don't matter. */
  async whenEnded(): Promise<void> {
    await Promise.all(this.#ends);
  }

  #enter(): () => void {
    this.#begun += 1;
    let settle = () => {};
    const ended = new Promise<void>((resolve) => {
      settle = resolve;
    });
    this.#ends.add(ended);
    return () => {
      this.#ends.delete(ended);
      settle();
    };
  }
}
