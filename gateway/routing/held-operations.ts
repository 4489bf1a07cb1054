// Keeps requests of some operations waiting while who answers them is being changed, so that clients notice a pause and nothing else.
import type { OperationName } from './operation-names.ts';

/** Too many requests wait already; the client is told to come again. */
export class TooManyHeld extends Error {
  constructor() {
    super('too many requests wait for a change of modes');
    this.name = 'TooManyHeld';
  }
}

/** Each waiting request costs a connection and its head; their bodies stay unread. */
const waitingMax = 2_000;

export class HeldOperations {
  /** How often each operation is held; several may hold the same one. */
  readonly #holds = new Map<string, number>();
  #waiting: { readonly operation: OperationName; go(): void }[] = [];

  /** New requests of these operations wait until the function returned is called. Calling it again does nothing. */
  hold(operations: readonly string[]): () => void {
    for (const operation of operations) this.#holds.set(operation, (this.#holds.get(operation) ?? 0) + 1);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      for (const operation of operations) {
        const left = (this.#holds.get(operation) ?? 1) - 1;
        if (left === 0) this.#holds.delete(operation);
        else this.#holds.set(operation, left);
      }
      this.#letGo();
    };
  }

  isHeld(operation: OperationName): boolean {
    return this.#holds.has(operation);
  }

  /** Resolves when the operation is not held (any more), in the order of coming. Throws TooManyHeld. */
  async pass(operation: OperationName): Promise<void> {
    // It may be held again by the time its turn comes.
    while (this.#holds.has(operation)) {
      if (this.#waiting.length >= waitingMax) throw new TooManyHeld();
      await new Promise<void>((resolve) => this.#waiting.push({ operation, go: resolve }));
    }
  }

  #letGo(): void {
    const free = this.#waiting.filter(({ operation }) => !this.#holds.has(operation));
    this.#waiting = this.#waiting.filter(({ operation }) => this.#holds.has(operation));
    for (const { go } of free) go();
  }
}
