// Gives a session that began with us a counterpart at Dogtag, so that what is forwarded in it meets an open login there.
import type { Log } from '#platform';
import { type LoginSession, sessionIdsIn } from '../access/login-session.ts';
import type { Exchange } from '../routing/exchange.ts';
import type { DogtagClient } from './dogtag-client.ts';

/** REST resources of Dogtag whose access rules want a login session; the rest takes the certificate or nothing. */
const needsSession = /^\/ca\/rest\/(?!account\/login)/;

/**
 * Logs in at Dogtag with what this very request shows (its certificate or password), once per session. A session whose
 * cookie comes along alone has nothing to log in with; Dogtag then refuses what needs a login.
 */
export async function ensureUpstreamSession(
  dogtag: DogtagClient,
  session: LoginSession,
  { client, message, target, id }: Exchange,
  log: Log,
): Promise<void> {
  if (session.upstreamId !== null || !client.isSecure || !needsSession.test(target.path)) return;
  const { authorization } = message.headers;
  if (client.certificate === null && authorization === undefined) return;
  try {
    const answer = await dogtag.call({
      method: 'GET',
      target: '/ca/rest/account/login',
      headers: { Accept: 'application/json', ...(authorization === undefined ? {} : { Authorization: authorization }) },
      client,
    });
    if (answer.status !== 200) return;
    for (const upstreamId of sessionIdsIn(answer.headers['set-cookie']?.split(';', 1)[0]))
      session.upstreamId = upstreamId;
  } catch (error) {
    log.warn('a session could not be opened at Dogtag', { requestId: id, error });
  }
}
