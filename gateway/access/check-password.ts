// Whose password it is: ours where it was set here, else Dogtag is asked. Its own passwords are not imported: once it is gone, they open nothing.
import type { RaClient } from '../contract.ts';
import type { PasswordCheck } from './establish-caller.ts';

/** Longer ones are nobody's; none that a directory takes is. */
const passwordLengthMax = 1_024;

/** `dogtag` null: there is none (any more). The check rejects with what the authority or Dogtag reject with. */
export function createPasswordCheck(
  ra: Pick<RaClient, 'checkPassword'>,
  dogtag: { readonly checkPassword: PasswordCheck } | null,
): PasswordCheck {
  return async (userId, password) => {
    if (password.length > passwordLengthMax) return null;
    switch (await ra.checkPassword(userId, password)) {
      case 'right':
        return userId;
      case 'wrong':
        return null;
      case 'unknown':
        return dogtag === null ? null : dogtag.checkPassword(userId, password);
    }
  };
}
