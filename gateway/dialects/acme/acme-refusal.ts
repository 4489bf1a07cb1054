// What ACME clients are told while Dogtag's responder cannot be reached, so that they try again later, and when there is none: a problem document
// (RFC 8555 section 6.7). FreeIPA takes the status for that of a responder that is switched off.
import type { GatewayResponse } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';

/** Clients that heed it wait so long before they ask again. */
const retryAfterSeconds = 60;

export function createAcmeRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'upstream-unavailable':
        return problem('The ACME service cannot be reached at the moment', {
          'Retry-After': String(retryAfterSeconds),
        });
      case 'no-upstream':
        return problem('There is no ACME service behind this server', {});
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}

function problem(detail: string, headers: GatewayResponse['headers']): GatewayResponse {
  const document = { type: 'urn:ietf:params:acme:error:serverInternal', detail, status: 503 };
  return {
    status: 503,
    headers: { 'Content-Type': 'application/problem+json', ...headers, 'Cache-Control': 'no-store' },
    body: Buffer.from(JSON.stringify(document)),
  };
}
