// Keeps the record close behind a living Dogtag: what is changed there past the gateway, by other clients or in the directory, arrives by itself.
import type { Clock, Log } from '#platform';

export interface SourceFollower {
  /** Seconds since the record was last known to be up to date; null before the first time. */
  lagSeconds(): number | null;
  /** Follows once now, after whatever is under way; settles when the record is up to date. */
  followNow(): Promise<void>;
  stop(): Promise<void>;
}

const intervalMs = 2_000;
/** A directory that is away is asked less and less often. */
const intervalMaxMs = 60_000;

/** `catchUp` brings over what has changed; its failures are logged and tried again. */
export function followSource(parts: {
  catchUp(): Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}): SourceFollower {
  const { catchUp, clock, log } = parts;
  let lastAt: Date | null = null;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let working: Promise<void> = Promise.resolve();

  const follow = async (): Promise<void> => {
    const begunAt = clock.now();
    try {
      const changed = await catchUp();
      lastAt = begunAt;
      if (failures > 0) log.info('following Dogtag again', { changed });
      failures = 0;
    } catch (error) {
      failures += 1;
      log.warn('Dogtag could not be followed for the moment', { error, failures });
      throw error;
    }
  };
  const enqueue = (): Promise<void> => {
    const next = working.then(follow);
    working = next.catch(() => {});
    return next;
  };
  const plan = () => {
    if (isStopped) return;
    timer = setTimeout(
      () =>
        void enqueue()
          .catch(() => {})
          .then(plan),
      Math.min(intervalMaxMs, intervalMs * 2 ** failures),
    );
    timer.unref();
  };
  plan();
  return {
    lagSeconds: () => (lastAt === null ? null : (clock.now().getTime() - lastAt.getTime()) / 1000),
    followNow: enqueue,
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
  };
}
