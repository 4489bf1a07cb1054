// How the REST interface says no: Dogtag's exceptions as entities, and every code of the authority in its words.
import { type BodyForm, encodeJsonBody, encodeXmlBody, exception, type NamedText } from '#codecs/dogtag-rest';
import { escapeScriptText } from '#codecs/dogtag-servlets';
import { formatHexIdentifier } from '#codecs/dogtag-text';
import type { CaError } from '../../contract.ts';
import type { GatewayResponse } from '../../routing/operation.ts';
import { bodyContentTypes } from './body-content-types.ts';

/** Answers that are no entity of the operation; thrown by operations, encoded in the form that the client asked for. */
export class RestRefusal extends Error {
  readonly encode: (form: BodyForm) => GatewayResponse;
  constructor(message: string, encode: (form: BodyForm) => GatewayResponse) {
    super(message);
    this.name = 'RestRefusal';
    this.encode = encode;
  }
}

/** Python clients choose their own exception by this class. */
type ExceptionClass =
  | 'base.BadRequestException'
  | 'base.UnauthorizedException'
  | 'base.ForbiddenException'
  | 'base.ResourceNotFoundException'
  | 'base.ConflictingOperationException'
  | 'base.HTTPGoneException'
  | 'base.ServiceUnavailableException'
  | 'base.PKIException'
  | 'cert.CertNotFoundException'
  | 'request.RequestNotFoundException';

function refusal(
  status: number,
  className: ExceptionClass,
  message: string,
  attributes: readonly NamedText[] = [],
): RestRefusal {
  return new RestRefusal(message, (form) => {
    const body = { attributes, className: `com.netscape.certsrv.${className}`, code: status, message };
    const text = form === 'json' ? encodeJsonBody(exception, body) : encodeXmlBody(exception, body);
    return { status, headers: { 'Content-Type': bodyContentTypes[form] }, body: Buffer.from(text) };
  });
}

export const badRequest = (message: string) => refusal(400, 'base.BadRequestException', message);
export const badRequestData = (message: string) => badRequest(`Bad request data: ${message}`);
export const unauthorized = (message: string) => refusal(401, 'base.UnauthorizedException', message);
export const forbidden = (message: string) => refusal(403, 'base.ForbiddenException', message);
export const resourceNotFound = (message: string) => refusal(404, 'base.ResourceNotFoundException', message);
export const conflict = (message: string) => refusal(409, 'base.ConflictingOperationException', message);
export const gone = (message: string) => refusal(410, 'base.HTTPGoneException', message);
export const tooLarge = (message: string) => refusal(413, 'base.PKIException', message);
export const failure = (message: string) => refusal(500, 'base.PKIException', message);
export const unavailable = (message: string) => refusal(503, 'base.ServiceUnavailableException', message);

export function certificateNotFound(id: bigint): RestRefusal {
  const message = `Certificate ID ${formatHexIdentifier(id)} not found`;
  return refusal(404, 'cert.CertNotFoundException', message, [{ name: 'certId', value: String(id) }]);
}

export function requestNotFound(id: bigint): RestRefusal {
  const message = `Request ID ${formatHexIdentifier(id)} not found`;
  return refusal(404, 'request.RequestNotFoundException', message, [{ name: 'requestId', value: String(id) }]);
}

/** Dogtag escapes the name as for its pages here, too (ProfileSubmitServlet and the processors share the message). */
export function unknownProfile(id: string): RestRefusal {
  return badRequestData(`Profile ${escapeScriptText(id)} Not Found`);
}

/** What RESTEasy answers when a path segment or query parameter is no value of its type: nothing at all. */
export function unreadableParameter(): RestRefusal {
  return new RestRefusal('a parameter cannot be read', () => emptyAnswer(404));
}

export function emptyAnswer(status: number, headers: GatewayResponse['headers'] = {}): GatewayResponse {
  return { status, headers, body: Buffer.alloc(0) };
}

/** For every code of the authority; operations with words of their own for a code look at it before. */
export function refusalOfCaError(error: CaError): RestRefusal {
  const { code, message } = error;
  switch (code) {
    case 'malformed-request':
    case 'bad-proof-of-possession':
      return badRequest(message);
    case 'unknown-profile':
      return error.subject === null ? badRequestData(message) : unknownProfile(error.subject);
    case 'disabled-profile':
    case 'wrong-request-state':
      return badRequestData(message);
    case 'authentication-required':
      return unauthorized(`Authentication failed: ${message}`);
    case 'not-authorized':
      return unauthorized(message);
    case 'unknown-authority':
    case 'unknown-issuing-point':
      return resourceNotFound(message);
    case 'disabled-authority':
      return conflict(message);
    case 'unknown-request':
      return notFoundById(error, requestNotFound);
    case 'unknown-certificate':
      return notFoundById(error, certificateNotFound);
    case 'already-revoked':
    case 'not-on-hold':
      return badRequest(message);
    case 'malformed-edit':
      return failure(`Property Error - ${message}`);
    case 'edit-rejected':
      // The place holder is Dogtag's own: it fills only the first of two.
      return badRequest(`Request ${message} Rejected - {1}`);
    case 'issuance-refused':
      return failure(`Server Internal Error: ${message}`);
    case 'unsupported-profile':
      return failure(message);
    case 'pen-elsewhere':
    case 'signer-unavailable':
    case 'store-unavailable':
      return unavailable('The certificate authority cannot do this at the moment');
    case 'internal':
      return failure('Internal Server Error');
  }
}

function notFoundById({ message, subject }: CaError, encode: (id: bigint) => RestRefusal): RestRefusal {
  return subject !== null && /^-?[0-9]{1,400}$/.test(subject) ? encode(BigInt(subject)) : resourceNotFound(message);
}
