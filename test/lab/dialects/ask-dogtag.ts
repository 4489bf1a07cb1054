// Asks the lab's Dogtag exactly what a recorded client would have asked.
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { RecordedRequest, RecordedResponse } from '#codecs/exchange';
import { type LabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';

export function askDogtag(
  { method, target, headers, body }: RecordedRequest,
  identity: LabIdentity | null,
  isSecure: boolean,
): Promise<RecordedResponse> {
  const url = new URL(readLabVariable(isSecure ? 'DOGTAG_URL' : 'DOGTAG_HTTP_URL'));
  const raw = headers.flat();
  if (method === 'POST') raw.push('Content-Length', String(body.length));
  raw.push('Connection', 'close');
  const options = {
    host: url.hostname,
    port: url.port,
    method,
    path: target,
    headers: raw,
    setHost: false,
    agent: false,
  };
  const tls = identity === null ? {} : { cert: identity.certificatePem, key: identity.keyPem };
  return new Promise((resolve, reject) => {
    const receive = (message: IncomingMessage): void => {
      const pieces: Buffer[] = [];
      message.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
      message.on('end', () =>
        resolve({
          status: message.statusCode ?? 0,
          reason: '',
          headers: pairsOf(message.rawHeaders),
          body: withoutTemplate(Buffer.concat(pieces)),
        }),
      );
    };
    // The lab's authority is one for throwing away, known to nobody.
    const outgoing = isSecure
      ? secureRequest({ ...options, ...tls, rejectUnauthorized: false }, receive)
      : plainRequest(options, receive);
    outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`${method} ${target}: no answer`)));
    outgoing.on('error', reject).end(body);
  });
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}

/** Of a page that Dogtag makes from a template, the script with the values; anything else as it is. */
function withoutTemplate(body: Buffer): Buffer {
  const text = body.toString('latin1');
  if (!text.includes('<SCRIPT') && !text.includes('<script type="text/javascript">')) return body;
  const scripts = [...text.matchAll(/<script[^>]*>\n?([\s\S]*?)<\/script>/gi)].map(([, script = '']) => script);
  const values = scripts.find((script) => /^(?:var header|errorReason|\w+Set = new|\w+=")/m.test(script));
  return values === undefined ? body : Buffer.from(`<script>\n${values}</script>\n`, 'latin1');
}
