// Takes a certificate off hold. An attempt on one that is not on hold is recorded too, because clients are told of it by its id.
import type { AuditEvent } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import {
  type Caller,
  type CertificateRecord,
  type RequestRecord,
  revocationReasons,
  type SerialNumber,
} from '../model/index.ts';
import { getCertificate, type StatusChangeServices } from './revoke-certificate.ts';
import { statusChangeRequest } from './status-change-request.ts';

/** Dogtag's own words; clients show them. */
export const notReleased = 'One or more certificates could not be unrevoked';

/** Returns the record of the attempt, `failed` when the certificate was not on hold. Throws CaError `unknown-certificate`. */
export async function releaseCertificate(
  serialNumber: SerialNumber,
  caller: Caller,
  services: StatusChangeServices,
): Promise<RequestRecord> {
  const { store, clock } = services;
  const certificate = await getCertificate(serialNumber, store);
  const id = await store.issuance.reserveRequestId();
  const request = statusChangeRequest(id, 'release', certificate, caller, clock);
  if (isOnHold(certificate)) {
    try {
      const event = releaseEvent('success', certificate, caller, request);
      await store.revocation.record(serialNumber, null, 'on-hold', request, [event]);
      return request;
    } catch (error) {
      // Somebody else released it in between.
      if (!(error instanceof CaError) || error.code !== 'not-on-hold') throw error;
    }
  }
  const failed: RequestRecord = { ...request, failed: true, errorMessage: notReleased };
  await store.requests.record(failed, [releaseEvent('failure', certificate, caller, request)]);
  return failed;
}

export function isOnHold({ revocation }: Pick<CertificateRecord, 'revocation'>): boolean {
  return revocation?.reason === revocationReasons.certificateHold;
}

function releaseEvent(
  outcome: AuditEvent['outcome'],
  { serialNumber, subject }: CertificateRecord,
  { userId, remoteAddress }: Caller,
  { id }: RequestRecord,
): AuditEvent {
  return {
    name: 'certificate-released',
    outcome,
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: { serialNumber: String(serialNumber), subject, requestId: String(id) },
  };
}
