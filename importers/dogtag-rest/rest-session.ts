// Asks a Dogtag's REST interface as one of its users: over TLS with a certificate, in a session, again when the line breaks.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { SourceError } from '../import-source.ts';

export interface RestIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface RestSettings {
  /** Where its TLS connector is; the host may be an address. */
  readonly url: URL;
  /** The name in its TLS certificate. */
  readonly hostName: string;
  readonly caCertificatePem: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: Buffer;
}

const answerBytesMax = 128 * 1024 * 1024;
const timeoutMs = 60_000;
const pausesMs = [500, 2000, 5000];

/** `identity` null asks as nobody, which reads certificates and CRLs. */
export class RestSession {
  readonly #settings: RestSettings;
  readonly #agent: Agent;
  readonly #hasIdentity: boolean;
  #cookie: Promise<string | null> | null = null;

  constructor(settings: RestSettings, identity: RestIdentity | null) {
    this.#settings = settings;
    this.#hasIdentity = identity !== null;
    this.#agent = new Agent({
      connections: 4,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: {
        ca: settings.caCertificatePem,
        servername: settings.hostName,
        ...(identity === null ? {} : { cert: identity.certificatePem, key: identity.keyPem }),
      },
    });
  }

  /** Rejects with SourceError when nobody answers. */
  async get(target: string, accept = 'application/json'): Promise<RestAnswer> {
    const answer = await this.#ask(target, accept, await this.#session());
    if (answer.status !== 401 || !this.#hasIdentity) return answer;
    // The session has run out.
    this.#cookie = null;
    return this.#ask(target, accept, await this.#session());
  }

  /** The body's members; null for 404. Rejects with SourceError `refused` where this user may not read it, `malformed` where it is no JSON. */
  async getJson(target: string): Promise<unknown> {
    const { status, body } = await this.get(target);
    if (status === 404) return null;
    if (status === 401 || status === 403)
      throw new SourceError('refused', `${target} may not be read with this certificate (${status})`);
    if (status !== 200) throw new SourceError('malformed', `${this.#settings.url.origin}${target} answers ${status}`);
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch (error) {
      throw new SourceError('malformed', `${target} is answered with something that is no JSON`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** Who shows a certificate only, without logging in, is nobody to most of the interface. */
  #session(): Promise<string | null> {
    if (!this.#hasIdentity) return Promise.resolve(null);
    this.#cookie ??= this.#logIn();
    this.#cookie.catch(() => {
      this.#cookie = null;
    });
    return this.#cookie;
  }

  async #logIn(): Promise<string | null> {
    const { status, cookie } = await this.#ask('/ca/rest/account/login', 'application/json', null);
    if (status !== 200)
      throw new SourceError(
        'refused',
        `${this.#settings.url.origin} does not know the certificate that is shown to it (${status} to the login)`,
      );
    return cookie;
  }

  async #ask(
    target: string,
    accept: string,
    cookie: string | null,
  ): Promise<RestAnswer & { readonly cookie: string | null }> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#askOnce(target, accept, cookie);
      } catch (error) {
        if (error instanceof SourceError) throw error;
        const pauseMs = pausesMs[attempt];
        if (pauseMs === undefined || isForGood(error as NodeJS.ErrnoException)) throw this.#explain(error as Error);
        await sleep(pauseMs);
      }
    }
  }

  async #askOnce(target: string, accept: string, cookie: string | null) {
    const { url, hostName } = this.#settings;
    const host = url.port === '' ? hostName : `${hostName}:${url.port}`;
    const { statusCode, headers, body } = await request(new URL(target, url), {
      dispatcher: this.#agent,
      headers: { host, accept, ...(cookie === null ? {} : { cookie }) },
    });
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of body) {
      const bytes = piece as Buffer;
      length += bytes.length;
      if (length > answerBytesMax)
        throw new SourceError('limited', `${target} is answered with more than ${answerBytesMax} octets`);
      pieces.push(bytes);
    }
    const given = headers['set-cookie'];
    const [first] = typeof given === 'string' ? [given] : (given ?? []);
    return { status: statusCode, body: Buffer.concat(pieces), cookie: first?.split(';', 1)[0] ?? null };
  }

  #explain(error: Error): SourceError {
    const { url, hostName } = this.#settings;
    const next = isForGood(error as NodeJS.ErrnoException)
      ? `must its TLS certificate be for ${hostName} and under the configured CA?`
      : 'Is it running, and is the address right?';
    return new SourceError('unreachable', `${url.origin}: ${error.message}. ${next}`, { cause: error });
  }
}

function isForGood({ code = '' }: NodeJS.ErrnoException): boolean {
  return /CERT|SIGNATURE|SELF_SIGNED|ALTNAME|ERR_SSL|ERR_TLS|ENOTFOUND/.test(code);
}
