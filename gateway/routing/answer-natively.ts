// Answers one operation ourselves: login, access, handler, and what Dogtag's container puts around its applications' answers.
import type { Log } from '#platform';
import { type AuthenticationParts, type Established, establishCaller } from '../access/establish-caller.ts';
import { hasSessionCookie, newSessionId, sessionCookie } from '../access/login-session.ts';
import { type Nonces, type OpenNonceBook, rehearsedNonces } from '../access/nonces.ts';
import type { AuditEvent, Caller, RaClient } from '../contract.ts';
import type { ClientIdentity } from '../listeners/client-identity.ts';
import { type UnauthenticatedRequest, withUser } from './gateway-request.ts';
import type { GatewayResponse, OperationHandlers } from './operation.ts';
import type { Refusal, RefusalEncoders } from './refusal.ts';
import type { Route } from './route-table.ts';

export interface NativeParts {
  readonly handlers: OperationHandlers;
  readonly refusalEncoders: RefusalEncoders;
  /** What the container says of every path that it guards. */
  readonly guardedHeaders: Readonly<Record<string, string>>;
  readonly authentication: AuthenticationParts;
  /** Null where agents need not give back what they were shown. */
  readonly nonces: Nonces | null;
  /** Told of refused access, logins and logouts; must not throw. */
  readonly audit: (event: AuditEvent) => void;
  /** Where clients reach the TLS listener; links to it from the plain one name this port. */
  readonly securePort: () => number;
  readonly log: Log;
}

/**
 * serve: the answer goes to the client; sessions begin and end, and access is audited.
 * rehearse: the answer is only compared; nothing of that happens.
 */
export type Purpose = 'serve' | 'rehearse';

/** Of the web application that has nonces. */
const applicationPath = '/ca';

export interface NativeAnswer {
  readonly response: GatewayResponse;
  readonly caller: Caller;
}

export interface NativeAnswerer {
  /** Never rejects: whatever goes wrong becomes the dialect's refusal and a line in the log. */
  answer(
    route: Route,
    request: UnauthenticatedRequest,
    client: ClientIdentity,
    ra: RaClient,
    purpose: Purpose,
  ): Promise<NativeAnswer>;
  /** The caller as our own rules see it, without answering anything. Rejects when the directory cannot be read. */
  identify(route: Route, request: UnauthenticatedRequest, client: ClientIdentity): Promise<Established>;
}

const anonymousCaller = (client: ClientIdentity): Caller => ({
  userId: null,
  groups: [],
  certificateDer: client.certificate?.der ?? null,
  remoteAddress: client.remoteAddress,
  remoteHost: client.remoteAddress,
  viaSession: false,
});

export function createNativeAnswerer(parts: NativeParts): NativeAnswerer {
  const identify = (route: Route, request: UnauthenticatedRequest, client: ClientIdentity) =>
    establishCaller(parts.authentication, {
      client,
      cookieHeader: request.headers.cookie,
      authorizationHeader: request.headers.authorization,
      sessionPath: route.sessionPath ?? '',
      accepts: acceptsSession(route) ? 'any' : 'certificate',
    });
  return {
    identify,
    answer: async (route, request, client, ra, purpose) => {
      let caller = anonymousCaller(client);
      try {
        if (client.viaWebServer !== true && headBytesOf(request) > containerHeadBytesMax) {
          const refusal: Refusal = { kind: 'malformed-request', message: 'Request header is too large' };
          return { response: refuse(parts, route, request, refusal, 'container'), caller };
        }
        const location = secureLocation(route, request, parts.securePort());
        if (location !== null) {
          const response = refuse(parts, route, request, { kind: 'confidential-required', location }, 'container');
          return { response: withContainerHeaders(parts, route, request, response), caller };
        }
        const established = withSessionOnly(route, await identify(route, request, client));
        caller = established.caller;
        const response = await answerEstablished(parts, route, request, established, ra, purpose);
        return { response: withContainerHeaders(parts, route, request, response), caller };
      } catch (error) {
        parts.log.error('an operation failed', { requestId: request.requestId, operation: route.name, error });
        const refusal: Refusal = { kind: 'internal', requestId: request.requestId };
        return { response: refuse(parts, route, request, refusal), caller };
      }
    },
  };
}

/** What Dogtag's HTTP connectors take of request line and headers (`maxHttpHeaderSize` of its server.xml). */
const containerHeadBytesMax = 8_192;

function headBytesOf({ method, path, queryText, headers }: UnauthenticatedRequest): number {
  let byteCount = method.length + path.length + (queryText?.length ?? 0) + ' ? HTTP/1.1\r\n\r\n'.length;
  for (const name in headers) byteCount += name.length + (headers[name]?.length ?? 0) + ': \r\n'.length;
  return byteCount;
}

/** Paths of which Dogtag's web.xml says something. */
function isGuardedByContainer({ login }: Route): boolean {
  return login !== 'none' && login !== 'certificate' && login !== 'unguarded-session';
}

function acceptsSession(route: Route): boolean {
  return route.login === 'container' || route.login === 'secure-session' || wantsSession(route);
}

/** Where nobody is asked for a login, a certificate or password is not looked at. */
function withSessionOnly(route: Route, established: Established): Established {
  if (route.login !== 'secure-session' || established.session !== null) return established;
  return { ...established, user: null, caller: { ...established.caller, userId: null, groups: [] } };
}

/** Whether nobody but the user of a session counts. */
function wantsSession({ login }: Route): boolean {
  return login === 'session' || login === 'unguarded-session';
}

/** The same resource on the TLS listener, if this one is not to be had without TLS; else null. */
function secureLocation(route: Route, request: UnauthenticatedRequest, securePort: number): string | null {
  if (!isGuardedByContainer(route) || request.isSecure) return null;
  const { hostname } = new URL(request.baseUrl);
  const port = securePort === 443 ? '' : `:${securePort}`;
  const query = request.queryText === null ? '' : `?${request.queryText}`;
  return `https://${hostname}${port}${request.path}${query}`;
}

async function answerEstablished(
  parts: NativeParts,
  route: Route,
  request: UnauthenticatedRequest,
  established: Established,
  ra: RaClient,
  purpose: Purpose,
): Promise<GatewayResponse> {
  const { caller, user } = established;
  const isNobody = user === null || (wantsSession(route) && established.session === null);
  if (isNobody && !isOpen(route)) {
    auditRefusal(parts, route, caller, 'authentication', purpose);
    const dialect = route.login === 'container' ? 'container' : route.dialect;
    const hasCertificate = caller.certificateDer !== null;
    return refuse(parts, route, request, { kind: 'authentication-required', hasCertificate }, dialect);
  }
  const isAllowed =
    route.access === null || (await parts.authentication.directory.view()).rules.admits(route.access, caller);
  if (!isAllowed) auditRefusal(parts, route, caller, 'authorization', purpose);
  if (!isAllowed) {
    const refusal = refuse(parts, route, request, { kind: 'not-authorized' });
    return purpose === 'serve' ? keepSession(parts, route, request, established, refusal) : refusal;
  }
  const handle = parts.handlers[route.name];
  if (purpose === 'rehearse') return await handle(withUser(request, user, parts.nonces && rehearsedNonces), caller, ra);
  const nonces = parts.nonces?.open(established.session?.id ?? null, request.headers.cookie) ?? null;
  const response = await handle(withUser(request, user, nonces), caller, ra);
  return keepNonces(nonces, request, keepSession(parts, route, request, established, response, nonces));
}

function refuse(
  { refusalEncoders }: NativeParts,
  route: Route,
  request: UnauthenticatedRequest,
  refusal: Refusal,
  dialect = route.dialect,
): GatewayResponse {
  return refusalEncoders[dialect](refusal, withUser(request, null));
}

/** What the container says of every path that it guards: a shared cache must not keep it. It does not say so for POST. */
function withContainerHeaders(
  { guardedHeaders }: NativeParts,
  route: Route,
  request: UnauthenticatedRequest,
  response: GatewayResponse,
): GatewayResponse {
  if (!isGuardedByContainer(route) || request.method === 'POST') return response;
  return { ...response, headers: { ...guardedHeaders, ...response.headers } };
}

/** Whether it answers people of whom nothing is known. */
function isOpen({ login }: Route): boolean {
  return login === 'none' || login === 'secure' || login === 'secure-session';
}

function isAskedForLogin({ login }: Route): boolean {
  return login === 'container' || login === 'certificate';
}

function isLogin({ name }: Route): boolean {
  return name === 'rest-account-login' || name === 'acme-login';
}

function isLogout({ name }: Route): boolean {
  return name === 'rest-account-logout' || name === 'acme-logout';
}

/** Begins a session where the container would, and ends it with the logout. */
function keepSession(
  { authentication: { sessions }, audit }: NativeParts,
  route: Route,
  request: UnauthenticatedRequest,
  { session, user, caller }: Established,
  response: GatewayResponse,
  nonces: OpenNonceBook | null = null,
): GatewayResponse {
  if (route.sessionPath === null) return response;
  const succeeded = response.status < 300;
  if (isLogin(route) && succeeded) audit(accountEvent('login', caller));
  if (isLogout(route) && succeeded && user !== null) audit(accountEvent('logout', caller));
  if (isLogout(route) && succeeded && session !== null) sessions.remove(session);
  if (session !== null || wantsSession(route) || route.login === 'secure-session') return response;
  // Where nobody is asked for a login, a session that came along stays the one there is.
  if (!isAskedForLogin(route) && hasSessionCookie(request.headers.cookie)) return response;
  // The info resources, and all of version 2, open a session for anybody whom they answer.
  const isOpened = succeeded || route.dialect === 'rest-v2' || (user !== null && isAskedForLogin(route));
  if (!isOpened) return response;
  if (user !== null) {
    const begun = sessions.create(user.userId, route.sessionPath);
    if (isLogout(route)) sessions.remove(begun);
    else nonces?.keepIn(begun.id);
    return withCookie(response, sessionCookie(begun.id, route.sessionPath, request.isSecure));
  }
  // Nothing is kept in it, so that its name alone has to be given out.
  return withCookie(response, sessionCookie(newSessionId(), route.sessionPath, request.isSecure));
}

/** Where the container begins no session of itself, as for the servlets, a nonce does. */
function keepNonces(
  nonces: OpenNonceBook | null,
  { isSecure }: UnauthenticatedRequest,
  response: GatewayResponse,
): GatewayResponse {
  if (nonces?.needsSession !== true) return response;
  const id = newSessionId();
  nonces.keepIn(id);
  return withCookie(response, sessionCookie(id, applicationPath, isSecure));
}

function withCookie(response: GatewayResponse, cookie: string): GatewayResponse {
  return { ...response, headers: { 'Set-Cookie': cookie, ...response.headers } };
}

function accountEvent(name: 'login' | 'logout', caller: Caller): AuditEvent {
  return {
    name,
    outcome: 'success',
    actor: caller.userId ?? 'anonymous',
    remoteAddress: caller.remoteAddress,
    details: { with: caller.viaSession ? 'session or password' : 'certificate' },
  };
}

function auditRefusal(
  { audit }: NativeParts,
  route: Route,
  caller: Caller,
  missing: 'authentication' | 'authorization',
  purpose: Purpose,
): void {
  if (purpose !== 'serve') return;
  const demand =
    route.access === null || 'anyOfGroups' in route.access
      ? {}
      : { resource: route.access.resource, deed: route.access.operation };
  audit({
    name: 'access-refused',
    outcome: 'failure',
    actor: caller.userId ?? 'anonymous',
    remoteAddress: caller.remoteAddress,
    details: { operation: route.name, missing, ...demand },
  });
}
