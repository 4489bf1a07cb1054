// Drives hold-database.ts from a test: starts it, talks to it, ends or kills it.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

interface HolderEvent {
  readonly event: 'ready' | 'rows' | 'failed' | 'released' | 'refused';
  readonly message?: string;
  readonly socketFolder?: string;
  readonly rows?: readonly Record<string, unknown>[];
}

export interface DatabaseHolder {
  readonly process: ChildProcess;
  readonly socketFolder: string;
  /** Rows of a statement; throws with the message of its refusal. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends it in order and waits for its process. */
  release(): Promise<void>;
  /** Sends a signal and waits for its process to end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface StartingHolder {
  readonly process: ChildProcess;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Throws with the message of its refusal. */
  ready(): Promise<DatabaseHolder>;
}

/** Starts a process that opens the embedded database of `dataFolder`; `user` only when this process is root. */
export function startDatabaseHolder(
  dataFolder: string,
  options: { readonly user?: { readonly uid: number; readonly gid: number } } = {},
): StartingHolder {
  const script = fileURLToPath(new URL('hold-database.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataFolder], { stdio: ['pipe', 'pipe', 'pipe'], ...options.user });
  let logged = '';
  child.stderr.on('data', (bytes: Buffer) => {
    logged += bytes.toString('utf8');
  });
  const waiting: { take(event: HolderEvent): void; fail(reason: Error): void }[] = [];
  const events: HolderEvent[] = [];
  let end: Error | null = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as HolderEvent;
    const taker = waiting.shift();
    if (taker === undefined) events.push(event);
    else taker.take(event);
  });
  child.once('close', (code, signal) => {
    end = new Error(`the holder ended (${code ?? signal}): ${logged}`);
    for (const { fail } of waiting.splice(0)) fail(end);
  });
  const next = (): Promise<HolderEvent> => {
    const event = events.shift();
    if (event !== undefined) return Promise.resolve(event);
    if (end !== null) return Promise.reject(end);
    return new Promise((take, fail) => waiting.push({ take, fail }));
  };
  const ended = () =>
    child.exitCode === null && child.signalCode === null
      ? new Promise<void>((resolve) => child.once('exit', () => resolve()))
      : Promise.resolve();
  return {
    process: child,
    log: () => logged,
    ready: async () => {
      const { event, message, socketFolder = '' } = await next();
      if (event !== 'ready') throw new Error(message ?? event);
      return {
        process: child,
        socketFolder,
        query: async (text) => {
          child.stdin.write(`${text}\n`);
          const answer = await next();
          if (answer.event !== 'rows') throw new Error(answer.message ?? answer.event);
          return answer.rows ?? [];
        },
        release: async () => {
          child.stdin.end();
          await ended();
        },
        kill: async (signal) => {
          child.kill(signal);
          await ended();
        },
      };
    },
  };
}

/** Asks again until the answer is true. Throws after `timeoutMs`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  for (let waitedMs = 0; !(await holds()); waitedMs += 20) {
    if (waitedMs >= timeoutMs) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    await sleep(20);
  }
}
