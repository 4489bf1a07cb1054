// One row per operation: its paths and methods, who may reach it, what it does to the record, and how its profile is found.
import { type AccessDemand, aclTable, type RoleDemand } from '../access/acl-table.ts';
import { cmcFullPaths, cmcSimplePaths } from './cmc-paths.ts';
import { entryPaths } from './entry-paths.ts';
import { type OperationName, operationNames } from './operation-names.ts';
import type { Dialect } from './refusal.ts';

/**
 * read: changes nothing, on either side; write: changes the record, or something of Dogtag's (sign: and may use the authority's key).
 * It decides what may be repeated, checked against Dogtag after our own answer, and must be brought into the record.
 */
export type OperationKind = 'read' | 'write' | 'sign';

/**
 * none: anybody; certificate: the servlet itself wants the certificate of this connection;
 * container: paths that Dogtag's web.xml constrains: TLS only, and a session, certificate or password before anything else;
 * session: TLS only, and nobody but the user of a session counts, whom the interface itself asks for;
 * unguarded-session: as session, but over plain HTTP, too;
 * secure: TLS only, and anybody;
 * secure-session: as secure, and whoever has a session is its user.
 */
export type LoginDemand =
  | 'none'
  | 'certificate'
  | 'container'
  | 'session'
  | 'unguarded-session'
  | 'secure'
  | 'secure-session';

/**
 * Where the profile of a request stands; `request-record` means: with the request whose number parameter `id` or form field `requestId` names; `cmc-path`: in the
 * query, else by the path itself.
 */
export type ProfileSource = 'path' | 'rest-body' | 'form' | 'request-record' | 'cmc-path' | null;

export interface Route {
  readonly name: OperationName;
  /** Null: any method, as Dogtag's servlets take them. GET implies HEAD. */
  readonly methods: readonly string[] | null;
  /** Literal segments, `{name}` for one segment, `{name:a|b}` for one of these, `{name*}` for the rest of the path. */
  readonly paths: readonly string[];
  readonly dialect: Dialect;
  readonly login: LoginDemand;
  readonly access: AccessDemand | RoleDemand | null;
  /** The web application that session cookies belong to; null where none is ever set. */
  readonly sessionPath: string | null;
  readonly kind: OperationKind;
  readonly profile: ProfileSource;
  /** Whether a name in the path may hold an encoded slash. By default there is no such resource: numbers and ids of profiles have none. */
  readonly namesMayHoldSlashes?: boolean;
  /**
   * Something of an application that is only forwarded to: what we have answered is told to Dogtag, too, which must be as we say it is.
   * `isLost`: without a Dogtag there is nothing that could be so.
   */
  readonly ofResponder?: { readonly isLost: boolean };
  /** First release that has it. */
  readonly since?: 11;
  /** First release that has it no longer. */
  readonly until?: 11;
}

type Row = Omit<Route, 'name' | 'access'>;

const rest = (method: string, path: string, more: Partial<Row> = {}): Row => ({
  methods: [method],
  paths: [path],
  dialect: 'rest',
  login: 'none',
  sessionPath: null,
  // What says that it changes something is never repeated by accident.
  kind: method === 'GET' ? 'read' : 'write',
  profile: null,
  ...more,
});
/** Dogtag's container guards everything below account/ and agent/ before its applications see it. */
const guarded = { login: 'container', sessionPath: '/ca' } as const;
/** Below profiles/ it asks nobody for a login, so that only who has logged in elsewhere is anybody there. */
const ofSession = { login: 'session', sessionPath: '/ca' } as const;
/** Everybody may look, over TLS alone. */
const secure = { login: 'secure' } as const;
/** Of the ACME responder, which has sessions and a realm of its own. */
const acme = (methods: readonly string[] | null, path: string, login: LoginDemand, more: Partial<Row> = {}): Row => ({
  ...servlet('acme', [`/acme/${path}`], { methods, login, sessionPath: '/acme', ...more }),
});
const profileWrite = { ...ofSession, kind: 'write' } as const;

/** Hosts have any name. */
const namedHost = { namesMayHoldSlashes: true } as const;
/** What changes the security domain is asked for a user by the interface alone. */
const domainWrite = { login: 'unguarded-session', sessionPath: '/ca', kind: 'write' } as const;

/** Users and groups are named as their administrators like. */
const roster = { ...guarded, namesMayHoldSlashes: true } as const;
const rosterWrite = { ...roster, kind: 'write' } as const;

const servlet = (dialect: Dialect, paths: readonly string[], more: Partial<Row> = {}): Row => ({
  methods: null,
  paths,
  dialect,
  login: 'none',
  sessionPath: null,
  kind: 'read',
  profile: null,
  ...more,
});
const certificate = { login: 'certificate' } as const;

const rows: Readonly<Record<OperationName, Row>> = {
  'rest-pki-info': rest('GET', '/pki/rest/info', { sessionPath: '/pki' }),
  'rest-ca-info': rest('GET', '/ca/rest/info', { sessionPath: '/ca' }),
  'rest-account-login': rest('GET', '/ca/rest/account/login', guarded),
  'rest-account-logout': rest('GET', '/ca/rest/account/logout', guarded),
  'rest-list-templates': rest('GET', '/ca/rest/certrequests/profiles'),
  'rest-get-template': rest('GET', '/ca/rest/certrequests/profiles/{id}', { profile: 'path' }),
  'rest-submit-request': rest('POST', '/ca/rest/certrequests', { kind: 'sign', profile: 'rest-body' }),
  'rest-get-request': rest('GET', '/ca/rest/certrequests/{id}', { profile: 'request-record' }),
  'rest-list-certificates': rest('GET', '/ca/rest/certs'),
  'rest-search-certificates': rest('POST', '/ca/rest/certs/search', { kind: 'read' }),
  'rest-get-certificate': rest('GET', '/ca/rest/certs/{id}'),
  'rest-get-certificate-as-agent': rest('GET', '/ca/rest/agent/certs/{id}', guarded),
  'rest-revoke-certificate': rest('POST', '/ca/rest/agent/certs/{id}/revoke', { ...guarded, kind: 'write' }),
  'rest-revoke-ca-certificate': rest('POST', '/ca/rest/agent/certs/{id}/revoke-ca', { ...guarded, kind: 'write' }),
  'rest-unrevoke-certificate': rest('POST', '/ca/rest/agent/certs/{id}/unrevoke', { ...guarded, kind: 'write' }),
  'rest-list-requests': rest('GET', '/ca/rest/agent/certrequests', guarded),
  'rest-review-request': rest('GET', '/ca/rest/agent/certrequests/{id}', { ...guarded, profile: 'request-record' }),
  'rest-process-request': rest(
    'POST',
    '/ca/rest/agent/certrequests/{id}/{action:approve|reject|cancel|update|validate|assign|unassign}',
    { ...guarded, kind: 'sign', profile: 'request-record' },
  ),
  'rest-list-profiles': rest('GET', '/ca/rest/profiles', ofSession),
  'rest-get-profile': rest('GET', '/ca/rest/profiles/{id}', ofSession),
  'rest-get-raw-profile': rest('GET', '/ca/rest/profiles/{id}/raw', ofSession),
  'rest-create-profile': rest('POST', '/ca/rest/profiles', profileWrite),
  'rest-create-raw-profile': rest('POST', '/ca/rest/profiles/raw', profileWrite),
  'rest-modify-profile': rest('PUT', '/ca/rest/profiles/{id}', profileWrite),
  'rest-modify-raw-profile': rest('PUT', '/ca/rest/profiles/{id}/raw', profileWrite),
  'rest-change-profile-state': rest('POST', '/ca/rest/profiles/{id}', profileWrite),
  'rest-delete-profile': rest('DELETE', '/ca/rest/profiles/{id}', profileWrite),
  'rest-list-users': rest('GET', '/ca/rest/admin/users', roster),
  'rest-get-user': rest('GET', '/ca/rest/admin/users/{id}', roster),
  'rest-add-user': rest('POST', '/ca/rest/admin/users', rosterWrite),
  'rest-replace-user': rest('PUT', '/ca/rest/admin/users/{id}', rosterWrite),
  'rest-modify-user': rest('PATCH', '/ca/rest/admin/users/{id}', rosterWrite),
  'rest-remove-user': rest('DELETE', '/ca/rest/admin/users/{id}', rosterWrite),
  'rest-list-user-certificates': rest('GET', '/ca/rest/admin/users/{id}/certs', roster),
  'rest-add-user-certificate': rest('POST', '/ca/rest/admin/users/{id}/certs', rosterWrite),
  'rest-get-user-certificate': rest('GET', '/ca/rest/admin/users/{id}/certs/{certificate}', roster),
  'rest-remove-user-certificate': rest('DELETE', '/ca/rest/admin/users/{id}/certs/{certificate}', rosterWrite),
  'rest-list-user-memberships': rest('GET', '/ca/rest/admin/users/{id}/memberships', roster),
  'rest-add-user-membership': rest('POST', '/ca/rest/admin/users/{id}/memberships', rosterWrite),
  'rest-remove-user-membership': rest('DELETE', '/ca/rest/admin/users/{id}/memberships/{group}', rosterWrite),
  'rest-list-groups': rest('GET', '/ca/rest/admin/groups', roster),
  'rest-get-group': rest('GET', '/ca/rest/admin/groups/{id}', roster),
  'rest-add-group': rest('POST', '/ca/rest/admin/groups', rosterWrite),
  'rest-modify-group': rest('PATCH', '/ca/rest/admin/groups/{id}', rosterWrite),
  'rest-remove-group': rest('DELETE', '/ca/rest/admin/groups/{id}', rosterWrite),
  'rest-list-group-members': rest('GET', '/ca/rest/admin/groups/{id}/members', roster),
  'rest-add-group-member': rest('POST', '/ca/rest/admin/groups/{id}/members', rosterWrite),
  'rest-get-group-member': rest('GET', '/ca/rest/admin/groups/{id}/members/{member}', roster),
  'rest-remove-group-member': rest('DELETE', '/ca/rest/admin/groups/{id}/members/{member}', rosterWrite),
  'rest-list-self-tests': rest('GET', '/ca/rest/selftests', guarded),
  'rest-execute-self-tests': rest('POST', '/ca/rest/selftests', { ...guarded, kind: 'read' }),
  'rest-run-self-tests': rest('POST', '/ca/rest/selftests/run', { ...guarded, kind: 'read' }),
  'rest-get-self-test': rest('GET', '/ca/rest/selftests/{id}', guarded),
  'rest-run-self-test': rest('POST', '/ca/rest/selftests/{id}/run', { ...guarded, kind: 'read' }),
  'rest-domain-information': rest('GET', '/ca/rest/securityDomain/domainInfo'),
  'rest-list-domain-hosts': rest('GET', '/ca/rest/securityDomain/hosts'),
  'rest-get-domain-host': rest('GET', '/ca/rest/securityDomain/hosts/{id}', namedHost),
  'rest-add-domain-host': rest('PUT', '/ca/rest/securityDomain/hosts', domainWrite),
  'rest-remove-domain-host': rest('DELETE', '/ca/rest/securityDomain/hosts/{id}', { ...domainWrite, ...namedHost }),
  'rest-install-token': rest('GET', '/ca/rest/securityDomain/installToken', guarded),
  'rest-get-audit-configuration': rest('GET', '/ca/rest/audit', guarded),
  'rest-update-audit-configuration': rest('PATCH', '/ca/rest/audit', guarded),
  'rest-change-audit-status': rest('POST', '/ca/rest/audit', guarded),
  'rest-list-audit-files': rest('GET', '/ca/rest/audit/files', guarded),
  'rest-get-audit-file': rest('GET', '/ca/rest/audit/files/{name}', guarded),
  'rest-list-jobs': rest('GET', '/ca/rest/jobs', { since: 11 }),
  'rest-get-job': rest('GET', '/ca/rest/jobs/{id}', { since: 11 }),
  'rest-start-job': rest('POST', '/ca/rest/jobs/{id}/start', { since: 11 }),
  'rest-list-applications': rest('GET', '/pki/rest/apps'),
  'rest-list-features': rest('GET', '/ca/rest/config/features'),
  'rest-get-feature': rest('GET', '/ca/rest/config/features/{id}'),
  'rest-get-signing-certificate': rest('GET', '/ca/rest/config/cert/signing'),
  'rest-get-transport-certificate': rest('GET', '/ca/rest/config/cert/transport'),
  'rest-get-kra-connector': rest('GET', '/ca/rest/admin/kraconnector', guarded),
  'rest-add-kra-connector': rest('POST', '/ca/rest/admin/kraconnector/add', guarded),
  'rest-add-kra-connector-host': rest('POST', '/ca/rest/admin/kraconnector/addHost', guarded),
  'rest-remove-kra-connector': rest('POST', '/ca/rest/admin/kraconnector/remove', guarded),
  'servlet-profile-submit': servlet('servlet-xml-response', ['/ca/ee/ca/profileSubmit', '/ca/profileSubmit'], {
    kind: 'sign',
    profile: 'form',
  }),
  'servlet-profile-submit-ssl-client': servlet(
    'servlet-xml-response',
    ['/ca/ee/ca/profileSubmitSSLClient', '/ca/eeca/ca/profileSubmitSSLClient'],
    { kind: 'sign', profile: 'form' },
  ),
  'servlet-profile-submit-cmc-full': servlet('container', cmcFullPaths, { kind: 'sign', profile: 'cmc-path' }),
  'servlet-profile-submit-cmc-simple': servlet('container', cmcSimplePaths, { kind: 'sign', profile: 'cmc-path' }),
  'servlet-profile-review': servlet('servlet-argset', ['/ca/agent/ca/profileReview'], {
    ...certificate,
    profile: 'request-record',
  }),
  'servlet-profile-process': servlet('servlet-argset', ['/ca/agent/ca/profileProcess'], {
    ...certificate,
    kind: 'sign',
    profile: 'request-record',
  }),
  'servlet-check-request': servlet('servlet-template', ['/ca/ee/ca/checkRequest'], { profile: 'request-record' }),
  'servlet-display-certificate-from-request': servlet('servlet-template', ['/ca/ee/ca/displayCertFromRequest'], {
    profile: 'request-record',
  }),
  'servlet-revoke-own-certificates': servlet('servlet-template', ['/ca/ee/ca/doRevoke'], { kind: 'write' }),
  'servlet-revoke-certificates': servlet('servlet-template', ['/ca/agent/ca/doRevoke', '/ca/doRevoke'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-release-certificates': servlet('servlet-template', ['/ca/agent/ca/doUnrevoke'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-profile-list': servlet('servlet-argset', ['/ca/ee/ca/profileList']),
  'servlet-agent-profile-list': servlet('servlet-argset', ['/ca/agent/ca/profileList'], certificate),
  'servlet-profile-select': servlet('servlet-argset', ['/ca/ee/ca/profileSelect']),
  'servlet-agent-profile-select': servlet('servlet-argset', ['/ca/agent/ca/profileSelect'], certificate),
  'servlet-profile-approve': servlet('servlet-argset', ['/ca/agent/ca/profileApprove'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-confirm-own-revocation': servlet('servlet-template', ['/ca/ee/ca/revocation']),
  'servlet-cmc-revocation': servlet('servlet-template', ['/ca/ee/ca/CMCRevReq'], { kind: 'write' }),
  'servlet-token-revoke': servlet('servlet-template', ['/ca/ee/subsystem/ca/doRevoke'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-token-release': servlet('servlet-token', ['/ca/ee/subsystem/ca/doUnrevoke'], {
    ...certificate,
    kind: 'write',
  }),
  // Dogtag issues behind its refusal: none of these may be repeated to it.
  'servlet-enroll-without-profile': servlet('servlet-template', ['/ca/enrollment', '/ca/certbasedenrollment'], {
    kind: 'sign',
  }),
  'servlet-bulk-issuance': servlet('servlet-template', ['/ca/agent/ca/bulkissuance', '/ca/agent/bulkissuance'], {
    ...certificate,
    kind: 'sign',
  }),
  'servlet-renew-without-profile': servlet('servlet-template', ['/ca/renewal'], { kind: 'sign' }),
  'servlet-enroll-administrator': servlet('servlet-template', ['/ca/admin/ca/adminEnroll'], { kind: 'sign' }),
  'servlet-process-certificate-request': servlet('servlet-template', ['/ca/agent/ca/processCertReq'], {
    kind: 'write',
  }),
  'servlet-update-directory': servlet('servlet-template', ['/ca/agent/ca/updateDir'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-get-status': servlet('servlet-xml-response', ['/ca/admin/ca/getStatus']),
  'servlet-get-certificate-chain': servlet('servlet-xml-response', [
    '/ca/ee/ca/getCertChain',
    '/ca/admin/ca/getCertChain',
  ]),
  'servlet-get-domain-xml': servlet('servlet-xml-response', ['/ca/admin/ca/getDomainXML'], { until: 11 }),
  'servlet-update-domain-xml': servlet('servlet-xml-response', ['/ca/agent/ca/updateDomainXML'], {
    ...certificate,
    kind: 'write',
  }),
  'servlet-call-with-token': servlet(
    'servlet-xml-response',
    [
      '/ca/admin/ca/getConfigEntries',
      '/ca/admin/ca/updateNumberRange',
      '/ca/admin/ca/updateDomainXML',
      '/ca/admin/ca/updateConnector',
      '/ca/admin/ca/registerUser',
      '/ca/admin/ca/registerRaUser',
      '/ca/admin/console/config/savepkcs12',
      '/ca/ee/ca/updateOCSPConfig',
    ],
    { kind: 'write' },
  ),
  'servlet-token-authenticate': servlet('servlet-xml-response', [
    '/ca/ee/ca/tokenAuthenticate',
    '/ca/admin/ca/tokenAuthenticate',
  ]),
  'servlet-get-subsystem-certificate': servlet('servlet-xml-response', ['/ca/admin/ca/getSubsystemCert']),
  'servlet-get-crl': servlet('servlet-template', ['/ca/ee/ca/getCRL']),
  'servlet-update-crl': servlet('servlet-template', ['/ca/agent/ca/updateCRL'], { ...certificate, kind: 'sign' }),
  'rest-list-authorities': rest('GET', '/ca/rest/authorities', secure),
  'rest-get-authority': rest('GET', '/ca/rest/authorities/{id}', secure),
  'rest-get-authority-certificate': rest('GET', '/ca/rest/authorities/{id}/cert', secure),
  'rest-get-authority-chain': rest('GET', '/ca/rest/authorities/{id}/chain', secure),
  'rest-create-authority': rest('POST', '/ca/rest/authorities', { ...ofSession, kind: 'sign' }),
  'rest-modify-authority': rest('PUT', '/ca/rest/authorities/{id}', { ...ofSession, kind: 'write' }),
  'rest-change-authority-state': rest('POST', '/ca/rest/authorities/{id}/{action:enable|disable}', {
    ...ofSession,
    kind: 'write',
  }),
  'rest-renew-authority': rest('POST', '/ca/rest/authorities/{id}/renew', { ...ofSession, kind: 'sign' }),
  'rest-delete-authority': rest('DELETE', '/ca/rest/authorities/{id}', { ...ofSession, kind: 'write' }),
  'servlet-display-by-serial': servlet('servlet-template', ['/ca/ee/ca/displayBySerial']),
  'servlet-agent-display-by-serial': servlet('servlet-template', ['/ca/agent/ca/displayBySerial'], certificate),
  'servlet-get-certificate-from-request': servlet(
    'servlet-template',
    ['/ca/ee/ca/getCertFromRequest', '/ca/eeca/ca/getCertFromRequest'],
    { profile: 'request-record' },
  ),
  'servlet-agent-get-certificate-from-request': servlet('servlet-template', ['/ca/ca/getCertFromRequest'], {
    ...certificate,
    profile: 'request-record',
  }),
  'servlet-agent-display-certificate-from-request': servlet('servlet-template', ['/ca/ca/displayCertFromRequest'], {
    ...certificate,
    profile: 'request-record',
  }),
  'servlet-list-certificates': servlet('servlet-template', ['/ca/ee/ca/listCerts']),
  'servlet-agent-list-certificates': servlet('servlet-template', ['/ca/agent/ca/listCerts'], certificate),
  'servlet-search-certificates': servlet('servlet-template', ['/ca/ee/ca/srchCerts']),
  'servlet-agent-search-certificates': servlet('servlet-template', ['/ca/agent/ca/srchCerts'], certificate),
  'servlet-get-by-serial': servlet('servlet-template', ['/ca/ee/ca/getBySerial']),
  'servlet-agent-get-by-serial': servlet('servlet-template', ['/ca/agent/ca/getBySerial'], certificate),
  'servlet-admin-get-by-serial': servlet('servlet-template', ['/ca/admin/ca/getBySerial', '/ca/getAdminCertBySerial']),
  'servlet-get-ca-chain': servlet('servlet-template', ['/ca/ee/ca/getCAChain']),
  'servlet-agent-display-crl': servlet('servlet-template', ['/ca/agent/ca/displayCRL'], certificate),
  'servlet-get-info': servlet('servlet-template', ['/ca/ee/ca/getInfo']),
  'servlet-agent-get-info': servlet('servlet-template', ['/ca/agent/ca/getInfo'], certificate),
  'servlet-reason-to-revoke': servlet('servlet-template', ['/ca/agent/ca/reasonToRevoke'], certificate),
  'servlet-query-requests': servlet('servlet-template', ['/ca/agent/ca/queryReq'], certificate),
  'servlet-agent-form': servlet(
    'servlet-template',
    ['/ca/agent/ca/{form:queryBySerial.html|srchCert.html|srchRevokeCert.html|listRequests.html|updateDir.html}'],
    certificate,
  ),
  'servlet-agent-header': servlet('servlet-template', ['/ca/agent/header']),
  'servlet-services': servlet('servlet-template', ['/ca/services']),
  'servlet-dynamic-variables': servlet('servlet-template', [
    '/ca/ee/dynamicVars.js',
    '/ca/agent/dynamicVars.js',
    '/ca/admin/dynamicVars.js',
  ]),
  'servlet-search-requests': servlet('servlet-template', ['/ca/agent/ca/searchReqs'], certificate),
  'servlet-get-ocsp-info': servlet('servlet-template', ['/ca/agent/ca/getOCSPInfo'], certificate),
  'servlet-get-statistics': servlet('servlet-template', ['/ca/agent/ca/getStats'], certificate),
  'servlet-monitor': servlet('servlet-template', ['/ca/agent/ca/monitor'], certificate),
  // With `doAssign` it writes at Dogtag, so that it may not be repeated there.
  'servlet-process-request': servlet('servlet-template', ['/ca/agent/ca/processReq'], {
    ...certificate,
    kind: 'write',
    profile: 'request-record',
  }),
  'servlet-ports': servlet('servlet-xml-response', ['/ca/ee/ca/ports']),
  'servlet-index': servlet('servlet-template', ['/ca/index']),
  'servlet-entry-page': servlet('servlet-template', entryPaths, { sessionPath: '/ca' }),
  'servlet-start': servlet('container', ['/ca/start'], { until: 11 }),
  'servlet-get-cookie': servlet('servlet-template', ['/ca/admin/ca/getCookie'], { kind: 'write' }),
  'servlet-security-domain-login': servlet('container', ['/ca/admin/ca/securityDomainLogin'], { until: 11 }),
  'servlet-connector': servlet('container', ['/ca/ca/connector'], { ...certificate, kind: 'sign' }),
  'servlet-scep': servlet('container', ['/ca/cgi-bin/pkiclient.exe', '/ca/ee/ca/pkiclient'], { kind: 'sign' }),
  'servlet-scep-by-profile': servlet('container', ['/ca/scep/{profile*}'], { kind: 'sign', since: 11 }),
  'acme-get-login': acme(['GET'], 'login', 'secure-session'),
  'acme-login': acme(['POST'], 'login', 'container'),
  'acme-logout': acme(['POST'], 'logout', 'secure-session'),
  'acme-enable': acme(null, 'enable', 'container', { kind: 'write', ofResponder: { isLost: true } }),
  'acme-disable': acme(null, 'disable', 'container', { kind: 'write', ofResponder: { isLost: false } }),
  ocsp: servlet('ocsp', ['/ca/ocsp', '/ca/ocsp/{encoded*}']),
};

export const routeTable: readonly Route[] = operationNames.map((name) => ({
  name,
  access: aclTable[name],
  ...rows[name],
}));
