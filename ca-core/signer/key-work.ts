// Orders to make and destroy keys that the signer process was given and has not answered yet.
import type { KeyKeeper, SignerKey } from './signer.ts';
import { SignerError } from './signer.ts';
import type { FromSigner, KeyMessage } from './signer-protocol.ts';

interface PendingWork {
  readonly keyId: string;
  readonly resolve: (keys: readonly SignerKey[]) => void;
  readonly reject: (error: SignerError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A prime number of 4096 bits may take some seconds on a busy machine. */
const workTimeoutMs = 30_000;

type Answer = Extract<FromSigner, { kind: 'keys-changed' | 'key-work-failed' }>;

export class KeyWork implements KeyKeeper {
  readonly #send: (message: KeyMessage) => boolean;
  readonly #pending = new Map<number, PendingWork>();
  /** Keys whose absence is no surprise: somebody has ordered it, whether it was told yet or not. */
  readonly #destroyed = new Set<string>();
  #nextId = 1;

  /** `send` is false when there is no process to send to now. */
  constructor(send: (message: KeyMessage) => boolean) {
    this.#send = send;
  }

  async createKey(keyId: string, keyKind: Parameters<KeyKeeper['createKey']>[1]): Promise<SignerKey> {
    this.#destroyed.delete(keyId);
    const keys = await this.#order(keyId, (id) => ({ kind: 'create-key', id, keyId, keyKind }));
    const created = keys.find((key) => key.keyId === keyId);
    if (created === undefined) throw new SignerError('failed', `key ${keyId} was not made`);
    return created;
  }

  async destroyKey(keyId: string): Promise<void> {
    this.#destroyed.add(keyId);
    await this.#order(keyId, (id) => ({ kind: 'destroy-key', id, keyId }));
  }

  isDestroyed(keyId: string): boolean {
    return this.#destroyed.has(keyId);
  }

  settle(answer: Answer): void {
    const work = this.#take(answer.id);
    if (work === null) return;
    if (answer.kind === 'keys-changed') work.resolve(answer.keys);
    else work.reject(new SignerError('failed', answer.message));
  }

  /** The process is gone: whether it had finished nobody knows. */
  rejectAll(): void {
    for (const id of [...this.#pending.keys()])
      this.#take(id)?.reject(new SignerError('unavailable', 'the signer process ended before it answered'));
  }

  #order(keyId: string, message: (id: number) => KeyMessage): Promise<readonly SignerKey[]> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#take(id)?.reject(new SignerError('unavailable', 'the signer did not answer in time'));
      }, workTimeoutMs).unref();
      this.#pending.set(id, { keyId, resolve, reject, timer });
      if (this.#send(message(id))) return;
      this.#take(id)?.reject(new SignerError('unavailable', 'the signer process is being replaced'));
    });
  }

  #take(id: number): PendingWork | null {
    const work = this.#pending.get(id) ?? null;
    this.#pending.delete(id);
    if (work !== null) clearTimeout(work.timer);
    return work;
  }
}
