// Servlets of Dogtag's that answer with the container's pages, or nearly so: SCEP, the connector of registration authorities, and a word of life.
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import { errorPage } from '../container/error-page.ts';
import type { DialectContext } from '../dialect-settings.ts';

/** SCEP is off, as in a plain installation of Dogtag's: it issues to whoever knows a password of one use. */
export function scepHandler({ product: { containerName } }: DialectContext): OperationHandler {
  return async () => errorPage(500, containerName, 'SCEP support is disabled.');
}

/** Requests in Dogtag's own form, which only another Dogtag passes on: none is taken here. Who may not do so has learnt nothing so far. */
export function connectorHandler({ product: { containerName } }: DialectContext): OperationHandler {
  return async ({ method }: GatewayRequest) =>
    method === 'POST'
      ? errorPage(400, containerName, 'Requests of registration authorities are not taken here')
      : errorPage(405, containerName);
}

/** Dogtag's word of life, which only reads. */
export function startHandler({ product: { containerName } }: DialectContext): OperationHandler {
  return async ({ method }) => {
    if (method === 'OPTIONS') return { status: 200, headers: { Allow: 'GET, HEAD, OPTIONS' }, body: Buffer.alloc(0) };
    return method === 'GET' || method === 'HEAD' ? started() : errorPage(405, containerName);
  };
}

function started(): GatewayResponse {
  const told = 'CMS is started!';
  const body = `<html><head><title>${told}</title></head><body><h1>${told}</h1></body></html>`;
  return { status: 200, headers: { 'Content-Type': 'text/html;charset=ISO-8859-1' }, body: Buffer.from(body) };
}
