// Records at the lab's Dogtag what the recordings lack of its REST interface: for every operation a stranger, an answer that nobody can read, a body that
// is broken, and an object that there is not. `node test/golden/dialects/record-gaps.ts`, with the variables of `lab env`. Changes nothing at Dogtag.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Route, routeTable } from '#gateway';
import { askLab, recordedHost as host, keepExchange } from './record-exchange.ts';
import type { Identity } from './recorded-exchanges.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/v1-json/', import.meta.url));
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

/** The cookie of a new session. */
async function logIn(identity: Identity): Promise<string> {
  const request = {
    method: 'GET',
    target: '/ca/rest/account/login',
    headers: [['Host', host]] as const,
    body: Buffer.alloc(0),
  };
  const { headers } = await askLab(identity, request);
  return headers.find(([name]) => /^set-cookie$/i.test(name))?.[1].split(';')[0] ?? '';
}

async function record(route: Route, asked: Asked, name: string, cookie: string | null): Promise<number> {
  const body = Buffer.from(asked.body ?? '');
  const method = route.methods?.[0] ?? 'GET';
  const lengths = body.length > 0 || method === 'POST' ? { 'Content-Length': String(body.length) } : {};
  const headers = { Host: host, ...asked.headers, ...(cookie === null ? {} : { Cookie: cookie }), ...lengths };
  const request = { method, target: pathOf(route), headers: Object.entries(headers), body };
  const response = await askLab(asked.identity, request);
  const { identity, shows } = asked;
  const about = { identity, shows, ...(cookie === null ? {} : { session: 'beforehand' }) };
  keepExchange(join(folder, route.name, name), { about, request, response });
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
