// Whether a forward request is taken at all, and who its client is: a shared secret first, then what Tomcat asks of attributes.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { AjpError, type AjpForwardRequest } from '#codecs/ajp13';
import type { Log } from '#platform';
import { type ClientCertificate, type ClientIdentity, plainAddress } from './client-identity.ts';
import { NotVouchedFor, type VouchedCertificates } from './vouched-certificates.ts';

export interface AdmissionRules {
  /** What every request must show. Null takes requests of anybody, and certificates of nobody. */
  readonly secret: string | null;
  /** Names of request attributes that are let in besides those that the protocol and Tomcat know (`allowedRequestAttributesPattern`). */
  readonly allowedAttributes: RegExp | null;
  readonly certificates: Pick<VouchedCertificates, 'accept'>;
  readonly log: Log;
}

/** The client, or why the request is answered 403. */
export type Admission = { readonly client: ClientIdentity } | { readonly reason: string };

/** Attributes that Tomcat takes from any web server. Nothing here reads them. */
const harmlessAttributes: ReadonlySet<string> = new Set([
  'JK_LB_ACTIVATION',
  'javax.servlet.request.cipher_suite',
  'javax.servlet.request.key_size',
  'javax.servlet.request.ssl_session',
  'javax.servlet.request.X509Certificate',
  'CERT_ISSUER',
  'CERT_SUBJECT',
  'CERT_COOKIE',
  'HTTPS_SERVER_SUBJECT',
  'CERT_FLAGS',
  'HTTPS_SECRETKEYSIZE',
  'CERT_SERIALNUMBER',
  'HTTPS_SERVER_ISSUER',
  'HTTPS_KEYSIZE',
]);
const chainAttribute = /^SSL_CLIENT_CERT_CHAIN_\d{1,2}$/;

/** Throws AjpError malformed-packet when there is no telling who the client is. */
export function createAdmission(rules: AdmissionRules): (request: AjpForwardRequest) => Admission {
  const isSecret = rules.secret === null ? null : secretComparer(rules.secret);
  return (request) => {
    // Before anything else, so that nobody without it learns from our answers.
    if (isSecret !== null && !isSecret(request.secret ?? '')) return { reason: 'the secret is missing or wrong' };
    for (let index = 0; index < request.otherAttributes.length; index += 2) {
      const name = request.otherAttributes[index] ?? '';
      if (!harmlessAttributes.has(name) && rules.allowedAttributes?.test(name) !== true)
        return { reason: `the request attribute ${JSON.stringify(name.slice(0, 60))} is not allowed` };
    }
    if (isIP(request.remoteAddress) === 0)
      throw new AjpError('malformed-packet', 'an AJP request from an address that is none');
    return { client: clientOf(request, isSecret === null ? null : certificateOf(request, rules)) };
  };
}

/** Neither the user that the web server names nor any header counts; what is not over TLS has no certificate. */
function clientOf(request: AjpForwardRequest, certificate: ClientCertificate | null): ClientIdentity {
  const { isSecure } = request;
  return {
    isSecure,
    certificate,
    remoteAddress: plainAddress(request.remoteAddress),
    remotePort: request.remotePort,
    tlsProtocol: isSecure ? request.tlsProtocol : null,
    tlsCipher: isSecure ? request.tlsCipher : null,
    viaWebServer: true,
  };
}

function certificateOf(request: AjpForwardRequest, { certificates, log }: AdmissionRules): ClientCertificate | null {
  const { clientCertificatePem, isSecure, otherAttributes } = request;
  if (clientCertificatePem === null || clientCertificatePem === '' || !isSecure) return null;
  const chain = otherAttributes.filter(
    (_, index) => index % 2 === 1 && chainAttribute.test(otherAttributes[index - 1] ?? ''),
  );
  try {
    return certificates.accept([clientCertificatePem, ...chain].join('\n'));
  } catch (error) {
    if (!(error instanceof NotVouchedFor)) throw error;
    // As Tomcat does with one that it cannot read: the client is nobody.
    log.warn('a client certificate counts for nothing', {
      remoteAddress: request.remoteAddress,
      reason: error.message,
    });
    return null;
  }
}

/** Takes as long for a wrong secret as for the right one: digests are of one length. */
function secretComparer(secret: string): (shown: string) => boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  const expected = digest(Buffer.from(secret, 'utf8'));
  return (shown) => timingSafeEqual(digest(Buffer.from(shown, 'latin1')), expected);
}
