// Runs in the appliance: brings changes of modes, made by any process, to the gateway, and holds requests while a change is under way.
import { type Clock, type Log, randomUuid } from '#platform';
import type { ModeChange, ModeStore, ModeTransition } from './mode-store.ts';

/** What the follower needs of the gateway. */
export interface FollowedGateway {
  replaceModes(assignments: readonly ModeChange[]): void;
  /** New requests of these operations wait until the returned function is called. */
  hold(operations: readonly string[]): () => void;
  /** Resolves when no request of these operations is under way, on either side, and what was mirrored has arrived; false after `timeoutMs`. */
  whenQuiet(operations: readonly string[], timeoutMs: number): Promise<boolean>;
}

export interface ModeFollower {
  /** Settles when the gateway has the modes that are stored now. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** How long a change may go unnoticed. */
const pollIntervalMs = 150;
/** An appliance that was silent for this long is taken for dead. */
export const applianceSilenceMs = 5_000;

export function createModeFollower(parts: {
  readonly store: ModeStore;
  readonly gateway: FollowedGateway;
  readonly clock: Clock;
  readonly log: Log;
}): ModeFollower {
  return new PollingModeFollower(parts.store, parts.gateway, parts.clock, parts.log);
}

class PollingModeFollower implements ModeFollower {
  readonly #store: ModeStore;
  readonly #gateway: FollowedGateway;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #applianceId = randomUuid();
  #change: bigint | null = null;
  #held: { readonly transition: ModeTransition; release(): void; isQuiet: boolean } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #poll: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(store: ModeStore, gateway: FollowedGateway, clock: Clock, log: Log) {
    this.#store = store;
    this.#gateway = gateway;
    this.#clock = clock;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#follow();
    this.#plan();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#poll;
    this.#held?.release();
    this.#held = null;
    await this.#store.forgetAppliance(this.#applianceId).catch(() => {});
  }

  #plan(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#poll = this.#follow()
        .catch((error: unknown) => this.#log.warn('changes of modes can not be followed for the moment', { error }))
        .then(() => this.#plan());
    }, pollIntervalMs);
    this.#timer.unref();
  }

  async #follow(): Promise<void> {
    const transition = await this.#store.findTransition(this.#clock.now());
    const newest = await this.#store.newestChange();
    if (newest !== this.#change) {
      const stored = await this.#store.read();
      this.#gateway.replaceModes(stored);
      this.#change = newest;
      this.#log.info('modes taken over', { change: newest });
    }
    this.#holdFor(transition);
    await this.#store.acknowledge({
      applianceId: this.#applianceId,
      change: newest,
      transition: this.#held?.isQuiet ? this.#held.transition.id : null,
      at: this.#clock.now(),
    });
  }

  /** After the modes were replaced: requests that waited meet the new ones. A transition that expired is let go of by itself. */
  #holdFor(transition: ModeTransition | null): void {
    if (this.#held !== null && this.#held.transition.id === transition?.id) return;
    this.#held?.release();
    this.#held = null;
    if (transition === null) return;
    const held = { transition, release: this.#gateway.hold(transition.operations), isQuiet: false };
    this.#held = held;
    const timeoutMs = Math.max(0, transition.expiresAt.getTime() - this.#clock.now().getTime());
    this.#gateway.whenQuiet(transition.operations, timeoutMs).then(
      (isQuiet) => {
        held.isQuiet = isQuiet;
      },
      (error: unknown) => this.#log.error('waiting for requests under way failed', { error }),
    );
  }
}
