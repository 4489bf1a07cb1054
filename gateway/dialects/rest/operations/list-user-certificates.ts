// GET /ca/rest/admin/users/{id}/certs: the certificates that may act as a user (Dogtag's UserService.findUserCerts).
import { userCertificateData } from '#codecs/dogtag-rest';
import type { RestOperation } from '../rest-operation.ts';
import { getRosterUser, userCertificateOf } from '../roster-bodies.ts';
import { answerPage, readPage } from '../roster-pages.ts';

export const listUserCertificates: RestOperation = async ({ request, ra }) => {
  const userId = request.parameters.id ?? '';
  const page = readPage(request);
  const { certificatesDer } = getRosterUser(await ra.readRoster(), userId);
  return answerPage(request, page, certificatesDer, userCertificateData, (der) =>
    userCertificateOf(userId, der, request),
  );
};
