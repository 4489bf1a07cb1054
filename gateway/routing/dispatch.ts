// Every request comes through here: find its operation and who answers it now, answer, log one line.
import type { Clock, Log } from '#platform';
import { adoptSession } from '../access/adopt-session.ts';
import type { RaClient } from '../contract.ts';
import type { ClientResponse, RequestReceiver } from '../listeners/received-request.ts';
import type { AnsweredWrites } from '../mirror/answered-writes.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { UpstreamError } from '../upstream/upstream.ts';
import { isAcmeSwitchedOff } from './acme-switch.ts';
import type { NativeAnswerer, NativeParts } from './answer-natively.ts';
import { consolePath } from './console-paths.ts';
import { type Exchange, openExchange } from './exchange.ts';
import type { ExchangesUnderway, UpstreamWrites } from './exchanges-underway.ts';
import { type ForwardParts, forwardExchange } from './forward-exchange.ts';
import { makeGatewayRequest, type UnauthenticatedRequest, withUser } from './gateway-request.ts';
import { type HeldOperations, TooManyHeld } from './held-operations.ts';
import { BodyBroken, BodyTooLarge } from './incoming-body.ts';
import type { RouteMatch, RouteMatcher } from './match-route.ts';
import { isServed, type OperationMode, type OperationModes } from './operation-modes.ts';
import type { Dialect, Refusal } from './refusal.ts';
import { findRequestProfile } from './request-profile.ts';
import { explainRefusedPath } from './request-target.ts';
import type { Route } from './route-table.ts';
import { writeResponse, writeResponseEarly } from './write-response.ts';

export interface DispatchParts {
  readonly matcher: RouteMatcher;
  readonly modes: OperationModes;
  readonly native: NativeAnswerer;
  readonly nativeParts: Pick<NativeParts, 'refusalEncoders' | 'authentication'>;
  readonly ra: RaClient;
  /** Null for an installation that has no Dogtag (any more). */
  readonly forward: ForwardParts | null;
  readonly underway: ExchangesUnderway;
  readonly upstreamWrites: UpstreamWrites;
  readonly answeredWrites: AnsweredWrites;
  readonly holds: HeldOperations;
  /** Null when nothing is mirrored at all. */
  readonly mirror: Mirror | null;
  /** Whether exchanges in mode `forward` are mirrored too. */
  readonly mirrorsForwarded: boolean;
  /** Largest body of an operation that we answer, and largest body kept for the mirror. */
  readonly bodyBytesMax: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the log line says in the end. */
interface Outcome {
  by: 'native' | 'upstream' | 'gateway';
  operation: string | null;
  mode: OperationMode | null;
  userId: string | null;
  failure: string | null;
}

type Operation = Extract<RouteMatch, { kind: 'operation' }>;

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const loggedPathCharactersMax = 200;
/** How long an answer of ours waits for what Dogtag has just written; later it may lack it, as any reader of a replica may. */
const readYourWritesMs = 5_000;
/** What Tomcat answers to OPTIONS for the server as a whole. */
const containerMethods = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';
/** What its servlets of version 2 of the REST interface say, whichever methods they take. */
const servletMethods = containerMethods;

export function createDispatcher(parts: DispatchParts): RequestReceiver {
  return (message, response, client) => {
    if (message.method === 'OPTIONS' && message.url === '*') {
      response.writeHead(200, '', ['Allow', containerMethods, 'Content-Length', '0']);
      response.end();
      return;
    }
    const exchange = openExchange(message, response, client, parts.clock);
    if ('problem' in exchange) {
      refuseUnreadable(response, exchange.problem, parts.log);
      return;
    }
    const outcome: Outcome = { by: 'gateway', operation: null, mode: null, userId: null, failure: null };
    response.once('close', () => logExchange(parts.log, exchange, outcome));
    dispatch(parts, exchange, outcome).catch((error: unknown) => {
      refuseFailure(parts, exchange, outcome, error);
    });
  };
}

async function dispatch(parts: DispatchParts, exchange: Exchange, outcome: Outcome): Promise<void> {
  const match = parts.matcher.match(exchange.message.method ?? 'GET', exchange.target);
  if (match.kind === 'operation') {
    outcome.operation = match.route.name;
    await dispatchOperation(parts, exchange, match, outcome);
  } else if (await isAcmeSwitchedOff(exchange.target.servletSegments, parts.forward && parts.modes, parts.ra)) {
    encodeRefusal(parts, exchange, 'acme', { kind: 'switched-off' }, null);
  } else if (parts.forward === null) {
    refuse(parts, exchange, match);
  } else {
    await forwardUnknown(parts, parts.forward, exchange, outcome);
  }
}

/** Decides who answers, and lets a change of that happen between requests only. */
async function dispatchOperation(
  parts: DispatchParts,
  exchange: Exchange,
  match: Operation,
  outcome: Outcome,
): Promise<void> {
  const { name, kind } = match.route;
  // A client that sends its body slowly is not under way yet, or it could keep a cutover waiting for as long as it likes.
  if (kind !== 'read') await exchange.body?.prefetch(parts.bodyBytesMax);
  while (parts.holds.isHeld(name)) await parts.holds.pass(name);
  const leave = parts.underway.enter(name);
  try {
    const mode = parts.forward === null ? 'serve' : await modeOf(parts, exchange, match);
    outcome.mode = mode;
    if (parts.forward === null || isServed(mode)) await serve(parts, exchange, match, mode, outcome);
    else await forwardOperation(parts, parts.forward, exchange, match, mode, outcome);
  } finally {
    leave();
  }
}

async function modeOf(
  { modes, ra, bodyBytesMax }: DispatchParts,
  exchange: Exchange,
  match: Operation,
): Promise<OperationMode> {
  const { name } = match.route;
  if (match.route.profile === null || !modes.dependsOnProfile(name)) return modes.modeOf(name, null);
  const body = (await exchange.body?.readWhole(bodyBytesMax)) ?? null;
  const request = makeGatewayRequest(exchange, match.route, match.parameters, body);
  return modes.modeOf(name, await findRequestProfile(match.route, request, ra));
}

/** We answer. */
async function serve(
  parts: DispatchParts,
  exchange: Exchange,
  { route, parameters }: Operation,
  mode: OperationMode,
  outcome: Outcome,
): Promise<void> {
  if (parts.forward === null && route.ofResponder?.isLost === true) {
    encodeRefusal(parts, exchange, route.dialect, { kind: 'no-upstream' }, route);
    return;
  }
  outcome.by = 'native';
  const { client, receivedAt, startedMs, response: to } = exchange;
  const body = (await exchange.body?.readWhole(parts.bodyBytesMax)) ?? null;
  const request = makeGatewayRequest(exchange, route, parameters, body);
  if ((await parts.answeredWrites.whenApplied(readYourWritesMs)) === false)
    parts.log.warn('what Dogtag wrote is not in the record yet', { requestId: exchange.id });
  const watch = parts.upstreamWrites.begin(false);
  const { response, caller } = await parts.native.answer(route, request, client, parts.ra, 'serve');
  outcome.userId = caller.userId;
  writeResponse(to, response);
  if (parts.forward === null) return;
  const durationMs = performance.now() - startedMs;
  const overlapsWrite = watch.overlapsWrite();
  const served = { route, mode, request, client, receivedAt, response, durationMs, overlapsWrite };
  if (route.ofResponder !== undefined && response.status < 300) parts.mirror?.offerRepeat(served);
  if (mode === 'serve-checked' && route.kind === 'read') parts.mirror?.offerServed(served, caller);
}

/** Dogtag answers an operation that we know. */
async function forwardOperation(
  parts: DispatchParts,
  forward: ForwardParts,
  exchange: Exchange,
  { route, parameters }: Operation,
  mode: OperationMode,
  outcome: Outcome,
): Promise<void> {
  outcome.by = 'upstream';
  const isWrite = route.kind !== 'read';
  // What is written at Dogtag must be in the record as soon as we answer for anything.
  const isMirrored =
    parts.mirror !== null && (mode === 'rehearse' || parts.mirrorsForwarded || (isWrite && parts.modes.servesAny()));
  const watch = parts.upstreamWrites.begin(isWrite);
  let settled = () => {};
  try {
    const { requestBody, response } = await forwardExchange(forward, exchange, {
      copyBytesMax: isMirrored || route.login === 'container' ? parts.bodyBytesMax : 0,
      onAnswered: (status) => {
        if (isWrite && isMirrored && status < 400) settled = parts.answeredWrites.begin();
      },
    });
    const durationMs = performance.now() - exchange.startedMs;
    const overlapsWrite = watch.overlapsWrite();
    if (response === null) return;
    const { client, receivedAt, target } = exchange;
    if (route.login === 'container')
      await adoptSession(parts.nativeParts.authentication, target.path, client, response);
    if (!isMirrored || requestBody === null) return;
    const request = makeGatewayRequest(exchange, route, parameters, requestBody);
    const answered = { route, mode, request, client, receivedAt, response, durationMs, overlapsWrite };
    parts.mirror?.offerForwarded(answered, settled);
    settled = () => {};
  } finally {
    settled();
    watch.end();
  }
}

/** Whatever we have no operation for is Dogtag's, today and after every cutover. */
async function forwardUnknown(
  parts: DispatchParts,
  forward: ForwardParts,
  exchange: Exchange,
  outcome: Outcome,
): Promise<void> {
  outcome.by = 'upstream';
  const { message, target, client } = exchange;
  const method = message.method ?? 'GET';
  const isWrite = !safeMethods.has(method);
  const watch = parts.upstreamWrites.begin(isWrite);
  let settled = () => {};
  try {
    const { status, response } = await forwardExchange(forward, exchange, {
      copyBytesMax: 0,
      keepHead: true,
      onAnswered: (answered) => {
        if (isWrite && answered < 400 && parts.mirror !== null && mayChangeAuthority(target))
          settled = parts.answeredWrites.begin();
      },
    });
    if (response !== null) await adoptSession(parts.nativeParts.authentication, target.path, client, response);
    if (status >= 400 || !isWrite || !mayChangeAuthority(target)) return;
    parts.mirror?.offerUnmappedWrite(method, target.path, settled);
    settled = () => {};
  } finally {
    settled();
    watch.end();
  }
}

/** Other applications (`/kra`, `/acme`) keep what they write to themselves; a certificate that they have issued is found by following. */
function mayChangeAuthority({ path }: { readonly path: string }): boolean {
  return path.startsWith('/ca/');
}

/** Without a Dogtag, an unknown path or method is answered as Dogtag's container or its REST framework would. */
function refuse(parts: DispatchParts, exchange: Exchange, match: Exclude<RouteMatch, Operation>): void {
  const [route] = match.kind === 'other-method' ? match.routes : [];
  if (match.kind === 'other-method' && route !== undefined && exchange.message.method === 'OPTIONS') {
    if (route.dialect === 'rest-v2') {
      const headers = { Allow: servletMethods };
      writeResponseEarly(exchange.response, { status: 200, headers, body: Buffer.alloc(0) });
      return;
    }
    const allow = match.allow.join(', ');
    const headers = { Allow: allow, 'Content-Type': 'text/plain;charset=UTF-8' };
    writeResponseEarly(exchange.response, { status: 200, headers, body: Buffer.from(allow) });
    return;
  }
  if (match.kind === 'other-method' && route !== undefined)
    encodeRefusal(parts, exchange, route.dialect, { kind: 'method-not-allowed', allow: match.allow }, route);
  else if (isOtherApplication(exchange.target.path))
    encodeRefusal(parts, exchange, dialectOfPath(exchange.target.path), { kind: 'no-upstream' }, null);
  else if (exchange.target.servletSegments === null) {
    const message = explainRefusedPath(exchange.target);
    encodeRefusal(parts, exchange, 'container', { kind: 'malformed-request', message }, null);
  } else encodeRefusal(parts, exchange, 'container', { kind: 'not-found' }, null);
}

function refuseFailure(parts: DispatchParts, exchange: Exchange, outcome: Outcome, error: unknown): void {
  const { log } = parts;
  outcome.failure = error instanceof UpstreamError ? error.code : error instanceof Error ? error.name : 'unknown';
  if (exchange.response.headersSent || exchange.response.destroyed) {
    exchange.response.destroy();
    return;
  }
  const route = routeOf(parts, exchange);
  const dialect = route?.dialect ?? dialectOfPath(exchange.target.path);
  if (error instanceof BodyTooLarge) {
    encodeRefusal(parts, exchange, dialect, { kind: 'body-too-large', bodyBytesMax: error.bodyBytesMax }, route);
  } else if (error instanceof BodyBroken || isAborted(error)) {
    exchange.response.destroy();
  } else if (error instanceof UpstreamError && error.code === 'head-too-large') {
    encodeRefusal(
      parts,
      exchange,
      dialect,
      { kind: 'malformed-request', message: 'Request header is too large' },
      route,
    );
  } else if (error instanceof TooManyHeld) {
    encodeRefusal(parts, exchange, dialect, { kind: 'upstream-unavailable' }, route);
  } else if (error instanceof UpstreamError) {
    log.warn('Dogtag gave no answer', { requestId: exchange.id, code: error.code, error });
    encodeRefusal(parts, exchange, dialect, { kind: 'upstream-unavailable' }, route);
  } else {
    log.error('a request failed', { requestId: exchange.id, error });
    encodeRefusal(parts, exchange, dialect, { kind: 'internal', requestId: exchange.id }, route);
  }
}

/** Those that clients of a CA may have used beside it, and its console: they are only ever forwarded to. */
function isOtherApplication(path: string): boolean {
  return /^\/(?:acme|kra)(?:\/|$)/.test(path) || consolePath.test(path);
}

/** Applications of Dogtag's that are only forwarded to have dialects, too. */
function dialectOfPath(path: string): Dialect {
  if (/^\/acme(?:\/|$)/.test(path)) return 'acme';
  if (/^\/(?:ca|kra|pki)\/(?:rest|v1)\//.test(path)) return 'rest';
  return /^\/(?:ca|kra|pki)\/v2\//.test(path) ? 'rest-v2' : 'container';
}

function isAborted(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === 'aborted';
}

function routeOf({ matcher }: DispatchParts, { message, target }: Exchange): Route | null {
  const match = matcher.match(message.method ?? 'GET', target);
  return match.kind === 'operation' ? match.route : null;
}

function encodeRefusal(
  { nativeParts }: DispatchParts,
  exchange: Exchange,
  dialect: Dialect,
  refusal: Refusal,
  route: Route | null,
): void {
  const request = refusedRequest(exchange, route);
  writeResponseEarly(exchange.response, nativeParts.refusalEncoders[dialect](refusal, withUser(request, null)));
}

/** Encoders look at path, headers and query only; a path without an operation borrows the name of one. */
function refusedRequest(exchange: Exchange, route: Route | null): UnauthenticatedRequest {
  return makeGatewayRequest(exchange, route ?? nameless, {}, null);
}

const nameless: Route = {
  name: 'rest-pki-info',
  methods: null,
  paths: [],
  dialect: 'container',
  login: 'none',
  access: null,
  sessionPath: null,
  kind: 'read',
  profile: null,
};

function refuseUnreadable(response: ClientResponse, problem: string, log: Log): void {
  log.debug('a request could not be read', { problem });
  response.shouldKeepAlive = false;
  response.writeHead(400, '', ['Content-Type', 'text/plain;charset=utf-8', 'Content-Length', String(problem.length)]);
  response.end(problem);
}

function logExchange(log: Log, { id, message, response, client, target, startedMs }: Exchange, outcome: Outcome): void {
  log.info('request', {
    requestId: id,
    method: message.method,
    path: target.path.slice(0, loggedPathCharactersMax),
    status: response.headersSent ? response.statusCode : null,
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    by: outcome.by,
    operation: outcome.operation,
    mode: outcome.mode,
    user: outcome.userId,
    remoteAddress: client.remoteAddress,
    tls: client.isSecure,
    ...(outcome.failure === null ? {} : { failure: outcome.failure }),
    ...(response.writableFinished ? {} : { isCutOff: true }),
  });
}
