// Nonces as Dogtag gives them out with what an agent is shown (`ca.enableNonces`): the deed must bring the number back in the same session.
import { randomBytes } from '#platform';
import { sessionIdsIn } from './login-session.ts';

/** What is shown before it is decided; Dogtag's own names. */
export type NonceKind = 'cert-revoke' | 'cert-request';

/** The nonces of one session, as handlers see them. */
export interface NonceBook {
  /** A number to be shown with the object of this id; a later one takes its place. */
  give(kind: NonceKind, id: bigint): bigint;
  /** Whether the number is the one last given. The right one is used up by this. */
  take(kind: NonceKind, id: bigint, nonce: bigint): 'right' | 'wrong' | 'unknown';
}

/** Dogtag's default (`ca.maxNumberOfNonces`), per session and kind; the oldest give way. */
const noncesMax = 100;
const sessionsMax = 20_000;
const idleTimeoutMs = 30 * 60_000;

interface Kept {
  readonly kinds: Record<NonceKind, Map<bigint, bigint>>;
  lastUsedMs: number;
}

/** A book whose session may still have to begin: one that has given nothing needs none. */
export interface OpenNonceBook extends NonceBook {
  /** Name of the session that it belongs to; null while it has none. */
  readonly sessionId: string | null;
  /** Whether there is something to keep, and no session to keep it in yet. */
  readonly needsSession: boolean;
  /** Keeps what was given in this session from now on. */
  keepIn(sessionId: string): void;
}

/** Fits a JSON number, which not every client reads in full 64 bits; and 53 random bits are not guessed in half an hour. */
const nonceBits = 53;

function newNonce(): bigint {
  return BigInt.asUintN(nonceBits, randomBytes(8).readBigUInt64BE());
}

/** In memory, as Dogtag's are: after a restart agents look again at what they decide. */
export class Nonces {
  /** In the order of last use, the longest unused first. */
  readonly #sessions = new Map<string, Kept>();

  /** `sessionId`: the caller's login session, if there is one. Cookies name a session only if it was begun here. */
  open(sessionId: string | null, cookieHeader: string | undefined): OpenNonceBook {
    for (const id of sessionIdsIn(cookieHeader)) {
      const kept = this.#find(id);
      if (kept !== null) return this.#book(id, kept);
    }
    return this.#book(sessionId, null);
  }

  #find(id: string): Kept | null {
    const kept = this.#sessions.get(id);
    if (kept === undefined) return null;
    this.#sessions.delete(id);
    if (performance.now() - kept.lastUsedMs > idleTimeoutMs) return null;
    kept.lastUsedMs = performance.now();
    this.#sessions.set(id, kept);
    return kept;
  }

  #keep(id: string, kept: Kept): void {
    this.#sessions.delete(id);
    this.#sessions.set(id, kept);
    if (this.#sessions.size > sessionsMax)
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest);
        break;
      }
  }

  #book(id: string | null, known: Kept | null): OpenNonceBook {
    const kept = known ?? emptySession();
    let sessionId = id;
    let hasGiven = false;
    return {
      get sessionId() {
        return sessionId;
      },
      get needsSession() {
        return hasGiven && sessionId === null;
      },
      keepIn: (begun) => {
        sessionId = begun;
        if (hasGiven) this.#keep(begun, kept);
      },
      give: (kind, objectId) => {
        const nonce = newNonce();
        const numbers = kept.kinds[kind];
        numbers.delete(objectId);
        numbers.set(objectId, nonce);
        if (numbers.size > noncesMax) numbers.delete(numbers.keys().next().value as bigint);
        hasGiven = true;
        if (sessionId !== null) this.#keep(sessionId, kept);
        return nonce;
      },
      take: (kind, objectId, nonce) => {
        const given = kept.kinds[kind].get(objectId);
        if (given === undefined) return 'unknown';
        if (given !== nonce) return 'wrong';
        kept.kinds[kind].delete(objectId);
        return 'right';
      },
    };
  }
}

function emptySession(): Kept {
  return { kinds: { 'cert-revoke': new Map(), 'cert-request': new Map() }, lastUsedMs: performance.now() };
}

/** For a rehearsal, which cannot know what Dogtag gave out: every number is right, and what is given is kept nowhere. */
export const rehearsedNonces: NonceBook = {
  give: newNonce,
  take: () => 'right',
};
