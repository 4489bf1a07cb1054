// Whether Dogtag answers, looked at from time to time so that status and doctor can tell without asking it themselves.
import type { Log } from '#platform';
import type { DogtagClient } from './dogtag-client.ts';

export interface HealthReport {
  readonly isUp: boolean;
  /** Of its last answer, such as `10.10.2`; null before the first. */
  readonly version: string | null;
  /** Why it is down, fit for the operator; null when it is up. */
  readonly problem: string | null;
  /** How long its last answer took. */
  readonly latencyMs: number | null;
}

const intervalMs = 15_000;

export class UpstreamHealth {
  readonly #dogtag: DogtagClient;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #report: HealthReport = { isUp: false, version: null, problem: 'not asked yet', latencyMs: null };

  constructor(dogtag: DogtagClient, log: Log) {
    this.#dogtag = dogtag;
    this.#log = log;
    void this.check();
    this.#timer = setInterval(() => void this.check(), intervalMs).unref();
  }

  get report(): HealthReport {
    return this.#report;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks now. Never rejects. */
  async check(): Promise<HealthReport> {
    const before = this.#report;
    this.#report = await this.#ask();
    if (before.isUp !== this.#report.isUp || before.problem === 'not asked yet') {
      if (this.#report.isUp) this.#log.info('Dogtag answers', { version: this.#report.version });
      else this.#log.warn('Dogtag does not answer', { problem: this.#report.problem });
    }
    return this.#report;
  }

  async #ask(): Promise<HealthReport> {
    const startedMs = performance.now();
    const { version } = this.#report;
    try {
      const { status, body } = await this.#dogtag.call({ method: 'GET', target: '/ca/admin/ca/getStatus' });
      const text = body.toString('utf8');
      const latencyMs = Math.round((performance.now() - startedMs) * 10) / 10;
      // 10.x answers in XML, 11.x in JSON, with the same names.
      const find = (name: string) => new RegExp(`${name}(?:"\\s*:\\s*"|>)([^"<]*)`).exec(text)?.[1] ?? null;
      const state = find('Status');
      const isUp = status === 200 && state === 'running';
      const problem = isUp ? null : `its CA says "${state ?? `HTTP ${status}`}"`;
      return { isUp, version: find('Version') ?? version, problem, latencyMs };
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'no answer';
      return { isUp: false, version, problem, latencyMs: null };
    }
  }
}
