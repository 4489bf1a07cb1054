// The one source of time: everything that needs "now" is given a Clock, so that tests and rehearsals can set it.

/** Tells the time in UTC. `nowMicros` is microseconds since 1970-01-01 and never goes backwards within a process. */
export interface Clock {
  now(): Date;
  nowMicros(): bigint;
}

const startedAtMicros = BigInt(Date.now()) * 1000n;
const startedAtNanos = process.hrtime.bigint();
let lastMicros = 0n;

/** The machine's clock, with microseconds from the monotonic timer so that audit records keep their order. */
export const systemClock: Clock = {
  now: () => new Date(),
  nowMicros: () => {
    const elapsedMicros = (process.hrtime.bigint() - startedAtNanos) / 1000n;
    const wallMicros = BigInt(Date.now()) * 1000n;
    const fineMicros = startedAtMicros + elapsedMicros;
    // The monotonic timer drifts from a wall clock that is being corrected; follow the wall beyond one second.
    const drift = fineMicros > wallMicros ? fineMicros - wallMicros : wallMicros - fineMicros;
    const candidate = drift > 1_000_000n ? wallMicros : fineMicros;
    lastMicros = candidate > lastMicros ? candidate : lastMicros + 1n;
    return lastMicros;
  },
};

/** A clock that stands still at `at`; for rehearsals with a fixed time and for tests. */
export function frozenClock(at: Date): Clock {
  return { now: () => new Date(at), nowMicros: () => BigInt(at.getTime()) * 1000n };
}
