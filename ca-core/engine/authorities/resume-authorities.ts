// Settles deeds on authorities that a crash or a lost connection has left open: each is finished or given up, so that there is no half authority.
import { decodeTbsCertificate } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { AuthorityIntent } from '../model/index.ts';
import { type AuthorityServices, findNewestOfKey } from './authority-services.ts';
import { abandonCreation, recordCreated } from './create-authority.ts';
import { finishDeletion } from './delete-authority.ts';
import { abandonRenewal, recordRenewed } from './renew-authority.ts';

export interface AuthorityResumeReport {
  readonly finished: number;
  readonly abandoned: number;
  /** Still under way, perhaps in another process, or not to be settled now. */
  readonly open: number;
}

/** Longer than a deed can take in a process that lives: making the key and signing have limits of their own that are shorter together. */
export const intentGraceMs = 60_000;
const reason = 'it was not finished';

/** To be called when the intents of certificates have been gone through. Throws CaError `store-unavailable`. */
export async function resumeAuthorities(services: AuthorityServices): Promise<AuthorityResumeReport> {
  const { store, clock, log } = services;
  const report = { finished: 0, abandoned: 0, open: 0 };
  for (const intent of await store.authorities.unresolvedIntents()) {
    const isFresh = clock.now().getTime() - intent.begunAt.getTime() < intentGraceMs;
    try {
      report[isFresh ? 'open' : await settle(intent, services)] += 1;
    } catch (error) {
      // One that cannot be dealt with must not keep the others waiting.
      log[error instanceof CaError ? 'warn' : 'error']('a deed on an authority stays open', {
        authorityId: intent.authorityId,
        deed: intent.deed,
        error,
      });
      report.open += 1;
    }
  }
  if (report.finished + report.abandoned > 0) log.info('open deeds on authorities were gone through', report);
  return report;
}

async function settle(intent: AuthorityIntent, services: AuthorityServices): Promise<keyof AuthorityResumeReport> {
  if (intent.deed === 'delete') {
    await finishDeletion(intent, services);
    return 'finished';
  }
  return intent.deed === 'create' ? settleCreation(intent, services) : settleRenewal(intent, services);
}

async function settleCreation(
  intent: AuthorityIntent,
  services: AuthorityServices,
): Promise<keyof AuthorityResumeReport> {
  const key = (await services.signer.describe()).find(({ keyId }) => keyId === intent.keyId);
  if (key !== undefined && (await isBeingCertified(key.publicKeyDer, services))) return 'open';
  const certificate = key === undefined ? null : await findNewestOfKey(key.publicKeyDer, null, services);
  if (certificate === null) {
    await abandonCreation(intent, reason, services);
    return 'abandoned';
  }
  await recordCreated(intent, certificate, await services.authorities.get(intent.parentId), null, services);
  return 'finished';
}

async function settleRenewal(
  intent: AuthorityIntent,
  services: AuthorityServices,
): Promise<keyof AuthorityResumeReport> {
  const authority = await services.authorities.get(intent.authorityId);
  const publicKeyDer = authority.certificate.subjectPublicKeyInfoDer;
  if (await isBeingCertified(publicKeyDer, services)) return 'open';
  const newest = await findNewestOfKey(publicKeyDer, authority.description.serialNumber, services);
  if (newest === null || newest.issuedAt < intent.begunAt) {
    await abandonRenewal(intent, reason, services);
    return 'abandoned';
  }
  await recordRenewed(intent, newest, authority, null, services);
  return 'finished';
}

/** Whether a certificate of that key is about to be signed. */
async function isBeingCertified(publicKeyDer: Uint8Array, { store }: AuthorityServices): Promise<boolean> {
  const intents = await store.issuance.unresolvedIntents();
  return intents.some(({ tbsCertificateDer }) =>
    decodeTbsCertificate(tbsCertificateDer).subjectPublicKeyInfoDer.equals(publicKeyDer),
  );
}
