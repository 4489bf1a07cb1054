// Runs one change of sides while requests of its operations wait: begun, every appliance quiet, the work done, ended with the change.
import { type Clock, randomUuid } from '#platform';
import { applianceSilenceMs } from './mode-follower.ts';
import type { ModeStore, ModeTransition } from './mode-store.ts';

/** The change could not be made. `message` says what to do. */
export class TransitionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TransitionError';
  }
}

export interface TransitionServices {
  readonly modes: ModeStore;
  readonly clock: Clock;
  wait(ms: number): Promise<void>;
}

/** Requests wait at most this long, whatever happens to whoever makes the change. */
export const transitionMs = 20_000;
const pollMs = 50;

/**
 * Holds the operations and calls `work` when nothing of theirs is under way in any running appliance. `work` must end the transition
 * in the transaction that makes the change. When it throws, the hold is left to expire unless `work` ended it; callers end it. Throws
 * TransitionError when another change is under way or an appliance does not become quiet in time.
 */
export async function withHeldOperations<Result>(
  operations: readonly string[],
  startedBy: string,
  services: TransitionServices,
  work: (transition: ModeTransition) => Promise<Result>,
): Promise<Result> {
  const { modes, clock, wait } = services;
  const startedAt = clock.now();
  const transition: ModeTransition = {
    id: randomUuid(),
    operations,
    startedBy,
    startedAt,
    expiresAt: new Date(startedAt.getTime() + transitionMs),
  };
  if (!(await modes.beginTransition(transition)))
    throw new TransitionError(`another change of sides is under way; try again in ${transitionMs / 1000} seconds`);
  for (;;) {
    const alive = await modes.acknowledgements(new Date(clock.now().getTime() - applianceSilenceMs));
    if (alive.every((appliance) => appliance.transition === transition.id)) return await work(transition);
    if (clock.now().getTime() > startedAt.getTime() + transitionMs / 2)
      throw new TransitionError(
        'requests under way did not end in time; nothing was changed. Try again when there is less traffic',
      );
    await wait(pollMs);
  }
}

/** Waits until every running appliance acts on the newest change; false after `timeoutMs`. */
export async function whenAcknowledged(services: TransitionServices, timeoutMs: number): Promise<boolean> {
  const { modes, clock, wait } = services;
  const newest = await modes.newestChange();
  const startedAtMs = clock.now().getTime();
  for (;;) {
    const now = clock.now();
    const alive = await modes.acknowledgements(new Date(now.getTime() - applianceSilenceMs));
    if (alive.every(({ change }) => change >= newest)) return true;
    if (now.getTime() - startedAtMs > timeoutMs) return false;
    await wait(pollMs);
  }
}
