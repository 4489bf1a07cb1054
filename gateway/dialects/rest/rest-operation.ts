// What all operations of the REST interface have in common: media types both ways, bodies, parameters, refusals.
import {
  BodyError,
  type BodyForm,
  type BodyOf,
  type BodySchema,
  type Collection,
  chooseMediaType,
  decodeJsonBody,
  decodeXmlBody,
  encodeJsonBody,
  encodeJsonList,
  encodeXmlBody,
  encodeXmlList,
  identifyBodyForm,
  jsonCollectionPieces,
  xmlCollectionPieces,
} from '#codecs/dogtag-rest';
import { parseIdentifier, parseJavaInteger } from '#codecs/dogtag-text';
import type { NonceKind } from '../../access/nonces.ts';
import type { Caller, RaClient } from '../../contract.ts';
import type { GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import { asCaError } from '../ca-error.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { joinInTurns } from '../in-turns.ts';
import { findNonceFault } from '../nonce-check.ts';
import { badRequest, emptyAnswer, forbidden, refusalOfCaError } from './error-response.ts';
import { type RestDialect, RestRefusal, type RestRequest } from './rest-dialect.ts';
import type { RestDialects } from './rest-dialects.ts';

export interface RestCall {
  readonly request: RestRequest;
  readonly caller: Caller;
  readonly ra: RaClient;
  readonly settings: DialectContext;
}

/** An answer that waits for its form. */
export type RestAnswer = (form: BodyForm, dialect: RestDialect) => GatewayResponse | Promise<GatewayResponse>;

/** May throw RestRefusal, or CaError where the general words of `refusalOfCaError` fit. */
export type RestOperation = (call: RestCall) => Promise<RestAnswer>;

export interface RestOperationOptions {
  /** Whether a body must come, even an empty one; without, a Content-Type that nobody reads is refused all the same. */
  readonly takesBody?: boolean;
  /** There is no XML of the answer; version 2 has none of anything. */
  readonly isJsonOnly?: boolean;
}

/** One handler for all versions of the interface: which one is spoken is told by the path, and how by the release. */
export function restHandler(
  operation: RestOperation,
  settings: DialectContext,
  dialects: RestDialects,
  { takesBody = false, isJsonOnly = false }: RestOperationOptions = {},
): OperationHandler {
  return async (request, caller, ra) => {
    const dialect = dialects[request.api ?? 'v1'];
    const negotiated = dialect.negotiate(request.headers, takesBody);
    if ('refused' in negotiated) return labelled(negotiated.refused, dialect);
    if (
      isJsonOnly &&
      chooseMediaType(request.headers.accept, ['application/json']) === 'unacceptable' &&
      dialect.api === 'v1'
    )
      return labelled(emptyAnswer(406), dialect);
    const form = isJsonOnly ? 'json' : negotiated.form;
    try {
      const answer = await operation({ request: { ...request, dialect }, caller, ra, settings });
      return labelled(await answer(form, dialect), dialect);
    } catch (error) {
      const refusal = error instanceof RestRefusal ? error : refusalOfCaError(asCaError(error));
      return labelled(refusal.encode(form, dialect), dialect);
    }
  };
}

/** With what the interface says on all its answers; the container's pages, which name their language, are not its own. */
export function labelled(response: GatewayResponse, { headers }: RestDialect): GatewayResponse {
  if ('Content-Language' in response.headers) return response;
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** Throws RestRefusal where a nonce is due and not given back. */
export function checkNonce(request: RestRequest, kind: NonceKind, id: bigint, text: string | null): void {
  const fault = findNonceFault(request, kind, id, text);
  if (fault !== null) throw fault.isForeign ? forbidden(fault.message) : badRequest(fault.message);
}

export interface AnswerOptions {
  /** Whether version 2 ends the entity with a line feed, as it does nearly everywhere. */
  readonly endsLine?: boolean;
  readonly status?: number;
  readonly headers?: GatewayResponse['headers'];
}

export function answerWith<S extends BodySchema>(schema: S, body: BodyOf<S>, options: AnswerOptions = {}): RestAnswer {
  return (form, dialect) =>
    answer(
      form,
      form === 'json' ? encodeJsonBody(schema, body, dialect.json) : encodeXmlBody(schema, body),
      dialect,
      options,
    );
}

export function answerWithCollection<S extends BodySchema>(schema: S, collection: Collection<BodyOf<S>>): RestAnswer {
  return async (form, dialect) => {
    const pieces =
      form === 'json'
        ? jsonCollectionPieces(schema, collection, dialect.json)
        : xmlCollectionPieces(schema, collection);
    return answer(form, await joinInTurns(pieces), dialect);
  };
}

/** A bare array, which version 2 does not indent. */
export function answerWithList<S extends BodySchema>(schema: S, entries: readonly BodyOf<S>[]): RestAnswer {
  return (form, dialect) => {
    const style = { ...dialect.json, indented: false };
    const text = form === 'json' ? encodeJsonList(schema, entries, style) : encodeXmlList(schema, entries);
    return answer(form, text, dialect);
  };
}

/** 204 names a type although there is nothing to name it of. */
export const answerNothing: RestAnswer = (form) => emptyAnswer(204, { 'Content-Type': `application/${form}` });

function answer(
  form: BodyForm,
  text: string,
  { contentTypes, encodeText }: RestDialect,
  { endsLine = true, status = 200, headers = {} }: AnswerOptions = {},
): GatewayResponse {
  return { status, headers: { ...headers, 'Content-Type': contentTypes[form] }, body: encodeText(text, endsLine) };
}

/** The body as its Content-Type says, which version 2 does not look at; null for an empty JSON body. Throws RestRefusal. */
export function readBody<S extends BodySchema>({ headers, body, dialect }: RestRequest, schema: S): BodyOf<S> | null {
  const form = dialect.api === 'v2' ? 'json' : identifyBodyForm(headers['content-type']);
  if (form === 'xml' && body.length === 0) throw new RestRefusal('empty XML body', () => emptyAnswer(400));
  try {
    return form === 'xml' ? decodeXmlBody(schema, body) : decodeJsonBody(schema, body, dialect.json);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw dialect.unreadableBody({ message: error.message, kind: error.isSyntax ? 'no-json' : 'no-entity' });
  }
}

/** The path segment of that name as a certificate or request id; `what` says what it is not. Throws RestRefusal. */
export function readPathIdentifier({ parameters, dialect }: RestRequest, name = 'id', what = 'Id not valid'): bigint {
  const text = parameters[name] ?? '';
  const id = parseIdentifier(text);
  if (id === null) throw dialect.unreadablePath(text, what);
  return id;
}

/** First value of a query parameter; null when absent. */
export function findQueryText({ query }: RestRequest, name: string): string | null {
  return query.get(name)?.[0] ?? null;
}

/** A query parameter as a 32-bit number; the fallback when absent. Throws RestRefusal. */
export function readQueryInteger(request: RestRequest, name: string, fallback: number): number {
  const text = findQueryText(request, name);
  if (text === null) return fallback;
  const value = parseJavaInteger(text);
  if (value === null) throw request.dialect.unreadableQuery(text);
  return value;
}

/** A query parameter as an id; null when absent. Throws RestRefusal. */
export function findQueryIdentifier(request: RestRequest, name: string): bigint | null {
  const text = findQueryText(request, name);
  if (text === null) return null;
  const id = parseIdentifier(text);
  if (id === null) throw request.dialect.unreadableQuery(text);
  return id;
}
