// Servlets of the argset dialect: nested sets and lists as XML, or in a page for people.
import { type ArgsetSet, encodeArgsetPage, encodeArgsetXml } from '#codecs/dogtag-servlets';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { type ServletCall, wantsXml } from './servlet-call.ts';
import { faultOf, ServletFault } from './servlet-fault.ts';
import { createTemplateRefusalEncoder } from './template-servlet.ts';

/** May throw ServletFault or CaError; both become an error with its reason. */
export function argsetHandler(
  title: string,
  operation: (call: ServletCall) => Promise<ArgsetSet>,
  settings: DialectContext,
): OperationHandler {
  return async (request, caller, ra) => {
    try {
      return answerArgset(request, title, await operation({ request, caller, ra, settings }));
    } catch (error) {
      const fault = faultOf(error, settings.product.containerName);
      return fault instanceof ServletFault ? answerArgset(request, title, argsetError(fault.message)) : fault;
    }
  };
}

export function argsetError(reason: string): ArgsetSet {
  return {
    set: [
      ['errorCode', '1'],
      ['errorReason', reason],
    ],
  };
}

function answerArgset(request: GatewayRequest, title: string, output: ArgsetSet): GatewayResponse {
  return wantsXml(request)
    ? { status: 200, headers: { 'Content-Type': 'text/xml' }, body: Buffer.from(encodeArgsetXml(output)) }
    : answerArgsetPage(title, output);
}

export function answerArgsetPage(title: string, output: ArgsetSet): GatewayResponse {
  const body = Buffer.from(encodeArgsetPage(title, output));
  return { status: 200, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body };
}

export function createArgsetRefusalEncoder(settings: DialectContext): RefusalEncoder {
  const { containerName } = settings.product;
  const asTemplate = createTemplateRefusalEncoder(settings);
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'authentication-required': {
        // The agents' list asks who it is before it has a dialect of its own.
        if (request.operation === 'servlet-agent-profile-list') return asTemplate(refusal, request);
        const reason =
          request.operation === 'servlet-profile-process' ? processorReason(refusal) : 'Authentication Error';
        return answerArgset(request, 'Authentication Error', argsetError(reason));
      }
      case 'not-authorized':
        return answerArgset(request, 'Authorization Error', argsetError('Authorization Error'));
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}

/** Decisions go through the part of Dogtag that REST uses too, and it has other words. */
function processorReason({ hasCertificate }: { readonly hasCertificate: boolean }): string {
  return hasCertificate ? 'Invalid Credential.' : 'You did not provide a valid certificate for this operation';
}
