// One call to the lab's Dogtag, with or without an agent's certificate; the answer as octets.
import { request as sendRequest } from 'node:https';
import { type LabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';

export interface DogtagAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface DogtagCall {
  readonly identity?: LabIdentity;
  readonly method?: string;
  readonly body?: Buffer | string;
  readonly contentType?: string;
  readonly accept?: string;
}

export function callDogtag(target: string, call: DogtagCall = {}): Promise<DogtagAnswer> {
  const { identity, method = call.body === undefined ? 'GET' : 'POST', body, contentType, accept } = call;
  const url = new URL(readLabVariable('DOGTAG_URL'));
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest(
      {
        host: url.hostname,
        port: url.port,
        method,
        path: target,
        headers: {
          ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
          ...(accept === undefined ? {} : { Accept: accept }),
        },
        // The lab's authority is one for throwing away, known to nobody.
        rejectUnauthorized: false,
        ...(identity === undefined ? {} : { cert: identity.certificatePem, key: identity.keyPem }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    outgoing.on('error', reject);
    outgoing.setTimeout(120_000, () => outgoing.destroy(new Error(`${target}: no answer`)));
    outgoing.end(body);
  });
}

/** A form as browsers send it. */
export function callServlet(
  path: string,
  fields: Readonly<Record<string, string>>,
  identity?: LabIdentity,
): Promise<DogtagAnswer> {
  return callDogtag(path, {
    ...(identity === undefined ? {} : { identity }),
    body: new URLSearchParams(fields).toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
}
