// Stops things in the reverse order in which they were started, once, whatever the reason.
import type { Log } from './log.ts';

export interface Shutdown {
  /** Registers a step; steps run last-in, first-out. A step that fails is logged and does not stop the others. */
  onShutdown(name: string, step: () => Promise<void> | void): void;
  /** Runs all steps once; further calls wait for the same run. */
  shutdown(): Promise<void>;
}

export function createShutdown(log: Log): Shutdown {
  const steps: { name: string; step: () => Promise<void> | void }[] = [];
  let running: Promise<void> | null = null;
  const run = async () => {
    for (const { name, step } of steps.reverse()) {
      try {
        await step();
      } catch (error) {
        log.error('a part did not stop cleanly', { part: name, error });
      }
    }
  };
  return {
    onShutdown: (name, step) => {
      steps.push({ name, step });
    },
    shutdown: () => {
      running ??= run();
      return running;
    },
  };
}
