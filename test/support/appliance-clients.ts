// Clients of an appliance in front of the lab's Dogtag: they trust the lab's authority alone, and know its agent's key.
import { readFileSync } from 'node:fs';
import type { ApplianceUnderTest } from './appliance-under-test.ts';
import { type ConversationClient, createConversationClient, type Reply, type Said } from './conversation-client.ts';

export interface CountingClient extends ConversationClient {
  /** How many exchanges there were, whatever came of them. */
  readonly saidCount: () => number;
  close(): void;
}

/** A variable of `lab env`. Throws when it is not set. */
export function labVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; eval "$(compat-fixtures/lab/lab env)" first`);
  return value;
}

export const labFile = (name: string): string => readFileSync(labVariable(name), 'utf8');

/** Speaks to the gateway as clients do that have known it as Dogtag: by Dogtag's name, checking its certificate. */
export function openApplianceClient({ ports }: Pick<ApplianceUnderTest, 'ports'>): CountingClient {
  return openClient(ports.https, ports.http);
}

/** Speaks to Dogtag itself, past every gateway. */
export function openDogtagClient(): CountingClient {
  const portOf = (name: string) => Number(new URL(labVariable(name)).port);
  return openClient(portOf('DOGTAG_URL'), portOf('DOGTAG_HTTP_URL'));
}

function openClient(httpsPort: number, httpPort: number): CountingClient {
  const client = createConversationClient({
    httpsPort,
    httpPort,
    hostName: labVariable('DOGTAG_HOST'),
    authorityPem: labFile('DOGTAG_CA_CERT'),
    agent: { certificatePem: labFile('DOGTAG_AGENT_CERT'), keyPem: labFile('DOGTAG_AGENT_KEY') },
  });
  let count = 0;
  const say = (said: Said): Promise<Reply> => {
    count += 1;
    return client.say(said);
  };
  return { say, saidCount: () => count, close: () => client.close() };
}
