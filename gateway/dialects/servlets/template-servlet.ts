// Servlets of the template dialect: header, fixed values and records as XML, or in a page for people.
import {
  encodeTemplatePage,
  encodeTemplateXml,
  type TemplateAnswer,
  templatePagePieces,
  templateXmlPieces,
} from '#codecs/dogtag-servlets';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { joinInTurns } from '../in-turns.ts';
import { type ServletCall, wantsXml } from './servlet-call.ts';
import { type FaultName, faultOf, ServletFault } from './servlet-fault.ts';

const faultStatuses: Readonly<Record<FaultName, string>> = { unexpectedError: '7', errorDetails: '6' };
const authorityName = 'Certificate Manager';

/** May throw ServletFault or CaError; both are told as the servlet's kind of fault. */
export function templateHandler(
  operation: (call: ServletCall) => Promise<GatewayResponse>,
  faultName: FaultName,
  settings: DialectContext,
): OperationHandler {
  return async (request, caller, ra) => {
    try {
      return await operation({ request, caller, ra, settings });
    } catch (error) {
      const fault = faultOf(error, settings.product.containerName);
      return fault instanceof ServletFault ? answerFault(request, fault.faultName ?? faultName, fault.message) : fault;
    }
  };
}

export function answerTemplate(request: GatewayRequest, title: string, answer: TemplateAnswer): GatewayResponse {
  return wantsXml(request) ? xmlAnswer(encodeTemplateXml(answer)) : answerTemplatePage(title, answer);
}

/** `more` is markup at the end of the page. */
export function answerTemplatePage(
  title: string,
  answer: TemplateAnswer,
  more: readonly string[] = [],
): GatewayResponse {
  return pageAnswer(encodeTemplatePage(title, answer, more));
}

/** As `answerTemplate`, for lists, which may be long. */
export async function answerTemplateList(
  request: GatewayRequest,
  title: string,
  answer: TemplateAnswer,
): Promise<GatewayResponse> {
  return wantsXml(request)
    ? xmlAnswer(await joinInTurns(templateXmlPieces(answer)))
    : await answerTemplateListPage(title, answer);
}

export async function answerTemplateListPage(title: string, answer: TemplateAnswer): Promise<GatewayResponse> {
  return pageAnswer(await joinInTurns(templatePagePieces(title, answer)));
}

function xmlAnswer(text: string): GatewayResponse {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: Buffer.from(text) };
}

function pageAnswer(text: string): GatewayResponse {
  return { status: 200, headers: { 'Content-Type': 'text/html' }, body: Buffer.from(text) };
}

/** All that Dogtag says to those who may not do what they ask for. */
export function answerNothing(): GatewayResponse {
  return { status: 200, headers: {}, body: Buffer.alloc(0) };
}

function answerFault(request: GatewayRequest, name: FaultName, message: string): GatewayResponse {
  return answerTemplate(request, 'Problem Processing Your Request', {
    header: [],
    fixed: [
      [name, message],
      ['authorityName', authorityName],
      ['requestStatus', faultStatuses[name]],
    ],
    records: [],
  });
}

export function createTemplateRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'authentication-required': {
        const anonymous = 'You did not provide a valid certificate for this operation';
        // This one asks who it is where it looks at its parameters.
        const faultName = request.operation === 'servlet-release-certificates' ? 'errorDetails' : 'unexpectedError';
        return answerFault(request, faultName, refusal.hasCertificate ? 'Invalid Credential.' : anonymous);
      }
      case 'not-authorized':
        return answerNothing();
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}
