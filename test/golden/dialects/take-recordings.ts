// Takes recordings of a Dogtag into compat-fixtures/exchanges: those of operations that are replayed, without what must not be in there.
// `node test/golden/dialects/take-recordings.ts FOLDER VERSION [OPERATION...]`, where FOLDER holds a folder for each dialect.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  decodeRecordedRequest,
  decodeRecordedResponse,
  encodeRecordedRequest,
  encodeRecordedResponse,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';
import { createDialects, dogtag10 } from '#gateway';
import { systemClock } from '#platform';
import { createRouteMatcher, type RouteMatch } from '../../../gateway/routing/match-route.ts';
import { parseRequestTarget } from '../../../gateway/routing/request-target.ts';
import { withoutInsides } from './without-insides.ts';

const exchanges = fileURLToPath(new URL('../../../compat-fixtures/exchanges/', import.meta.url));
const dialects = ['v1-json', 'v1-xml', 'v2-json', 'servlet', 'acme'];

/** By how a recording describes who asked. */
const identities: readonly (readonly [RegExp, string])[] = [
  [/^anonymous/, 'none'],
  [/^TLS client certificate of user ipara/, 'ipara'],
  [/^TLS client certificate of user caadmin/, 'caadmin'],
  [/user nobody/, 'nobody'],
  [/maps to no user$/, 'unmapped'],
  // Of ACME's realm, which in 11.10.1 was recorded with the directory's own users; in 10.10.2 it had another, of its own.
  [/^HTTP Basic, (?:user caadmin, right|the ACME realm's administrator)/, 'basic'],
  [/^HTTP Basic, user caadmin, wrong/, 'basicbad'],
];

/** Recorded with another configuration than the gateway that replays has, refused by TLS before anything was said, about a profile whose text was not recorded, or in a session begun with a password. */
const leftOut = /-(?:v1-disabled|v1-enabled)-|-selfsigned$|-profiles-get-admin$|-token-basic$/;

function main([folder, version, ...wanted]: readonly string[]): void {
  if (folder === undefined || version === undefined) throw new Error('FOLDER VERSION [OPERATION...]');
  const replayed = new Set(wanted.length > 0 ? wanted : operationsReplayed());
  const product = { ...dogtag10, version };
  const { routes } = createDialects({ clock: systemClock, timeZone: 'Etc/UTC', product });
  const matcher = createRouteMatcher(routes);
  let taken = 0;
  for (const dialect of dialects.filter((name) => existsSync(join(folder, name))))
    for (const name of readdirSync(join(folder, dialect))) {
      if (leftOut.test(name)) continue;
      const source = join(folder, dialect, name);
      const { identity, shows, session } = JSON.parse(readFileSync(join(source, 'about.json'), 'utf8'));
      const who = identities.find(([pattern]) => pattern.test(identity))?.[1];
      const request = decodeRecordedRequest(readFileSync(join(source, 'request.http')));
      const target = parseRequestTarget(request.target);
      if (who === undefined || target === null) continue;
      const response = decodeRecordedResponse(readFileSync(join(source, 'response.http')));
      const operation = operationOf(matcher.match(request.method, target), request, response);
      if (operation === null || !replayed.has(operation)) continue;
      const into = join(exchanges, version, dialect, operation, name);
      mkdirSync(into, { recursive: true });
      writeFileSync(
        join(into, 'about.json'),
        `${JSON.stringify({ identity: who, shows, ...(session === undefined ? {} : { session: 'beforehand' }) }, null, 1)}\n`,
      );
      writeFileSync(join(into, 'request.http'), encodeRecordedRequest(withoutRecorder(request)));
      writeFileSync(join(into, 'response.http'), encodeRecordedResponse(withoutInsides(response)));
      taken += 1;
    }
  process.stdout.write(`${taken} exchanges taken\n`);
}

/** Everything of which there are exchanges already, for whichever release. */
function operationsReplayed(): string[] {
  return readdirSync(exchanges, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: version }) =>
      readdirSync(join(exchanges, version)).flatMap((dialect) => readdirSync(join(exchanges, version, dialect))),
    );
}

/** `unknown` for what the interface itself, or the container, has no path for; null for other applications and what is not answered here. */
function operationOf(match: RouteMatch, { target }: RecordedRequest, { status }: RecordedResponse): string | null {
  if (match.kind === 'operation') return match.route.name;
  if (match.kind === 'other-method') return match.routes[0]?.name ?? null;
  const isOfInterface =
    /^\/+(?:nosuchapp|(?:ca|pki)\/+(?:(?:rest|v1|v2)\/(?:$|nosuch|info|account|certs|certrequests|agent)|(?:ee|agent)\/ca\/nosuch))/.test(
      target,
    );
  return status === 404 && isOfInterface ? 'unknown' : null;
}

function withoutRecorder({ headers, ...request }: RecordedRequest): RecordedRequest {
  return { ...request, headers: headers.filter(([name]) => name.toLowerCase() !== 'user-agent') };
}

main(process.argv.slice(2));
