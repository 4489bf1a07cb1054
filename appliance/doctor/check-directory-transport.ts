// Checks the way to Dogtag's directory: whether the password can be read on it, and whether the server is known to be the right one.
import { isIP } from 'node:net';
import type { ApplianceSettings } from '#appliance/settings';
import { CheckFailure } from './check.ts';

type DirectorySettings = NonNullable<ApplianceSettings['dogtag']>['directory'];

/** Throws CheckFailure, a warning, when a password crosses a network that others may read. Nobody is asked. */
export function checkDirectoryTransport(directory: DirectorySettings): string {
  const { url, startTls, authentication, clientCertificate } = directory;
  if (url.protocol === 'ldapi:')
    return `a Unix socket${authentication === 'external' ? ', known by the user of this process' : ''}`;
  const isTls = url.protocol === 'ldaps:' || startTls;
  if (isTls) {
    const how = url.protocol === 'ldaps:' ? 'ldaps' : 'StartTLS';
    const trust = directory.caCertificateFile === null ? 'CAs that Node.js trusts' : directory.caCertificateFile;
    return `${how}, trusting ${trust}${clientCertificate === null ? '' : ', with a client certificate'}`;
  }
  if (isLoopback(url.hostname)) return 'without TLS, on this machine';
  throw new CheckFailure(
    'warning',
    `goes to ${url.host} without TLS: the password and all that is read can be seen and changed on the way`,
    'use ldaps:// or set "dogtag.directory.startTls", with "dogtag.directory.caCertificateFile"',
  );
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
