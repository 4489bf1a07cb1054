// Waits for whoever started the program to end it.

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
