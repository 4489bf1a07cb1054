// Servlets of the XMLResponse dialect, which programs use: certmonger submits with it, installers ask for status and chain.
import { encodeJsonResponse, encodeXmlResponse, type XmlResponseItem } from '#codecs/dogtag-servlets';
import type { GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import type { ReleaseTraits } from '../release.ts';
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

export function xmlResponseError(message: string, status = '1'): readonly XmlResponseItem[] {
  return [
    ['Status', status],
    ['Error', message],
  ];
}

/** What the servlets of installation say to who has shown nothing that would do; one of them otherwise in 11.x. */
export function notAuthenticated(
  path: string,
  { entities }: Pick<ReleaseTraits, 'entities'>,
): readonly XmlResponseItem[] {
  return xmlResponseError(inWordsOf(path, entities, 'Not authenticated'), '2');
}

function inWordsOf(path: string, entities: ReleaseTraits['entities'], message: string): string {
  return entities === 'jackson' && path.endsWith('/updateDomainXML') ? message : `Error: ${message}`;
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

export function createXmlResponseRefusalEncoder({
  product: { containerName },
  release,
}: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    if (request.operation === 'servlet-update-domain-xml') {
      const { path } = request;
      if (refusal.kind === 'authentication-required') return answerXmlResponse(notAuthenticated(path, release));
      if (refusal.kind === 'not-authorized')
        return answerXmlResponse(xmlResponseError(inWordsOf(path, release.entities, 'Not authorized')));
    }
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
