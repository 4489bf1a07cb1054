// Dogtag's dialects: a handler for every operation that can be answered natively, and refusals in each dialect's words.
import type { OperationHandlers } from '../routing/operation.ts';
import type { RefusalEncoders } from '../routing/refusal.ts';
import { routesOfRelease } from '../routing/rest-version-2.ts';
import type { Route } from '../routing/route-table.ts';
import { createAcmeHandlers } from './acme/acme-administration.ts';
import { createAcmeRefusalEncoder } from './acme/acme-refusal.ts';
import { createContainerRefusalEncoder } from './container/container-refusal.ts';
import { type DialectSettings, readDialectSettings } from './dialect-settings.ts';
import { createOcspRefusalEncoder, ocspHandler } from './ocsp/answer-ocsp.ts';
import { createRestHandlers, createRestRefusalEncoder } from './rest/index.ts';
import {
  createArgsetRefusalEncoder,
  createServletHandlers,
  createTemplateRefusalEncoder,
  createTokenRefusalEncoder,
  createXmlResponseRefusalEncoder,
} from './servlets/index.ts';

export {
  type DialectSettings,
  dogtag10,
  dogtag11,
  type KeyArchival,
  type ProductDescription,
} from './dialect-settings.ts';

export { traitsOfRelease } from './release.ts';

export interface Dialects {
  readonly handlers: OperationHandlers;
  readonly refusalEncoders: RefusalEncoders;
  /** Which paths this release has. */
  readonly routes: readonly Route[];
  /** What its container says of every path that it guards: a shared cache must not keep the answer. */
  readonly guardedHeaders: Readonly<Record<string, string>>;
}

/** Both are free of state: one set serves any number of gateways with these settings. Throws RangeError for an unknown time zone. */
export function createDialects(settings: DialectSettings): Dialects {
  const context = readDialectSettings(settings);
  return {
    handlers: {
      ...createRestHandlers(context),
      ...createServletHandlers(context),
      ...createAcmeHandlers(context),
      ocsp: ocspHandler(context),
    },
    routes: routesOfRelease(context.release),
    guardedHeaders: {
      'Cache-Control': 'private',
      ...(context.release.expiresGuardedPaths ? { Expires: 'Thu, 01 Jan 1970 00:00:00 GMT' } : {}),
    },
    refusalEncoders: {
      rest: createRestRefusalEncoder(context, 'v1'),
      'rest-v2': createRestRefusalEncoder(context, 'v2'),
      'servlet-template': createTemplateRefusalEncoder(context),
      'servlet-argset': createArgsetRefusalEncoder(context),
      'servlet-token': createTokenRefusalEncoder(context),
      'servlet-xml-response': createXmlResponseRefusalEncoder(context),
      ocsp: createOcspRefusalEncoder(context),
      acme: createAcmeRefusalEncoder(context),
      container: createContainerRefusalEncoder(context),
    },
  };
}
