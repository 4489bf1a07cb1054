// Which of Dogtag's paths FreeIPA's httpd passes on, and how it asks for a certificate: the facts of its ipa-pki-proxy.conf (version 18).

interface ProxyRule {
  /** Beginnings of paths, as regular expressions. */
  readonly paths: readonly string[];
  readonly verifyClient: 'none' | 'optional' | 'require';
  readonly needsTls?: boolean;
}

const below = (folder: string, ...names: string[]) => names.map((name) => `^${folder}/${name}`);

/** Requests and CRLs for everybody; the installer and status; agents; REST; ACME. */
const proxyRules: readonly ProxyRule[] = [
  {
    verifyClient: 'none',
    paths: [
      ...below('/ca/ee/ca', 'checkRequest', 'getCertChain', 'getTokenInfo', 'tokenAuthenticate', 'updateNumberRange'),
      ...below('/ca/ee/ca', 'getCRL', 'profileSubmit'),
      '^/ca/ocsp',
    ],
  },
  {
    verifyClient: 'none',
    paths: [
      ...below('/ca/admin/ca', 'getCertChain', 'getConfigEntries', 'getCookie', 'getStatus', 'securityDomainLogin'),
      ...below('/ca/admin/ca', 'getDomainXML', 'updateNumberRange', 'tokenAuthenticate', 'updateDomainXML'),
      ...below('/ca/admin/ca', 'updateConnector', 'getSubsystemCert'),
      ...below('/kra/admin/kra', 'updateNumberRange', 'getConfigEntries', 'getStatus'),
    ],
  },
  {
    verifyClient: 'require',
    paths: [
      ...below('/ca/agent/ca', 'displayBySerial', 'doRevoke', 'doUnrevoke', 'updateDomainXML'),
      ...below('/ca/eeca/ca', 'profileSubmitSSLClient'),
      ...below('/kra/agent/kra', 'connector'),
    ],
  },
  { verifyClient: 'optional', paths: ['^/(ca|kra|pki)/(rest|v1|v2)/'] },
  { verifyClient: 'none', paths: ['^/acme'], needsTls: true },
];

/** Sections for a virtual host in front of the container at `port`. */
export function proxySections(port: number, secret: string): string {
  return proxyRules
    .map(({ paths, verifyClient, needsTls }) =>
      [
        `<LocationMatch "${paths.join('|')}">`,
        '  SSLOptions +StdEnvVars +ExportCertData +StrictRequire +OptRenegotiate',
        ...(needsTls ? ['  SSLRequireSSL'] : []),
        `  SSLVerifyClient ${verifyClient}`,
        // FreeIPA gives ACME no secret of its own; httpd shares one worker, with its secret, among all that name the same address.
        `  ProxyPassMatch ajp://localhost:${port}${needsTls ? '' : ` secret=${secret}`}`,
        `  ProxyPassReverse ajp://localhost:${port}`,
        '</LocationMatch>',
      ].join('\n'),
    )
    .join('\n');
}
