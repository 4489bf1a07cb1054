// One client of the appliance with an agent's certificate. Every answer is judged; what is not served ends in a closed connection or in
// an answer that Dogtag's clients understand, and in time.
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientPlace, createConversationClient, type Reply, type Said } from '#test/conversation-client';
import { judgeRefusal } from './judge-refusal.ts';
import type { Received } from './received.ts';

/** An answer takes milliseconds, seconds where a whole suite runs beside it; what has not come by then never comes. */
const answerLimitMs = 90_000;

/** No success, and nothing wrong with that: the connection ended or was refused, or the answer is a right refusal. */
export class NotServed extends Error {}

export class JudgedClient {
  readonly #client: ReturnType<typeof createConversationClient>;
  readonly #received: Received;

  constructor(place: ClientPlace, received: Received) {
    this.#client = createConversationClient(place);
    this.#received = received;
  }

  close(): void {
    this.#client.close();
  }

  /** The answer if it is a success. Everything that it may be instead is judged here. */
  async say(said: Omit<Said, 'identity'>): Promise<Reply> {
    const reply = await this.#sayInTime(said);
    if (reply.status === 200) return reply;
    const fault = judgeRefusal(said, reply);
    if (fault !== null) this.#received.wrong(`${said.shows}: ${fault}`);
    this.#received.refused(`${said.shows} ${reply.status}`);
    throw new NotServed(said.shows);
  }

  async #sayInTime(said: Omit<Said, 'identity'>): Promise<Reply> {
    const giveUp = new AbortController();
    const tooLate = delay(answerLimitMs, null, { signal: giveUp.signal }).catch(() => null);
    const startedMs = performance.now();
    const answer = this.#client.say({ ...said, identity: 'agent' }).catch((error: NodeJS.ErrnoException) => {
      // ECONNRESET, ECONNREFUSED, EPIPE: what a client sees of a program that ended. Anything else is another story.
      if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(error.code ?? ''))
        this.#received.wrong(`${said.shows}: ${error.code ?? ''} ${error.message}`);
      throw new NotServed(said.shows);
    });
    try {
      const reply = await Promise.race([answer, tooLate]);
      if (reply !== null) return reply;
      this.#received.wrong(`${said.shows}: no answer and no end within ${answerLimitMs} ms`);
      throw new NotServed(said.shows);
    } catch (error) {
      this.#received.hungUp();
      throw error;
    } finally {
      giveUp.abort();
      this.#received.took(performance.now() - startedMs);
    }
  }

  /** A success that lacks what it is for is wrong. */
  find(reply: Reply, pattern: RegExp): string {
    const found = pattern.exec(reply.text)?.[1];
    if (found !== undefined) return found;
    this.#received.wrong(`an answer without ${pattern}: ${reply.status} ${reply.text.slice(0, 500)}`);
    throw new NotServed('an answer lacks something');
  }
}
