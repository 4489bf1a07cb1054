// The trial's clock: it shows the time of the recording while the recorded Dogtag is compared with, and the present afterwards.
import { type Clock, systemClock } from '#platform';

export interface TrialClock extends Clock {
  /** Goes forward to this time of the recording; stays where it is when it is there already. */
  reach(recordedAt: Date): void;
  /** From now on it is the present. */
  leaveRecording(): void;
}

/** Starts at `recordedAt` and goes on at the ordinary speed, so that nothing recorded has expired, however late the trial is looked at. */
export function createTrialClock(recordedAt: Date): TrialClock {
  let behindMs = Math.max(0, systemClock.now().getTime() - recordedAt.getTime());
  return {
    reach: (time) => {
      // What is replayed goes faster than it once went: a certificate must not be seen before it begins to be valid.
      behindMs = Math.min(behindMs, Math.max(0, systemClock.now().getTime() - time.getTime()));
    },
    now: () => new Date(systemClock.now().getTime() - behindMs),
    nowMicros: () => systemClock.nowMicros() - BigInt(behindMs) * 1000n,
    leaveRecording: () => {
      behindMs = 0;
    },
  };
}
