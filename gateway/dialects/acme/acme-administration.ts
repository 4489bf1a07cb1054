// The ACME responder's paths for its administrators: /acme/login, logout, enable and disable. RFC 8555 knows none of them.
import { account, encodeJsonBody, indentedJson, jaxbJson } from '#codecs/dogtag-rest';
import type { AccessUser } from '../../contract.ts';
import type { GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { OperationName } from '../../routing/operation-names.ts';
import { isCaError } from '../ca-error.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { encodeLatin1 } from '../rest/rest-dialects.ts';
import { acmeProblem } from './acme-refusal.ts';

type AcmeOperationName = Extract<OperationName, `acme-${string}`>;

const empty = Buffer.alloc(0);

export function createAcmeHandlers({ release }: DialectContext): Readonly<Record<AcmeOperationName, OperationHandler>> {
  const isLater = release.entities === 'jackson';
  // From 11.0 on an answer names its type even where it says nothing.
  const emptyHeaders: GatewayResponse['headers'] = isLater ? { 'Content-Type': 'application/json' } : {};
  const nothing = (status: number, headers: GatewayResponse['headers'] = {}): GatewayResponse => ({
    status,
    headers: { ...headers, ...emptyHeaders },
    body: empty,
  });
  const tellAccount: OperationHandler = async ({ user }) =>
    user === null ? nothing(204) : isLater ? tellLater(user) : tell(user);
  const switchTo =
    (enabled: boolean): OperationHandler =>
    async ({ method }, caller, ra) => {
      if (method === 'OPTIONS' && !isLater)
        return { status: 200, headers: allowsPost, body: Buffer.from('POST, OPTIONS') };
      if (method !== 'POST') return nothing(405, { Allow: isLater ? ': POST' : 'POST, OPTIONS' });
      try {
        await ra.switchAcme(enabled, caller);
        return nothing(200);
      } catch (error) {
        if (!isCaError(error)) throw error;
        return acmeProblem(error.code === 'internal' ? 500 : 503, error.message);
      }
    };
  return {
    'acme-get-login': tellAccount,
    'acme-login': tellAccount,
    'acme-logout': async () => nothing(204),
    'acme-enable': switchTo(true),
    'acme-disable': switchTo(false),
  };
}

const allowsPost = { Allow: 'POST, OPTIONS', 'Content-Type': 'text/plain;charset=UTF-8' };

function accountOf(user: AccessUser) {
  const roles = [...user.groups].sort((one, other) => (one < other ? -1 : 1));
  return { attributes: [], id: user.userId, fullName: user.fullName, email: user.email, roles };
}

function tell(user: AccessUser): GatewayResponse {
  const body = Buffer.from(encodeJsonBody(account, accountOf(user), jaxbJson));
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

function tellLater(user: AccessUser): GatewayResponse {
  const text = encodeJsonBody(account, accountOf(user), indentedJson);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=ISO-8859-1' },
    body: encodeLatin1(`${text}\n`),
  };
}
