// How a Dogtag CA reaches its directory: `internaldb.*` of CS.cfg (LDAPConnectionConfig.java, LDAPAuthenticationConfig.java).
import type { ProfileSection } from '#codecs/dogtag-profile';

export interface DirectoryConfiguration {
  /** `ldap://HOST:PORT` or `ldaps://HOST:PORT`; of several replicas the first. */
  readonly url: string;
  readonly base: string;
  /** `certificate`: Dogtag shows its own certificate and has no password. */
  readonly authentication: 'password' | 'certificate';
  readonly bindDn: string | null;
  /** Under which name its password stands in password.conf. */
  readonly passwordName: string;
  readonly certificateNickname: string | null;
}

/** Null where it names no host or no base. */
export function readDirectoryConfiguration(configuration: ProfileSection): DirectoryConfiguration | null {
  const read = (key: string) => configuration.findText(`internaldb.${key}`) || null;
  const first = (text: string | null) => text?.split(/\s+/)[0] ?? '';
  const host = first(read('ldapconn.host'));
  const base = read('basedn');
  if (host === '' || base === null) return null;
  const isSecure = configuration.findFlag('internaldb.ldapconn.secureConn') === true;
  const port = first(read('ldapconn.port')) || (isSecure ? '636' : '389');
  const address = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${isSecure ? 'ldaps' : 'ldap'}://${address}:${port}`,
    base,
    authentication: /^SslClientAuth$/i.test(read('ldapauth.authtype') ?? '') ? 'certificate' : 'password',
    bindDn: read('ldapauth.bindDN'),
    passwordName: read('ldapauth.bindPWPrompt') ?? 'internaldb',
    certificateNickname: read('ldapauth.clientCertNickname'),
  };
}
