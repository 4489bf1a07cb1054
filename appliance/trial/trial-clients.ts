// The trial's clients: an agent, somebody without a certificate, and somebody on plain HTTP, each on connections of its own.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface ClientPlace {
  readonly hostName: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly authorityPem: string;
  readonly agent: { readonly certificatePem: string; readonly keyPem: string };
}

export interface ClientRequest {
  readonly listener: 'https' | 'http';
  readonly identity: 'agent' | 'none';
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface TrialClients {
  /** Rejects when the gateway hangs up. */
  say(said: ClientRequest): Promise<{ readonly status: number; readonly body: Buffer }>;
  close(): void;
}

export function openTrialClients(place: ClientPlace): TrialClients {
  const tls = { ca: place.authorityPem, servername: place.hostName, keepAlive: true };
  const agents = {
    agent: new HttpsAgent({ ...tls, cert: place.agent.certificatePem, key: place.agent.keyPem }),
    none: new HttpsAgent(tls),
    http: new HttpAgent({ keepAlive: true }),
  };
  return {
    say: ({ listener, identity, method, target, headers, body }) => {
      const isSecure = listener === 'https';
      const port = isSecure ? place.httpsPort : place.httpPort;
      // A recorded request brings the name by which it addressed the server.
      const isAddressed = headers.some(([name]) => name.toLowerCase() === 'host');
      const options = {
        host: '127.0.0.1',
        port,
        agent: isSecure ? agents[identity] : agents.http,
        method,
        path: target,
        headers: [
          ...(isAddressed ? [] : ['Host', `${place.hostName}:${port}`]),
          ...headers.flat(),
          ...['Content-Length', String(body.length)],
        ],
      };
      return new Promise((resolve, reject) => {
        const request = (isSecure ? httpsRequest : httpRequest)(options, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
        });
        request.on('error', reject);
        request.end(body);
      });
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
