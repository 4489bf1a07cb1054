// Facts about finding the row of a request.
import assert from 'node:assert/strict';
import { createRouteMatcher, type RouteMatch } from './match-route.ts';
import { operationNames } from './operation-names.ts';
import { parseRequestTarget } from './request-target.ts';
import { routeTable } from './route-table.ts';

const matcher = createRouteMatcher(routeTable);

function match(method: string, target: string): RouteMatch {
  const parsed = parseRequestTarget(target);
  assert.notEqual(parsed, null);
  return parsed === null ? { kind: 'unknown' } : matcher.match(method, parsed);
}

function operation(method: string, target: string): string | null {
  const found = match(method, target);
  return found.kind === 'operation' ? found.route.name : null;
}

describe('the route table', () => {
  it('finds the operation of every request that Dogtag clients make', () => {
    const requests: readonly (readonly [string, string, string])[] = [
      ['GET', '/pki/rest/info', 'rest-pki-info'],
      ['GET', '/pki/rest/info/', 'rest-pki-info'],
      ['GET', '/ca/rest/info', 'rest-ca-info'],
      ['GET', '/ca/rest/account/login', 'rest-account-login'],
      ['HEAD', '/ca/rest/account/login', 'rest-account-login'],
      ['GET', '/ca/rest/account/logout', 'rest-account-logout'],
      ['GET', '/ca/rest/certrequests/profiles?size=3', 'rest-list-templates'],
      ['GET', '/ca/rest/certrequests/profiles/caIPAserviceCert', 'rest-get-template'],
      ['POST', '/ca/rest/certrequests?issuer-id=x', 'rest-submit-request'],
      ['GET', '/ca/rest/certrequests/7', 'rest-get-request'],
      ['GET', '/ca/rest/certs', 'rest-list-certificates'],
      ['POST', '/ca/rest/certs/search?size=1', 'rest-search-certificates'],
      ['GET', '/ca/rest/certs/0x7', 'rest-get-certificate'],
      ['GET', '/ca/rest/agent/certs/7', 'rest-get-certificate-as-agent'],
      ['POST', '/ca/rest/agent/certs/7/revoke', 'rest-revoke-certificate'],
      ['POST', '/ca/rest/agent/certs/7/revoke-ca', 'rest-revoke-ca-certificate'],
      ['POST', '/ca/rest/agent/certs/7/unrevoke', 'rest-unrevoke-certificate'],
      ['GET', '/ca/rest/agent/certrequests', 'rest-list-requests'],
      ['GET', '/ca/rest/agent/certrequests/7', 'rest-review-request'],
      ['POST', '/ca/rest/agent/certrequests/7/approve', 'rest-process-request'],
      ['GET', '/ca/rest/profiles?size=3', 'rest-list-profiles'],
      ['POST', '/ca/rest/profiles', 'rest-create-profile'],
      ['POST', '/ca/rest/profiles/raw', 'rest-create-raw-profile'],
      ['GET', '/ca/rest/profiles/caServerCert', 'rest-get-profile'],
      ['PUT', '/ca/rest/profiles/caServerCert', 'rest-modify-profile'],
      ['POST', '/ca/rest/profiles/caServerCert?action=enable', 'rest-change-profile-state'],
      ['DELETE', '/ca/rest/profiles/caServerCert', 'rest-delete-profile'],
      ['GET', '/ca/rest/profiles/caServerCert/raw', 'rest-get-raw-profile'],
      ['PUT', '/ca/rest/profiles/caServerCert/raw', 'rest-modify-raw-profile'],
      ['POST', '/ca/ee/ca/profileSubmit', 'servlet-profile-submit'],
      ['GET', '/ca/rest/admin/users', 'rest-list-users'],
      ['POST', '/ca/rest/admin/users', 'rest-add-user'],
      ['GET', '/ca/rest/admin/users/ipara', 'rest-get-user'],
      ['PUT', '/ca/rest/admin/users/ipara', 'rest-replace-user'],
      ['PATCH', '/ca/rest/admin/users/ipara', 'rest-modify-user'],
      ['DELETE', '/ca/rest/admin/users/host%2Fpki', 'rest-remove-user'],
      ['GET', '/ca/rest/admin/users/ipara/certs', 'rest-list-user-certificates'],
      ['POST', '/ca/rest/admin/users/ipara/certs', 'rest-add-user-certificate'],
      ['GET', '/ca/rest/admin/users/ipara/certs/2%3B7%3BCN%3Da%3BCN%3Db', 'rest-get-user-certificate'],
      ['DELETE', '/ca/rest/admin/users/ipara/certs/2%3B7%3BCN%3Da%3BCN%3Db', 'rest-remove-user-certificate'],
      ['GET', '/ca/rest/admin/users/ipara/memberships', 'rest-list-user-memberships'],
      ['POST', '/ca/rest/admin/users/ipara/memberships', 'rest-add-user-membership'],
      ['DELETE', '/ca/rest/admin/users/ipara/memberships/Auditors', 'rest-remove-user-membership'],
      ['GET', '/ca/rest/admin/groups', 'rest-list-groups'],
      ['POST', '/ca/rest/admin/groups', 'rest-add-group'],
      ['GET', '/ca/rest/admin/groups/Auditors', 'rest-get-group'],
      ['PATCH', '/ca/rest/admin/groups/Auditors', 'rest-modify-group'],
      ['DELETE', '/ca/rest/admin/groups/Auditors', 'rest-remove-group'],
      ['GET', '/ca/rest/admin/groups/Auditors/members', 'rest-list-group-members'],
      ['POST', '/ca/rest/admin/groups/Auditors/members', 'rest-add-group-member'],
      ['GET', '/ca/rest/admin/groups/Auditors/members/ipara', 'rest-get-group-member'],
      ['DELETE', '/ca/rest/admin/groups/Auditors/members/ipara', 'rest-remove-group-member'],
      ['GET', '/ca/rest/selftests', 'rest-list-self-tests'],
      ['POST', '/ca/rest/selftests', 'rest-execute-self-tests'],
      ['POST', '/ca/rest/selftests/run', 'rest-run-self-tests'],
      ['GET', '/ca/rest/selftests/CAPresence', 'rest-get-self-test'],
      ['POST', '/ca/rest/selftests/CAPresence/run', 'rest-run-self-test'],
      ['GET', '/ca/rest/securityDomain/domainInfo', 'rest-domain-information'],
      ['GET', '/ca/rest/securityDomain/hosts', 'rest-list-domain-hosts'],
      ['GET', '/ca/rest/securityDomain/hosts/CA%20a%20443', 'rest-get-domain-host'],
      ['PUT', '/ca/rest/securityDomain/hosts', 'rest-add-domain-host'],
      ['DELETE', '/ca/rest/securityDomain/hosts/ca%20a%20443', 'rest-remove-domain-host'],
      ['GET', '/ca/rest/securityDomain/installToken', 'rest-install-token'],
      ['GET', '/ca/rest/audit', 'rest-get-audit-configuration'],
      ['PATCH', '/ca/rest/audit', 'rest-update-audit-configuration'],
      ['POST', '/ca/rest/audit?action=enable', 'rest-change-audit-status'],
      ['GET', '/ca/rest/audit/files', 'rest-list-audit-files'],
      ['GET', '/ca/rest/audit/files/ca_audit', 'rest-get-audit-file'],
      ['GET', '/ca/rest/jobs', 'rest-list-jobs'],
      ['GET', '/ca/rest/jobs/pruning', 'rest-get-job'],
      ['POST', '/ca/rest/jobs/pruning/start', 'rest-start-job'],
      ['GET', '/pki/rest/apps', 'rest-list-applications'],
      ['GET', '/ca/rest/config/features', 'rest-list-features'],
      ['GET', '/ca/rest/config/features/authority', 'rest-get-feature'],
      ['GET', '/ca/rest/config/cert/signing', 'rest-get-signing-certificate'],
      ['GET', '/ca/rest/config/cert/transport', 'rest-get-transport-certificate'],
      ['GET', '/ca/rest/admin/kraconnector', 'rest-get-kra-connector'],
      ['POST', '/ca/rest/admin/kraconnector/add', 'rest-add-kra-connector'],
      ['POST', '/ca/rest/admin/kraconnector/addHost', 'rest-add-kra-connector-host'],
      ['POST', '/ca/rest/admin/kraconnector/remove?host=a&port=443', 'rest-remove-kra-connector'],
      ['GET', '/ca/rest/authorities', 'rest-list-authorities'],
      ['POST', '/ca/rest/authorities', 'rest-create-authority'],
      ['GET', '/ca/rest/authorities/host-authority', 'rest-get-authority'],
      ['PUT', '/ca/rest/authorities/host-authority', 'rest-modify-authority'],
      ['DELETE', '/ca/rest/authorities/host-authority', 'rest-delete-authority'],
      ['GET', '/ca/rest/authorities/host-authority/cert', 'rest-get-authority-certificate'],
      ['GET', '/ca/rest/authorities/host-authority/chain', 'rest-get-authority-chain'],
      ['POST', '/ca/rest/authorities/host-authority/enable', 'rest-change-authority-state'],
      ['POST', '/ca/rest/authorities/host-authority/disable', 'rest-change-authority-state'],
      ['POST', '/ca/rest/authorities/host-authority/renew', 'rest-renew-authority'],
      ['GET', '/ca/profileSubmit', 'servlet-profile-submit'],
      ['POST', '/ca/ee/ca/profileSubmitSSLClient', 'servlet-profile-submit-ssl-client'],
      ['POST', '/ca/eeca/ca/profileSubmitSSLClient', 'servlet-profile-submit-ssl-client'],
      ['POST', '/ca/ee/ca/profileSubmitCMCFull', 'servlet-profile-submit-cmc-full'],
      ['POST', '/ca/ee/ca/profileSubmitUserSignedCMCFull', 'servlet-profile-submit-cmc-full'],
      ['POST', '/ca/ee/ca/profileSubmitCMCSimple', 'servlet-profile-submit-cmc-simple'],
      ['GET', '/ca/agent/ca/profileReview', 'servlet-profile-review'],
      ['GET', '/ca/agent/ca/profileProcess', 'servlet-profile-process'],
      ['GET', '/ca/ee/ca/checkRequest', 'servlet-check-request'],
      ['GET', '/ca/ee/ca/displayCertFromRequest', 'servlet-display-certificate-from-request'],
      ['GET', '/ca/ee/ca/profileList', 'servlet-profile-list'],
      ['GET', '/ca/agent/ca/profileList', 'servlet-agent-profile-list'],
      ['GET', '/ca/ee/ca/profileSelect', 'servlet-profile-select'],
      ['GET', '/ca/agent/ca/profileSelect', 'servlet-agent-profile-select'],
      ['POST', '/ca/agent/ca/profileApprove', 'servlet-profile-approve'],
      ['GET', '/ca/ee/ca/revocation', 'servlet-confirm-own-revocation'],
      ['POST', '/ca/ee/ca/CMCRevReq', 'servlet-cmc-revocation'],
      ['POST', '/ca/ee/subsystem/ca/doRevoke', 'servlet-token-revoke'],
      ['POST', '/ca/ee/subsystem/ca/doUnrevoke', 'servlet-token-release'],
      ['POST', '/ca/enrollment', 'servlet-enroll-without-profile'],
      ['POST', '/ca/certbasedenrollment', 'servlet-enroll-without-profile'],
      ['POST', '/ca/agent/bulkissuance', 'servlet-bulk-issuance'],
      ['POST', '/ca/agent/ca/bulkissuance', 'servlet-bulk-issuance'],
      ['GET', '/ca/renewal', 'servlet-renew-without-profile'],
      ['POST', '/ca/admin/ca/adminEnroll', 'servlet-enroll-administrator'],
      ['GET', '/ca/agent/ca/processCertReq', 'servlet-process-certificate-request'],
      ['POST', '/ca/agent/ca/updateDir', 'servlet-update-directory'],
      ['PUT', '/ca/admin/ca/getStatus', 'servlet-get-status'],
      ['GET', '/ca/ee/ca/getCertChain', 'servlet-get-certificate-chain'],
      ['POST', '/ca/admin/ca/getCertChain', 'servlet-get-certificate-chain'],
      ['GET', '/ca/admin/ca/getDomainXML', 'servlet-get-domain-xml'],
      ['POST', '/ca/agent/ca/updateDomainXML', 'servlet-update-domain-xml'],
      ['POST', '/ca/admin/ca/updateDomainXML', 'servlet-call-with-token'],
      ['POST', '/ca/admin/ca/getConfigEntries', 'servlet-call-with-token'],
      ['POST', '/ca/ee/ca/tokenAuthenticate', 'servlet-token-authenticate'],
      ['GET', '/ca/admin/ca/getSubsystemCert', 'servlet-get-subsystem-certificate'],
      ['GET', '/ca/ee/ca/getCRL', 'servlet-get-crl'],
      ['POST', '/ca/agent/ca/updateCRL', 'servlet-update-crl'],
      ['GET', '/ca/ee/ca/displayBySerial', 'servlet-display-by-serial'],
      ['GET', '/ca/agent/ca/displayBySerial', 'servlet-agent-display-by-serial'],
      ['GET', '/ca/ee/ca/getCertFromRequest', 'servlet-get-certificate-from-request'],
      ['GET', '/ca/eeca/ca/getCertFromRequest', 'servlet-get-certificate-from-request'],
      ['GET', '/ca/ca/getCertFromRequest', 'servlet-agent-get-certificate-from-request'],
      ['GET', '/ca/ca/displayCertFromRequest', 'servlet-agent-display-certificate-from-request'],
      ['POST', '/ca/ee/ca/doRevoke', 'servlet-revoke-own-certificates'],
      ['POST', '/ca/agent/ca/doRevoke', 'servlet-revoke-certificates'],
      ['POST', '/ca/doRevoke', 'servlet-revoke-certificates'],
      ['POST', '/ca/agent/ca/doUnrevoke', 'servlet-release-certificates'],
      ['POST', '/ca/ee/ca/listCerts', 'servlet-list-certificates'],
      ['POST', '/ca/agent/ca/listCerts', 'servlet-agent-list-certificates'],
      ['POST', '/ca/ee/ca/srchCerts', 'servlet-search-certificates'],
      ['POST', '/ca/agent/ca/srchCerts', 'servlet-agent-search-certificates'],
      ['GET', '/ca/ee/ca/getBySerial', 'servlet-get-by-serial'],
      ['GET', '/ca/agent/ca/getBySerial', 'servlet-agent-get-by-serial'],
      ['GET', '/ca/admin/ca/getBySerial', 'servlet-admin-get-by-serial'],
      ['GET', '/ca/ee/ca/getCAChain', 'servlet-get-ca-chain'],
      ['GET', '/ca/agent/ca/displayCRL', 'servlet-agent-display-crl'],
      ['GET', '/ca/ee/ca/getInfo', 'servlet-get-info'],
      ['GET', '/ca/agent/ca/getInfo', 'servlet-agent-get-info'],
      ['POST', '/ca/agent/ca/reasonToRevoke', 'servlet-reason-to-revoke'],
      ['POST', '/ca/agent/ca/queryReq', 'servlet-query-requests'],
      ['POST', '/ca/agent/ca/searchReqs', 'servlet-search-requests'],
      ['GET', '/ca/agent/ca/srchCert.html', 'servlet-agent-form'],
      ['GET', '/ca/agent/header', 'servlet-agent-header'],
      ['GET', '/ca/services', 'servlet-services'],
      ['GET', '/ca/ee/dynamicVars.js', 'servlet-dynamic-variables'],
      ['GET', '/ca/agent/ca/updateDir.html', 'servlet-agent-form'],
      ['GET', '/ca/getAdminCertBySerial', 'servlet-admin-get-by-serial'],
      ['GET', '/ca/admin/console/config/savepkcs12', 'servlet-call-with-token'],
      ['GET', '/ca/agent/ca/getOCSPInfo', 'servlet-get-ocsp-info'],
      ['GET', '/ca/agent/ca/getStats', 'servlet-get-statistics'],
      ['GET', '/ca/agent/ca/monitor', 'servlet-monitor'],
      ['GET', '/ca/agent/ca/processReq', 'servlet-process-request'],
      ['GET', '/ca/ee/ca/ports', 'servlet-ports'],
      ['GET', '/ca/index', 'servlet-index'],
      ['GET', '/ca', 'servlet-entry-page'],
      ['GET', '/ca/', 'servlet-entry-page'],
      ['GET', '/ca/agent/ca/', 'servlet-entry-page'],
      ['GET', '/ca/start', 'servlet-start'],
      ['POST', '/ca/admin/ca/getCookie', 'servlet-get-cookie'],
      ['POST', '/ca/admin/ca/securityDomainLogin', 'servlet-security-domain-login'],
      ['POST', '/ca/ca/connector', 'servlet-connector'],
      ['GET', '/ca/ee/ca/pkiclient', 'servlet-scep'],
      ['GET', '/ca/cgi-bin/pkiclient.exe', 'servlet-scep'],
      ['GET', '/ca/scep/a/b', 'servlet-scep-by-profile'],
      ['GET', '/acme/login', 'acme-get-login'],
      ['POST', '/acme/login', 'acme-login'],
      ['POST', '/acme/logout', 'acme-logout'],
      ['POST', '/acme/enable', 'acme-enable'],
      ['GET', '/acme/disable', 'acme-disable'],
      ['POST', '/ca/ocsp', 'ocsp'],
      ['GET', '/ca/ocsp/MEow/SDBG', 'ocsp'],
    ];
    for (const [method, target, name] of requests) assert.equal(operation(method, target), name, `${method} ${target}`);
    assert.deepEqual([...new Set(requests.map(([, , name]) => name))].toSorted(), [...operationNames].toSorted());
  });

  it('repeats nothing to Dogtag that may change it', () => {
    const harmless = new Set([
      'rest-search-certificates',
      'rest-execute-self-tests',
      'rest-run-self-tests',
      'rest-run-self-test',
    ]);
    const read = routeTable.filter(({ kind, name }) => kind === 'read' && name.startsWith('rest-'));
    assert.ok(read.length > 30);
    for (const { name, methods } of read) if (!harmless.has(name)) assert.deepEqual(methods, ['GET'], name);
  });

  it('gives REST captures decoded, and the rest of an OCSP path as sent', () => {
    const certificate = match('GET', '/ca/rest/certrequests/profiles/ca%20x');
    assert.deepEqual(certificate.kind === 'operation' && certificate.parameters, { id: 'ca x' });
    const ocsp = match('GET', '/ca/ocsp/MEow/SD%2BG%3D');
    assert.deepEqual(ocsp.kind === 'operation' && ocsp.parameters, { encoded: 'MEow/SD%2BG%3D' });
    const odd = match('GET', '/ca/%6fcsp/MEow%2FSD');
    assert.deepEqual(odd.kind === 'operation' && odd.parameters, { encoded: 'MEow%2FSD' });
  });

  it('leaves to Dogtag what it answers with 404', () => {
    for (const target of [
      '/ca/rest/certs/1%2F2',
      '/ca//rest/certs/1',
      '/ca/rest/certs//',
      '/ca/rest/agent/certrequests/7/frobnicate',
      '/ca/rest/nosuch',
      '/ca/ee/ca/getCertChain/',
      '/ca/ee/ca/getCertChain/foo',
      '/ca/ee/ca/GETCERTCHAIN',
      '/ca/getCertChain',
      '/',
    ])
      assert.equal(match('GET', target).kind, 'unknown', target);
  });

  it('finds servlets whatever the spelling of their path', () => {
    assert.equal(operation('POST', '/ca//ee/ca/profileSubmit'), 'servlet-profile-submit');
    assert.equal(operation('POST', '/ca/ee/./ca/profileSubmit;x=1'), 'servlet-profile-submit');
    assert.equal(operation('POST', '/ca/%65e/ca/profileSubmit'), 'servlet-profile-submit');
  });

  it('names the methods of a path that has others, as Dogtag does', () => {
    const certificates = match('DELETE', '/ca/rest/certs/1');
    assert.deepEqual(certificates.kind === 'other-method' && certificates.allow, ['HEAD', 'GET', 'OPTIONS']);
    const requests = match('GET', '/ca/rest/certrequests');
    assert.deepEqual(requests.kind === 'other-method' && requests.allow, ['POST', 'OPTIONS']);
  });

  it('refuses two rows for the same path and method', () => {
    const [first] = routeTable;
    assert.throws(() => createRouteMatcher(first === undefined ? [] : [first, first]), /both claim/);
  });
});
