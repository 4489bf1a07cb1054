// Enables, disables or describes an authority.
import { CaError } from '../errors.ts';
import type { AuthorityChange, AuthorityDescription, AuthorityId, Caller } from '../model/index.ts';
import type { AuthorityServices } from './authority-services.ts';

/** Throws CaError `unknown-authority`, and `host-authority-protected` for disabling the host authority. */
export async function changeAuthority(
  id: AuthorityId,
  change: AuthorityChange,
  caller: Caller,
  { store, authorities }: Pick<AuthorityServices, 'store' | 'authorities'>,
): Promise<AuthorityDescription> {
  const before = (await authorities.get(id)).description;
  const after = judgeChange(before, change);
  const details = {
    ...(after.enabled === before.enabled ? {} : { enabled: String(after.enabled) }),
    ...(after.description === before.description ? {} : { description: after.description ?? '' }),
  };
  if (Object.keys(details).length === 0) return before;
  await store.authorities.change(id, change, [
    {
      name: 'authority-changed',
      outcome: 'success',
      actor: caller.userId ?? 'anonymous',
      remoteAddress: caller.remoteAddress,
      details: { authorityId: id, ...details },
    },
  ]);
  await authorities.refresh();
  return (await authorities.get(id)).description;
}

/** What it would be afterwards. Throws as `changeAuthority` does; changes nothing. */
export function judgeChange(before: AuthorityDescription, change: AuthorityChange): AuthorityDescription {
  if (before.isHostAuthority && change.enabled === false)
    throw new CaError('host-authority-protected', 'Cannot disable the host CA', { subject: before.id });
  const description = change.description === null ? before.description : change.description || null;
  return { ...before, enabled: change.enabled ?? before.enabled, description };
}
