// Work for after the answer: bounded in number and bytes, in order where order matters, dropped and counted where it is too much.
import type { Log } from '#platform';

export interface MirrorJob {
  readonly operation: string;
  /** A write is worked on alone: after everything offered before it, before everything offered after it. */
  readonly isWrite: boolean;
  /** What it holds in memory, roughly. */
  readonly byteCount: number;
  run(): Promise<void>;
}

export interface MirrorQueueLimits {
  readonly lengthMax: number;
  readonly bytesMax: number;
  /** Reads worked on at the same time. */
  readonly concurrency: number;
}

export interface MirrorQueueParts {
  readonly limits: MirrorQueueLimits;
  readonly onDrop: (operation: string) => void;
  readonly log: Log;
}

export class MirrorQueue {
  readonly #parts: MirrorQueueParts;
  readonly #jobs: MirrorJob[] = [];
  #bytes = 0;
  #running = 0;
  #isWriting = false;
  #idle: (() => void)[] = [];
  #isClosed = false;
  #dropCount = 0;

  constructor(parts: MirrorQueueParts) {
    this.#parts = parts;
  }

  /** Jobs dropped since the start. */
  get dropCount(): number {
    return this.#dropCount;
  }

  get length(): number {
    return this.#jobs.length + this.#running;
  }

  /** Never blocks and never throws. A full or closed queue drops the job and says false. */
  offer(job: MirrorJob): boolean {
    const { lengthMax, bytesMax } = this.#parts.limits;
    if (this.#isClosed || this.#jobs.length >= lengthMax || this.#bytes + job.byteCount > bytesMax) {
      this.#dropCount += 1;
      // One line for the first and then for every thousandth: a full queue must not fill the log too.
      if (this.#dropCount % 1_000 === 1)
        this.#parts.log.warn('exchanges are dropped from the mirror, it cannot keep up', { dropped: this.#dropCount });
      this.#parts.onDrop(job.operation);
      return false;
    }
    this.#jobs.push(job);
    this.#bytes += job.byteCount;
    // The answer of the request that offers this is still on its way out of this turn of the event loop.
    if (this.#running === 0) setImmediate(() => this.#start());
    return true;
  }

  /** Resolves when nothing waits and nothing runs. */
  whenIdle(): Promise<void> {
    return this.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Takes nothing more and resolves when what is there is done, or after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.whenIdle(), late]);
    clearTimeout(timer);
    for (const job of this.#jobs.splice(0)) this.#parts.onDrop(job.operation);
  }

  #start(): void {
    for (;;) {
      const job = this.#jobs[0];
      if (job === undefined || this.#isWriting) break;
      if (job.isWrite ? this.#running > 0 : this.#running >= this.#parts.limits.concurrency) break;
      this.#jobs.shift();
      void this.#run(job);
    }
    if (this.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run(job: MirrorJob): Promise<void> {
    this.#running += 1;
    this.#isWriting = job.isWrite;
    try {
      await job.run();
    } catch (error) {
      this.#parts.log.error('a mirrored exchange could not be worked on', { operation: job.operation, error });
    }
    this.#running -= 1;
    this.#isWriting = false;
    this.#bytes -= job.byteCount;
    this.#start();
  }
}
