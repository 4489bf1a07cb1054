// One authenticated session with a directory server for whoever works on it, opened with the first operation and anew when it was lost.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'ldapts';
import type { Log } from '#platform';
import { SourceError } from '../import-source.ts';
import { type DirectorySession, openDirectorySession } from './directory-session.ts';
import { type DirectorySettings, serverNameOf } from './directory-settings.ts';

const retryDelaysMs = [200, 500, 1000, 2000];

export class ReconnectingSession {
  /** Server without credentials; for people and provenance. */
  readonly name: string;
  readonly #settings: DirectorySettings;
  readonly #log: Log;
  #session: Promise<DirectorySession> | null = null;
  #opened: DirectorySession | null = null;
  #isClosed = false;

  constructor(settings: DirectorySettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.name = serverNameOf(settings.url);
  }

  /**
   * Runs an operation that may be done twice without harm, on a fresh connection as often as `retryForMs` allows when one is lost.
   * Rejects with what `explain` makes of the failure; the code `unreachable` says that it may pass.
   */
  async perform<Result>(
    operate: (client: Client) => Promise<Result>,
    explain: (error: unknown) => Error & { readonly code: string },
  ): Promise<Result> {
    const { retryForMs = 60_000 } = this.#settings;
    let waitedMs = 0;
    for (let attempt = 0; ; attempt++) {
      const session = this.#open();
      try {
        return await operate((await session).client);
      } catch (error) {
        const problem = explain(error);
        if (problem.code !== 'unreachable') throw problem;
        await this.#drop(session);
        const waitMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)] ?? 0;
        if (this.#isClosed || waitedMs + waitMs > retryForMs) throw problem;
        this.#log.warn('directory server cannot be reached; trying again', { waitMs, error: problem });
        await delay(waitMs);
        waitedMs += waitMs;
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drop(this.#session);
  }

  /** The present session, or a new one; operations at the same time share it. */
  #open(): Promise<DirectorySession> {
    if (this.#isClosed) return Promise.reject(new SourceError('unreachable', `${this.name} has been closed`));
    if (this.#opened?.isLost()) this.#session = null;
    if (this.#session === null) {
      this.#opened = null;
      this.#session = openDirectorySession(this.#settings).then((session) => {
        this.#opened = session;
        return session;
      });
    }
    return this.#session;
  }

  /** Forgets a session, unless it has been replaced meanwhile, and closes it. */
  async #drop(session: Promise<DirectorySession> | null): Promise<void> {
    if (this.#session === session) {
      this.#session = null;
      this.#opened = null;
    }
    await session?.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}
