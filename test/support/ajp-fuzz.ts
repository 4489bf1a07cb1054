// Sends malformed AJP to a gateway and holds it to three things: it lives, it lets go of every connection, and it knows nobody who has not proven it.
import { connect } from 'node:net';
import { decodeResponseMessage, PacketStream } from '#codecs/ajp13';
import { operationNames } from '#gateway';
import { AjpClient } from './ajp-client.ts';
import type { MalformedCase } from './ajp-malformed.ts';
import { agentDer, GatewayUnderTest, pem } from './gateway-under-test.ts';

/** How a connection ended: with an answer of that status, or without any. */
export type Outcome = number | 'closed';

/** Longest that a connection may stay after its client has said all that it has to say. */
const closeTimeoutMs = 10_000;
const secret = 'a secret that no generator comes upon';

export class AjpFuzz {
  readonly known = { secret, agentPem: pem(agentDer) };
  readonly #gate = new GatewayUnderTest();
  #sent = 0;

  async open(): Promise<void> {
    await this.#gate.open();
    // Half of what comes has to end by itself, since nothing else ends it.
    const ajp = { port: 0, secret, peers: ['127.0.0.0/8'] };
    await this.#gate.start({ listen: { ajp, headTimeoutSeconds: 5, requestTimeoutSeconds: 5 } });
    const assignments = operationNames.map((operation) => ({ operation, profileId: null, mode: 'serve' as const }));
    this.#gate.modes.replace(assignments);
  }

  async close(): Promise<void> {
    await this.#gate.close();
  }

  /** Throws an Error that says what is wrong: a connection that stays, an identity that was not proven, an answer to a stranger. */
  async send({ sender, kind, bytes }: MalformedCase): Promise<Outcome> {
    const { handled, dogtag } = this.#gate;
    const outcome = await this.#deliver(bytes);
    const leaked = handled.find(({ caller }) => caller.userId !== null || caller.certificateDer !== null);
    if (leaked !== undefined)
      throw new Error(`"${kind}" made its sender ${leaked.caller.userId ?? 'somebody with a certificate'}`);
    if (sender === 'without-secret' && typeof outcome === 'number' && outcome !== 400 && outcome !== 403)
      throw new Error(`"${kind}" was answered ${outcome} without the secret`);
    if (handled.length > 1_000) handled.length = 0;
    if (dogtag.seen.length > 1_000) dogtag.seen.length = 0;
    return outcome;
  }

  /** Throws unless a well-formed request with secret and certificate still makes its client an agent. */
  async assertAlive(): Promise<void> {
    const { gateway, handled } = this.#gate;
    const connection = await AjpClient.connect(gateway.ajpPort ?? 0);
    const path = '/ca/rest/agent/certrequests';
    // Closing ends the wait for an answer that does not come.
    const timer = setTimeout(() => connection.close(), closeTimeoutMs);
    const answer = await connection.exchange({ secret, clientCertificatePem: this.known.agentPem, path });
    clearTimeout(timer);
    connection.close();
    const isAgent = handled.at(-1)?.caller.userId === 'ipara';
    handled.length = 0;
    if (answer?.status !== 200 || !isAgent)
      throw new Error(`a well-formed request got ${answer?.status ?? 'no answer'}`);
  }

  async #deliver(bytes: Buffer): Promise<Outcome> {
    // One address has too few ports for as many connections as this makes.
    this.#sent += 1;
    const localAddress = `127.0.0.${2 + (this.#sent % 200)}`;
    const packets = new PacketStream('from-container', 8192);
    let outcome: Outcome = 'closed';
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.#gate.gateway.ajpPort ?? 0, localAddress });
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new Error(`a connection stayed after ${bytes.toString('hex').slice(0, 400)}`));
      }, closeTimeoutMs);
      socket.on('data', (chunk) => {
        packets.push(chunk);
        for (let payload = packets.take(); payload !== null; payload = packets.take()) {
          const message = decodeResponseMessage(payload);
          if (message.type === 'headers') outcome = message.status;
        }
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end(bytes);
    });
    return outcome;
  }
}
