// Watches the record for what clients had done at Dogtag, and measures how long each deed took to arrive.
import { setTimeout as delay } from 'node:timers/promises';
import { type Store, serialNumber } from '#ca-core/engine';
import { systemClock } from '#platform';
import type { Deed, Traffic } from './traffic.ts';

const lookEveryMs = 40;

export class Arrivals {
  /** Milliseconds from Dogtag's answer until the deed was in the record, looked at every 40 ms; only of those done while `isMeasuring`. */
  readonly lagsMs: number[] = [];
  isMeasuring = false;
  readonly #store: Pick<Store, 'certificates'>;
  readonly #traffic: Traffic;
  #seen = 0;
  #waiting: { readonly deed: Deed; readonly isMeasured: boolean }[] = [];
  #isStopped = false;
  readonly #running: Promise<void>;

  constructor(store: Pick<Store, 'certificates'>, traffic: Traffic) {
    this.#store = store;
    this.#traffic = traffic;
    this.#running = this.#run();
  }

  waitingCount(): number {
    return this.#waiting.length + this.#traffic.deeds.length - this.#seen;
  }

  async whenAllArrived(timeoutMs: number): Promise<void> {
    const until = systemClock.now().getTime() + timeoutMs;
    while (this.waitingCount() > 0) {
      if (systemClock.now().getTime() > until)
        throw new Error(`${this.waitingCount()} deeds have not arrived within ${timeoutMs} ms`);
      await delay(lookEveryMs);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const fresh = this.#traffic.deeds.slice(this.#seen);
      this.#seen += fresh.length;
      this.#waiting.push(...fresh.map((deed) => ({ deed, isMeasured: this.isMeasuring })));
      const arrived = await Promise.all(this.#waiting.map(({ deed }) => this.#hasArrived(deed)));
      const nowMs = systemClock.now().getTime();
      for (const [i, { deed, isMeasured }] of this.#waiting.entries())
        if (arrived[i] && isMeasured) this.lagsMs.push(nowMs - deed.doneAtMs);
      this.#waiting = this.#waiting.filter((_, i) => !arrived[i]);
      await delay(lookEveryMs);
    }
  }

  async #hasArrived({ what, serialNumber: number }: Deed): Promise<boolean> {
    const record = await this.#store.certificates.find(serialNumber(number));
    return record !== null && (what === 'issued' || record.revocation !== null);
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
