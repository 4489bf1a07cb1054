// Which operations lack a recorded success, refusal, malformed request or unauthorized caller, by release: the list of what is still to be recorded.
import { routeTable } from '#gateway';
import {
  findHeader,
  type RecordedDialect,
  type RecordedExchange,
  type Release,
  readRecordedExchanges,
} from './recorded-exchanges.ts';

const kinds = ['success', 'refusal', 'malformed', 'unauthorized'] as const;
type Kind = (typeof kinds)[number];

const dialects: Readonly<Record<Release, readonly RecordedDialect[]>> = {
  '10.10.2': ['v1-json', 'v1-xml', 'servlet'],
  '11.10.1': ['v1-json', 'v2-json', 'servlet'],
};

/** In the words in which recordings say what they show. */
const malformed =
  /malformed|broken|empty|no number|no UUID|not parse|no CSR|truncated|unknown member|Content-Type|Accept|array|no body|no (?:id|name|full name)|too short|bad/i;
/** Servlets answer with 200 whatever they say. */
const servletRefusal =
  /Invalid Credential|Authorization Error|<Status>[13]<|errorCode>\s*[13]\s*<|errorCode="[13]"|unexpectedError|Not Found|Rejected/;

/** For each kind of exchange the operations that have none, in the order of the route table; who anybody may call cannot lack a refusal of access. */
export function findExchangeGaps(release: Release): Readonly<Record<Kind, readonly string[]>> {
  const seen = new Map<string, Set<Kind>>();
  for (const dialect of dialects[release])
    for (const exchange of readRecordedExchanges(dialect, release)) {
      const found = seen.get(exchange.operation) ?? new Set();
      seen.set(exchange.operation, found.add(kindOf(exchange)));
    }
  const without = (kind: Kind) =>
    routeTable
      .filter(({ login, access }) => kind !== 'unauthorized' || login !== 'none' || access !== null)
      .map(({ name }) => name)
      .filter((name) => seen.get(name)?.has(kind) !== true);
  return {
    success: without('success'),
    refusal: without('refusal'),
    malformed: without('malformed'),
    unauthorized: without('unauthorized'),
  };
}

function kindOf({ dialect, identity, shows, response }: RecordedExchange): Kind {
  const { status, body } = response;
  const isStranger = identity !== 'ipara' && identity !== 'caadmin' && identity !== 'basic';
  const text = body.toString('latin1');
  const isServlet = dialect === 'servlet';
  // Template servlets say nothing at all to whom they do not know.
  const isSilent =
    isServlet && status === 200 && body.length === 0 && findHeader(response.headers, 'content-type') === null;
  const isRefused = status >= 400 || isSilent || (isServlet && servletRefusal.test(text));
  if (!isRefused) return 'success';
  if (
    isStranger &&
    (status === 401 || status === 403 || isSilent || /Invalid Credential|Authorization Error/.test(text))
  )
    return 'unauthorized';
  return malformed.test(shows) || status === 415 || status === 406 ? 'malformed' : 'refusal';
}

/** One line for each kind. */
export function formatExchangeGaps(release: Release): string {
  const gaps = findExchangeGaps(release);
  return kinds
    .map((kind) => `    without a recorded ${kind} (${release}): ${gaps[kind].join(', ') || 'none'}\n`)
    .join('');
}
