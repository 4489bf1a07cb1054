// From a connection and a request's headers to the Caller that handlers and the authority see: session, certificate or password.
import type { AccessUser, Caller } from '../contract.ts';
import type { ClientIdentity } from '../listeners/client-identity.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { LoginSession, LoginSessions } from './login-session.ts';

/** The user id if name and password belong together, else null. Asked only for paths that need a login. */
export type PasswordCheck = (userId: string, password: string) => Promise<string | null>;

export interface Established {
  readonly caller: Caller;
  readonly user: AccessUser | null;
  /** The session whose cookie came along, if it is alive. */
  readonly session: LoginSession | null;
}

export interface AuthenticationParts {
  readonly directory: AgentDirectory;
  readonly sessions: LoginSessions;
  /** Null when passwords cannot be checked; they are then of no use. */
  readonly checkPassword: PasswordCheck | null;
}

export interface Credentials {
  readonly client: ClientIdentity;
  readonly cookieHeader: string | undefined;
  readonly authorizationHeader: string | undefined;
  /** The web application, such as `/ca`. */
  readonly sessionPath: string;
  /**
   * certificate: only the certificate of this very connection counts (servlets);
   * any: session, certificate or password, as Dogtag's container takes them on paths that need a login.
   */
  readonly accepts: 'certificate' | 'any';
}

/** Rejects with the authority's CaError when the directory cannot be read. */
export async function establishCaller(
  { directory, sessions, checkPassword }: AuthenticationParts,
  { client, cookieHeader, authorizationHeader, sessionPath, accepts }: Credentials,
): Promise<Established> {
  const byCertificate = client.certificate === null ? null : await directory.findUserByCertificate(client.certificate);
  const session = accepts === 'any' ? sessions.find(cookieHeader, sessionPath) : null;
  if (session !== null) {
    const user = (await directory.view()).findUser(session.userId);
    // A cookie alone is enough, as in Dogtag. But whoever proves to be somebody else is that somebody: a cookie that
    // leaked must not lend its user to the holder of another certificate.
    if (user !== null && (byCertificate === null || byCertificate.userId === user.userId))
      return { caller: callerFrom(client, user, byCertificate === null), user, session };
  }
  if (byCertificate !== null)
    return { caller: callerFrom(client, byCertificate, false), user: byCertificate, session: null };
  if (accepts === 'any' && client.certificate === null && checkPassword !== null) {
    const user = await userByPassword(directory, checkPassword, authorizationHeader);
    if (user !== null) return { caller: callerFrom(client, user, true), user, session: null };
  }
  return { caller: callerFrom(client, null, false), user: null, session: null };
}

async function userByPassword(
  directory: AgentDirectory,
  checkPassword: PasswordCheck,
  header: string | undefined,
): Promise<AccessUser | null> {
  const credentials = parseBasicCredentials(header);
  if (credentials === null) return null;
  const userId = await checkPassword(credentials.userId, credentials.password);
  return userId === null ? null : (await directory.view()).findUser(userId);
}

/** RFC 7617; null for another scheme or what is not its form. */
export function parseBasicCredentials(header: string | undefined): { userId: string; password: string } | null {
  const encoded = /^basic +([\w+/=-]{1,4096}) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 1 ? null : { userId: text.slice(0, colon), password: text.slice(colon + 1) };
}

function callerFrom(client: ClientIdentity, user: AccessUser | null, viaSession: boolean): Caller {
  return {
    userId: user?.userId ?? null,
    groups: user?.groups ?? [],
    certificateDer: client.certificate?.der ?? null,
    remoteAddress: client.remoteAddress,
    // Dogtag's connectors look no names up; what it records as the host is the address.
    remoteHost: client.remoteAddress,
    viaSession,
  };
}
