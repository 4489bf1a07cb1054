// What `pki` is told about users, groups and what belongs to them, about the security domain, and about what the server is made of. Only what has this suite's own prefix in its name is written, natively as well: a
// rollback brings every group that was changed here into the lab's directory, which others use at the same time.
import { labVariable } from '#test/appliance-clients';

export const ownPrefix = 'retag-pki-';
export const user = `${ownPrefix}user`;
export const group = `${ownPrefix}Group One`;
export const password = 'correct horse battery';
const agentCertificate = '2;7;CN=Certificate Authority,O=EXAMPLE.TEST;CN=IPA RA,O=EXAMPLE.TEST';

export const reads: readonly (readonly string[])[] = [
  ['ca-user-find'],
  ['ca-user-find', 'admin'],
  ['ca-user-find', 'ad'],
  ['ca-user-find', '--size', '2', '--start', '1'],
  ['ca-user-find', 'zzzz'],
  ['ca-user-show', 'ipara'],
  ['ca-user-show', `${ownPrefix}nosuch`],
  ['ca-user-cert-find', 'ipara'],
  ['ca-user-cert-show', 'ipara', agentCertificate, '--pretty', '--encoded'],
  ['ca-user-cert-show', 'ipara', '2;9;a;b'],
  ['ca-user-membership-find', 'caadmin', '--size', '4'],
  ['ca-user-membership-find', 'caadmin', 'KRA'],
  ['ca-group-find', '--size', '50'],
  ['ca-group-find', 'Agents'],
  ['ca-group-show', 'Certificate Manager Agents'],
  ['ca-group-show', `${ownPrefix}nosuch`],
  ['ca-group-member-find', 'Certificate Manager Agents'],
  ['ca-group-member-find', 'Certificate Manager Agents', 'adm'],
  ['ca-group-member-show', 'Certificate Manager Agents', 'ipara'],
  ['ca-group-member-show', 'Certificate Manager Agents', 'nobody.at.all'],
  ['securitydomain-show'],
  ['securitydomain-host-find'],
  ['securitydomain-host-show', `CA pki.example.test ${new URL(labVariable('DOGTAG_URL')).port}`],
  ['securitydomain-host-show', 'nosuch'],
  ['ca-feature-find'],
  ['ca-feature-show', 'authority'],
  ['ca-feature-show', 'nosuch'],
  ['ca-audit-file-find'],
  ['ca-audit-mod', '--action', 'nosuch'],
  ['ca-kraconnector-del', '--host', 'a'],
];

/** What we say otherwise, on purpose (gateway/dialects/DIVERGENCES.md). */
export const ownAnswers: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [['ca-kraconnector-show'], /ConnectorNotFoundException: No KRAConnector has been configured\./],
  [['ca-audit-show'], /Status: Enabled[\s\S]*AUTHZ: mandatory/],
  [['ca-audit-mod', '--action', 'disable'], /ForbiddenException: The audit of this server is always on/],
];

const domainHost = `OCSP ${ownPrefix}host.example.test 443`;
export const domainWrites: readonly (readonly string[])[] = [
  ['securitydomain-host-add', domainHost, '--port', '80', '--securePort', '443', '--clone', 'true'],
  ['securitydomain-host-add', `XYZ ${ownPrefix}host.example.test 443`, '--securePort', '443'],
  ['securitydomain-host-add', domainHost, '--securePort', '444'],
  ['securitydomain-host-show', domainHost],
  ['securitydomain-host-find'],
  ['securitydomain-host-del', domainHost],
  ['securitydomain-host-del', domainHost],
  ['securitydomain-host-del', 'nonsense'],
  ['securitydomain-show'],
];

/** In an order in which one builds on another. `certificate` is a file in the client's folder. */
export const writes = (certificate: string): readonly (readonly string[])[] => [
  [
    'ca-user-add',
    user,
    '--fullName',
    'Added by pki',
    '--email',
    'pki@example.test',
    '--password',
    password,
    '--state',
    '1',
  ],
  ['ca-user-add', user, '--fullName', 'Again'],
  ['ca-user-add', `${ownPrefix}two`, '--fullName', 'Two', '--password', 'short'],
  ['ca-user-show', user],
  ['ca-user-mod', user, '--fullName', 'Changed by pki', '--phone', '12345'],
  ['ca-user-mod', `${ownPrefix}nosuch`, '--fullName', 'x'],
  ['ca-user-cert-add', user, '--input', certificate],
  ['ca-user-cert-add', user, '--input', certificate],
  ['ca-user-cert-find', user],
  ['ca-group-add', group, '--description', 'Added by pki'],
  ['ca-group-add', group],
  ['ca-group-mod', group, '--description', 'Changed by pki'],
  ['ca-group-member-add', group, user],
  ['ca-group-member-add', group, user],
  ['ca-group-member-find', group],
  ['ca-user-membership-find', user],
  ['ca-user-membership-del', user, group],
  ['ca-user-membership-add', user, group],
  ['ca-user-membership-add', user, `${ownPrefix}nosuch`],
  ['ca-group-member-del', group, user],
  ['ca-group-member-del', group, user],
  ['ca-user-cert-del', user, agentCertificate],
  ['ca-user-find', ownPrefix],
  ['ca-group-find', ownPrefix],
];

export const removals: readonly (readonly string[])[] = [
  ['ca-user-del', user],
  ['ca-user-del', user],
  ['ca-group-del', group],
  ['ca-group-del', group],
];
