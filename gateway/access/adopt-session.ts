// Sessions that Dogtag begins while it answers: whose they are is remembered, so that they are good for operations that we answer.
import type { ClientIdentity } from '../listeners/client-identity.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { type LoginSessions, sessionIdsIn } from './login-session.ts';

/** Paths that Dogtag's container lets nobody reach without a login (web.xml); elsewhere a cookie names nobody. */
const guardedPath =
  /^(?<application>\/ca(?=\/(?:rest|v1|v2)\/(?:(?:account|admin|agent|audit|selftests)(?:\/|$)|securityDomain\/installToken$))|\/acme(?=\/(?:login|enable|disable)$))/;

/** Rejects with the authority's CaError when the directory cannot be read. */
export async function adoptSession(
  { directory, sessions }: { readonly directory: AgentDirectory; readonly sessions: LoginSessions },
  path: string,
  client: ClientIdentity,
  response: GatewayResponse,
): Promise<void> {
  const sessionPath = guardedPath.exec(path)?.groups?.application;
  if (sessionPath === undefined || response.status === 401) return;
  const isLogout = path.endsWith('/account/logout');
  for (const cookie of cookiesOf(response))
    for (const id of sessionIdsIn(cookie.split(';', 1)[0])) {
      const userId =
        client.certificate === null
          ? userIdInAccount(path, response)
          : ((await directory.findUserByCertificate(client.certificate))?.userId ?? null);
      if (userId !== null && !isLogout) sessions.adopt(id, userId, sessionPath);
    }
}

function cookiesOf({ headers }: GatewayResponse): readonly string[] {
  for (const [name, value] of Object.entries(headers))
    if (name.toLowerCase() === 'set-cookie') return typeof value === 'string' ? [value] : value;
  return [];
}

/** A login by password answers with the account it opened. */
function userIdInAccount(path: string, { status, body }: GatewayResponse): string | null {
  if (!/^\/(?:ca\/\w+\/account|acme)\/login$/.test(path) || status !== 200) return null;
  const text = body.toString('utf8');
  return (
    /"id"\s*:\s*"([\w.@-]{1,255})"/.exec(text)?.[1] ?? /<Account[^>]* id="([\w.@-]{1,255})"/.exec(text)?.[1] ?? null
  );
}
