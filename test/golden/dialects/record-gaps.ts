// Records at the lab's Dogtag what the recordings lack of its REST interface: for every operation a stranger, an answer that nobody can read, a body that
// is broken, and an object that there is not. `node test/golden/dialects/record-gaps.ts`, with the variables of `lab env`. Changes nothing at Dogtag.
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  encodeRecordedRequest,
  encodeRecordedResponse,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';
import { type Route, routeTable } from '#gateway';
import { labFile, labVariable } from '#test/appliance-clients';
import type { Identity } from './recorded-exchanges.ts';
import { withoutInsides } from './without-insides.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/v1-json/', import.meta.url));
/** As in all recordings, whatever port the lab listens on. */
const host = 'pki.example.test:18443';
const json = { Accept: 'application/json' };
/** Names that no installation has. */
const unknownNames: Readonly<Record<string, string>> = {
  id: 'nosuchthing',
  certificate: encodeURIComponent('2;999999999;CN=Nobody;CN=Nobody'),
  group: 'No Such Group',
  member: 'nosuchmember',
};
/** Where the id is a number, or a UUID. */
const unknownIds: readonly (readonly [RegExp, string])[] = [
  [/\/(?:certs|certrequests)\/\{id/, '999999999'],
  [/\/authorities\/\{id/, '5f3c1a52-0f0f-4b6e-9d3d-0c9a6b1f7e11'],
];

interface Asked {
  readonly kind: string;
  readonly shows: string;
  readonly identity: Identity;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function whatToAsk(route: Route): readonly Asked[] {
  const { login, access, methods } = route;
  const isRoster = /\/admin\/|selftests/.test(route.paths[0] ?? '');
  const known: Identity = isRoster ? 'caadmin' : 'ipara';
  const hasBody = methods?.some((method) => method === 'POST' || method === 'PUT' || method === 'PATCH') === true;
  const typed = hasBody ? { ...json, 'Content-Type': 'application/json' } : json;
  return [
    ...(login === 'secure' || (login === 'none' && access === null)
      ? []
      : [
          {
            kind: 'stranger',
            shows: 'nobody who is known',
            identity: 'none' as const,
            headers: typed,
            ...(hasBody ? { body: '{}' } : {}),
          },
        ]),
    {
      kind: 'unreadable',
      shows: 'an Accept that nothing satisfies',
      identity: known,
      headers: { ...typed, Accept: 'text/csv' },
    },
    ...(hasBody
      ? [{ kind: 'broken', shows: 'a body that is broken', identity: known, headers: typed, body: '{"broken' }]
      : []),
    ...(route.paths[0]?.includes('{') === true && !hasBody
      ? [{ kind: 'unknown', shows: 'an object that there is not', identity: known, headers: typed }]
      : []),
  ];
}

function pathOf({ paths: [pattern = ''] }: Route): string {
  const id = unknownIds.find(([place]) => place.test(pattern))?.[1] ?? unknownNames.id ?? '';
  return pattern.replaceAll(
    /\{(\w+)(?::([^|}]+)[^}]*)?\}/g,
    (_, name: string, choice: string | undefined) =>
      choice ?? (name === 'id' ? id : encodeURI(unknownNames[name] ?? 'nosuchthing')),
  );
}

async function ask(identity: Identity, request: RecordedRequest): Promise<RecordedResponse> {
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

/** The cookie of a new session. */
async function logIn(identity: Identity): Promise<string> {
  const request = {
    method: 'GET',
    target: '/ca/rest/account/login',
    headers: [['Host', host]] as const,
    body: Buffer.alloc(0),
  };
  const { headers } = await ask(identity, request);
  return headers.find(([name]) => /^set-cookie$/i.test(name))?.[1].split(';')[0] ?? '';
}

async function record(route: Route, asked: Asked, name: string, cookie: string | null): Promise<number> {
  const body = Buffer.from(asked.body ?? '');
  const method = route.methods?.[0] ?? 'GET';
  const lengths = body.length > 0 || method === 'POST' ? { 'Content-Length': String(body.length) } : {};
  const headers = { Host: host, ...asked.headers, ...(cookie === null ? {} : { Cookie: cookie }), ...lengths };
  const request = { method, target: pathOf(route), headers: Object.entries(headers), body };
  const response = await ask(asked.identity, request);
  const into = join(folder, route.name, name);
  mkdirSync(into, { recursive: true });
  const { identity, shows } = asked;
  const about = { identity, shows, ...(cookie === null ? {} : { session: 'beforehand' }) };
  writeFileSync(join(into, 'about.json'), `${JSON.stringify(about, null, 1)}\n`);
  writeFileSync(join(into, 'request.http'), encodeRecordedRequest(request));
  writeFileSync(join(into, 'response.http'), encodeRecordedResponse(withoutInsides(response)));
  return response.status;
}

const cookies = new Map<Identity, string>();
let number = 900;
for (const route of routeTable) {
  if (route.dialect !== 'rest' || route.name === 'rest-account-logout') continue;
  for (const asked of whatToAsk(route)) {
    const { identity, kind } = asked;
    const needsSession = route.login === 'session' && identity !== 'none';
    if (needsSession && !cookies.has(identity)) cookies.set(identity, await logIn(identity));
    number += 1;
    const name = `${number}-${route.name.replace('rest-', '')}-${kind}`;
    const status = await record(route, asked, name, needsSession ? (cookies.get(identity) ?? null) : null);
    process.stdout.write(`${name}: ${status}\n`);
  }
}
