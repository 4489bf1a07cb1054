// Tells other processes, such as `retag doctor`, how close a running appliance is behind Dogtag's directory.
import type { Clock, Log } from '#platform';
import type { InstallationFacts } from '../store/installation-facts.ts';
import type { FollowingReport } from './follow-source.ts';

export interface FollowingNote extends FollowingReport {
  readonly notedAt: string;
}

const noteEveryMs = 5_000;

/** Notes no more often than every few seconds; a note that cannot be written is logged, and the next one tried. */
export function createFollowingNotebook(
  facts: InstallationFacts,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): { note(report: FollowingReport): void } {
  let notedAtMs = 0;
  return {
    note: (report) => {
      const now = clock.now();
      if (now.getTime() - notedAtMs < noteEveryMs) return;
      notedAtMs = now.getTime();
      const note: FollowingNote = { ...report, notedAt: now.toISOString() };
      facts
        .learn('following', JSON.stringify(note))
        .catch((error: unknown) => log.warn('how close Dogtag is followed could not be noted', { error }));
    },
  };
}

/** The last note of any appliance of this installation; null before the first. */
export async function readFollowingNote(facts: InstallationFacts): Promise<FollowingNote | null> {
  const text = await facts.find('following');
  return text === null ? null : (JSON.parse(text) as FollowingNote);
}
