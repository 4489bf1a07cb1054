// Where Dogtag keeps what, under the base of a CA (`o=ipaca` in FreeIPA). Ruled by base/ca/database/ds/create.ldif.

export interface DirectoryLayout {
  readonly base: string;
  readonly certificates: string;
  readonly requests: string;
  readonly profiles: string;
  readonly authorities: string;
  readonly issuingPoints: string;
  readonly users: string;
  readonly groups: string;
  readonly accessRules: string;
  readonly replicas: string;
  readonly ranges: string;
  /** Sequential numbers of the second kind (11.x) keep their ranges here. */
  readonly rangesOfSecondKind: string;
  readonly securityDomain: string;
  /** CA servers of the security domain. */
  readonly authorityServers: string;
  readonly sessions: string;
  readonly crossCertificates: string;
  /** Base of the key recovery authority, as FreeIPA lays it out. */
  readonly keyRecovery: string;
  readonly acme: string;
}

/** Names of the containers under `base`. */
export function directoryLayout(base: string): DirectoryLayout {
  return Object.freeze({
    base,
    certificates: `ou=certificateRepository,ou=ca,${base}`,
    requests: `ou=ca,ou=requests,${base}`,
    profiles: `ou=certificateProfiles,ou=ca,${base}`,
    authorities: `ou=authorities,ou=ca,${base}`,
    issuingPoints: `ou=crlIssuingPoints,ou=ca,${base}`,
    users: `ou=people,${base}`,
    groups: `ou=groups,${base}`,
    accessRules: `cn=aclResources,${base}`,
    replicas: `ou=replica,${base}`,
    ranges: `ou=ranges,${base}`,
    rangesOfSecondKind: `ou=ranges_v2,${base}`,
    securityDomain: `ou=Security Domain,${base}`,
    authorityServers: `cn=CAList,ou=Security Domain,${base}`,
    sessions: `ou=sessions,ou=Security Domain,${base}`,
    crossCertificates: `cn=crossCerts,${base}`,
    keyRecovery: `o=kra,${base}`,
    acme: `ou=acme,${base}`,
  });
}
