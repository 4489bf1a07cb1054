// The real Dogtag of the lab as an agent sees it over REST: enrol, review, decide, fetch certificates, and profiles of one's own.
import { readFileSync } from 'node:fs';
import { Agent, request as sendRequest } from 'node:https';
import { type Json, member, parseJson, textOf } from '#test/read-json';

export { isObject, type Json, listOf, member, parseJson, textOf } from '#test/read-json';

export interface LabAnswer {
  readonly status: number;
  readonly text: string;
  readonly cookies: readonly string[];
}

export interface LabIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export function readLabVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set; eval "$(compat-fixtures/lab/lab env)" first`);
  }
  return value;
}

export function readLabIdentity(who: 'AGENT' | 'ADMIN'): LabIdentity {
  return {
    certificatePem: readFileSync(readLabVariable(`DOGTAG_${who}_CERT`), 'utf8'),
    keyPem: readFileSync(readLabVariable(`DOGTAG_${who}_KEY`), 'utf8'),
  };
}

export class LabDogtag {
  readonly #url: URL;
  readonly #identity: LabIdentity | null;
  readonly #agent: Agent;
  #cookie: string | null = null;

  constructor(identity: LabIdentity | null) {
    this.#url = new URL(readLabVariable('DOGTAG_URL'));
    this.#identity = identity;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Logs in, which administration of profiles demands; the session goes with every later call. */
  async login(): Promise<void> {
    const answer = await this.send('GET', '/ca/rest/account/login', null);
    if (answer.status !== 200) throw new Error(`login failed: ${answer.status}`);
    this.#cookie = answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  }

  async logout(): Promise<void> {
    await this.send('GET', '/ca/rest/account/logout', null);
    this.#cookie = null;
  }

  async getJson(path: string): Promise<Json> {
    const answer = await this.send('GET', path, null);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return parseJson(answer.text);
  }

  send(method: string, path: string, body: string | null): Promise<LabAnswer> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== null) headers['Content-Type'] = 'application/json';
    if (this.#cookie !== null) headers.Cookie = this.#cookie;
    return new Promise((resolve, reject) => {
      const outgoing = sendRequest(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          method,
          path,
          headers,
          agent: this.#agent,
          // The lab's authority is one for throwing away, known to nobody.
          rejectUnauthorized: false,
          ...(this.#identity === null ? {} : { cert: this.#identity.certificatePem, key: this.#identity.keyPem }),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              text: Buffer.concat(chunks).toString('utf8'),
              cookies: incoming.headers['set-cookie'] ?? [],
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.end(body ?? undefined);
    });
  }

  /** DER of an issued certificate. */
  async getCertificate(id: string): Promise<Buffer> {
    const json = await this.getJson(`/ca/rest/certs/${id}`);
    // Node's own reader refuses names with odd string types.
    return Buffer.from((textOf(member(json, 'Encoded')) ?? '').replace(/-----[^-]*-----/g, ''), 'base64');
  }

  /** The configuration of a profile as it is in force. */
  async getProfileText(id: string): Promise<string> {
    const answer = await this.send('GET', `/ca/rest/profiles/${encodeURIComponent(id)}/raw`, null);
    if (answer.status !== 200) throw new Error(`profile ${id}: ${answer.status} ${answer.text}`);
    return answer.text;
  }
}
