// Whose keys are in the signer: an authority without its key cannot issue here, whatever the comparison says.
import type { AuthorityDescription } from '#ca-core/engine';

export interface AuthorityKeyLine {
  readonly authorityId: string;
  readonly subject: string;
  readonly isHostAuthority: boolean;
  readonly isReady: boolean;
  /** What is missing, a sentence; null when nothing is, or when the authority is disabled and need not issue. */
  readonly reason: string | null;
}

type Judged = Pick<AuthorityDescription, 'id' | 'subject' | 'isHostAuthority' | 'enabled' | 'ready'>;

/** One line for each authority, in their order. */
export function judgeAuthorityKeys(authorities: readonly Judged[]): readonly AuthorityKeyLine[] {
  return authorities.map(({ id, subject, isHostAuthority, enabled, ready }) => ({
    authorityId: id,
    subject,
    isHostAuthority,
    isReady: ready || !enabled,
    reason: ready || !enabled ? null : 'its key is not in the signer; retag authority take-key',
  }));
}

/** As a person reads it. */
export function formatAuthorityKeyLine({ subject, authorityId, reason }: AuthorityKeyLine): string {
  return `authority ${subject} (${authorityId}): ${reason ?? 'ready'}`;
}
