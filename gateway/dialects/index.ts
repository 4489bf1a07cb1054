// Dogtag's dialects: a handler for every operation that can be answered natively, and refusals in each dialect's words.
import type { OperationHandlers } from '../routing/operation.ts';
import type { RefusalEncoders } from '../routing/refusal.ts';
import { createContainerRefusalEncoder } from './container/container-refusal.ts';
import { type DialectSettings, readDialectSettings } from './dialect-settings.ts';
import { createOcspRefusalEncoder, ocspHandler } from './ocsp/answer-ocsp.ts';
import { createRestHandlers, createRestRefusalEncoder } from './rest/index.ts';
import {
  createArgsetRefusalEncoder,
  createServletHandlers,
  createTemplateRefusalEncoder,
  createXmlResponseRefusalEncoder,
} from './servlets/index.ts';

export { type DialectSettings, dogtag10, type KeyArchival, type ProductDescription } from './dialect-settings.ts';

export interface Dialects {
  readonly handlers: OperationHandlers;
  readonly refusalEncoders: RefusalEncoders;
}

/** Both are free of state: one set serves any number of gateways with these settings. Throws RangeError for an unknown time zone. */
export function createDialects(settings: DialectSettings): Dialects {
  const context = readDialectSettings(settings);
  return {
    handlers: { ...createRestHandlers(context), ...createServletHandlers(context), ocsp: ocspHandler(context) },
    refusalEncoders: {
      rest: createRestRefusalEncoder(context),
      'servlet-template': createTemplateRefusalEncoder(context),
      'servlet-argset': createArgsetRefusalEncoder(context),
      'servlet-xml-response': createXmlResponseRefusalEncoder(context),
      ocsp: createOcspRefusalEncoder(context),
      container: createContainerRefusalEncoder(context),
    },
  };
}
