// What ACME clients are told while Dogtag's responder cannot be reached: a problem document (RFC 8555 section 6.7), so that they try again later.
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';

/** Clients that heed it wait so long before they ask again. */
const retryAfterSeconds = 60;

export function createAcmeRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    if (refusal.kind !== 'upstream-unavailable') return encodeContainerRefusal(refusal, request.path, containerName);
    const problem = {
      type: 'urn:ietf:params:acme:error:serverInternal',
      detail: 'The ACME service cannot be reached at the moment',
      status: 503,
    };
    return {
      status: 503,
      headers: {
        'Content-Type': 'application/problem+json',
        'Retry-After': String(retryAfterSeconds),
        'Cache-Control': 'no-store',
      },
      body: Buffer.from(JSON.stringify(problem)),
    };
  };
}
