// Waits for whoever started the program to end it, or lets long work be stopped by them.
import { CommandFailure } from './failure.ts';

/** Ctrl-C reaches a program several times: from the terminal, and from each program around it that passes signals on. */
const sameRequestMs = 1_000;

/** Resolves with the first SIGINT or SIGTERM. Asking once more, a while later, ends the process at once, for when stopping hangs. */
export function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAtMs: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        const nowMs = performance.now();
        if (askedAtMs !== null && nowMs - askedAtMs > sameRequestMs) process.exit(130);
        askedAtMs ??= nowMs;
        resolve(signal);
      });
  });
}

export interface Interruption {
  /** Its reason is a CommandFailure. */
  readonly signal: AbortSignal;
  /** Stops listening: Ctrl-C ends the program again. */
  stop(): void;
}

/** Aborts with the first SIGINT or SIGTERM. `nextStep` says how to go on. */
export function listenForInterruption(nextStep: string): Interruption {
  const controller = new AbortController();
  const onSignal = () => controller.abort(new CommandFailure('interrupted', { nextStep }));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
