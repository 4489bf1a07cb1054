// Compares an answer with the recorded one: status, the headers that clients look at, and the body byte for byte.
import { findHeader, type RecordedExchange } from './recorded-exchanges.ts';
import type { Reply } from './replay-gateway.ts';

const headersCompared = [
  'content-type',
  'content-language',
  'content-disposition',
  'www-authenticate',
  'location',
  'allow',
  'cache-control',
  'expires',
];

/** What differs, one line each; none when the client could not tell one answer from the other. */
export function compareAnswers({ response, dialect }: RecordedExchange, reply: Reply): string[] {
  const differences: string[] = [];
  const note = (what: string, recorded: unknown, ours: unknown) => {
    if (recorded !== ours) differences.push(`${what}: ${shorten(recorded)} | ${shorten(ours)}`);
  };
  note('status', response.status, reply.status);
  for (const name of headersCompared)
    note(name, portless(findHeader(response.headers, name)), portless(findHeader(reply.headers, name)));
  note(
    'session cookie',
    cookieShape(findHeader(response.headers, 'set-cookie')),
    cookieShape(findHeader(reply.headers, 'set-cookie')),
  );
  const isPage = dialect === 'servlet' && /^<script>\n/.test(response.body.toString('latin1'));
  if (isPage) compareScripts(response.body, reply.body, note);
  else if (!response.body.equals(reply.body)) differences.push(firstDifference(response.body, reply.body));
  return differences;
}

/** The port of a redirect is the listener's own. */
function portless(value: string | null): string | null {
  return value?.replace(/^(https:\/\/[^/]+):[0-9]+/, '$1') ?? null;
}

function cookieShape(value: string | null): string | null {
  return value?.replace(/=[0-9A-F]{32}/, '=…') ?? null;
}

/** Of Dogtag's pages only the variables in their script are kept; ours may have others around them. */
function compareScripts(
  recorded: Buffer,
  ours: Buffer,
  note: (what: string, one: unknown, other: unknown) => void,
): void {
  const [one, other] = [scriptLines(recorded), scriptLines(ours)];
  for (let index = 0; index < Math.max(one.length, other.length); index++)
    note(`script line ${index + 1}`, one[index], other[index]);
}

const scaffolding =
  /^(?:(?:header|record)\.(?:HTTP_PARAMS|HTTP_HEADERS|AUTH_TOKEN|SERVER_ATTRS) = new Array;|var (?:httpParams|httpHeaders|authToken|serverAttrs)Count = 0;|record\.recordSet = recordSet;)$/;

function scriptLines(page: Buffer): string[] {
  const script = /<script[^>]*>\n([\s\S]*?)<\/script>/.exec(page.toString('latin1'))?.[1] ?? '';
  return script.split('\n').filter((line) => line !== '' && !scaffolding.test(line));
}

function firstDifference(recorded: Buffer, ours: Buffer): string {
  let at = 0;
  while (at < recorded.length && recorded[at] === ours[at]) at += 1;
  const part = (body: Buffer) => JSON.stringify(body.subarray(Math.max(at - 30, 0), at + 60).toString('latin1'));
  return `body at ${at} of ${recorded.length}/${ours.length}: ${part(recorded)} | ${part(ours)}`;
}

const shorten = (value: unknown) => String(value).slice(0, 160);
