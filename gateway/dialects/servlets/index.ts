// Dogtag's servlets by operation.
import type { OperationHandler } from '../../routing/operation.ts';
import type { OperationName } from '../../routing/operation-names.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { getCertificateChain } from './admin/get-certificate-chain.ts';
import { getCookie, securityDomainLogin } from './admin/get-cookie.ts';
import { getDomainXml } from './admin/get-domain-xml.ts';
import { getStatus } from './admin/get-status.ts';
import { getSubsystemCertificate } from './admin/get-subsystem-certificate.ts';
import { refuseInstaller, refuseToken } from './admin/refuse-installer.ts';
import { displayCrl } from './agent/display-crl.ts';
import { monitor } from './agent/monitor.ts';
import { processRequest } from './agent/process-request.ts';
import { getOcspInfo, getStatistics } from './agent/process-statistics.ts';
import { profileApprove } from './agent/profile-approve.ts';
import { profileProcess } from './agent/profile-process.ts';
import { profileReview } from './agent/profile-review.ts';
import { queryRequests } from './agent/query-requests.ts';
import { reasonToRevoke } from './agent/reason-to-revoke.ts';
import { releaseCertificates } from './agent/release-certificates.ts';
import { searchRequests } from './agent/search-requests.ts';
import { updateCrl } from './agent/update-crl.ts';
import { updateDomainXml } from './agent/update-domain-xml.ts';
import { argsetHandler } from './argset-servlet.ts';
import { connectorHandler, scepHandler, startHandler } from './container-servlets.ts';
import { checkRequest } from './ee/check-request.ts';
import { confirmOwnRevocation } from './ee/confirm-own-revocation.ts';
import { displayBySerial } from './ee/display-by-serial.ts';
import { displayCertificateFromRequest } from './ee/display-certificate-from-request.ts';
import { getBySerial } from './ee/get-by-serial.ts';
import { getCaChain } from './ee/get-ca-chain.ts';
import { getCertificateFromRequest } from './ee/get-certificate-from-request.ts';
import { getCrl } from './ee/get-crl.ts';
import { getInfo } from './ee/get-info.ts';
import { listCertificates } from './ee/list-certificates.ts';
import { listCertificatesByPosition } from './ee/list-certificates-by-position.ts';
import { ports } from './ee/ports.ts';
import { profileList } from './ee/profile-list.ts';
import { profileSubmitHandler } from './ee/profile-submit.ts';
import { profileSubmitCmcHandler } from './ee/profile-submit-cmc.ts';
import { searchCertificates } from './ee/search-certificates.ts';
import { agentForm } from './pages/agent-forms.ts';
import { dynamicVariables } from './pages/dynamic-variables.ts';
import { agentHeader, entryPage, index, services } from './pages/entry-pages.ts';
import { profileSelect } from './profile-select.ts';
import {
  refuseAdministrator,
  refuseCertificateRequest,
  refuseCmcRevocation,
  refuseDirectoryUpdate,
  refuseEnrollment,
  refuseRenewal,
} from './refused-servlets.ts';
import { revokeAsAgent, revokeAsOwner } from './revoke-certificates.ts';
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
  const bySerial = templateHandler(displayBySerial, 'unexpectedError', settings);
  const fromRequest = templateHandler(getCertificateFromRequest, 'unexpectedError', settings);
  const certificateList = templateHandler(
    settings.release.listsByPosition ? listCertificatesByPosition : listCertificates,
    'errorDetails',
    settings,
  );
  const certificateSearch = templateHandler(searchCertificates, 'errorDetails', settings);
  const select = argsetHandler('Certificate Profile', profileSelect, settings);
  const toImport = templateHandler(getBySerial, 'errorDetails', settings);
  const info = templateHandler(getInfo, 'unexpectedError', settings);
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
    'servlet-revoke-own-certificates': templateHandler(revokeAsOwner, 'errorDetails', settings),
    'servlet-revoke-certificates': templateHandler(revokeAsAgent, 'errorDetails', settings),
    'servlet-release-certificates': templateHandler(releaseCertificates, 'errorDetails', settings),
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
    'servlet-get-domain-xml': xmlResponseHandler(getDomainXml, settings),
    'servlet-update-domain-xml': xmlResponseHandler(updateDomainXml, settings),
    'servlet-get-subsystem-certificate': xmlResponseHandler(getSubsystemCertificate, settings, bootstrap),
    'servlet-call-with-token': (request, caller, ra) => refuseInstaller({ request, caller, ra, settings }),
    'servlet-token-authenticate': xmlResponseHandler(refuseToken, settings),
    'servlet-get-crl': templateHandler(getCrl, 'errorDetails', settings),
    'servlet-update-crl': templateHandler(updateCrl, 'errorDetails', settings),
    'servlet-display-by-serial': bySerial,
    'servlet-agent-display-by-serial': bySerial,
    'servlet-get-certificate-from-request': fromRequest,
    'servlet-agent-get-certificate-from-request': fromRequest,
    'servlet-agent-display-certificate-from-request': templateHandler(
      displayCertificateFromRequest,
      'unexpectedError',
      settings,
    ),
    'servlet-list-certificates': certificateList,
    'servlet-agent-list-certificates': certificateList,
    'servlet-search-certificates': certificateSearch,
    'servlet-agent-search-certificates': certificateSearch,
    'servlet-get-by-serial': toImport,
    'servlet-agent-get-by-serial': toImport,
    'servlet-admin-get-by-serial': toImport,
    'servlet-get-ca-chain': templateHandler(getCaChain, 'unexpectedError', settings),
    'servlet-agent-display-crl': templateHandler(displayCrl, 'unexpectedError', settings),
    'servlet-get-info': info,
    'servlet-agent-get-info': info,
    'servlet-reason-to-revoke': templateHandler(reasonToRevoke, 'errorDetails', settings),
    'servlet-query-requests': templateHandler(queryRequests, 'unexpectedError', settings),
    'servlet-agent-form': templateHandler(agentForm, 'unexpectedError', settings),
    'servlet-agent-header': templateHandler(agentHeader, 'unexpectedError', settings),
    'servlet-services': templateHandler(services, 'unexpectedError', settings),
    'servlet-dynamic-variables': templateHandler(dynamicVariables, 'unexpectedError', settings),
    'servlet-search-requests': templateHandler(searchRequests, 'errorDetails', settings),
    'servlet-get-ocsp-info': templateHandler(getOcspInfo, 'unexpectedError', settings),
    'servlet-get-statistics': templateHandler(getStatistics, 'unexpectedError', settings),
    'servlet-monitor': templateHandler(monitor, 'errorDetails', settings),
    'servlet-process-request': templateHandler(processRequest, 'errorDetails', settings),
    'servlet-ports': xmlResponseHandler(ports, settings),
    'servlet-index': templateHandler(index, 'unexpectedError', settings),
    'servlet-entry-page': templateHandler(entryPage, 'unexpectedError', settings),
    'servlet-start': startHandler(settings),
    'servlet-get-cookie': templateHandler(getCookie, 'unexpectedError', settings),
    'servlet-security-domain-login': securityDomainLogin,
    'servlet-connector': connectorHandler(settings),
    'servlet-scep': scepHandler(settings),
    'servlet-scep-by-profile': scepHandler(settings),
  };
}
