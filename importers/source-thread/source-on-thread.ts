// A source that reads and decodes on a thread of its own, so that whoever takes its records in has the whole of another processor, and the garbage of
// decoding is swept elsewhere.
import { Worker } from 'node:worker_threads';
import { type DirectoryLayout, directoryLayout } from '#codecs/dogtag-directory';
import type { Log } from '#platform';
import { entryNameOf } from '../dogtag-directory/entry-places.ts';
import { type ImportSource, type SourceBatch, SourceError, type SourceName } from '../import-source.ts';
import {
  type FromSource,
  type PackedBatch,
  type SentError,
  type SourceCall,
  type SourcePlace,
  type SourceStream,
  type ToSource,
  unpackBatch,
} from './source-messages.ts';

/** What waits for a message with its number. */
interface Waiting {
  readonly take: (value: unknown) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** Rejects with SourceError when the source cannot be opened. Its thread ends with `close`. */
export async function openSourceOnThread(place: SourcePlace, log: Log): Promise<ImportSource> {
  const worker = new Worker(new URL('./source-worker.ts', import.meta.url), { workerData: place });
  const { promise, resolve, reject } = Promise.withResolvers<SourceOnThread>();
  const conversation = new ThreadConversation(worker, log, {
    opened: (name, base) => resolve(new SourceOnThread(conversation, name, base)),
    failed: reject,
  });
  return promise;
}

class ThreadConversation {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(
    worker: Worker,
    log: Log,
    {
      opened,
      failed,
    }: { readonly opened: (name: string, base: string) => void; readonly failed: (error: Error) => void },
  ) {
    this.#worker = worker;
    worker.on('message', (message: FromSource) => {
      if (message.kind === 'log') log[message.level](message.message, message.fields);
      else if (message.kind === 'opened') opened(message.name, message.base);
      else if (message.kind === 'not-opened') {
        failed(receivedError(message.error));
        void worker.terminate();
      } else this.#deliver(message);
    });
    const end = (error: Error) => {
      this.#ended ??= error;
      failed(error);
      for (const waiting of this.#waiting.values()) waiting.fail(error);
      this.#waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new SourceError('unreachable', 'the thread that reads the source has ended')));
  }

  #deliver(message: Extract<FromSource, { readonly id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.kind !== 'piece') this.#waiting.delete(message.id);
    if (message.kind === 'piece' || message.kind === 'answer') waiting.take(message.value);
    else if (message.kind === 'end') waiting.end();
    else waiting.fail(receivedError(message.error));
  }

  #send(message: ToSource): void {
    this.#worker.postMessage(message);
  }

  #begin(waiting: Waiting): number {
    const id = ++this.#lastId;
    if (this.#ended === null) this.#waiting.set(id, waiting);
    else waiting.fail(this.#ended);
    return id;
  }

  call<T>(method: SourceCall | 'close', values: readonly unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const id = this.#begin({ take: (value) => resolve(value as T), end: () => {}, fail: reject });
      this.#send(method === 'close' ? { kind: 'close', id } : { kind: 'call', id, method, values });
    });
  }

  async *stream<T>(method: SourceStream, values: readonly unknown[]): AsyncGenerator<T> {
    const pieces: T[] = [];
    let failure: Error | null = null;
    let isAtEnd = false;
    let wake = () => {};
    const id = this.#begin({
      take: (value) => {
        pieces.push(value as T);
        wake();
      },
      end: () => {
        isAtEnd = true;
        wake();
      },
      fail: (error) => {
        failure = error;
        wake();
      },
    });
    this.#send({ kind: 'stream', id, method, values });
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) {
          this.#send({ kind: 'more', id });
          yield piece;
        } else if (failure !== null) throw failure;
        else if (isAtEnd) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      if (this.#waiting.delete(id)) this.#send({ kind: 'stop', id });
    }
  }

  async end(): Promise<void> {
    if (this.#ended === null) await this.call('close', []);
    await this.#worker.terminate();
  }
}

class SourceOnThread implements ImportSource {
  readonly name: string;
  readonly #thread: ThreadConversation;
  readonly #layout: DirectoryLayout;

  constructor(thread: ThreadConversation, name: string, base: string) {
    this.name = name;
    this.#thread = thread;
    this.#layout = directoryLayout(base);
  }

  readonly describe = this.#ask('describe');
  readonly findUsersPlace = this.#ask('findUsersPlace');
  readonly count = this.#ask('count');
  readonly readNumberRanges = this.#ask('readNumberRanges');
  readonly account = this.#ask('account');
  readonly markChanges = this.#ask('markChanges');
  readonly reviewChanges = this.#ask('reviewChanges');

  async find(name: SourceName): Promise<SourceBatch | null> {
    const batch = await this.#thread.call<PackedBatch | null>('find', [name]);
    return batch && unpackBatch(batch);
  }

  async *read(...values: Parameters<ImportSource['read']>): AsyncGenerator<SourceBatch> {
    for await (const batch of this.#thread.stream<PackedBatch>('read', values)) yield unpackBatch(batch);
  }

  async *readChanges(...values: Parameters<ImportSource['readChanges']>): AsyncGenerator<SourceBatch> {
    for await (const batch of this.#thread.stream<PackedBatch>('readChanges', values)) yield unpackBatch(batch);
  }

  async *listNumbers(...values: Parameters<ImportSource['listNumbers']>): AsyncGenerator<bigint> {
    for await (const numbers of this.#thread.stream<readonly bigint[]>('listNumbers', values)) yield* numbers;
  }

  entryOf(name: SourceName): string {
    return entryNameOf(name, this.#layout);
  }

  close(): Promise<void> {
    return this.#thread.end();
  }

  #ask<Method extends Exclude<SourceCall, 'find'>>(method: Method): ImportSource[Method] {
    return ((...values: readonly unknown[]) => this.#thread.call(method, values)) as ImportSource[Method];
  }
}

function receivedError({ code, message, stack }: SentError): Error {
  const error = code === null ? new Error(message) : new SourceError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
