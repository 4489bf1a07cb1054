// Asks the lab's Dogtag something and keeps the exchange as a golden.
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import {
  encodeRecordedRequest,
  encodeRecordedResponse,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';
import { labFile, labVariable } from '#test/appliance-clients';
import type { Identity } from './recorded-exchanges.ts';
import { withoutInsides } from './without-insides.ts';

/** As in all recordings, whatever port the lab listens on. */
export const recordedHost = 'pki.example.test:18443';

export async function askLab(identity: Identity, request: RecordedRequest): Promise<RecordedResponse> {
  const names: Readonly<Record<string, string>> = { ipara: 'AGENT', caadmin: 'ADMIN' };
  const role = names[identity];
  const tls = role === undefined ? {} : { cert: labFile(`DOGTAG_${role}_CERT`), key: labFile(`DOGTAG_${role}_KEY`) };
  const headers = Object.fromEntries(request.headers);
  const options = {
    ...tls,
    host: '127.0.0.1',
    port: new URL(labVariable('DOGTAG_URL')).port,
    servername: labVariable('DOGTAG_HOST'),
    ca: labFile('DOGTAG_CA_CERT'),
    method: request.method,
    path: request.target,
    headers,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const sent = secureRequest(options, (message) => {
      const pieces: Buffer[] = [];
      message.on('data', (piece: Buffer) => pieces.push(piece));
      message.on('error', reject);
      message.on('end', () => resolve(responseOf(message.statusCode ?? 0, message.rawHeaders, Buffer.concat(pieces))));
    });
    sent.on('error', reject);
    sent.end(request.body);
  });
}

function responseOf(status: number, rawHeaders: readonly string[], body: Buffer): RecordedResponse {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return { status, reason: '', headers: headers.filter(([name]) => !/^connection$/i.test(name)), body };
}

export interface KeptExchange {
  readonly about: { readonly identity: Identity; readonly shows: string; readonly session?: string };
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

/** Writes the three files of an exchange, without what must not be in there. */
export function keepExchange(folder: string, { about, request, response }: KeptExchange): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 1)}\n`);
  writeFileSync(join(folder, 'request.http'), encodeRecordedRequest(request));
  writeFileSync(join(folder, 'response.http'), encodeRecordedResponse(withoutInsides(response)));
}
