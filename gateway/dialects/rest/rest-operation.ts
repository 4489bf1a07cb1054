// What all operations of the REST interface have in common: media types both ways, bodies, parameters, refusals (as RESTEasy 3.0 does it).
import { setImmediate } from 'node:timers/promises';
import {
  BodyError,
  type BodyForm,
  type BodyOf,
  type BodySchema,
  type Collection,
  chooseBodyForm,
  decodeJsonBody,
  decodeXmlBody,
  encodeJsonBody,
  encodeXmlBody,
  identifyBodyForm,
  jsonCollectionPieces,
  xmlCollectionPieces,
} from '#codecs/dogtag-rest';
import { parseIdentifier, parseJavaInteger } from '#codecs/dogtag-text';
import type { Caller, RaClient } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import { asCaError } from '../ca-error.ts';
import { errorPage } from '../container/error-page.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { bodyContentTypes } from './body-content-types.ts';
import { emptyAnswer, RestRefusal, refusalOfCaError, unreadableParameter } from './error-response.ts';

export interface RestCall {
  readonly request: GatewayRequest;
  readonly caller: Caller;
  readonly ra: RaClient;
  readonly settings: DialectContext;
}

/** An answer that waits for its form. */
export type RestAnswer = (form: BodyForm) => GatewayResponse | Promise<GatewayResponse>;

/** May throw RestRefusal, or CaError where the general words of `refusalOfCaError` fit. */
export type RestOperation = (call: RestCall) => Promise<RestAnswer>;

export interface RestOperationOptions {
  /** Whether a body must come, even an empty one; without, a Content-Type that nobody reads is refused all the same. */
  readonly takesBody?: boolean;
}

export function restHandler(
  operation: RestOperation,
  settings: DialectContext,
  { takesBody = false }: RestOperationOptions = {},
): OperationHandler {
  return async (request, caller, ra) => {
    const accepted = chooseBodyForm(request.headers.accept);
    const sent = identifyBodyForm(request.headers['content-type']);
    if (accepted === 'malformed' || sent === 'malformed') return errorPage(400, settings.product.containerName);
    const hasType = request.headers['content-type'] !== undefined;
    if (sent === 'unsupported' && (takesBody || hasType)) return emptyAnswer(415);
    if (accepted === 'unacceptable') return emptyAnswer(406);
    try {
      const answer = await operation({ request, caller, ra, settings });
      return await answer(accepted);
    } catch (error) {
      if (error instanceof RestRefusal) return error.encode(accepted);
      return refusalOfCaError(asCaError(error)).encode(accepted);
    }
  };
}

export function answerWith<S extends BodySchema>(schema: S, body: BodyOf<S>): RestAnswer {
  return (form) => answer(form, form === 'json' ? encodeJsonBody(schema, body) : encodeXmlBody(schema, body));
}

export function answerWithCollection<S extends BodySchema>(schema: S, collection: Collection<BodyOf<S>>): RestAnswer {
  const pieces = { json: jsonCollectionPieces<S>, xml: xmlCollectionPieces<S> };
  return async (form) => answer(form, await joinPieces(pieces[form](schema, collection)));
}

/** So many entries are written in a few milliseconds; then whoever else waits has a turn. */
const piecesAtOnce = 200;

async function joinPieces(pieces: Iterable<string>): Promise<string> {
  let text = '';
  let count = 0;
  for (const piece of pieces) {
    text += piece;
    count += 1;
    if (count % piecesAtOnce === 0) await setImmediate();
  }
  return text;
}

/** 204 names a type although there is nothing to name it of. */
export const answerNothing: RestAnswer = (form) => emptyAnswer(204, { 'Content-Type': `application/${form}` });

function answer(form: BodyForm, text: string): GatewayResponse {
  return { status: 200, headers: { 'Content-Type': bodyContentTypes[form] }, body: Buffer.from(text) };
}

/** The body as its Content-Type says; null for an empty JSON body. Throws RestRefusal. */
export function readBody<S extends BodySchema>({ headers, body }: GatewayRequest, schema: S): BodyOf<S> | null {
  const form = identifyBodyForm(headers['content-type']);
  if (form === 'xml' && body.length === 0) throw new RestRefusal('empty XML body', () => emptyAnswer(400));
  try {
    return form === 'xml' ? decodeXmlBody(schema, body) : decodeJsonBody(schema, body);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new RestRefusal(error.message, () => unreadableBody(error.message));
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '/': '&#x2F;',
};

function unreadableBody(message: string): GatewayResponse {
  const text = message.replaceAll(/[&<>"'/]/g, (character) => entities[character] ?? character);
  return { status: 400, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.from(text) };
}

/** The path segment of that name as a certificate or request id. Throws RestRefusal. */
export function readPathIdentifier({ parameters }: GatewayRequest, name = 'id'): bigint {
  const id = parseIdentifier(parameters[name] ?? '');
  if (id === null) throw unreadableParameter();
  return id;
}

/** First value of a query parameter; null when absent. */
export function findQueryText({ query }: GatewayRequest, name: string): string | null {
  return query.get(name)?.[0] ?? null;
}

/** A query parameter as a 32-bit number; the fallback when absent. Throws RestRefusal. */
export function readQueryInteger(request: GatewayRequest, name: string, fallback: number): number {
  const text = findQueryText(request, name);
  if (text === null) return fallback;
  const value = parseJavaInteger(text);
  if (value === null) throw unreadableParameter();
  return value;
}

/** A query parameter as an id; null when absent. Throws RestRefusal. */
export function findQueryIdentifier(request: GatewayRequest, name: string): bigint | null {
  const text = findQueryText(request, name);
  if (text === null) return null;
  const id = parseIdentifier(text);
  if (id === null) throw unreadableParameter();
  return id;
}
