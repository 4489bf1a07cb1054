// Resolves intents that a crash or a lost connection has left open: each is finished, or given up and accounted for; never forgotten.
import { decodeTbsCertificate } from '#codecs/x509';
import type { Log } from '#platform';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import type { IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { RequestRecord } from '../model/index.ts';
import type { IssuanceIntent, Store } from '../store.ts';
import type { CertificateDraft } from './certificate-draft.ts';
import type { CertificateIssuer } from './issue-certificate.ts';
import type { PreparedCertificate } from './prepare-certificate.ts';

export interface ResumeReport {
  readonly finished: number;
  readonly abandoned: number;
  /** Left open because the store, the signer or the authority's key is not there now. */
  readonly open: number;
}

export interface ResumeServices {
  readonly store: Pick<Store, 'issuance' | 'requests' | 'pens'>;
  readonly issuer: CertificateIssuer;
  readonly authorities: AuthorityRegistry;
  readonly log: Log;
}

/** As many share a commit; more would only wait in the signer. */
const resumedAtOnce = 32;

/**
 * Goes through all open intents but those that a caller still waits for. Ends early, without counting the rest, when `signal` is aborted.
 * Throws CaError `store-unavailable`.
 */
export async function resumeIssuance(services: ResumeServices, signal?: AbortSignal): Promise<ResumeReport> {
  const { store, issuer, log } = services;
  const report = { finished: 0, abandoned: 0, open: 0 };
  // Asked for before the intents are: what is held by then and not open afterwards is in the record.
  const held = issuer.heldSignatures();
  const intents = await store.issuance.unresolvedIntents();
  const open = new Set(intents.map(({ serialNumber }) => serialNumber));
  for (const serialNumber of held) if (!open.has(serialNumber)) issuer.releaseSignature(serialNumber);
  const waiting = intents.values();
  const work = async () => {
    for (const intent of waiting) {
      if (signal?.aborted === true) return;
      const outcome = await resumeOne(intent, services);
      if (outcome !== null) report[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(resumedAtOnce, intents.length) }, work));
  if (report.finished + report.abandoned + report.open > 0) log.info('open intents were gone through', report);
  return report;
}

/** Null when somebody else works on it, or has resolved it since it was read. */
async function resumeOne(intent: IssuanceIntent, services: ResumeServices): Promise<keyof ResumeReport | null> {
  const { store, issuer, log } = services;
  const { serialNumber, requestId } = intent;
  return issuer.whenFree(serialNumber, async () => {
    try {
      // The list is a moment old: a caller may have got this certificate meanwhile, and it must not be signed once more.
      if (!(await store.issuance.isUnresolved(serialNumber))) return null;
      return await resolveIntent(intent, services);
    } catch (error) {
      // One intent that cannot be dealt with must not keep the others, or the start of the appliance, waiting.
      if (error instanceof CaError) log.warn('an intent stays open', { serialNumber, requestId, error });
      else log.error('an intent stays open because of a fault of this program', { serialNumber, requestId, error });
      return 'open';
    }
  });
}

async function resolveIntent(intent: IssuanceIntent, services: ResumeServices): Promise<'finished' | 'abandoned'> {
  const { store, issuer, authorities } = services;
  const request = await store.requests.find(intent.requestId);
  if (request === null) throw new CaError('internal', `request ${intent.requestId} of an intent is missing`);
  const authority = await authorities.find(intent.authorityId);
  // What is signed already is recorded, whatever has changed since.
  const isSigned = issuer.holdsSignature(intent.serialNumber);
  const obstacle = isSigned ? null : await findObstacle(intent, request, authority, store.pens);
  if (authority === null || obstacle !== null) {
    await issuer.abandon(intent, request, obstacle ?? 'its authority is gone');
    return 'abandoned';
  }
  try {
    await issuer.resume(toPrepared(intent, authority), request, intent.issuedBy);
    return 'finished';
  } catch (error) {
    // The issuer has given it up and said so, unless giving up failed as well.
    if (
      error instanceof CaError &&
      error.code === 'internal' &&
      !(await store.issuance.isUnresolved(intent.serialNumber))
    )
      return 'abandoned';
    throw error;
  }
}

/** Why an intent must not be finished any more; null when it may be. A key that is merely absent now is no reason. */
async function findObstacle(
  intent: IssuanceIntent,
  request: RequestRecord,
  authority: IssuingAuthority | null,
  pens: Store['pens'],
): Promise<string | null> {
  if (authority === null) return 'its authority is gone';
  if (!authority.description.enabled) return 'its authority was disabled';
  // An authority renewed under another name or key must not put its signature under the old one's text.
  if (!decodeTbsCertificate(intent.tbsCertificateDer).issuerDer.equals(authority.facts.subjectDer))
    return 'its authority has another name now';
  const isHeld = await pens.isHeldHere(intent.authorityId, `certificates:${request.profileId ?? ''}`);
  return isHeld ? null : 'the other side holds the pen now';
}

/** The intent's own bytes are signed, never ones that were made again. */
function toPrepared(intent: IssuanceIntent, authority: IssuingAuthority): PreparedCertificate {
  const tbs = decodeTbsCertificate(intent.tbsCertificateDer);
  const draft: CertificateDraft = {
    version: tbs.version,
    subjectDer: tbs.subjectDer,
    issuerDer: tbs.issuerDer,
    subjectPublicKeyInfoDer: tbs.subjectPublicKeyInfoDer,
    notBefore: tbs.notBefore,
    notAfter: tbs.notAfter,
    signatureAlgorithm: intent.signatureAlgorithm,
    extensions: tbs.extensions.map(({ oid, critical, valueDer }) => ({ oid, critical, valueDer })),
  };
  return {
    authority,
    serialNumber: intent.serialNumber,
    draft,
    tbsCertificateDer: Buffer.from(intent.tbsCertificateDer),
    signatureAlgorithm: intent.signatureAlgorithm,
  };
}
