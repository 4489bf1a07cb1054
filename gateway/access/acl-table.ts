// Which access rule guards each operation (Dogtag: conf/acl.properties for REST, the servlets' own resource names and deeds).
import type { OperationName } from '../routing/operation-names.ts';

/** A resource and what is done to it, as the imported rules name them. */
export interface AccessDemand {
  readonly resource: string;
  readonly operation: string;
}

const demand = (resource: string, operation: string): AccessDemand => ({ resource, operation });

/** Null: no rule guards it; whoever reaches it may use it. A profile's own rule (`authz.acl`) is the authority's affair. */
export const aclTable: Readonly<Record<OperationName, AccessDemand | null>> = {
  'rest-pki-info': null,
  'rest-ca-info': null,
  'rest-account-login': demand('certServer.ca.account', 'login'),
  'rest-account-logout': demand('certServer.ca.account', 'logout'),
  'rest-list-templates': null,
  'rest-get-template': null,
  'rest-submit-request': null,
  'rest-get-request': null,
  'rest-list-certificates': null,
  'rest-search-certificates': null,
  'rest-get-certificate': null,
  'rest-get-certificate-as-agent': demand('certServer.ca.certs', 'execute'),
  'rest-revoke-certificate': demand('certServer.ca.certs', 'execute'),
  'rest-revoke-ca-certificate': demand('certServer.ca.certs', 'execute'),
  'rest-unrevoke-certificate': demand('certServer.ca.certs', 'execute'),
  'rest-list-requests': demand('certServer.ca.certrequests', 'execute'),
  'rest-review-request': demand('certServer.ca.certrequests', 'execute'),
  'rest-process-request': demand('certServer.ca.certrequests', 'execute'),
  'rest-list-profiles': demand('certServer.ee.profiles', 'list'),
  'rest-get-profile': demand('certServer.profile.configuration', 'read'),
  'rest-get-raw-profile': demand('certServer.profile.configuration', 'read'),
  'rest-create-profile': demand('certServer.profile.configuration', 'modify'),
  'rest-create-raw-profile': demand('certServer.profile.configuration', 'modify'),
  'rest-modify-profile': demand('certServer.profile.configuration', 'modify'),
  'rest-modify-raw-profile': demand('certServer.profile.configuration', 'modify'),
  'rest-change-profile-state': demand('certServer.ca.profile', 'approve'),
  'rest-delete-profile': demand('certServer.profile.configuration', 'modify'),
  'servlet-profile-submit': null,
  'servlet-profile-submit-ssl-client': null,
  'servlet-profile-submit-cmc-full': demand('certServer.ee.profile', 'submit'),
  'servlet-profile-submit-cmc-simple': demand('certServer.ee.profile', 'submit'),
  'servlet-profile-review': demand('certServer.ca.request.profile', 'read'),
  'servlet-profile-process': demand('certServer.ca.request.profile', 'approve'),
  'servlet-check-request': demand('certServer.ee.requestStatus', 'read'),
  'servlet-display-certificate-from-request': demand('certServer.ee.certificate', 'read'),
  'servlet-profile-list': demand('certServer.ee.profiles', 'list'),
  'servlet-agent-profile-list': demand('certServer.ca.profiles', 'list'),
  'servlet-get-status': null,
  'servlet-get-certificate-chain': null,
  'servlet-get-crl': demand('certServer.ee.crl', 'read'),
  'servlet-update-crl': demand('certServer.ca.crl', 'update'),
  ocsp: demand('certServer.ee.request.ocsp', 'submit'),
};
