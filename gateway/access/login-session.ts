// Login sessions as Dogtag's container keeps them: a JSESSIONID cookie per web application, idle for half an hour at most.
import { randomBytes } from '#platform';

/** What a session remembers. */
export interface LoginSession {
  readonly id: string;
  readonly userId: string;
  /** Path of the web application it belongs to, such as `/ca`; cookies of different applications share their name. */
  readonly path: string;
  /** Dogtag's own session cookie for the same user, when something was forwarded in this session. */
  upstreamId: string | null;
  /** `native` cookies are ours; `upstream` ones were issued by Dogtag and only their user is known here. */
  readonly origin: 'native' | 'upstream';
  lastUsedMs: number;
}

export const sessionCookieName = 'JSESSIONID';
const idleTimeoutMs = 30 * 60_000;
const sweepIntervalMs = 60_000;
/** Tomcat makes a session for every request with a certificate but without a cookie; the oldest give way. */
const sessionsMax = 20_000;
const idPattern = /^[0-9A-F]{32}(?:\.[\w-]{1,64})?$/;

/** Sessions in memory: they end with the process, and clients with a certificate get new ones without noticing. */
export class LoginSessions {
  /** In the order of last use, the longest unused first. */
  readonly #sessions = new Map<string, LoginSession>();
  readonly #sweep: NodeJS.Timeout;

  constructor() {
    this.#sweep = setInterval(() => this.#removeIdle(), sweepIntervalMs).unref();
  }

  create(userId: string, path: string): LoginSession {
    return this.#add({ id: newSessionId(), userId, path, upstreamId: null, origin: 'native', lastUsedMs: 0 });
  }

  /** Remembers whose session a cookie issued by Dogtag is, so that it is good here too. */
  adopt(upstreamId: string, userId: string, path: string): void {
    if (!idPattern.test(upstreamId)) return;
    this.#add({ id: upstreamId, userId, path, upstreamId, origin: 'upstream', lastUsedMs: 0 });
  }

  /** The living session among the cookies sent, for this application; null when there is none. */
  find(cookieHeader: string | undefined, path: string): LoginSession | null {
    for (const id of sessionIdsIn(cookieHeader)) {
      const session = this.#sessions.get(id);
      if (session === undefined || session.path !== path) continue;
      if (performance.now() - session.lastUsedMs > idleTimeoutMs) {
        this.#sessions.delete(id);
        continue;
      }
      return this.#add(session);
    }
    return null;
  }

  remove(session: LoginSession): void {
    this.#sessions.delete(session.id);
  }

  stop(): void {
    clearInterval(this.#sweep);
    this.#sessions.clear();
  }

  /** Puts the session at the end of the order of use. */
  #add(session: LoginSession): LoginSession {
    session.lastUsedMs = performance.now();
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    if (this.#sessions.size > sessionsMax)
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest);
        break;
      }
    return session;
  }

  #removeIdle(): void {
    const oldest = performance.now() - idleTimeoutMs;
    for (const [id, session] of this.#sessions) {
      if (session.lastUsedMs > oldest) return;
      this.#sessions.delete(id);
    }
  }
}

/** A session name that nobody can guess, in the form Tomcat gives it: 32 upper-case hexadecimal digits. */
export function newSessionId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

/** The cookie as Tomcat sets it; over TLS it must never travel in the clear. */
export function sessionCookie(id: string, path: string, isSecure: boolean): string {
  return `${sessionCookieName}=${id}; Path=${path}; ${isSecure ? 'Secure; ' : ''}HttpOnly`;
}

/** Whether a request already carries a session cookie of any application. */
export function hasSessionCookie(cookieHeader: string | undefined): boolean {
  for (const _ of sessionIdsIn(cookieHeader)) return true;
  return false;
}

/** Values of all session cookies in a Cookie header, in order. A value that no container issued is passed over. */
export function* sessionIdsIn(cookieHeader: string | undefined): Generator<string> {
  if (cookieHeader?.includes(sessionCookieName) !== true) return;
  for (const pair of cookieHeader.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== sessionCookieName) continue;
    const value = pair.slice(equals + 1).trim();
    if (idPattern.test(value)) yield value;
  }
}

/** The Cookie header with our session's name replaced by Dogtag's, or taken out (null) together with a header left empty. */
export function replaceSessionId(cookieHeader: string, id: string, upstreamId: string | null): string | null {
  const kept = cookieHeader.split(';').flatMap((pair) => {
    if (pair.trim() !== `${sessionCookieName}=${id}`) return [pair.trim()];
    return upstreamId === null ? [] : [`${sessionCookieName}=${upstreamId}`];
  });
  return kept.length === 0 ? null : kept.join('; ');
}
