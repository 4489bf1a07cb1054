// How the REST interface says no: Dogtag's exceptions as entities, and every code of the authority in its words.
import { encodeJsonBody, encodeXmlBody, exception, type NamedText } from '#codecs/dogtag-rest';
import { escapeScriptText } from '#codecs/dogtag-servlets';
import { formatHexIdentifier } from '#codecs/dogtag-text';
import type { CaError } from '../../contract.ts';
import type { GatewayResponse } from '../../routing/operation.ts';
import { RestRefusal } from './rest-dialect.ts';

export { RestRefusal };

/** Python clients choose their own exception by this class. */
type ExceptionClass =
  | 'base.BadRequestException'
  | 'base.UnauthorizedException'
  | 'base.ForbiddenException'
  | 'base.ResourceNotFoundException'
  | 'base.ConflictingOperationException'
  | 'base.HTTPGoneException'
  | 'base.RequestNotAcceptable'
  | 'base.ServiceUnavailableException'
  | 'base.PKIException'
  | 'system.ConnectorNotFoundException'
  | 'cert.CertNotFoundException'
  | 'profile.ProfileNotFoundException'
  | 'base.UserNotFoundException'
  | 'group.GroupNotFoundException'
  | 'request.RequestNotFoundException';

/** Results of the directory in its library's words, which have lost their full stop in 11.x. */
const directoryWords: ReadonlySet<string> = new Set([
  'No such object.',
  'No such attribute.',
  'Attribute or value exists.',
  'Entry already exists.',
]);

function refusal(
  status: number,
  className: ExceptionClass,
  message: string,
  attributes: readonly NamedText[] = [],
): RestRefusal {
  return new RestRefusal(message, (form, { json, contentTypes, encodeText, entities }) => {
    const said = entities === 'jackson' && directoryWords.has(message) ? message.slice(0, -1) : message;
    const body = { attributes, className: `com.netscape.certsrv.${className}`, code: status, message: said };
    const text = form === 'json' ? encodeJsonBody(exception, body, json) : encodeXmlBody(exception, body);
    return { status, headers: { 'Content-Type': contentTypes[form] }, body: encodeText(text, false) };
  });
}

export const badRequest = (message: string) => refusal(400, 'base.BadRequestException', message);
export const badRequestData = (message: string) => badRequest(`Bad request data: ${message}`);
export const unauthorized = (message: string) => refusal(401, 'base.UnauthorizedException', message);
export const forbidden = (message: string) => refusal(403, 'base.ForbiddenException', message);
export const resourceNotFound = (message: string) => refusal(404, 'base.ResourceNotFoundException', message);
export const notAcceptable = (message: string) => refusal(406, 'base.RequestNotAcceptable', message);
export const conflict = (message: string) => refusal(409, 'base.ConflictingOperationException', message);
export const gone = (message: string) => refusal(410, 'base.HTTPGoneException', message);
export const tooLarge = (message: string) => refusal(413, 'base.PKIException', message);
export const failure = (message: string) => refusal(500, 'base.PKIException', message);
export const unavailable = (message: string) => refusal(503, 'base.ServiceUnavailableException', message);

export const connectorNotFound = () =>
  refusal(404, 'system.ConnectorNotFoundException', 'No KRAConnector has been configured.');

export function certificateNotFound(id: bigint): RestRefusal {
  const message = `Certificate ID ${formatHexIdentifier(id)} not found`;
  return refusal(404, 'cert.CertNotFoundException', message, [{ name: 'certId', value: String(id) }]);
}

export function requestNotFound(id: bigint): RestRefusal {
  const message = `Request ID ${formatHexIdentifier(id)} not found`;
  return refusal(404, 'request.RequestNotFoundException', message, [{ name: 'requestId', value: String(id) }]);
}

export function profileNotFound(id: string): RestRefusal {
  const attributes = [{ name: 'profileId', value: id }];
  return refusal(404, 'profile.ProfileNotFoundException', `Profile ID ${id} not found`, attributes);
}

export function userNotFound(id: string): RestRefusal {
  return refusal(404, 'base.UserNotFoundException', `User ${id} not found`, [{ name: 'userId', value: id }]);
}

export function groupNotFound(id: string): RestRefusal {
  return refusal(404, 'group.GroupNotFoundException', `Group ${id} not found`, [{ name: 'groupId', value: id }]);
}

/** Dogtag escapes the name as for its pages here, too (ProfileSubmitServlet and the processors share the message). */
export function unknownProfile(id: string): RestRefusal {
  return badRequestData(`Profile ${escapeScriptText(id)} Not Found`);
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
    case 'wrong-profile-state':
    case 'authority-conflict':
      return conflict(message);
    case 'host-authority-protected':
      return forbidden(message);
    // Dogtag says what its directory said.
    case 'unknown-roster-entry':
      return resourceNotFound('No such object.');
    case 'unknown-roster-value':
      return resourceNotFound('No such attribute.');
    case 'unknown-user-certificate':
      return resourceNotFound(message);
    case 'roster-conflict':
      return conflict('Attribute or value exists.');
    case 'malformed-name':
      return badRequest('Invalid DN syntax.');
    case 'malformed-roster-value':
      return badRequest('Invalid attribute syntax.');
    case 'last-administrator':
      return failure(message);
    case 'unknown-request':
      return notFoundById(error, requestNotFound);
    case 'unknown-certificate':
      return notFoundById(error, certificateNotFound);
    case 'already-revoked':
    case 'not-on-hold':
    case 'malformed-profile':
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
