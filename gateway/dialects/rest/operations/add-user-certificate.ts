// POST /ca/rest/admin/users/{id}/certs: from now on the holder of the certificate is the user (Dogtag's UserService.addUserCert).

import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { userCertificateData } from '#codecs/dogtag-rest';
import { formatJavaDate } from '#codecs/dogtag-text';
import { decodeCertificate } from '#codecs/x509';
import type { DialectContext } from '../../dialect-settings.ts';
import { badRequest, emptyAnswer } from '../error-response.ts';
import { type RestOperation, readBody } from '../rest-operation.ts';
import { answerCreated } from '../roster-answers.ts';
import { readSubmittedCertificate } from '../submitted-certificate.ts';
import { wholeUserCertificate } from './get-user-certificate.ts';

export const addUserCertificate: RestOperation = async (call) => {
  const { request, caller, ra, settings } = call;
  const userId = request.parameters.id ?? '';
  const body = readBody(request, userCertificateData);
  if (body === null) throw badRequest('Certificate data is null.');
  // Nothing to add is no fault.
  if (body.encoded === null) return (form) => emptyAnswer(200, { 'Content-Type': `application/${form}` });
  const certificateDer = readSubmittedCertificate(body.encoded);
  assertValidNow(certificateDer, settings);
  const roster = await ra.administerRoster({ action: 'add-user-certificate', userId, certificateDer }, caller);
  const claim = formatCertificateClaim(certificateDer);
  const added = wholeUserCertificate(roster, userId, claim, call);
  // Version 2 does not print what it was sent.
  return answerCreated(userCertificateData, request.dialect.api === 'v2' ? { ...added, prettyPrint: null } : added);
};

/** Throws RestRefusal. */
function assertValidNow(certificateDer: Uint8Array, { clock, zone }: DialectContext): void {
  const { notBefore, notAfter } = decodeCertificate(certificateDer, { rules: 'ber' });
  const now = clock.now();
  if (now > notAfter) throw badRequest(`Certificate expired: NotAfter: ${formatJavaDate(notAfter, zone)}`);
  if (now < notBefore) throw badRequest(`Certificate not yet valid: NotBefore: ${formatJavaDate(notBefore, zone)}`);
}
