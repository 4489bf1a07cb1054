// Which operations must be answered by the same side, because one reads or decides what another wrote.

/**
 * `conversation`: one enrolment from submission to decision; moves per profile. `reading`: certificates and requests; must know what both
 * sides issued, so our record answers as soon as anything is issued natively. `status`: revocation, CRL and OCSP: one list of revoked
 * certificates, one row of CRL numbers. `standing`: says nothing about certificates and moves alone. `profiles`: writes profiles, which only
 * the side may do that enrols with all of them: it moves last. `profile-reading`: shows profiles, and must be where they are written.
 * `authorities` and `authority-reading`: the same of authorities, whose certificates are issued as all others are.
 * `profileless`: enrols without a profile, which is refused here; moves as soon as anything is issued here, so that Dogtag issues nothing past it.
 * `responder`: the switch of the ACME responder, and the sessions in which it is used.
 * `people`: users, groups and hosts of the security domain (whose servers are users), shown and changed by one side. Whom the other side still answers is who he was there.
 */
export type OperationGroup =
  | 'conversation'
  | 'reading'
  | 'status'
  | 'standing'
  | 'profiles'
  | 'profile-reading'
  | 'authorities'
  | 'authority-reading'
  | 'profileless'
  | 'people'
  | 'responder';

const groups: Readonly<Record<string, OperationGroup>> = {
  'rest-submit-request': 'conversation',
  'servlet-profile-submit': 'conversation',
  'servlet-profile-submit-ssl-client': 'conversation',
  'servlet-profile-submit-cmc-full': 'conversation',
  'servlet-profile-submit-cmc-simple': 'conversation',
  'rest-review-request': 'conversation',
  'rest-process-request': 'conversation',
  'servlet-profile-review': 'conversation',
  'servlet-profile-process': 'conversation',
  'rest-get-request': 'reading',
  'rest-list-requests': 'reading',
  'rest-list-certificates': 'reading',
  'rest-search-certificates': 'reading',
  'rest-get-certificate': 'reading',
  'rest-get-certificate-as-agent': 'reading',
  'servlet-check-request': 'reading',
  'servlet-display-certificate-from-request': 'reading',
  'servlet-revoke-own-certificates': 'status',
  'servlet-revoke-certificates': 'status',
  'servlet-release-certificates': 'status',
  'rest-revoke-certificate': 'status',
  'rest-revoke-ca-certificate': 'status',
  'rest-unrevoke-certificate': 'status',
  'servlet-get-crl': 'status',
  'servlet-update-crl': 'status',
  ocsp: 'status',
  'servlet-get-ocsp-info': 'standing',
  'servlet-get-statistics': 'standing',
  'servlet-monitor': 'reading',
  'servlet-process-request': 'reading',
  'servlet-ports': 'standing',
  'servlet-index': 'standing',
  'servlet-entry-page': 'standing',
  'servlet-start': 'standing',
  'servlet-get-cookie': 'standing',
  'servlet-security-domain-login': 'standing',
  'servlet-connector': 'profileless',
  'servlet-scep': 'profileless',
  'servlet-scep-by-profile': 'profileless',
  'acme-get-login': 'responder',
  'acme-login': 'responder',
  'acme-logout': 'responder',
  'acme-enable': 'responder',
  'acme-disable': 'responder',
  'rest-list-users': 'people',
  'rest-get-user': 'people',
  'rest-add-user': 'people',
  'rest-replace-user': 'people',
  'rest-modify-user': 'people',
  'rest-remove-user': 'people',
  'rest-list-user-certificates': 'people',
  'rest-add-user-certificate': 'people',
  'rest-get-user-certificate': 'people',
  'rest-remove-user-certificate': 'people',
  'rest-list-user-memberships': 'people',
  'rest-add-user-membership': 'people',
  'rest-remove-user-membership': 'people',
  'rest-list-groups': 'people',
  'rest-get-group': 'people',
  'rest-add-group': 'people',
  'rest-modify-group': 'people',
  'rest-remove-group': 'people',
  'rest-list-group-members': 'people',
  'rest-add-group-member': 'people',
  'rest-get-group-member': 'people',
  'rest-remove-group-member': 'people',
  'rest-domain-information': 'people',
  'rest-list-domain-hosts': 'people',
  'rest-get-domain-host': 'people',
  'rest-add-domain-host': 'people',
  'rest-remove-domain-host': 'people',
  'servlet-get-domain-xml': 'people',
  'servlet-update-domain-xml': 'people',
  'servlet-call-with-token': 'standing',
  'servlet-token-authenticate': 'standing',
  'servlet-get-subsystem-certificate': 'standing',
  'rest-install-token': 'standing',
  'rest-get-audit-configuration': 'standing',
  'rest-update-audit-configuration': 'standing',
  'rest-change-audit-status': 'standing',
  'rest-list-audit-files': 'standing',
  'rest-get-audit-file': 'standing',
  'rest-list-jobs': 'standing',
  'rest-get-job': 'standing',
  'rest-start-job': 'standing',
  'rest-list-applications': 'standing',
  'rest-list-features': 'standing',
  'rest-get-feature': 'standing',
  'rest-get-signing-certificate': 'standing',
  'rest-get-transport-certificate': 'standing',
  'rest-get-kra-connector': 'standing',
  'rest-add-kra-connector': 'standing',
  'rest-add-kra-connector-host': 'standing',
  'rest-remove-kra-connector': 'standing',
  'rest-list-self-tests': 'standing',
  'rest-execute-self-tests': 'standing',
  'rest-run-self-tests': 'standing',
  'rest-get-self-test': 'standing',
  'rest-run-self-test': 'standing',
  'rest-pki-info': 'standing',
  'rest-ca-info': 'standing',
  'rest-account-login': 'standing',
  'rest-account-logout': 'standing',
  'rest-create-profile': 'profiles',
  'rest-create-raw-profile': 'profiles',
  'rest-modify-profile': 'profiles',
  'rest-modify-raw-profile': 'profiles',
  'rest-change-profile-state': 'profiles',
  'rest-delete-profile': 'profiles',
  'rest-list-profiles': 'profile-reading',
  'rest-get-profile': 'profile-reading',
  'rest-get-raw-profile': 'profile-reading',
  'rest-list-templates': 'profile-reading',
  'rest-get-template': 'profile-reading',
  'servlet-profile-list': 'profile-reading',
  'servlet-agent-profile-list': 'profile-reading',
  'servlet-profile-select': 'profile-reading',
  'servlet-agent-profile-select': 'profile-reading',
  'servlet-profile-approve': 'profiles',
  'servlet-confirm-own-revocation': 'reading',
  'servlet-cmc-revocation': 'status',
  'servlet-token-revoke': 'status',
  'servlet-token-release': 'status',
  'servlet-enroll-without-profile': 'profileless',
  'servlet-bulk-issuance': 'profileless',
  'servlet-renew-without-profile': 'profileless',
  'servlet-enroll-administrator': 'profileless',
  'servlet-process-certificate-request': 'profileless',
  'servlet-update-directory': 'standing',
  'rest-create-authority': 'authorities',
  'rest-modify-authority': 'authorities',
  'rest-change-authority-state': 'authorities',
  'rest-renew-authority': 'authorities',
  'rest-delete-authority': 'authorities',
  'rest-list-authorities': 'authority-reading',
  'rest-get-authority': 'authority-reading',
  'rest-get-authority-certificate': 'authority-reading',
  'rest-get-authority-chain': 'authority-reading',
  'servlet-get-status': 'standing',
  'servlet-get-certificate-chain': 'standing',
  'servlet-display-by-serial': 'reading',
  'servlet-agent-display-by-serial': 'reading',
  'servlet-get-certificate-from-request': 'reading',
  'servlet-agent-get-certificate-from-request': 'reading',
  'servlet-agent-display-certificate-from-request': 'reading',
  'servlet-list-certificates': 'reading',
  'servlet-agent-list-certificates': 'reading',
  'servlet-search-certificates': 'reading',
  'servlet-agent-search-certificates': 'reading',
  'servlet-get-by-serial': 'reading',
  'servlet-agent-get-by-serial': 'reading',
  'servlet-admin-get-by-serial': 'reading',
  'servlet-get-ca-chain': 'standing',
  'servlet-agent-display-crl': 'status',
  'servlet-get-info': 'status',
  'servlet-agent-get-info': 'status',
  'servlet-reason-to-revoke': 'status',
  'servlet-query-requests': 'reading',
  'servlet-agent-form': 'standing',
  'servlet-agent-header': 'standing',
  'servlet-services': 'standing',
  'servlet-dynamic-variables': 'standing',
  'servlet-search-requests': 'reading',
};

/** Groups that must be native when a group is. Issuing pulls reading and status along, since Dogtag knows nothing of native certificates. */
const pulls: Readonly<Record<OperationGroup, readonly OperationGroup[]>> = {
  conversation: ['conversation', 'reading', 'status', 'profileless'],
  status: ['status', 'reading'],
  reading: ['reading'],
  standing: [],
  profiles: ['profiles', 'profile-reading', 'conversation', 'reading', 'status', 'profileless'],
  'profile-reading': [],
  authorities: ['authorities', 'authority-reading', 'conversation', 'reading', 'status', 'profileless'],
  'authority-reading': [],
  profileless: [],
  people: ['people'],
  responder: ['responder'],
};

/** Login and logout share sessions. */
const pairs: readonly (readonly string[])[] = [['rest-account-login', 'rest-account-logout']];

/** Unit of a change of mode. `profileId` null: the operation for all profiles. */
export interface ModeTarget {
  readonly operation: string;
  readonly profileId: string | null;
}

/** Whether the modes of this operation can differ by profile. */
export function isRuledByProfile(operation: string): boolean {
  return groups[operation] === 'conversation';
}

export function operationGroup(operation: string): OperationGroup | null {
  return groups[operation] ?? null;
}

/**
 * Everything that must move to the native side together with `wanted`, in the order in which it should: reading first, then status, then
 * conversations. Going back uses the reverse order. Throws RangeError for an unknown operation.
 */
export function withCompanions(wanted: readonly ModeTarget[]): readonly ModeTarget[] {
  const found = gather(
    wanted,
    (group, other) => pulls[group].includes(other),
    (other) => other === 'conversation',
  );
  const order: readonly OperationGroup[] = [
    'standing',
    'people',
    'responder',
    'profile-reading',
    'authority-reading',
    'reading',
    'status',
    'profileless',
    'conversation',
    'profiles',
    'authorities',
  ];
  const rank = ({ operation }: ModeTarget) => order.indexOf(groups[operation] ?? 'standing');
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}

/** What is wanted with the partner that each may have, and with all operations of the groups that each one's group takes along, of the same profile where that matters. */
function gather(
  wanted: readonly ModeTarget[],
  takesAlong: (group: OperationGroup, other: OperationGroup) => boolean,
  keepsProfile: (other: OperationGroup, group: OperationGroup) => boolean,
): ReadonlyMap<string, ModeTarget> {
  const found = new Map<string, ModeTarget>();
  const add = (target: ModeTarget) => found.set(keyOf(target), target);
  for (const target of wanted) {
    const group = groups[target.operation];
    if (group === undefined) throw new RangeError(`there is no operation "${target.operation}"`);
    add(target);
    for (const pair of pairs.filter((names) => names.includes(target.operation)))
      for (const operation of pair) add({ operation, profileId: null });
    for (const [operation, other] of Object.entries(groups))
      if (takesAlong(group, other)) add({ operation, profileId: keepsProfile(other, group) ? target.profileId : null });
  }
  return found;
}

const keyOf = ({ operation, profileId }: ModeTarget) => `${operation}\n${profileId ?? ''}`;

/** All operations, each for all profiles. */
export function allTargets(): readonly ModeTarget[] {
  return withCompanions(Object.keys(groups).map((operation) => ({ operation, profileId: null })));
}

/** What must come back to Dogtag together with `wanted`: whatever pulled it to the native side. */
export function withDependents(wanted: readonly ModeTarget[]): readonly ModeTarget[] {
  const found = gather(
    wanted,
    (group, other) => other !== 'standing' && pulls[other].includes(group),
    (other, group) => other === group,
  );
  return [...withCompanions([...found.values()])].filter((target) => found.has(keyOf(target))).reverse();
}
