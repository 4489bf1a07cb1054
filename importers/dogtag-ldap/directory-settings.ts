// How to reach a directory server, and as whom.
import { SourceError } from '../import-source.ts';

export interface DirectorySettings {
  /** `ldap:` or `ldaps:` with host and port, or `ldapi:` with the percent-encoded path of a Unix socket as host (`ldapi://%2Frun%2Fslapd-CA.socket`). */
  readonly url: URL;
  /** Who binds with `simple`; not used with `external`. */
  readonly bindDn: string;
  readonly password: string;
  /**
   * `simple` (the default) shows the password. With `external` (SASL EXTERNAL, RFC 4422 appendix A) the server knows us by the TLS client certificate,
   * or on a Unix socket by the user that this process runs as.
   */
  readonly authentication?: 'simple' | 'external';
  /** Begin TLS on the plain port before anybody is authenticated. */
  readonly startTls: boolean;
  /** PEM certificates that the server's certificate must chain to, and no others; null means those that Node.js trusts. */
  readonly caCertificatePem: string | null;
  /** The name that the server's certificate must have; null or absent means the host of the URL. */
  readonly certificateHostName?: string | null;
  /** Shown to the server in the TLS handshake. */
  readonly clientIdentity?: { readonly certificatePem: string; readonly keyPem: string } | null;
  /** Longest wait for one answer. Default 60 s. */
  readonly timeoutMs?: number;
  /** Longest wait for a connection. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long to go on trying when the server cannot be reached. Default 60 s. */
  readonly retryForMs?: number;
}

/** Path of the Unix socket of an `ldapi:` URL; null for other URLs. */
export function socketPathOf(url: URL): string | null {
  return url.protocol === 'ldapi:' ? decodeURIComponent(url.host) : null;
}

/** Server without credentials; for people and provenance. */
export function serverNameOf(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** Whom the server knows us as, for messages. */
export function whoBinds({ authentication = 'simple', bindDn, url }: DirectorySettings): string {
  if (authentication === 'simple') return bindDn;
  return socketPathOf(url) === null ? "the client certificate's user" : 'the user of this process';
}

/** What cannot work is said before anybody is asked. Throws SourceError `refused`, with what to do instead. */
export function assertUsable(settings: DirectorySettings): void {
  const { url, authentication = 'simple', bindDn, password, startTls, clientIdentity } = settings;
  const refuse = (message: string): never => {
    throw new SourceError('refused', `${serverNameOf(url)}: ${message}`);
  };
  const isSocket = socketPathOf(url) !== null;
  if (isSocket && !socketPathOf(url)?.startsWith('/'))
    refuse(
      'the socket of an ldapi: URL is an absolute path with %2F for each slash, as in ldapi://%2Frun%2Fslapd-CA.socket',
    );
  if (isSocket && startTls) refuse('a Unix socket needs no TLS; leave startTls out');
  // An empty password asks for no authentication at all (RFC 4513 section 5.1.2), and nobody's search finds nothing.
  if (authentication === 'simple' && (bindDn === '' || password === ''))
    refuse(
      'a simple bind needs bindDn and password; set "authentication" to "external" to be known by certificate or socket',
    );
  if (authentication === 'external' && !isSocket) {
    if (url.protocol !== 'ldaps:' && !startTls)
      refuse(
        'a client certificate is shown in TLS only: use ldaps:// or set startTls, or ldapi:// for a socket on the same machine',
      );
    if (!clientIdentity) refuse('authentication "external" needs a client certificate and its key');
  }
}
