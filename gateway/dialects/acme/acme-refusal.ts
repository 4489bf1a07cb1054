// What ACME clients are told while Dogtag's responder cannot be reached, so that they try again later, and when there is none: a problem document
// (RFC 8555 section 6.7). FreeIPA takes the status for that of a responder that is switched off, which says so in a text of its own.
import type { GatewayResponse } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import { errorPage } from '../container/error-page.ts';
import type { DialectContext } from '../dialect-settings.ts';

/** Clients that heed it wait so long before they ask again. */
const retryAfterSeconds = 60;

export function createAcmeRefusalEncoder({ product: { containerName }, release }: DialectContext): RefusalEncoder {
  const isLater = release.entities === 'jackson';
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'upstream-unavailable':
        return acmeProblem(503, 'The ACME service cannot be reached at the moment', {
          'Retry-After': String(retryAfterSeconds),
        });
      case 'no-upstream':
        return acmeProblem(503, 'There is no ACME service behind this server');
      case 'switched-off':
        // Dogtag 10.x has the status say it all.
        return { status: 503, headers: {}, body: Buffer.from(isLater ? 'ACME service is disabled' : '') };
      case 'method-not-allowed':
        return emptyRefusal(405, isLater, { Allow: isLater ? ': POST' : refusal.allow.join(', ') });
      case 'not-authorized':
        return errorPage(403, containerName, 'Access to the requested resource has been denied');
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}

/** From 11.0 on an answer names its type even where it says nothing. */
function emptyRefusal(status: number, isLater: boolean, headers: GatewayResponse['headers']): GatewayResponse {
  const type: GatewayResponse['headers'] = isLater ? { 'Content-Type': 'application/json' } : {};
  return { status, headers: { ...headers, ...type }, body: Buffer.alloc(0) };
}

/** RFC 8555 section 6.7, RFC 7807. `detail` is told to the client. */
export function acmeProblem(
  status: 500 | 503,
  detail: string,
  headers: GatewayResponse['headers'] = {},
): GatewayResponse {
  const document = { type: 'urn:ietf:params:acme:error:serverInternal', detail, status };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers, 'Cache-Control': 'no-store' },
    body: Buffer.from(JSON.stringify(document)),
  };
}
