// Keeps the record close behind a living Dogtag: what is changed there past the gateway, by other clients or in the directory, arrives by itself.
import type { Clock, Log } from '#platform';
import type { FollowedRound } from './import-follower.ts';

export interface SourceFollower {
  report(): FollowingReport;
  /** Follows once now, after whatever is under way; settles when the record is up to date. */
  followNow(): Promise<void>;
  stop(): Promise<void>;
}

/** How close the record is behind the source. */
export interface FollowingReport {
  /** Seconds since the record was last known to be up to date; null before the first time. */
  readonly lagSeconds: number | null;
  /** The longest that it has been so far. */
  readonly lagSecondsMax: number;
  readonly rounds: number;
  /** Facts taken in, since this process began. */
  readonly changed: number;
  /** Certificates and requests that the source removed. */
  readonly removed: number;
  /** How often everything had to be read again, and why the last time. */
  readonly gaps: number;
  readonly lastGap: string | null;
  /** Failures in a row, and what the last one said; null when the last round succeeded. */
  readonly failures: number;
  readonly problem: string | null;
}

/** Half of it is how long a change waits on average; a round beside which nothing happened is one small question. */
const intervalMs = 500;
/** Where everything has to be looked at each time. */
const blindIntervalMs = 2_000;
/** A directory that is away is asked less often, but soon enough that it is followed again right after it came back. */
const intervalMaxMs = 5_000;

/** `followOnce` brings over what has changed; its failures are logged and tried again. `onRound` is told after each round. */
export function followSource(parts: {
  followOnce(): Promise<FollowedRound>;
  onRound?(report: FollowingReport): void;
  readonly clock: Clock;
  readonly log: Log;
}): SourceFollower {
  const { followOnce, clock, log } = parts;
  const begunAt = clock.now();
  const sums = { rounds: 0, changed: 0, removed: 0, gaps: 0, lagSecondsMax: 0 };
  let lastAt: Date | null = null;
  let lastGap: string | null = null;
  let problem: string | null = null;
  let failures = 0;
  let pauseMs = intervalMs;
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let working: Promise<void> = Promise.resolve();

  const secondsSince = (at: Date) => Math.max(0, (clock.now().getTime() - at.getTime()) / 1000);
  const report = (): FollowingReport => ({
    ...sums,
    lagSeconds: lastAt === null ? null : secondsSince(lastAt),
    lagSecondsMax: Math.max(sums.lagSecondsMax, secondsSince(lastAt ?? begunAt)),
    lastGap,
    failures,
    problem,
  });
  const follow = async (): Promise<void> => {
    const startedAt = clock.now();
    try {
      const { changed, removed, gap, isBlind } = await followOnce();
      pauseMs = isBlind ? blindIntervalMs : intervalMs;
      sums.lagSecondsMax = report().lagSecondsMax;
      lastAt = startedAt;
      sums.rounds += 1;
      sums.changed += changed;
      sums.removed += removed;
      if (gap !== null) {
        sums.gaps += 1;
        lastGap = gap;
      }
      if (failures > 0) log.info('following Dogtag again', { changed });
      failures = 0;
      problem = null;
    } catch (error) {
      failures += 1;
      problem = error instanceof Error ? error.message : String(error);
      log.warn('Dogtag could not be followed for the moment', { error, failures });
      throw error;
    } finally {
      parts.onRound?.(report());
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
      Math.min(intervalMaxMs, pauseMs * 2 ** failures),
    );
    timer.unref();
  };
  plan();
  return {
    report,
    followNow: enqueue,
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
  };
}
