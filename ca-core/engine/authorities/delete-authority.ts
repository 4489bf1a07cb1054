// Does away with an authority that is disabled and has none below it: its certificate is revoked, then it is none any more, then its key is destroyed.
import { CaError } from '../errors.ts';
import {
  type AuthorityDescription,
  type AuthorityId,
  type AuthorityIntent,
  type Caller,
  revocationReasons,
  serialNumber,
} from '../model/index.ts';
import { getCertificate, recordRevocation, type StatusChangeServices } from '../revocation/revoke-certificate.ts';
import { destroyAuthorityKey } from './authority-key.ts';
import type { AuthorityServices } from './authority-services.ts';

type DeletionServices = Pick<AuthorityServices, 'store' | 'authorities' | 'clock' | 'keys' | 'log'> &
  StatusChangeServices;

/** Throws CaError: `unknown-authority`; `host-authority-protected`; `authority-conflict` while it is enabled or has others below it. */
export async function deleteAuthority(id: AuthorityId, caller: Caller, services: DeletionServices): Promise<void> {
  const { store, clock, authorities, log } = services;
  const authority = await authorities.get(id);
  const { description } = authority;
  judgeDeletion(
    description,
    (await authorities.list()).map((other) => other.description),
  );
  await revokeOwnCertificate(description, caller, services);
  const intent: AuthorityIntent = {
    authorityId: id,
    deed: 'delete',
    keyId: authority.keyId ?? '',
    parentId: description.parentId,
    subject: description.subject,
    description: description.description,
    begunBy: caller.userId ?? 'anonymous',
    begunAt: clock.now(),
  };
  await store.authorities.recordIntent(intent, [
    {
      name: 'authority-deleted',
      outcome: 'success',
      actor: intent.begunBy,
      remoteAddress: caller.remoteAddress,
      details: { authorityId: id, subject: description.subject },
    },
  ]);
  await authorities.refresh();
  try {
    await finishDeletion(intent, services);
  } catch (error) {
    // It is deleted; that its key goes too is seen to later.
    log.warn('the key of a deleted authority stays for now', { authorityId: id, error });
  }
}

/** Throws as `deleteAuthority` does; changes nothing. */
export function judgeDeletion(description: AuthorityDescription, all: readonly AuthorityDescription[]): void {
  const { id, isHostAuthority, enabled } = description;
  if (isHostAuthority) throw new CaError('host-authority-protected', 'Cannot delete the host CA', { subject: id });
  if (enabled) throw new CaError('authority-conflict', 'Must disable CA before deletion', { subject: id });
  if (all.some(({ parentId }) => parentId === id))
    throw new CaError('authority-conflict', 'CA with sub-CAs cannot be deleted (delete sub-CAs first)', {
      subject: id,
    });
}

/** The last step, done at once or after a crash. */
export async function finishDeletion(
  { authorityId: id, keyId }: AuthorityIntent,
  { store, keys }: Pick<AuthorityServices, 'store' | 'keys'>,
): Promise<void> {
  if (keyId !== '') await destroyAuthorityKey(keyId, keys);
  await store.authorities.resolveIntent(id, null, []);
}

async function revokeOwnCertificate(
  description: AuthorityDescription,
  caller: Caller,
  services: StatusChangeServices,
): Promise<void> {
  const own = await getCertificate(serialNumber(description.serialNumber), services.store);
  if (own.revocation !== null) return;
  const order = {
    serialNumber: own.serialNumber,
    reason: revocationReasons.unspecified,
    invalidityDate: null,
    comments: null,
  };
  await recordRevocation(order, own, caller, services);
}
