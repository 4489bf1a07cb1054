// /ca/ocsp: OCSP over HTTP (RFC 6960 appendix A), as Dogtag's OCSPServlet answers it.
import { findBase64Bytes } from '#codecs/pem';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { asCaError } from '../ca-error.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import { errorPage } from '../container/error-page.ts';
import type { DialectContext } from '../dialect-settings.ts';

/** Dogtag's own limit (MaxRequestSize of its servlet). */
const requestBytesMax = 5_000;
/** Nothing at all is what Dogtag says to a request that it cannot read or has no authority for. */
const nothing: GatewayResponse = { status: 200, headers: {}, body: Buffer.alloc(0) };

export function ocspHandler({ product: { containerName } }: DialectContext): OperationHandler {
  return async (request, _caller, ra) => {
    const requestDer = request.method === 'POST' ? request.body : requestInPath(request);
    if (requestDer === null || requestDer.length === 0 || requestDer.length > requestBytesMax) return nothing;
    try {
      const responseDer = await ra.answerOcsp(requestDer);
      if (responseDer === null) return nothing;
      const headers = { 'Content-Type': 'application/ocsp-response' };
      return { status: 200, headers, body: Buffer.from(responseDer) };
    } catch (error) {
      // A client that gets no answer asks elsewhere or later; an empty one would be final.
      return errorPage(asCaError(error).code === 'internal' ? 500 : 503, containerName);
    }
  };
}

/** Base64 in the rest of the path, percent-encoded or not: its slashes and plus signs come either way. */
function requestInPath({ parameters }: GatewayRequest): Buffer | null {
  try {
    return findBase64Bytes(decodeURIComponent(parameters.encoded ?? ''));
  } catch {
    return null;
  }
}

export function createOcspRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) =>
    refusal.kind === 'not-authorized' || refusal.kind === 'authentication-required'
      ? nothing
      : encodeContainerRefusal(refusal, request.path, containerName);
}
