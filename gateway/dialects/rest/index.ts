// The REST interface: its operations by name, each one handler for all versions.
import type { OperationHandler } from '../../routing/operation.ts';
import type { OperationName } from '../../routing/operation-names.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { accountLogin } from './operations/account-login.ts';
import { accountLogout } from './operations/account-logout.ts';
import {
  changeAuditStatus,
  getAuditConfiguration,
  updateAuditConfiguration,
} from './operations/audit-configuration.ts';
import { getAuditFile, listAuditFiles } from './operations/audit-files.ts';
import { caInfo } from './operations/ca-info.ts';
import { addDomainHost, removeDomainHost } from './operations/change-domain-host.ts';
import { changeProfileState, deleteProfile } from './operations/change-profile-state.ts';
import { createAuthority } from './operations/create-authority.ts';
import { createProfile, createRawProfile } from './operations/create-profile.ts';
import { deleteAuthority } from './operations/delete-authority.ts';
import { domainInfo } from './operations/domain-info.ts';
import { getAuthority } from './operations/get-authority.ts';
import { authorityCertificate, authorityChain, authorityFileHandler } from './operations/get-authority-file.ts';
import { getCertificate } from './operations/get-certificate.ts';
import { getProfile, getRawProfile } from './operations/get-profile.ts';
import { getRequest } from './operations/get-request.ts';
import { getSigningCertificate, getTransportCertificate } from './operations/get-system-certificate.ts';
import { getTemplate } from './operations/get-template.ts';
import { issueInstallToken } from './operations/install-token.ts';
import { findNoJob, listJobs } from './operations/jobs.ts';
import {
  addKraConnector,
  addKraConnectorHost,
  getKraConnector,
  removeKraConnector,
} from './operations/kra-connector.ts';
import { listApplications } from './operations/list-applications.ts';
import { listAuthorities } from './operations/list-authorities.ts';
import { listCertificates } from './operations/list-certificates.ts';
import { getDomainHost, listDomainHosts } from './operations/list-domain-hosts.ts';
import { getFeature, listFeatures } from './operations/list-features.ts';
import { listProfiles } from './operations/list-profiles.ts';
import { listRequests } from './operations/list-requests.ts';
import { getSelfTest, listSelfTests } from './operations/list-self-tests.ts';
import { listTemplates } from './operations/list-templates.ts';
import { changeAuthorityState, modifyAuthority } from './operations/modify-authority.ts';
import { modifyProfile, modifyRawProfile } from './operations/modify-profile.ts';
import { pkiInfo } from './operations/pki-info.ts';
import { processRequest } from './operations/process-request.ts';
import { renewAuthority } from './operations/renew-authority.ts';
import { reviewRequest } from './operations/review-request.ts';
import { revokeCertificate } from './operations/revoke-certificate.ts';
import { executeSelfTests, runOneSelfTest, runSelfTests } from './operations/run-self-tests.ts';
import { searchCertificates } from './operations/search-certificates.ts';
import { submitRequest } from './operations/submit-request.ts';
import { unrevokeCertificate } from './operations/unrevoke-certificate.ts';
import { givingOctets, takingOctets } from './raw-profiles.ts';
import { restDialectsOf } from './rest-dialects.ts';
import { type RestOperation, restHandler } from './rest-operation.ts';
import { createRosterHandlers } from './roster-handlers.ts';

type RestOperationName = Extract<OperationName, `rest-${string}`>;

export { createRestRefusalEncoder } from './rest-refusal.ts';

export function createRestHandlers(settings: DialectContext): Readonly<Record<RestOperationName, OperationHandler>> {
  const dialects = restDialectsOf(settings);
  const handler = (operation: RestOperation) => restHandler(operation, settings, dialects);
  const withBody = (operation: RestOperation) => restHandler(operation, settings, dialects, { takesBody: true });
  return {
    ...createRosterHandlers(handler, withBody),
    'rest-get-audit-configuration': handler(getAuditConfiguration),
    'rest-update-audit-configuration': withBody(updateAuditConfiguration),
    'rest-change-audit-status': handler(changeAuditStatus),
    'rest-list-audit-files': handler(listAuditFiles),
    'rest-get-audit-file': givingOctets(takingOctets(handler(getAuditFile))),
    'rest-list-jobs': handler(listJobs),
    'rest-get-job': handler(findNoJob),
    'rest-start-job': handler(findNoJob),
    'rest-list-applications': restHandler(listApplications, settings, dialects, { isJsonOnly: true }),
    'rest-list-features': handler(listFeatures),
    'rest-get-feature': handler(getFeature),
    'rest-get-signing-certificate': handler(getSigningCertificate),
    'rest-get-transport-certificate': handler(getTransportCertificate),
    'rest-get-kra-connector': handler(getKraConnector),
    'rest-add-kra-connector': withBody(addKraConnector),
    'rest-add-kra-connector-host': handler(addKraConnectorHost),
    'rest-remove-kra-connector': handler(removeKraConnector),
    'rest-domain-information': handler(domainInfo),
    'rest-list-domain-hosts': handler(listDomainHosts),
    'rest-get-domain-host': handler(getDomainHost),
    'rest-add-domain-host': withBody(addDomainHost),
    'rest-remove-domain-host': handler(removeDomainHost),
    'rest-install-token': handler(issueInstallToken),
    'rest-list-self-tests': handler(listSelfTests),
    'rest-execute-self-tests': handler(executeSelfTests),
    'rest-run-self-tests': handler(runSelfTests),
    'rest-get-self-test': handler(getSelfTest),
    'rest-run-self-test': handler(runOneSelfTest),
    'rest-pki-info': handler(pkiInfo),
    'rest-ca-info': handler(caInfo),
    'rest-account-login': handler(accountLogin),
    'rest-account-logout': handler(accountLogout),
    'rest-list-templates': handler(listTemplates),
    'rest-get-template': handler(getTemplate),
    'rest-submit-request': withBody(submitRequest),
    'rest-get-request': handler(getRequest),
    'rest-list-certificates': handler(listCertificates),
    'rest-search-certificates': withBody(searchCertificates),
    'rest-get-certificate': handler(getCertificate),
    'rest-get-certificate-as-agent': handler(getCertificate),
    'rest-revoke-certificate': withBody(revokeCertificate(false)),
    'rest-revoke-ca-certificate': withBody(revokeCertificate(true)),
    'rest-unrevoke-certificate': handler(unrevokeCertificate),
    'rest-list-requests': handler(listRequests),
    'rest-review-request': handler(reviewRequest),
    'rest-process-request': withBody(processRequest),
    'rest-list-profiles': handler(listProfiles),
    'rest-get-profile': handler(getProfile),
    'rest-get-raw-profile': takingOctets(handler(getRawProfile)),
    'rest-create-profile': withBody(createProfile),
    'rest-create-raw-profile': takingOctets(handler(createRawProfile)),
    'rest-modify-profile': withBody(modifyProfile),
    'rest-modify-raw-profile': takingOctets(handler(modifyRawProfile)),
    'rest-change-profile-state': handler(changeProfileState),
    'rest-delete-profile': handler(deleteProfile),
    'rest-list-authorities': handler(listAuthorities),
    'rest-get-authority': handler(getAuthority),
    'rest-get-authority-certificate': authorityFileHandler(authorityCertificate, settings, dialects),
    'rest-get-authority-chain': authorityFileHandler(authorityChain, settings, dialects),
    'rest-create-authority': withBody(createAuthority),
    'rest-modify-authority': withBody(modifyAuthority),
    'rest-change-authority-state': handler(changeAuthorityState),
    'rest-renew-authority': handler(renewAuthority),
    'rest-delete-authority': handler(deleteAuthority),
  };
}
