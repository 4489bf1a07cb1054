// Lets the recorded clients talk to a gateway, one after another, as they once talked to Dogtag.
import type { RecordedTurn } from './recorded-conversation.ts';
import type { TrialClients } from './trial-clients.ts';
import type { TrialClock } from './trial-clock.ts';

export interface ReplayResult {
  readonly said: number;
  /** Turns whose answer through the gateway had another status than the recorded one. */
  readonly differing: readonly string[];
}

/** Tomcat makes the text of its Date anew once a second, in whole seconds: what was issued meanwhile begins to be valid after the Date of its answer. */
const dateStaleMsMax = 2_000;

/** `clock` follows the recording. `afterTurn` is called after each turn; the next one waits for it. Rejects when the gateway hangs up. */
export async function replayClients(
  turns: readonly RecordedTurn[],
  clients: TrialClients,
  clock: Pick<TrialClock, 'reach'>,
  afterTurn: (said: number, total: number) => Promise<void>,
): Promise<ReplayResult> {
  const clientTurns = turns.filter(({ about }) => about.by === 'client');
  const differing: string[] = [];
  for (const [index, { name, about, request, response }] of clientTurns.entries()) {
    const headers = request.headers.filter(([header]) => header.toLowerCase() !== 'content-length');
    const { listener, identity } = about;
    const { method, target, body } = request;
    const date = response.headers.find(([header]) => header.toLowerCase() === 'date')?.[1];
    if (date !== undefined) clock.reach(new Date(Date.parse(date) + dateStaleMsMax));
    const { status } = await clients.say({ listener, identity, method, target, headers, body });
    if (status !== response.status) differing.push(`${name}: ${status} instead of ${response.status}`);
    await afterTurn(index + 1, clientTurns.length);
  }
  return { said: clientTurns.length, differing };
}
