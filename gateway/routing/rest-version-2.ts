// Version 2 of the REST interface (11.6 and later): the same operations below other paths. Here is which of them have one, and where.
import type { OperationName } from './operation-names.ts';
import { type Route, routeTable } from './route-table.ts';

type RestOperationName = Extract<OperationName, `rest-${string}`>;

/**
 * `same`: the path of version 1, with `v2` in the place of `rest`. What is not here is forwarded in version 2, even if version 1 of it is
 * answered here. An operation needs nothing else to have a second version: its handler is the same, and the dialect encodes for it.
 * `without-session`: the same, but it opens no session, as nearly all others do for whoever comes.
 */
export const version2Paths: Readonly<Partial<Record<RestOperationName, 'same' | 'without-session'>>> = {
  'rest-pki-info': 'same',
  'rest-ca-info': 'same',
  'rest-account-login': 'same',
  'rest-account-logout': 'same',
  'rest-list-templates': 'same',
  'rest-get-template': 'same',
  'rest-submit-request': 'same',
  'rest-get-request': 'same',
  'rest-list-certificates': 'same',
  'rest-search-certificates': 'same',
  'rest-get-certificate': 'same',
  'rest-get-certificate-as-agent': 'same',
  'rest-revoke-certificate': 'same',
  'rest-revoke-ca-certificate': 'same',
  'rest-unrevoke-certificate': 'same',
  'rest-list-requests': 'same',
  'rest-review-request': 'same',
  'rest-process-request': 'same',
  'rest-list-profiles': 'same',
  'rest-get-profile': 'same',
  'rest-get-raw-profile': 'same',
  'rest-create-profile': 'same',
  'rest-create-raw-profile': 'same',
  'rest-modify-profile': 'same',
  'rest-modify-raw-profile': 'same',
  'rest-change-profile-state': 'same',
  'rest-delete-profile': 'same',
  'rest-list-authorities': 'same',
  'rest-get-authority': 'same',
  'rest-get-authority-certificate': 'same',
  'rest-get-authority-chain': 'same',
  'rest-create-authority': 'same',
  'rest-modify-authority': 'same',
  'rest-change-authority-state': 'same',
  'rest-renew-authority': 'same',
  'rest-delete-authority': 'same',
  'rest-list-users': 'same',
  'rest-get-user': 'same',
  'rest-add-user': 'same',
  'rest-modify-user': 'same',
  'rest-remove-user': 'same',
  'rest-list-user-certificates': 'same',
  'rest-add-user-certificate': 'same',
  'rest-get-user-certificate': 'same',
  'rest-remove-user-certificate': 'same',
  'rest-list-user-memberships': 'same',
  'rest-add-user-membership': 'same',
  'rest-remove-user-membership': 'same',
  'rest-list-groups': 'same',
  'rest-get-group': 'same',
  'rest-add-group': 'same',
  'rest-modify-group': 'same',
  'rest-remove-group': 'same',
  'rest-list-group-members': 'same',
  'rest-add-group-member': 'same',
  'rest-get-group-member': 'same',
  'rest-remove-group-member': 'same',
  'rest-execute-self-tests': 'same',
  'rest-list-self-tests': 'same',
  'rest-run-self-tests': 'same',
  'rest-get-self-test': 'same',
  'rest-run-self-test': 'same',
  'rest-domain-information': 'same',
  'rest-list-domain-hosts': 'same',
  'rest-get-domain-host': 'same',
  'rest-add-domain-host': 'same',
  'rest-remove-domain-host': 'same',
  'rest-install-token': 'same',
  'rest-get-audit-configuration': 'same',
  'rest-update-audit-configuration': 'same',
  'rest-change-audit-status': 'same',
  'rest-list-audit-files': 'same',
  'rest-get-audit-file': 'same',
  'rest-list-jobs': 'same',
  'rest-get-job': 'same',
  'rest-start-job': 'same',
  'rest-list-applications': 'without-session',
  'rest-list-features': 'same',
  'rest-get-feature': 'same',
  'rest-get-signing-certificate': 'without-session',
  'rest-get-transport-certificate': 'without-session',
  'rest-get-kra-connector': 'same',
  'rest-add-kra-connector': 'same',
  'rest-add-kra-connector-host': 'same',
  'rest-remove-kra-connector': 'same',
};

/** All rows of a release of Dogtag, as one that has both versions, one of them, or version 1 below one path only. */
export function routesOfRelease(release: {
  readonly entities: 'jaxb' | 'jackson';
  readonly hasVersion2: boolean;
}): readonly Route[] {
  const version1 =
    release.entities === 'jaxb'
      ? routeTable.filter(({ since }) => since === undefined)
      : routeTable.filter(({ until }) => until === undefined).map(withVersion1Paths);
  return release.hasVersion2 ? [...version1, ...routeTable.flatMap(version2Of)] : version1;
}

/** The row of version 2 of an operation; none where it has no second version. */
function version2Of(route: Route): readonly Route[] {
  if (!Object.hasOwn(version2Paths, route.name)) return [];
  const opensNone = version2Paths[route.name as RestOperationName] === 'without-session';
  return [
    {
      ...route,
      paths: route.paths.map((path) => path.replace('/rest/', '/v2/')),
      // Of these servlets only the one that says what product it is takes HEAD.
      methods: route.name === 'rest-pki-info' ? ['GET', 'HEAD'] : route.methods,
      dialect: 'rest-v2',
      // Its servlets open a session for whoever comes.
      sessionPath: opensNone ? null : (route.sessionPath ?? /^\/\w+/.exec(route.paths[0] ?? '')?.[0] ?? null),
    },
  ];
}

/** From 11.0 on, version 1 has a second name: the container rewrites `rest` to `v1`. */
function withVersion1Paths(route: Route): Route {
  if (route.dialect !== 'rest') return route;
  return { ...route, paths: route.paths.flatMap((path) => [path, path.replace('/rest/', '/v1/')]) };
}
