// Checks how close a running appliance is behind Dogtag's directory, by what it last noted.
import type { FollowingNote } from '#migration';
import { CheckFailure } from './check.ts';

const staleMs = 30_000;
const lagSecondsMax = 10;

/** Throws CheckFailure, a warning, when the record falls behind. */
export function checkFollowing(note: FollowingNote | null, now: Date): string {
  if (note === null) return 'no appliance has followed yet (retag up does)';
  const ageMs = now.getTime() - new Date(note.notedAt).getTime();
  if (ageMs > staleMs) return `no appliance follows at the moment; one did until ${note.notedAt}`;
  if (note.problem !== null)
    throw new CheckFailure('warning', `the directory cannot be followed: ${note.problem}`, 'see "directory" above');
  const lagSeconds = note.lagSeconds ?? 0;
  if (lagSeconds > lagSecondsMax)
    throw new CheckFailure(
      'warning',
      `the record is ${Math.round(lagSeconds)} seconds behind Dogtag's directory`,
      'is this machine, the directory or the database overloaded? The log of the appliance says what each round takes',
    );
  const gaps = note.gaps === 0 ? '' : `; read again from the start ${note.gaps} times, because ${note.lastGap}`;
  return `${lagSeconds.toFixed(1)} seconds behind the directory, ${note.changed} changes taken in${gaps}`;
}
