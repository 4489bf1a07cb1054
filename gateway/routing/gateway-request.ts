// The request as handlers see it, made from an exchange, its route and its whole body.
import type { NonceBook } from '../access/nonces.ts';
import type { AccessUser } from '../contract.ts';
import type { Exchange } from './exchange.ts';
import { noFields, parseFormFields } from './form-fields.ts';
import type { GatewayRequest } from './operation.ts';
import type { Route } from './route-table.ts';

/** What is known once the route is; user and nonces are added when the caller has been established. */
export type UnauthenticatedRequest = Omit<GatewayRequest, 'user' | 'nonces'>;

const formType = 'application/x-www-form-urlencoded';
const nothing = Buffer.alloc(0);

export function makeGatewayRequest(
  exchange: Pick<Exchange, 'id' | 'message' | 'target' | 'client' | 'authority'>,
  route: Route,
  parameters: Readonly<Record<string, string>>,
  body: Buffer | null,
): UnauthenticatedRequest {
  const { id, message, target, client, authority } = exchange;
  const headers = joinedHeaders(message.rawHeaders);
  const undecodable = route.dialect.startsWith('rest') ? 'kept' : 'passed-over';
  const query = target.query === null ? noFields : parseFormFields(target.query, noFields, undecodable);
  // The container reads form bodies of POST only.
  const isForm = message.method === 'POST' && body !== null && mediaTypeOf(headers['content-type']) === formType;
  return {
    operation: route.name,
    requestId: id,
    method: message.method ?? 'GET',
    path: target.path,
    parameters,
    queryText: target.query,
    query,
    form: isForm ? parseFormFields(body.toString('latin1'), query) : query,
    headers,
    body: body ?? nothing,
    baseUrl: `${client.isSecure ? 'https' : 'http'}://${authority.text}`,
    isSecure: client.isSecure,
    api: route.dialect === 'rest-v2' ? 'v2' : 'v1',
  };
}

export function withUser(
  request: UnauthenticatedRequest,
  user: AccessUser | null,
  nonces: NonceBook | null = null,
): GatewayRequest {
  return { ...request, user, nonces };
}

/** Lower-case names; values of a repeated header joined as RFC 9110 section 5.3 allows, cookies as RFC 6265 does. */
function joinedHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
