// GET /ca/rest/admin/users/{id}/certs/{certificate}: one certificate of a user, whole (Dogtag's UserService.getUserCert).

import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { formatCertificate } from '#codecs/dogtag-pretty-print';
import { type UserCertificateData, userCertificateData } from '#codecs/dogtag-rest';
import { encodeCertificatePem } from '#codecs/dogtag-text';
import type { Roster } from '../../../contract.ts';
import { resourceNotFound } from '../error-response.ts';
import { decodeOnceMore } from '../path-decoding.ts';
import { answerWith, type RestCall, type RestOperation } from '../rest-operation.ts';
import { getRosterUser, userCertificateOf } from '../roster-bodies.ts';

export const getUserCertificate: RestOperation = async (call) => {
  const { id = '', certificate = '' } = call.request.parameters;
  const wanted = decodeOnceMore(certificate);
  return answerWith(userCertificateData, wholeUserCertificate(await call.ra.readRoster(), id, wanted, call));
};

/** `userId` as the client wrote it. Throws RestRefusal. */
export function wholeUserCertificate(
  roster: Roster,
  userId: string,
  claim: string | null,
  { request, settings }: RestCall,
): UserCertificateData {
  const { certificatesDer } = getRosterUser(roster, userId);
  const der = certificatesDer.find((one) => formatCertificateClaim(one) === claim);
  if (der === undefined) throw resourceNotFound(`No certificates found for ${userId}`);
  const prettyPrint = formatCertificate(Buffer.from(der), settings.zone, settings.release.prettyPrint);
  return { ...userCertificateOf(userId, der, request), prettyPrint, encoded: encodeCertificatePem(der) };
}
