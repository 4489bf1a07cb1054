// POST /ca/rest/agent/certs/{id}/revoke and revoke-ca: revokes a certificate or puts it on hold (Dogtag's CertService.revokeCert).
import { type RevocationRequest, requestInformation, revocationRequest } from '#codecs/dogtag-rest';
import type { CertificateRecord, RevocationReason, SerialNumber } from '../../../contract.ts';
import { badRequest, certificateNotFound } from '../error-response.ts';
import { requestInformationOf } from '../request-information.ts';
import type { RestDialect } from '../rest-dialect.ts';
import { answerWith, checkNonce, type RestOperation, readBody, readPathIdentifier } from '../rest-operation.ts';

/** Names of JSS, compared without regard to case. */
const reasons: ReadonlyMap<string, RevocationReason> = new Map<string, RevocationReason>([
  ['unspecified', 0],
  ['key_compromise', 1],
  ['ca_compromise', 2],
  ['affiliation_changed', 3],
  ['superseded', 4],
  ['cessation_of_operation', 5],
  ['certificate_hold', 6],
  ['remove_from_crl', 8],
  ['privilege_withdrawn', 9],
  ['aa_compromise', 10],
]);
const removeFromCrl = 8;
const unspecified = 0;

/** `isAuthorityMeant`: only the authority's own certificate may be revoked by that path, and only by that one. */
export function revokeCertificate(isAuthorityMeant: boolean): RestOperation {
  return async ({ request, caller, ra }) => {
    const id = readPathIdentifier(request) as SerialNumber;
    const body = readBody(request, revocationRequest);
    if (body === null) throw badRequest('Unable to revoke cert: invalid request');
    // Other subsystems, such as a token processor, are shown nothing first.
    if (!caller.groups.includes('Subsystem Group')) checkNonce(request, 'cert-revoke', id, body.nonce);
    const certificate = await ra.findCertificate(id);
    if (certificate === null) throw certificateNotFound(id);
    const reason = readReason(body, certificate, request.dialect);
    const record =
      reason === removeFromCrl
        ? await ra.releaseCertificate(id, caller)
        : await ra.revokeCertificate(
            {
              serialNumber: id,
              reason,
              invalidityDate: body.invalidityDate,
              comments: body.comments,
              isAuthorityMeant,
            },
            caller,
          );
    return answerWith(requestInformation, requestInformationOf(record, request), { endsLine: false });
  };
}

/**
 * From 11.0 on, none or an unknown one is as good as unspecified. 10.x shows its insides then; a clean refusal means the same to every client. It looks at the certificate
 * first. Throws RestRefusal.
 */
function readReason(
  { reason, lowerCaseReason }: RevocationRequest,
  { revocation, serialNumber }: CertificateRecord,
  { entities }: RestDialect,
): RevocationReason {
  const name = reason ?? lowerCaseReason;
  const known = reasons.get(name?.toLowerCase() ?? '');
  if (known !== undefined) return known;
  if (entities === 'jackson') return unspecified;
  if (revocation !== null) throw badRequest(`certificate #${serialNumber.toString(16)} has already been revoked`);
  throw badRequest(
    name === null
      ? 'Unable to revoke cert: Missing revocation reason'
      : `Unable to revoke cert: Invalid revocation reason: ${name}`,
  );
}
