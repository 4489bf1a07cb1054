// Dogtag's servlets by operation.
import type { OperationHandler } from '../../routing/operation.ts';
import type { OperationName } from '../../routing/operation-names.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { getCertificateChain } from './admin/get-certificate-chain.ts';
import { getStatus } from './admin/get-status.ts';
import { profileApprove } from './agent/profile-approve.ts';
import { profileProcess } from './agent/profile-process.ts';
import { profileReview } from './agent/profile-review.ts';
import { updateCrl } from './agent/update-crl.ts';
import { argsetHandler } from './argset-servlet.ts';
import { checkRequest } from './ee/check-request.ts';
import { confirmOwnRevocation } from './ee/confirm-own-revocation.ts';
import { displayCertificateFromRequest } from './ee/display-certificate-from-request.ts';
import { getCrl } from './ee/get-crl.ts';
import { profileList } from './ee/profile-list.ts';
import { profileSubmitHandler } from './ee/profile-submit.ts';
import { profileSubmitCmcHandler } from './ee/profile-submit-cmc.ts';
import { profileSelect } from './profile-select.ts';
import {
  refuseAdministrator,
  refuseCertificateRequest,
  refuseCmcRevocation,
  refuseDirectoryUpdate,
  refuseEnrollment,
  refuseRenewal,
} from './refused-servlets.ts';
import { templateHandler } from './template-servlet.ts';
import { tokenHandler } from './token-servlet.ts';
import { releaseForToken, revokeForToken } from './token-status.ts';
import { answerJsonResponse, answerXmlResponse, xmlResponseHandler } from './xml-response-servlet.ts';

export { createArgsetRefusalEncoder } from './argset-servlet.ts';
export { createTemplateRefusalEncoder } from './template-servlet.ts';
export { createTokenRefusalEncoder } from './token-servlet.ts';
export { createXmlResponseRefusalEncoder } from './xml-response-servlet.ts';

type ServletOperationName = Extract<OperationName, `servlet-${string}`>;

export function createServletHandlers(
  settings: DialectContext,
): Readonly<Record<ServletOperationName, OperationHandler>> {
  const submit = profileSubmitHandler(settings);
  const list = argsetHandler('Certificate Profiles', profileList, settings);
  const select = argsetHandler('Certificate Profile', profileSelect, settings);
  const bootstrap = settings.release.bootstrapAnswers === 'json' ? answerJsonResponse : answerXmlResponse;
  return {
    'servlet-profile-submit': submit,
    'servlet-profile-submit-ssl-client': submit,
    'servlet-profile-submit-cmc-full': profileSubmitCmcHandler('full', settings),
    'servlet-profile-submit-cmc-simple': profileSubmitCmcHandler('simple', settings),
    'servlet-profile-review': argsetHandler('Certificate Request', profileReview, settings),
    'servlet-profile-process': argsetHandler('Certificate Request', profileProcess, settings),
    'servlet-check-request': templateHandler(checkRequest, 'unexpectedError', settings),
    'servlet-display-certificate-from-request': templateHandler(
      displayCertificateFromRequest,
      'unexpectedError',
      settings,
    ),
    'servlet-profile-list': list,
    'servlet-agent-profile-list': list,
    'servlet-profile-select': select,
    'servlet-agent-profile-select': select,
    'servlet-profile-approve': argsetHandler('Certificate Profile', profileApprove, settings),
    'servlet-confirm-own-revocation': templateHandler(confirmOwnRevocation, 'unexpectedError', settings),
    'servlet-cmc-revocation': templateHandler(refuseCmcRevocation, 'unexpectedError', settings),
    'servlet-token-revoke': tokenHandler(revokeForToken, settings),
    'servlet-token-release': tokenHandler(releaseForToken, settings),
    'servlet-enroll-without-profile': templateHandler(refuseEnrollment, 'unexpectedError', settings),
    'servlet-bulk-issuance': templateHandler(refuseEnrollment, 'unexpectedError', settings),
    'servlet-renew-without-profile': templateHandler(refuseRenewal, 'unexpectedError', settings),
    'servlet-enroll-administrator': templateHandler(refuseAdministrator, 'unexpectedError', settings),
    'servlet-process-certificate-request': templateHandler(refuseCertificateRequest, 'unexpectedError', settings),
    'servlet-update-directory': templateHandler(refuseDirectoryUpdate, 'errorDetails', settings),
    'servlet-get-status': xmlResponseHandler(getStatus, settings, bootstrap),
    'servlet-get-certificate-chain': xmlResponseHandler(getCertificateChain, settings, bootstrap),
    'servlet-get-crl': templateHandler(getCrl, 'errorDetails', settings),
    'servlet-update-crl': templateHandler(updateCrl, 'errorDetails', settings),
  };
}
