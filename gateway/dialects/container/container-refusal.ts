// Refusals in the words of the servlet container: paths that no application knows, and logins.
import { consolePath } from '../../routing/console-paths.ts';
import type { GatewayResponse } from '../../routing/operation.ts';
import type { Refusal, RefusalEncoder } from '../../routing/refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { deprecationHeaders } from '../release.ts';
import { consoleRefusal } from './console-refusal.ts';
import { errorPage } from './error-page.ts';

const empty = Buffer.alloc(0);

/** Resources of version 2 that are servlets with paths below them; elsewhere its paths are the container's. */
const version2Servlet =
  /^\/(?:ca|kra)\/v2\/(?:account|admin\/(?:users|groups|kraconnector)|agent\/(?:certs|certrequests|keys|keyrequests)|audit|authorities|certrequests|certs|config\/(?:cert|features)|jobs|profiles|securityDomain|selftests)(?:\/|$)/;

export function createContainerRefusalEncoder({ product, release }: DialectContext): RefusalEncoder {
  const version1Path =
    release.entities === 'jaxb' ? /^\/+(?:ca|kra|pki)\/+rest(?:\/|$)/ : /^\/+(?:ca|kra|pki)\/+(?:rest|v1)(?:\/|$)/;
  const headers = release.deprecatesVersion1 ? deprecationHeaders : {};
  return (refusal, request) => {
    if (request.operation === 'servlet-connector') {
      if (refusal.kind === 'authentication-required') return errorPage(401, product.containerName);
      if (refusal.kind === 'not-authorized') return { status: 200, headers: {}, body: empty };
    }
    if (refusal.kind === 'no-upstream' && consolePath.test(request.path)) return consoleRefusal();
    // Below rest/ it is the applications' framework that knows no such path, and it says nothing about it.
    if (refusal.kind === 'not-found' && version1Path.test(request.path)) return { status: 404, headers, body: empty };
    if (refusal.kind === 'not-found' && release.hasVersion2 && version2Servlet.test(request.path))
      return { status: 404, headers: { 'Content-Type': 'application/json' }, body: empty };
    return encodeContainerRefusal(refusal, request.path, product.containerName);
  };
}

/** The page or redirect for any refusal. */
export function encodeContainerRefusal(refusal: Refusal, path: string, containerName: string): GatewayResponse {
  switch (refusal.kind) {
    case 'authentication-required':
      return withHeaders(errorPage(401, containerName), {
        'WWW-Authenticate': `Basic realm="${path.startsWith('/acme/') ? 'ACME' : 'Certificate Authority'}"`,
      });
    case 'not-authorized':
      return errorPage(403, containerName);
    case 'not-found':
      return errorPage(404, containerName, `The requested resource [${path}] is not available`);
    case 'method-not-allowed':
      return withHeaders(errorPage(405, containerName), { Allow: refusal.allow.join(', ') });
    case 'confidential-required':
      return { status: 302, headers: { Location: refusal.location }, body: empty };
    case 'body-too-large':
      return errorPage(413, containerName);
    case 'malformed-request':
      return errorPage(400, containerName, refusal.message);
    case 'switched-off':
    case 'upstream-unavailable':
      return errorPage(503, containerName);
    case 'no-upstream':
      return errorPage(503, containerName, 'The application is not behind this server');
    case 'internal':
      return errorPage(500, containerName, `Request ${refusal.requestId}`);
  }
}

function withHeaders(page: GatewayResponse, headers: GatewayResponse['headers']): GatewayResponse {
  return { ...page, headers: { ...headers, ...page.headers } };
}
