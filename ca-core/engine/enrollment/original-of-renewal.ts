// What is renewed: the certificate of a serial number and the request by which it came to be (Dogtag's RenewalProcessor).
import type { Clock } from '#platform';
import { CaError } from '../errors.ts';
import {
  type CertificateRecord,
  certificateStatusAt,
  type ProfileId,
  type RequestRecord,
  type SerialNumber,
} from '../model/index.ts';
import type { Store } from '../store.ts';

export interface OriginalOfRenewal {
  readonly certificate: CertificateRecord;
  readonly request: RequestRecord;
  readonly profileId: ProfileId;
}

/** Throws CaError `unknown-certificate`, or `already-revoked` for one that is revoked; `internal` when its request is not known. */
export async function findOriginalOfRenewal(
  serialNumber: SerialNumber,
  store: Pick<Store, 'certificates' | 'requests'>,
  clock: Clock,
): Promise<OriginalOfRenewal> {
  const subject = String(serialNumber);
  const certificate = await store.certificates.find(serialNumber);
  if (certificate === null)
    throw new CaError('unknown-certificate', `Certificate ID 0x${serialNumber.toString(16)} not found`, { subject });
  const status = certificateStatusAt(certificate, clock.now());
  // Dogtag leaves the place holder of this message unfilled; clients see it as it is.
  if (status === 'revoked' || status === 'revoked-expired')
    throw new CaError(
      'already-revoked',
      'Certificate serial number {0} to be renewed is revoked. Cannot renew a revoked certificate',
      { subject },
    );
  const request = certificate.requestId === null ? null : await store.requests.find(certificate.requestId);
  if (request?.profileId == null)
    throw new CaError('internal', `the request for certificate ${subject} is not known`, { subject });
  return { certificate, request, profileId: request.profileId };
}
