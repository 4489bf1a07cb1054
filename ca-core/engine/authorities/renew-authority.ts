// Gives an authority a new certificate for the same name and key, by the profile caManualRenewal.
import { submitEnrollment } from '../enrollment/submit-enrollment.ts';
import { CaError } from '../errors.ts';
import {
  type AuthorityId,
  type AuthorityIntent,
  type Caller,
  type CertificateRecord,
  profileId,
  serialNumber,
} from '../model/index.ts';
import { decodeAuthority, describeAuthority } from './add-authority.ts';
import type { AuthorityRegistry } from './authority-registry.ts';
import { type AuthorityServices, authenticationOf, isOutcomeOpen } from './authority-services.ts';
import { getEnabledParent, getIssued } from './create-authority.ts';
import { assertHasKey, type IssuingAuthority } from './issuing-authority.ts';

const profile = profileId('caManualRenewal');

/**
 * Throws CaError: `unknown-authority`; `disabled-authority`, `signer-unavailable` for the one above; `host-authority-protected`; what renewing may throw.
 * After `signer-unavailable` and `store-unavailable` it may yet come to be.
 */
export async function renewAuthority(id: AuthorityId, caller: Caller, services: AuthorityServices): Promise<void> {
  const { store, clock, authorities } = services;
  const authority = await judgeRenewal(id, authorities);
  const { description } = authority;
  assertHasKey(await authorities.get(description.parentId));
  const intent: AuthorityIntent = {
    authorityId: id,
    deed: 'renew',
    keyId: assertHasKey(authority),
    parentId: description.parentId,
    subject: description.subject,
    description: description.description,
    begunBy: caller.userId ?? 'anonymous',
    begunAt: clock.now(),
  };
  await store.authorities.recordIntent(intent, []);
  let certificate: CertificateRecord;
  try {
    const submission = {
      profileId: profile,
      authorityId: null,
      inputs: {},
      renewalOf: serialNumber(description.serialNumber),
    };
    const credentials = {
      authentication: await authenticationOf(caller, services),
      certificateRequestType: 'pkcs10',
    } as const;
    const [request] = await submitEnrollment(submission, caller, services, credentials);
    certificate = await getIssued(request, id, services);
  } catch (error) {
    if (!isOutcomeOpen(error)) await abandonRenewal(intent, error instanceof CaError ? error.message : '', services);
    throw error;
  }
  await recordRenewed(intent, certificate, authority, caller.remoteAddress, services);
}

/** Everything but keys and the profile. Throws CaError as `renewAuthority` does; changes nothing. */
export async function judgeRenewal(id: AuthorityId, authorities: AuthorityRegistry): Promise<IssuingAuthority> {
  const authority = await authorities.get(id);
  const { description } = authority;
  // Its certificate is what everybody trusts; a new one is put into service by people, with a ceremony.
  if (description.isHostAuthority)
    throw new CaError('host-authority-protected', 'The host authority is not renewed here', { subject: id });
  await getEnabledParent(description.parentId, authorities);
  return authority;
}

/** The last step, done at once or after a crash. */
export async function recordRenewed(
  { authorityId: id, begunBy }: AuthorityIntent,
  { certificateDer }: CertificateRecord,
  { description: before }: IssuingAuthority,
  remoteAddress: string | null,
  { store, authorities }: Pick<AuthorityServices, 'store' | 'authorities'>,
): Promise<void> {
  // Its old certificate stands first in its chain and must not be taken for its own issuer.
  const [, ...otherCertificatesDer] = before.chainDer;
  const { isHostAuthority, parentId, description, enabled } = before;
  const order = { id, isHostAuthority, parentId, description, certificateDer, otherCertificatesDer };
  const renewed = { ...describeAuthority(order, decodeAuthority(certificateDer)), enabled };
  await store.authorities.resolveIntent(id, renewed, [
    {
      name: 'authority-renewed',
      outcome: 'success',
      actor: begunBy,
      remoteAddress,
      details: { authorityId: id, subject: renewed.subject, serialNumber: String(renewed.serialNumber) },
    },
  ]);
  await authorities.refresh();
}

/** It stays as it is. */
export async function abandonRenewal(
  { authorityId: id, subject, begunBy }: AuthorityIntent,
  reason: string,
  { store }: Pick<AuthorityServices, 'store'>,
): Promise<void> {
  await store.authorities.resolveIntent(id, null, [
    {
      name: 'authority-abandoned',
      outcome: 'failure',
      actor: begunBy,
      remoteAddress: null,
      details: { authorityId: id, subject, reason },
    },
  ]);
}
