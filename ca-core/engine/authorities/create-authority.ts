// Makes an authority below another one (Dogtag's lightweight CA): intent, key, certificate by the profile caCACert, and only then the authority.
import { DerError } from '#codecs/der';
import { encodeNameText, formatName, NameSyntaxError } from '#codecs/x509';
import { randomUuid } from '#platform';
import type { CmcCredentials } from '../enrollment/judge-submission.ts';
import { submitEnrollment } from '../enrollment/submit-enrollment.ts';
import { CaError } from '../errors.ts';
import {
  type AuthorityDescription,
  type AuthorityIntent,
  type AuthorityOrder,
  authorityId,
  type Caller,
  type CertificateRecord,
  type EnrollmentSubmission,
  profileId,
  type RequestRecord,
} from '../model/index.ts';
import type { Store } from '../store.ts';
import { decodeAuthority, describeAuthority } from './add-authority.ts';
import { createAuthorityKey, destroyAuthorityKey, keyKindBelow, requestCertificateFor } from './authority-key.ts';
import type { AuthorityRegistry } from './authority-registry.ts';
import { type AuthorityServices, authenticationOf, isOutcomeOpen } from './authority-services.ts';
import { assertHasKey, type IssuingAuthority } from './issuing-authority.ts';

const profile = profileId('caCACert');

/**
 * Throws CaError: `unknown-authority`, `disabled-authority`, `signer-unavailable` for the parent; `authority-conflict` for a subject that is in use;
 * `malformed-request` for one that is no name or that the profile refuses; what issuing may throw. After `signer-unavailable` and
 * `store-unavailable` the authority may yet come to be: its intent stands and is settled later.
 */
export async function createAuthority(
  order: AuthorityOrder,
  caller: Caller,
  services: AuthorityServices,
): Promise<AuthorityDescription> {
  const { store, clock, authorities } = services;
  // 1. May it be at all?
  const { parent, subjectDer } = await judgeCreation(order, authorities);
  assertHasKey(parent);
  const id = authorityId(randomUuid());
  const intent: AuthorityIntent = {
    authorityId: id,
    deed: 'create',
    keyId: id,
    parentId: parent.description.id,
    subject: formatName(subjectDer),
    description: order.description === '' ? null : order.description,
    begunBy: caller.userId ?? 'anonymous',
    begunAt: clock.now(),
  };
  // 2. Durable before there is a key, and its name taken.
  await store.authorities.recordIntent(intent, []);
  let certificate: CertificateRecord;
  try {
    // 3. The key, where it will sign; 4. its certificate, as every other one is issued.
    certificate = await certifyKey(intent, subjectDer, parent, caller, services);
  } catch (error) {
    if (!isOutcomeOpen(error)) await abandonCreation(intent, messageOf(error), services);
    throw error;
  }
  // 5. The authority, and the end of the intent. Whatever fails here is done later: there is a certificate now.
  return recordCreated(intent, certificate, parent, caller.remoteAddress, services);
}

/** Everything but keys. Throws CaError as `createAuthority` does; changes nothing. */
export async function judgeCreation(
  order: AuthorityOrder,
  authorities: AuthorityRegistry,
): Promise<{ readonly parent: IssuingAuthority; readonly subjectDer: Buffer }> {
  const parent = await getEnabledParent(order.parentId, authorities);
  const subjectDer = readSubject(order.subject);
  const subject = formatName(subjectDer);
  if ((await authorities.list()).some(({ description }) => description.subject === subject))
    throw new CaError('authority-conflict', `DN '${subject}' is used by an existing authority`, { subject });
  return { parent, subjectDer };
}

/** Throws CaError `unknown-authority`, `disabled-authority`. */
export async function getEnabledParent(
  id: AuthorityOrder['parentId'],
  authorities: AuthorityRegistry,
): Promise<IssuingAuthority> {
  const parent = await authorities.get(id);
  const subject = parent.description.id;
  if (!parent.description.enabled) throw new CaError('disabled-authority', 'Authority is disabled', { subject });
  return parent;
}

/** Throws CaError `malformed-request` in the parser's words. */
function readSubject(text: string): Buffer {
  try {
    return encodeNameText(text);
  } catch (error) {
    if (error instanceof NameSyntaxError)
      throw new CaError('malformed-request', error.refusal ?? error.stumble ?? error.message, { cause: error });
    if (error instanceof DerError) throw new CaError('malformed-request', error.message, { cause: error });
    throw error;
  }
}

async function certifyKey(
  { authorityId: id, keyId }: AuthorityIntent,
  subjectDer: Buffer,
  parent: IssuingAuthority,
  caller: Caller,
  services: AuthorityServices,
): Promise<CertificateRecord> {
  const key = await createAuthorityKey(keyId, keyKindBelow(parent), services.keys);
  const requestPem = await requestCertificateFor(key, subjectDer, services.signer);
  const { submission, credentials } = await submissionFor(requestPem, parent, caller, services);
  const [request] = await submitEnrollment(submission, caller, services, credentials);
  return getIssued(request, id, services);
}

/** The certificate of an authority is asked for as every other one, and approved by who may create it. */
export async function submissionFor(
  requestPem: string,
  parent: IssuingAuthority,
  caller: Caller,
  services: Pick<AuthorityServices, 'profiles'>,
): Promise<{ readonly submission: EnrollmentSubmission; readonly credentials: CmcCredentials }> {
  return {
    submission: {
      profileId: profile,
      authorityId: parent.description.id,
      inputs: { cert_request_type: 'pkcs10', cert_request: requestPem },
      renewalOf: null,
    },
    credentials: { authentication: await authenticationOf(caller, services), certificateRequestType: 'pkcs10' },
  };
}

/** Throws CaError `malformed-request` when the profile has refused. */
export async function getIssued(
  request: RequestRecord | undefined,
  id: AuthorityIntent['authorityId'],
  { store }: { readonly store: Pick<Store, 'certificates'> },
): Promise<CertificateRecord> {
  const [serialNumber] = request?.certificateSerials ?? [];
  const certificate = serialNumber === undefined ? null : await store.certificates.find(serialNumber);
  if (request?.state === 'complete' && certificate !== null) return certificate;
  const reason = request?.errorMessage == null ? '' : `: ${request.errorMessage}`;
  throw new CaError('malformed-request', `Unable to generate signing certificate: ${request?.state}${reason}`, {
    subject: id,
  });
}

/** The last step, done at once or after a crash. */
export async function recordCreated(
  intent: AuthorityIntent,
  { certificateDer }: CertificateRecord,
  parent: IssuingAuthority,
  remoteAddress: string | null,
  { store, authorities }: Pick<AuthorityServices, 'store' | 'authorities'>,
): Promise<AuthorityDescription> {
  const { authorityId: id, parentId, description, begunBy } = intent;
  const otherCertificatesDer = parent.description.chainDer;
  const order = { id, isHostAuthority: false, parentId, description, certificateDer, otherCertificatesDer };
  const created = describeAuthority(order, decodeAuthority(certificateDer));
  const { subject, serialNumber } = created;
  await store.authorities.resolveIntent(id, created, [
    {
      name: 'authority-created',
      outcome: 'success',
      actor: begunBy,
      remoteAddress,
      details: {
        authorityId: id,
        parentId: parentId ?? '',
        subject,
        serialNumber: String(serialNumber),
        ...(description === null ? {} : { description }),
      },
    },
  ]);
  await authorities.refresh();
  return (await authorities.get(id)).description;
}

/** No authority came of it: its key is destroyed and its name free again. Throws CaError; the intent stands then. */
export async function abandonCreation(
  { authorityId: id, keyId, subject, begunBy }: AuthorityIntent,
  reason: string,
  { store, keys }: Pick<AuthorityServices, 'store' | 'keys'>,
): Promise<void> {
  await destroyAuthorityKey(keyId, keys);
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

function messageOf(error: unknown): string {
  return error instanceof CaError ? error.message : 'a fault of this program';
}
