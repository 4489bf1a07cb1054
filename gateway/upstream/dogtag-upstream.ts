// Chooses, per request, the way to Dogtag that carries the client's identity furthest (docs/decisions/0110).
import { X509Certificate } from 'node:crypto';
import { type AjpUpstreamSettings, createAjpUpstream } from './ajp-upstream.ts';
import { createHttpUpstream, type HeldIdentity } from './http-upstream.ts';
import { type Upstream, UpstreamError, type UpstreamLimits, type UpstreamRequest } from './upstream.ts';

export interface DogtagUpstreamSettings {
  readonly httpsUrl: URL;
  readonly httpUrl: URL;
  /** The name in Dogtag's own certificate. */
  readonly hostName: string;
  readonly trustPem: readonly string[];
  /** Null when Dogtag has no AJP connector for us. */
  readonly ajp: Omit<AjpUpstreamSettings, 'limits'> | null;
  /** Certificates whose keys we hold; a client that presents one of them is forwarded over TLS in its name. */
  readonly identities: readonly HeldIdentity[];
  readonly limits: UpstreamLimits;
}

/**
 * Plain clients go to Dogtag's plain connector. TLS clients go over AJP, which carries any certificate; without AJP, or
 * when the head is too large for it, over TLS as the identity whose certificate the client presented, else anonymously.
 */
export function createDogtagUpstream(settings: DogtagUpstreamSettings): Upstream {
  const { limits, trustPem, hostName: serverName } = settings;
  const plain = createHttpUpstream({ url: settings.httpUrl, limits, tls: null });
  const secure = (identity: HeldIdentity | null) =>
    createHttpUpstream({ url: settings.httpsUrl, limits, tls: { serverName, trustPem, identity } });
  const anonymous = secure(null);
  const byFingerprint = new Map(
    settings.identities.map((identity) => [fingerprintOf(identity), secure(identity)] as const),
  );
  const ajp = settings.ajp === null ? null : createAjpUpstream({ ...settings.ajp, limits });
  const overTls = (request: UpstreamRequest) => {
    const { certificate } = request.client;
    return (certificate === null ? undefined : byFingerprint.get(certificate.fingerprint)) ?? anonymous;
  };
  return {
    send: async (request) => {
      if (!request.client.isSecure) return await plain.send(request);
      if (ajp === null) return await overTls(request).send(request);
      try {
        return await ajp.send(request);
      } catch (error) {
        // An identity whose key we don't hold would be lost on the way round; then the client is told that its head is too large.
        const isLost = request.client.certificate !== null && overTls(request) === anonymous;
        if (!(error instanceof UpstreamError && error.code === 'head-too-large') || isLost) throw error;
        return await overTls(request).send(request);
      }
    },
    close: () => {
      for (const upstream of [plain, anonymous, ...byFingerprint.values()]) upstream.close();
      ajp?.close();
    },
  };
}

function fingerprintOf({ certificatePem }: HeldIdentity): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase();
}
