// Revokes a certificate or puts it on hold, by Dogtag's rules (RevocationProcessor.validateCertificateToRevoke).
import { decodeCertificate, formatName } from '#codecs/x509';
import type { Clock } from '#platform';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import { CaError } from '../errors.ts';
import type {
  Caller,
  CertificateRecord,
  RequestRecord,
  Revocation,
  RevocationOrder,
  SerialNumber,
} from '../model/index.ts';
import { revocationReasons } from '../model/index.ts';
import type { RevocationState, Store } from '../store.ts';
import { statusChangeRequest, wholeSecondsNow } from './status-change-request.ts';

export interface StatusChangeServices {
  readonly store: Pick<Store, 'certificates' | 'requests' | 'issuance' | 'revocation' | 'audit'>;
  readonly authorities: AuthorityRegistry;
  readonly clock: Clock;
}

const commentsLengthMax = 64 * 1024;
const agentGroup = 'Certificate Manager Agents';

/** Everything that is decided before anything is recorded. */
export interface JudgedRevocation {
  readonly certificate: CertificateRecord;
  readonly revocation: Revocation;
}

/**
 * Revokes and returns the request's record. Throws CaError: `unknown-certificate`, `already-revoked` (a held certificate can't be revoked
 * for good either: it must be released first, as in Dogtag 10.10), `not-authorized`, `malformed-request`.
 */
export async function revokeCertificate(
  order: RevocationOrder,
  caller: Caller,
  services: StatusChangeServices,
): Promise<RequestRecord> {
  const { certificate } = await judgeRevocation(order, caller, services);
  return recordRevocation(order, certificate, caller, services);
}

/** The same where somebody else has judged that it may be done. Throws CaError `already-revoked`. */
export async function recordRevocation(
  order: RevocationOrder,
  certificate: CertificateRecord,
  caller: Caller,
  services: StatusChangeServices,
): Promise<RequestRecord> {
  const { store, clock } = services;
  const revocation = revocationBy(order, caller, clock);
  const id = await store.issuance.reserveRequestId();
  const request = statusChangeRequest(id, 'revocation', certificate, caller, clock, {
    revocationReason: String(order.reason),
    ...(order.comments === null ? {} : { csrRequestorComments: order.comments }),
  });
  await store.revocation.record(certificate.serialNumber, revocation, expectedState(order, certificate), request, [
    revocationEvent(certificate, order, caller, request),
  ]);
  return request;
}

/** Whether this caller may revoke that certificate now, and what would be recorded. Throws as `revokeCertificate` does; changes nothing. */
export async function judgeRevocation(
  order: RevocationOrder,
  caller: Caller,
  services: Pick<StatusChangeServices, 'store' | 'authorities' | 'clock'>,
): Promise<JudgedRevocation> {
  assertSensible(order);
  const certificate = await getCertificate(order.serialNumber, services.store);
  if (order.isByTokenProcessor !== true) assertMayRevoke(certificate, caller);
  await assertAuthorityOrNot(certificate, order, services.authorities);
  if (certificate.revocation !== null && expectedState(order, certificate) === 'not-revoked')
    throw new CaError(
      'already-revoked',
      `certificate #${certificate.serialNumber.toString(16)} has already been revoked`,
      { subject: String(certificate.serialNumber) },
    );
  return { certificate, revocation: revocationBy(order, caller, services.clock) };
}

/** What the order may be carried out upon: for most, a certificate that is not revoked. */
function expectedState(
  { reason, isByTokenProcessor }: RevocationOrder,
  { revocation }: CertificateRecord,
): RevocationState {
  if (isByTokenProcessor !== true || revocation === null) return 'not-revoked';
  const { certificateHold, superseded, keyCompromise } = revocationReasons;
  if (revocation.reason === certificateHold && reason !== certificateHold) return 'on-hold';
  return revocation.reason === superseded && reason === keyCompromise ? 'superseded' : 'not-revoked';
}

function revocationBy({ reason, invalidityDate }: RevocationOrder, { userId }: Caller, clock: Clock): Revocation {
  return { reason, revokedAt: wholeSecondsNow(clock), revokedBy: userId, invalidityDate };
}

/** A date that GeneralizedTime cannot say would stand in the way of every CRL from then on. Throws CaError `malformed-request`. */
function assertSensible({ invalidityDate, comments }: RevocationOrder): void {
  if ((comments?.length ?? 0) > commentsLengthMax) throw new CaError('malformed-request', 'Comments are too long');
  if (invalidityDate === null) return;
  const year = invalidityDate.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw new CaError('malformed-request', 'Invalid invalidity date');
}

/** Throws CaError `unknown-certificate`. */
export async function getCertificate(
  serialNumber: SerialNumber,
  store: Pick<Store, 'certificates'>,
): Promise<CertificateRecord> {
  const certificate = await store.certificates.find(serialNumber);
  if (certificate !== null) return certificate;
  throw new CaError('unknown-certificate', `Certificate ID 0x${serialNumber.toString(16)} not found`, {
    subject: String(serialNumber),
  });
}

/**
 * Agents may revoke anything. Whoever else the edge let through with a certificate may revoke those of his own name; one without a
 * certificate came with a password or session, for which the edge's access rules have decided alone.
 */
function assertMayRevoke(certificate: CertificateRecord, caller: Caller): void {
  if (caller.groups.includes(agentGroup) || caller.certificateDer === null) return;
  const { subjectDer } = decodeCertificate(caller.certificateDer, { rules: 'ber' });
  if (formatName(subjectDer) === certificate.subject) return;
  const serial = certificate.serialNumber.toString(16);
  throw new CaError('not-authorized', `Certificate 0x${serial} belongs to different subject.`, {
    subject: String(certificate.serialNumber),
  });
}

/** A slip of the hand must not revoke the self-signed authority itself; and asking for just that must not hit another certificate. */
async function assertAuthorityOrNot(
  certificate: CertificateRecord,
  order: RevocationOrder,
  authorities: AuthorityRegistry,
): Promise<void> {
  const { certificate: own } = await authorities.get(null);
  const isSelfSigned = own.issuerDer.equals(own.subjectDer);
  const isAuthority = isSelfSigned && own.serialNumber === certificate.serialNumber;
  const wantsAuthority = order.isAuthorityMeant ?? false;
  if (isAuthority === wantsAuthority) return;
  const serial = certificate.serialNumber.toString(16);
  const message = `Certificate 0x${serial} is ${isAuthority ? '' : 'not '}a CA signing certificate`;
  throw new CaError('not-authorized', message, { subject: String(certificate.serialNumber) });
}

function revocationEvent(
  { serialNumber, subject }: CertificateRecord,
  { reason, invalidityDate }: RevocationOrder,
  { userId, remoteAddress }: Caller,
  { id }: RequestRecord,
): AuditEvent {
  const [reasonName = 'unspecified'] = Object.entries(revocationReasons).find(([, code]) => code === reason) ?? [];
  return {
    name: 'certificate-revoked',
    outcome: 'success',
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: {
      serialNumber: String(serialNumber),
      subject,
      reason: reasonName,
      requestId: String(id),
      ...(invalidityDate === null ? {} : { invalidityDate: invalidityDate.toISOString() }),
    },
  };
}
