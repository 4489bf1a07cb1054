// Clients of the lab's Dogtag who do not stop for an import: certificates are issued and revoked, and when each was done is noted.
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#platform';
import { makeRequestPem } from '#test/make-request';
import { revoke, submit } from '../hand-back/dogtag-view.ts';

export interface Deed {
  readonly what: 'issued' | 'revoked';
  readonly serialNumber: bigint;
  /** When Dogtag answered. */
  readonly doneAtMs: number;
}

export class Traffic {
  readonly deeds: Deed[] = [];
  /** While a server is away, clients are turned down. */
  failures = 0;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #count = 0;

  start(): void {
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    const name = `following-${systemClock.now().getTime().toString(36)}`;
    while (this.#isRunning) {
      try {
        await this.#work(`${name}-${++this.#count}`);
      } catch {
        this.failures += 1;
        await delay(500);
      }
      await delay(100);
    }
  }

  async #work(name: string): Promise<void> {
    const inputs = { cert_request_type: 'pkcs10', cert_request: makeRequestPem(name) };
    const { certificateSerial } = await submit('caIPAserviceCert', inputs);
    if (certificateSerial === null) throw new Error('Dogtag did not issue at once');
    this.#note('issued', certificateSerial);
    if (this.#count % 3 !== 0) return;
    await revoke(certificateSerial, 'Superseded');
    this.#note('revoked', certificateSerial);
  }

  #note(what: Deed['what'], serialNumber: bigint): void {
    this.deeds.push({ what, serialNumber, doneAtMs: systemClock.now().getTime() });
  }
}
