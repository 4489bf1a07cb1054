// HTTPS with an optional client certificate, as Tomcat's `certificateVerification="optional"` gives Dogtag.
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Log } from '#platform';
import { type Listener, type ListenerParts, startListener } from './listener.ts';
import { serverOptionsFrom } from './listener-limits.ts';
import type { TlsCredentials } from './tls-credentials.ts';

export interface HttpsListener extends Listener {
  /** New handshakes use these from now on; connections that stand are not touched. Throws when OpenSSL refuses them. */
  replaceCredentials(credentials: TlsCredentials): void;
  /** Certificates under which client certificates must verify, from now on. */
  replaceClientTrust(clientTrustPem: readonly string[]): void;
}

export interface HttpsListenerParts extends ListenerParts {
  readonly credentials: TlsCredentials;
  /** PEM of the authority's certificate and those above it. */
  readonly clientTrustPem: readonly string[];
}

/** Throws ListenError, or OpenSSL's error when the credentials cannot be used. */
export async function startHttpsListener(parts: HttpsListenerParts): Promise<HttpsListener> {
  let { credentials, clientTrustPem } = parts;
  const contextOptions = () => ({
    cert: credentials.certificateChainPem,
    key: credentials.keyPem,
    ca: [...clientTrustPem],
    // A subordinate authority is a trust anchor of its own here; its root need not be at hand.
    allowPartialTrustChain: true,
    minVersion: 'TLSv1.2' as const,
    honorCipherOrder: true,
  });
  const server: Server = createServer({
    ...serverOptionsFrom(parts.limits),
    ...contextOptions(),
    handshakeTimeout: parts.limits.handshakeTimeoutMs,
    // The certificate is asked for in every handshake: nobody needs renegotiation (TLS 1.2) or post-handshake
    // authentication (TLS 1.3) later. Clients without one get in; what they may do is decided per operation.
    requestCert: true,
    rejectUnauthorized: false,
  });
  // Before the HTTP server's own listener, which would begin to read requests from the connection.
  server.prependListener('secureConnection', (socket) => refuseUnverified(socket, parts.log));
  const listener = await startListener(server, parts);
  return {
    ...listener,
    replaceCredentials: (next) => {
      credentials = next;
      server.setSecureContext(contextOptions());
    },
    replaceClientTrust: (next) => {
      clientTrustPem = next;
      server.setSecureContext(contextOptions());
    },
  };
}

/**
 * Dogtag ends the connection of a client whose certificate does not verify (unknown issuer, expired, not yet valid, not for
 * client authentication), rather than treating it as anonymous; so do we. Node cannot send TLS alerts of its own, so that
 * the client sees the connection end after the handshake instead of an alert within it.
 */
function refuseUnverified(socket: TLSSocket, log: Log): void {
  const presented = socket.getPeerX509Certificate();
  if (presented === undefined || socket.authorized) return;
  log.warn('refused a client certificate', {
    remoteAddress: socket.remoteAddress,
    subject: presented.subject,
    issuer: presented.issuer,
    reason: String(socket.authorizationError),
  });
  socket.destroy();
}
