// A client of a CA that says one thing at a time, over HTTPS with or without a certificate, or over plain HTTP.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { SecureVersion } from 'node:tls';

export interface Said {
  /** What it is for, in a few words. */
  readonly shows: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Default `none`. */
  readonly identity?: 'agent' | 'none';
  /** Default `https`. */
  readonly listener?: 'https' | 'http';
  /** Profile that rules it, for reports. */
  readonly profileId?: string;
}

export interface Reply {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The body as UTF-8. */
  readonly text: string;
}

export interface ConversationClient {
  say(said: Said): Promise<Reply>;
}

export interface ClientPlace {
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Sent as Host, and checked in the server's certificate. */
  readonly hostName: string;
  /** Port that stands in Host, where it is not the one connected to. */
  readonly hostPorts?: { readonly https: number; readonly http: number };
  readonly authorityPem: string;
  /** Where a server asks for the certificate of some paths only: Node can be asked again in TLS 1.2, not in 1.3. */
  readonly tlsVersionMax?: SecureVersion;
  readonly agent: { readonly certificatePem: string; readonly keyPem: string };
}

/** Keeps connections alive; `close` ends them. */
export function createConversationClient(place: ClientPlace): ConversationClient & { close(): void } {
  const { authorityPem: ca, hostName: servername, tlsVersionMax: maxVersion } = place;
  const common = { ca, servername, keepAlive: true, maxSockets: 8, ...(maxVersion && { maxVersion }) };
  const agents = {
    agent: new HttpsAgent({ ...common, cert: place.agent.certificatePem, key: place.agent.keyPem }),
    none: new HttpsAgent(common),
    http: new HttpAgent({ keepAlive: true, maxSockets: 8 }),
  };
  return {
    say: (said) => send(said, place, agents),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function send(
  said: Said,
  place: ClientPlace,
  agents: { readonly agent: HttpsAgent; readonly none: HttpsAgent; readonly http: HttpAgent },
): Promise<Reply> {
  const { listener = 'https', identity = 'none' } = said;
  const isSecure = listener === 'https';
  const port = isSecure ? place.httpsPort : place.httpPort;
  const shownPort = (isSecure ? place.hostPorts?.https : place.hostPorts?.http) ?? port;
  const body = said.body === undefined ? null : Buffer.from(said.body);
  const headers: Record<string, string> = { Host: `${place.hostName}:${shownPort}`, ...said.headers };
  if (body !== null) headers['Content-Length'] = String(body.length);
  const options = {
    host: '127.0.0.1',
    port,
    method: said.method,
    path: said.target,
    headers,
    agent: isSecure ? agents[identity] : agents.http,
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          rawHeaders: response.rawHeaders,
          body: whole,
          text: whole.toString('utf8'),
        });
      });
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}
