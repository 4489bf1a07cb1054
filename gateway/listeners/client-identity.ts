// Who is at the other end of a connection: the same value whichever listener took it, and never from a header.
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface ClientIdentity {
  /** True when the client reached us over TLS. */
  readonly isSecure: boolean;
  /** The certificate that the client proved to hold and that verifies under this installation's authority; else null. */
  readonly certificate: ClientCertificate | null;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly tlsProtocol: string | null;
  /** Standard name, such as `TLS_AES_128_GCM_SHA256`. */
  readonly tlsCipher: string | null;
  /** True when a web server speaks for the client over AJP, whose packets alone limit a request's head. */
  readonly viaWebServer?: boolean;
}

export interface ClientCertificate {
  readonly der: Buffer;
  readonly pem: string;
  /** SHA-256 of the DER in hexadecimal, for looking up what has been decided about this certificate. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const mappedAddressPrefix = '::ffff:';
const identities = new WeakMap<Socket, ClientIdentity>();

/** The identity of a connection; found out once per connection. */
export function clientIdentityOf(socket: Socket): ClientIdentity {
  const known = identities.get(socket);
  if (known !== undefined) return known;
  const identity = establishIdentity(socket);
  identities.set(socket, identity);
  return identity;
}

function establishIdentity(socket: Socket): ClientIdentity {
  const address = socket.remoteAddress ?? '';
  const tls = socket instanceof TLSSocket ? socket : null;
  // Presence alone proves nothing: `authorized` says that the chain, the dates and the purpose verified.
  const presented = tls?.authorized === true ? tls.getPeerX509Certificate() : undefined;
  return {
    isSecure: tls !== null,
    certificate: presented === undefined ? null : describeCertificate(presented),
    remoteAddress: plainAddress(address),
    remotePort: socket.remotePort ?? 0,
    tlsProtocol: tls?.getProtocol() ?? null,
    tlsCipher: tls?.getCipher()?.standardName ?? null,
  };
}

/** IPv4 addresses in dotted form even when the socket is an IPv6 one. */
export function plainAddress(address: string): string {
  return address.startsWith(mappedAddressPrefix) ? address.slice(mappedAddressPrefix.length) : address;
}

export function describeCertificate(certificate: X509Certificate): ClientCertificate {
  return {
    der: certificate.raw,
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}
