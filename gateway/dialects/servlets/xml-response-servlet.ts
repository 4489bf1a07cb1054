// Servlets of the XMLResponse dialect, which programs use: certmonger submits with it, installers ask for status and chain.
import { encodeJsonResponse, encodeXmlResponse, type XmlResponseItem } from '#codecs/dogtag-servlets';
import type { GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import type { ServletCall } from './servlet-call.ts';
import { faultOf, ServletFault } from './servlet-fault.ts';

/** May throw ServletFault or CaError; both become status 1 with their message, in XML whatever the answer would have been in. */
export function xmlResponseHandler(
  operation: (call: ServletCall) => Promise<readonly XmlResponseItem[]>,
  settings: DialectContext,
  answer: (items: readonly XmlResponseItem[]) => GatewayResponse = answerXmlResponse,
): OperationHandler {
  return async (request, caller, ra) => {
    try {
      return answer(await operation({ request, caller, ra, settings }));
    } catch (error) {
      const fault = faultOf(error, settings.product.containerName);
      return fault instanceof ServletFault ? answerXmlResponse(xmlResponseError(fault.message)) : fault;
    }
  };
}

export function xmlResponseError(message: string): readonly XmlResponseItem[] {
  return [
    ['Status', '1'],
    ['Error', message],
  ];
}

export function answerXmlResponse(items: readonly XmlResponseItem[]): GatewayResponse {
  const body = Buffer.from(encodeXmlResponse(items));
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

/** What clients read before they know anything is JSON from 11.0 on, with the members that XML has as elements. */
export function answerJsonResponse(items: readonly XmlResponseItem[]): GatewayResponse {
  const body = Buffer.from(encodeJsonResponse(items));
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

export function createXmlResponseRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'authentication-required':
        return answerXmlResponse(xmlResponseError('Invalid Credential.'));
      case 'not-authorized':
        return answerXmlResponse(xmlResponseError('Authorization Error'));
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}
