// The operations that can be answered natively, by name: the unit of routing, of modes and of cutover.

/** Names as the command line and reports show them: the dialect first, then Dogtag's own word for the operation. */
export const operationNames = [
  'rest-pki-info',
  'rest-ca-info',
  'rest-account-login',
  'rest-account-logout',
  /** GET certrequests/profiles */
  'rest-list-templates',
  /** GET certrequests/profiles/{id} */
  'rest-get-template',
  /** POST certrequests */
  'rest-submit-request',
  /** GET certrequests/{id} */
  'rest-get-request',
  /** GET certs */
  'rest-list-certificates',
  /** POST certs/search */
  'rest-search-certificates',
  /** GET certs/{id} */
  'rest-get-certificate',
  /** GET agent/certs/{id} */
  'rest-get-certificate-as-agent',
  'rest-revoke-certificate',
  'rest-revoke-ca-certificate',
  'rest-unrevoke-certificate',
  /** GET agent/certrequests */
  'rest-list-requests',
  /** GET agent/certrequests/{id} */
  'rest-review-request',
  /** POST agent/certrequests/{id}/{action}; parameter `action` is one of approve, reject, cancel, update, validate, assign, unassign */
  'rest-process-request',
  /** GET profiles, for those who administer them; `rest-list-templates` is for everybody */
  'rest-list-profiles',
  /** GET profiles/{id} */
  'rest-get-profile',
  /** GET profiles/{id}/raw */
  'rest-get-raw-profile',
  /** POST profiles */
  'rest-create-profile',
  /** POST profiles/raw */
  'rest-create-raw-profile',
  /** PUT profiles/{id} */
  'rest-modify-profile',
  /** PUT profiles/{id}/raw */
  'rest-modify-raw-profile',
  /** POST profiles/{id}; query parameter `action` is enable or disable */
  'rest-change-profile-state',
  'rest-delete-profile',
  /** Users and groups, below admin/users and admin/groups */
  'rest-list-users',
  'rest-get-user',
  'rest-add-user',
  'rest-replace-user',
  'rest-modify-user',
  'rest-remove-user',
  'rest-list-user-certificates',
  'rest-add-user-certificate',
  'rest-get-user-certificate',
  'rest-remove-user-certificate',
  'rest-list-user-memberships',
  'rest-add-user-membership',
  'rest-remove-user-membership',
  'rest-list-groups',
  'rest-get-group',
  'rest-add-group',
  'rest-modify-group',
  'rest-remove-group',
  'rest-list-group-members',
  'rest-add-group-member',
  'rest-get-group-member',
  'rest-remove-group-member',
  /** POST selftests?action=run; the others are below selftests/ */
  'rest-execute-self-tests',
  'rest-list-self-tests',
  'rest-run-self-tests',
  'rest-get-self-test',
  'rest-run-self-test',
  /** GET securityDomain/domainInfo; the others are below securityDomain/hosts */
  'rest-domain-information',
  'rest-list-domain-hosts',
  'rest-get-domain-host',
  'rest-add-domain-host',
  'rest-remove-domain-host',
  /** GET securityDomain/installToken */
  'rest-install-token',
  /** GET, PATCH and POST audit; query parameter `action` of the last is enable or disable */
  'rest-get-audit-configuration',
  'rest-update-audit-configuration',
  'rest-change-audit-status',
  /** GET audit/files and audit/files/{name} */
  'rest-list-audit-files',
  'rest-get-audit-file',
  /** Below jobs/, in 11.x */
  'rest-list-jobs',
  'rest-get-job',
  'rest-start-job',
  /** GET /pki/rest/apps */
  'rest-list-applications',
  /** GET config/features and config/features/{id} */
  'rest-list-features',
  'rest-get-feature',
  /** GET config/cert/signing and config/cert/transport */
  'rest-get-signing-certificate',
  'rest-get-transport-certificate',
  /** Below admin/kraconnector */
  'rest-get-kra-connector',
  'rest-add-kra-connector',
  'rest-add-kra-connector-host',
  'rest-remove-kra-connector',
  'servlet-profile-submit',
  /** Both `/ca/ee/ca/` and `/ca/eeca/ca/`; the same handler answers it and `servlet-profile-submit` in Dogtag. */
  'servlet-profile-submit-ssl-client',
  /** Full PKI Requests of CMC; each path has a profile that counts where the address names none. */
  'servlet-profile-submit-cmc-full',
  'servlet-profile-submit-cmc-simple',
  'servlet-profile-review',
  'servlet-profile-process',
  'servlet-check-request',
  'servlet-display-certificate-from-request',
  /** doRevoke for whoever shows a certificate */
  'servlet-revoke-own-certificates',
  /** doRevoke for agents */
  'servlet-revoke-certificates',
  /** doUnrevoke */
  'servlet-release-certificates',
  'servlet-profile-list',
  'servlet-agent-profile-list',
  'servlet-profile-select',
  'servlet-agent-profile-select',
  /** Form field `profileId`; enables one that is disabled, and the other way round */
  'servlet-profile-approve',
  'servlet-confirm-own-revocation',
  'servlet-cmc-revocation',
  /** For token processors, below `/ca/ee/subsystem/ca/` */
  'servlet-token-revoke',
  'servlet-token-release',
  /** Enrolment and renewal from before profiles, which are refused */
  'servlet-enroll-without-profile',
  'servlet-bulk-issuance',
  'servlet-renew-without-profile',
  'servlet-enroll-administrator',
  'servlet-process-certificate-request',
  'servlet-update-directory',
  'servlet-get-status',
  'servlet-get-certificate-chain',
  /** For installers of clones and subsystems; the third stands for all that want an install token */
  'servlet-get-domain-xml',
  'servlet-update-domain-xml',
  'servlet-call-with-token',
  'servlet-token-authenticate',
  'servlet-get-subsystem-certificate',
  'servlet-get-crl',
  'servlet-update-crl',
  /** GET authorities */
  'rest-list-authorities',
  /** GET authorities/{id} */
  'rest-get-authority',
  /** GET authorities/{id}/cert */
  'rest-get-authority-certificate',
  /** GET authorities/{id}/chain */
  'rest-get-authority-chain',
  /** POST authorities */
  'rest-create-authority',
  /** PUT authorities/{id} */
  'rest-modify-authority',
  /** POST authorities/{id}/enable and disable; parameter `action` */
  'rest-change-authority-state',
  /** POST authorities/{id}/renew */
  'rest-renew-authority',
  /** DELETE authorities/{id} */
  'rest-delete-authority',
  'servlet-display-by-serial',
  'servlet-agent-display-by-serial',
  /** Both `/ca/ee/ca/` and `/ca/eeca/ca/`; the agents' two are below `/ca/ca/` */
  'servlet-get-certificate-from-request',
  'servlet-agent-get-certificate-from-request',
  'servlet-agent-display-certificate-from-request',
  'servlet-list-certificates',
  'servlet-agent-list-certificates',
  'servlet-search-certificates',
  'servlet-agent-search-certificates',
  'servlet-get-by-serial',
  'servlet-agent-get-by-serial',
  'servlet-admin-get-by-serial',
  'servlet-get-ca-chain',
  'servlet-agent-display-crl',
  'servlet-get-info',
  'servlet-agent-get-info',
  'servlet-reason-to-revoke',
  'servlet-query-requests',
  'servlet-agent-form',
  'servlet-agent-header',
  'servlet-services',
  'servlet-dynamic-variables',
  'servlet-search-requests',
  /** getOCSPInfo: how busy the OCSP responder has been */
  'servlet-get-ocsp-info',
  /** getStats: how busy the process has been */
  'servlet-get-statistics',
  'servlet-monitor',
  /** processReq: a request as the forms from before profiles show it */
  'servlet-process-request',
  'servlet-ports',
  'servlet-index',
  /** Folders in which browsers begin: `/ca/`, `/ca/ee/ca/` and their like */
  'servlet-entry-page',
  'servlet-start',
  /** getCookie: an installer's session, for the password of an administrator of the security domain */
  'servlet-get-cookie',
  'servlet-security-domain-login',
  /** connector: requests that a registration authority passes on */
  'servlet-connector',
  'servlet-scep',
  /** `/ca/scep/...`: SCEP with a profile for each name (11.x) */
  'servlet-scep-by-profile',
  /** GET /acme/login: who is logged in */
  'acme-get-login',
  'acme-login',
  'acme-logout',
  'acme-enable',
  'acme-disable',
  /** `/ca/ocsp`, POST with DER and GET with base64 in the path (parameter `encoded`, still percent-encoded) */
  'ocsp',
] as const;

export type OperationName = (typeof operationNames)[number];

const known: ReadonlySet<string> = new Set(operationNames);

/** Whether text from outside (settings, the command line, the record) names an operation. */
export function isOperationName(text: string): text is OperationName {
  return known.has(text);
}
