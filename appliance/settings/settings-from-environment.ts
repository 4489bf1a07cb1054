// Makes a settings file from the DOGTAG_* variables that the lab's `env` command prints, or from a file of such lines.

type Variables = Readonly<Record<string, string | undefined>>;

const needed = ['DOGTAG_HOST', 'DOGTAG_URL', 'DOGTAG_HTTP_URL', 'DOGTAG_CA_CERT', 'DOGTAG_LDAP_URL'];

/** Needed unless the directory knows us by a certificate or by the user of the process. */
const neededForSimpleBind = ['DOGTAG_LDAP_BIND_DN', 'DOGTAG_LDAP_PASSWORD'];

/**
 * The settings as plain data, ready for JSON. `variables` are the process's environment.
 * Throws an Error that lists what is missing and how to provide it.
 */
export function settingsFromEnvironment(variables: Variables): Record<string, unknown> {
  const isExternal = variables.DOGTAG_LDAP_AUTHENTICATION === 'external';
  const missing = [...needed, ...(isExternal ? [] : neededForSimpleBind)].filter((name) => !variables[name]);
  if (missing.length > 0)
    throw new Error(
      `these variables are not set: ${missing.join(', ')}. Export what "lab env" prints (set -a; eval "$(lab env)"; set +a), or your own Dogtag's values, and run this again.`,
    );
  const identity = (certificate: string, key: string) =>
    variables[certificate] && variables[key]
      ? { certificateFile: variables[certificate], keyFile: variables[key] }
      : null;
  return {
    dataFolder: './retag-data',
    hostNames: [variables.DOGTAG_HOST],
    listen: { address: '127.0.0.1', httpsPort: 8443, httpPort: 8080, adminPort: 9443 },
    dogtag: {
      httpsUrl: variables.DOGTAG_URL,
      httpUrl: variables.DOGTAG_HTTP_URL,
      hostName: variables.DOGTAG_HOST,
      caCertificateFile: variables.DOGTAG_CA_CERT,
      ajp: connectorFrom(variables),
      directory: {
        url: variables.DOGTAG_LDAP_URL,
        authentication: variables.DOGTAG_LDAP_AUTHENTICATION || 'simple',
        bindDn: variables.DOGTAG_LDAP_BIND_DN || null,
        password: variables.DOGTAG_LDAP_PASSWORD || null,
        base: variables.DOGTAG_LDAP_BASE ?? 'o=ipaca',
        startTls: variables.DOGTAG_LDAP_START_TLS === 'true',
        caCertificateFile: variables.DOGTAG_LDAP_CA_CERT || null,
        certificateHostName: variables.DOGTAG_LDAP_CERTIFICATE_HOST || null,
        clientCertificate: identity('DOGTAG_LDAP_CLIENT_CERT', 'DOGTAG_LDAP_CLIENT_KEY'),
      },
      agent: identity('DOGTAG_AGENT_CERT', 'DOGTAG_AGENT_KEY'),
      administrator: identity('DOGTAG_ADMIN_CERT', 'DOGTAG_ADMIN_KEY'),
    },
    authority: {
      pkcs12File: variables.DOGTAG_CA_PKCS12 ?? null,
      pkcs12Password: variables.DOGTAG_CA_PKCS12_PASSWORD ?? null,
    },
  };
}

function connectorFrom(variables: Variables): Record<string, unknown> | null {
  const address = variables.DOGTAG_AJP;
  if (!address) return null;
  const colon = address.lastIndexOf(':');
  return {
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    secret: variables.DOGTAG_AJP_SECRET ?? null,
  };
}
