// The REST interface as the releases speak it: version 1 by RESTEasy with JAXB (10.x) or Jackson (11.x), version 2 by plain servlets (11.6 and later).
import {
  chooseBodyForm,
  chooseLaterBodyForm,
  identifyBodyForm,
  indentedJson,
  jacksonJson,
  jaxbJson,
} from '#codecs/dogtag-rest';
import { escapeHtml } from '#codecs/dogtag-servlets';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { errorPage } from '../container/error-page.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { deprecationHeaders } from '../release.ts';
import { badRequest, emptyAnswer, failure } from './error-response.ts';
import { type BodyFault, type Negotiated, type RestDialect, RestRefusal } from './rest-dialect.ts';

export type RestDialects = Readonly<Record<'v1' | 'v2', RestDialect>>;

/** For each of the two versions of the interface, how this release speaks it. */
export function restDialectsOf({ release, product: { containerName } }: DialectContext): RestDialects {
  const headers = release.deprecatesVersion1 ? deprecationHeaders : {};
  const v1 = release.entities === 'jaxb' ? jaxbVersion1(containerName) : jacksonVersion1(headers, containerName);
  return { v1, v2: version2(containerName) };
}

/** What RESTEasy does in all releases. */
const resteasy = {
  api: 'v1',
  contentTypes: { json: 'application/json', xml: 'application/xml;charset=UTF-8' },
  headers: {},
  encodeText: (text: string) => Buffer.from(text),
  unreadablePath: () => unreadableParameter(),
  unreadableQuery: () => unreadableParameter(),
  unreadableBody: ({ message }: BodyFault) => new RestRefusal(message, () => plainFault(message)),
} as const;

/** A path segment or query parameter that is no value of its type is answered with nothing at all. */
const unreadableParameter = () => new RestRefusal('a parameter cannot be read', () => emptyAnswer(404));

function jaxbVersion1(containerName: string): RestDialect {
  return {
    ...resteasy,
    entities: 'jaxb',
    json: jaxbJson,
    negotiate: (sent, takesBody) => negotiate(sent, takesBody, chooseBodyForm(sent.accept), containerName),
    addressOf: (kind, id, baseUrl) => `${baseUrl}/ca/rest/${kind}/${id}`,
  };
}

function jacksonVersion1(headers: RestDialect['headers'], containerName: string): RestDialect {
  return {
    ...resteasy,
    entities: 'jackson',
    json: jacksonJson,
    headers,
    negotiate: (sent, takesBody) => negotiate(sent, takesBody, chooseLaterBodyForm(sent.accept), containerName),
    // Requests and certificates are told by addresses that lack their last folder, and lead nowhere.
    addressOf: (kind, id, baseUrl) => `${baseUrl}/ca/v1/${kind === 'profiles' ? `${kind}/` : ''}${id}`,
  };
}

const version2ContentType = 'application/json;charset=ISO-8859-1';

/** JSON whatever is asked for, and the container's page where something breaks. */
function version2(containerName: string): RestDialect {
  return {
    api: 'v2',
    entities: 'jackson',
    json: indentedJson,
    contentTypes: { json: version2ContentType, xml: version2ContentType },
    headers: {},
    negotiate: () => ({ form: 'json', bodyForm: 'json' }),
    encodeText: (text, endsLine) => encodeLatin1(endsLine ? `${text}\n` : text),
    // Of all addresses only those of profiles are told.
    addressOf: (kind, id, baseUrl) => (kind === 'profiles' ? `${baseUrl}/ca/v2/${kind}/${id}` : null),
    unreadablePath: (text, what) => badRequest(`${what}: ${text}`),
    unreadableQuery: (text) => brokenDown(`For input string: "${text}"`, containerName),
    unreadableBody: ({ message, kind }) =>
      kind === 'no-json'
        ? failure('The input file provided could not be parsed as JSON')
        : brokenDown(message, containerName),
  };
}

function brokenDown(message: string, containerName: string): RestRefusal {
  return new RestRefusal(message, () => errorPage(500, containerName, message));
}

function negotiate(
  headers: GatewayRequest['headers'],
  takesBody: boolean,
  accepted: ReturnType<typeof chooseBodyForm>,
  containerName: string,
): Negotiated {
  const sent = identifyBodyForm(headers['content-type']);
  if (accepted === 'malformed' || sent === 'malformed') return { refused: errorPage(400, containerName) };
  const isNoticed = takesBody || (headers['content-type'] !== undefined && !isOctets(headers['content-type']));
  // Octets are nobody's type, and are no worse than an answer that nobody wants.
  const isOnlyOctets = accepted === 'unacceptable' && isOctets(headers['content-type'] ?? '');
  if (sent === 'unsupported' && isNoticed && !isOnlyOctets) return { refused: emptyAnswer(415) };
  if (accepted === 'unacceptable') return { refused: emptyAnswer(406) };
  return { form: accepted, bodyForm: sent === 'xml' ? 'xml' : 'json' };
}

/** What every resource of Dogtag's takes as long as nobody reads it. */
export function isOctets(contentType: string): boolean {
  return /^\s*application\/(?:octet-stream|x-www-form-urlencoded)\s*(?:;|$)/i.test(contentType);
}

/** RESTEasy's entities of apostrophe and slash. */
const resteasyEntities = { "'": '&#x27;', '/': '&#x2F;' };

function plainFault(message: string): GatewayResponse {
  const text = escapeHtml(message, resteasyEntities);
  return { status: 400, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.from(text) };
}

/** Dogtag writes a question mark for what ISO-8859-1 lacks; JSON's own escape says the same to every reader and loses nothing. */
export function encodeLatin1(text: string): Buffer {
  const escaped = text.replaceAll(
    /[\u0100-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return Buffer.from(escaped, 'latin1');
}
