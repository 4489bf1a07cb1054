// The paths of Dogtag's CMC servlets, and the profile that each stands for where the address names none (its web.xml).

const ee = '/ca/ee/ca/';

const fullProfiles: Readonly<Record<string, string>> = {
  profileSubmitCMCFull: 'caFullCMCUserCert',
  profileSubmitCMCFullCACert: 'caCMCcaCert',
  profileSubmitCMCFullServerCert: 'caCMCserverCert',
  profileSubmitCMCFullOCSPCert: 'caCMCocspCert',
  profileSubmitCMCFullSubsystemCert: 'caCMCsubsystemCert',
  profileSubmitCMCFullAuditSigningCert: 'caCMCauditSigningCert',
  profileSubmitCMCFullKRAtransportCert: 'caCMCkraTransportCert',
  profileSubmitCMCFullKRAstorageCert: 'caCMCkraStorageCert',
  profileSubmitUserSignedCMCFull: 'caFullCMCUserSignedCert',
  // Dogtag ships no profile of that name.
  profileSubmitSelfSignedCMCFull: 'caFullCMCSelfSignedCert',
};
const simpleProfiles: Readonly<Record<string, string>> = { profileSubmitCMCSimple: 'caSimpleCMCUserCert' };

const pathsOf = (profiles: Readonly<Record<string, string>>) => Object.keys(profiles).map((name) => `${ee}${name}`);
export const cmcFullPaths: readonly string[] = pathsOf(fullProfiles);
export const cmcSimplePaths: readonly string[] = pathsOf(simpleProfiles);

/** `query` holds all values per name. */
export function cmcProfileOf({
  path,
  query,
}: {
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
}): string {
  // Paths come as they were sent; the servlet's name is their last segment however the others were written.
  const name =
    path
      .split(';', 1)[0]
      ?.split('/')
      .findLast((segment) => segment !== '') ?? '';
  return query.get('profileId')?.[0] ?? fullProfiles[name] ?? simpleProfiles[name] ?? 'null';
}
