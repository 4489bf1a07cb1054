// A Signer whose keys live in a child process. A killed child is replaced; callers notice latency, or after a limit `unavailable`.
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Log } from '#platform';
import type { KeyKind } from './key-tool-protocol.ts';
import { KeyWork } from './key-work.ts';
import { isPrepared, type PreparedBytes } from './prepared.ts';
import { childEnvironment, type SecretSource } from './secret-source.ts';
import { type KeyKeeper, type Signer, SignerError, type SignerKey } from './signer.ts';
import type { FromSigner, SignResult, ToSigner } from './signer-protocol.ts';

export interface ProcessSignerOptions {
  readonly keyFolder: string;
  /** Where the signer process finds the passphrase of encrypted key files; null when they are not encrypted. */
  readonly passphrase: SecretSource | null;
  readonly log: Log;
  /** How long a call may take, a replacement of the process included. */
  readonly callTimeoutMs?: number;
  readonly startTimeoutMs?: number;
}

export interface ProcessSigner extends Signer, KeyKeeper {
  /** Process id of the child, null while it is being replaced; for tests and status. */
  processId(): number | null;
  /** Ends the child; calls that wait fail with `unavailable`. */
  stop(): Promise<void>;
}

interface PendingCall {
  readonly id: number;
  readonly keyId: string;
  readonly algorithm: string;
  readonly bytes: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: SignerError) => void;
  readonly expiresAtTick: number;
  /** Child processes to which it was given. After the second one dies with it, it is not tried again. */
  attempts: number;
}

const processFile = fileURLToPath(new URL('./signer-process.ts', import.meta.url));
const tickMs = 250;
const attemptsMax = 2;
const restartDelayMaxMs = 5000;

/** Starts the process and waits until every key has proven itself. Throws SignerError `unavailable` when that fails the first time. */
export async function createProcessSigner(options: ProcessSignerOptions): Promise<ProcessSigner> {
  const signer = new ReplacingSigner(options);
  await signer.start();
  return signer;
}

class ReplacingSigner implements ProcessSigner {
  readonly #options: ProcessSignerOptions;
  readonly #callTimeoutTicks: number;
  readonly #startTimeoutMs: number;
  readonly #pending = new Map<number, PendingCall>();
  readonly #keyWork = new KeyWork((message) => {
    if (!this.#isReady || this.#child === null) return false;
    this.#send(this.#child, message);
    return true;
  });
  #unsent: PendingCall[] = [];
  #isFlushPlanned = false;
  #child: ChildProcess | null = null;
  #isReady = false;
  #isStopped = false;
  #keys: readonly SignerKey[] = [];
  #nextId = 1;
  #restartDelayMs = 0;
  #tick = 0;
  #ticksSinceAnswer = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ProcessSignerOptions) {
    this.#options = options;
    this.#callTimeoutTicks = Math.ceil((options.callTimeoutMs ?? 15_000) / tickMs);
    this.#startTimeoutMs = options.startTimeoutMs ?? 20_000;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#onTick(), tickMs).unref();
    try {
      await this.#launch();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async describe(): Promise<readonly SignerKey[]> {
    return this.#keys;
  }

  processId(): number | null {
    return this.#isReady ? (this.#child?.pid ?? null) : null;
  }

  sign(keyId: string, algorithm: string, prepared: PreparedBytes): Promise<Uint8Array> {
    if (!isPrepared(prepared))
      return Promise.reject(new SignerError('not-prepared', 'only prepared certificates, CRLs and answers are signed'));
    if (this.#isStopped) return Promise.reject(new SignerError('unavailable', 'the signer is stopped'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const expiresAtTick = this.#tick + this.#callTimeoutTicks;
      const call = { id, keyId, algorithm, bytes: prepared.der, resolve, reject, expiresAtTick, attempts: 0 };
      this.#pending.set(id, call);
      this.#unsent.push(call);
      this.#planFlush();
    });
  }

  createKey(keyId: string, kind: KeyKind): Promise<SignerKey> {
    return this.#keyWork.createKey(keyId, kind);
  }

  destroyKey(keyId: string): Promise<void> {
    return this.#keyWork.destroyKey(keyId);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const call of this.#pending.values()) call.reject(new SignerError('unavailable', 'the signer is stopped'));
    this.#pending.clear();
    this.#keyWork.rejectAll();
    this.#unsent = [];
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    // The process leaves by itself when its parent's end of the channel closes; a stuck one is killed.
    const killTimer = setTimeout(() => child.kill('SIGKILL'), 2000);
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(killTimer);
  }

  /** Forks the child and settles when it has said ready, or rejects when it failed or took too long. */
  #launch(): Promise<void> {
    const { keyFolder, passphrase } = this.#options;
    const child = fork(processFile, [], {
      serialization: 'advanced',
      execArgv: [],
      env: {
        UV_THREADPOOL_SIZE: String(Math.max(2, availableParallelism())),
        ...childEnvironment(process.env, [passphrase]),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#isReady = false;
    return new Promise((resolve, reject) => {
      if (child.pid === undefined) {
        // Out of processes or file descriptors: there is no channel then, and none of the events below but this one.
        child.once('error', ({ message }) =>
          reject(new SignerError('unavailable', `the signer process could not be started: ${message}`)),
        );
        return;
      }
      let failure = 'the signer process ended before it was ready';
      const startTimer = setTimeout(() => {
        failure = `the signer process was not ready after ${this.#startTimeoutMs} ms`;
        child.kill('SIGKILL');
      }, this.#startTimeoutMs);
      child.on('message', (message: FromSigner) => {
        if (message.kind === 'signed') return this.#onResults(message.results);
        if (message.kind === 'keys-changed') this.#keys = message.keys;
        if (message.kind === 'keys-changed' || message.kind === 'key-work-failed') return this.#keyWork.settle(message);
        if (message.kind === 'failed') {
          failure = message.message;
          return;
        }
        if (message.kind === 'key-refused')
          return this.#options.log.error('a new key cannot be used', { problem: message.message });
        if (message.kind === 'keys-added') {
          this.#keys = message.keys;
          return this.#options.log.info('a key was added', { keys: message.keys.length });
        }
        clearTimeout(startTimer);
        const mismatch = this.#acceptKeys(message.keys);
        if (mismatch !== null) {
          failure = mismatch;
          child.kill('SIGKILL');
          return;
        }
        this.#isReady = true;
        this.#ticksSinceAnswer = 0;
        resolve();
        this.#planFlush();
      });
      child.once('error', (error) => {
        failure = `the signer process could not be started: ${error.message}`;
      });
      child.once('close', () => {
        clearTimeout(startTimer);
        const wasReady = this.#isReady;
        this.#isReady = false;
        if (wasReady) this.#onDeath();
        else reject(new SignerError('unavailable', failure));
      });
      this.#send(child, { kind: 'open', keyFolder, passphrase });
    });
  }

  /** The first process names the keys; a later one must hold at least those, or certificates would be signed by a stranger. */
  #acceptKeys(keys: readonly SignerKey[]): string | null {
    for (const known of this.#keys) {
      const found = keys.find(({ keyId }) => keyId === known.keyId);
      if (found === undefined && this.#keyWork.isDestroyed(known.keyId)) continue;
      if (found === undefined) return `key ${known.keyId} is gone from the key folder`;
      if (Buffer.compare(found.publicKeyDer, known.publicKeyDer) !== 0)
        return `key ${known.keyId} in the key folder is another key than before`;
    }
    this.#keys = keys;
    return null;
  }

  #onDeath(): void {
    this.#keyWork.rejectAll();
    if (this.#isStopped) return;
    this.#options.log.warn('the signer process ended; starting another one', { pendingCalls: this.#pending.size });
    const lost = [...this.#pending.values()].filter(({ attempts }) => attempts >= attemptsMax);
    for (const call of lost)
      this.#settle(call.id)?.reject(new SignerError('unavailable', 'the signer process ended twice'));
    this.#unsent = [...this.#pending.values()];
    this.#replace();
  }

  #replace(): void {
    setTimeout(() => {
      if (this.#isStopped) return;
      this.#launch().then(
        () => {
          this.#restartDelayMs = 0;
          this.#options.log.info('the signer process is ready again');
        },
        (error: unknown) => {
          if (this.#isStopped) return;
          this.#restartDelayMs = Math.min(restartDelayMaxMs, Math.max(100, this.#restartDelayMs * 2));
          this.#options.log.error('the signer process could not be replaced', { error, retryMs: this.#restartDelayMs });
          this.#replace();
        },
      );
    }, this.#restartDelayMs).unref();
  }

  /** Everything asked for in one turn of the event loop goes to the child in one message. */
  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      const child = this.#child;
      if (!this.#isReady || child === null || this.#unsent.length === 0) return;
      const batch = this.#unsent;
      this.#unsent = [];
      for (const call of batch) call.attempts += 1;
      this.#send(child, {
        kind: 'sign',
        requests: batch.map(({ id, keyId, algorithm, bytes }) => ({ id, keyId, algorithm, bytes })),
      });
    });
  }

  #onResults(results: readonly SignResult[]): void {
    this.#ticksSinceAnswer = 0;
    for (const result of results) {
      const call = this.#settle(result.id);
      if (call === null) continue;
      if ('signature' in result) call.resolve(result.signature);
      else call.reject(new SignerError(result.errorCode, result.message));
    }
  }

  #settle(id: number): PendingCall | null {
    const call = this.#pending.get(id) ?? null;
    this.#pending.delete(id);
    return call;
  }

  /** Fails calls whose time is over, and kills a process that has work and has answered nothing for as long as a call may take. */
  #onTick(): void {
    this.#tick += 1;
    if (this.#pending.size === 0) {
      this.#ticksSinceAnswer = 0;
      return;
    }
    this.#ticksSinceAnswer += 1;
    for (const call of [...this.#pending.values()]) {
      if (call.expiresAtTick > this.#tick) break;
      this.#settle(call.id);
      this.#unsent = this.#unsent.filter(({ id }) => id !== call.id);
      call.reject(new SignerError('unavailable', 'the signer did not answer in time'));
    }
    if (this.#isReady && this.#ticksSinceAnswer >= this.#callTimeoutTicks) this.#child?.kill('SIGKILL');
  }

  #send(child: ChildProcess, message: ToSigner): void {
    // A failed write means that the child is going; `close` deals with what it had.
    child.send(message, () => {});
  }
}
