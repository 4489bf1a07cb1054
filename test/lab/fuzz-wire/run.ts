// Puts the same broken requests to the real Dogtag and to a gateway that answers natively from an import of it, and compares status and shape.
//
//   node test/lab/fuzz-wire/run.ts                  a sample of a minute
//   npm run fuzz:wire -- --pairs 10000              as many pairs; --seed NUMBER draws others, --only NUMBER,... shows some of them whole
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { labFile, labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { createRouteMatcher } from '../../../gateway/routing/match-route.ts';
import { parseRequestTarget } from '../../../gateway/routing/request-target.ts';
import { routeTable } from '../../../gateway/routing/route-table.ts';
import { oddQuestions } from '../dialects/questions.ts';
import { deeds, furtherDeeds } from '../gateway/compare-access.ts';
import { exchangeRaw, type RawAnswer } from '../gateway/raw-exchange.ts';
import { removeNativeNumbers } from '../spine/dogtag-directory.ts';
import { type AnswerShape, shapeOf } from './answer-shape.ts';
import { explainPair } from './explained-pairs.ts';
import { type MutatedRequest, mutateRequest, type WireRequest } from './mutate-request.ts';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '800' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const totals = { same: 0, failed: 0, explained: new Map<string, number>() };
const statuses = new Map<number, number>();
const host = labVariable('DOGTAG_HOST');
const agent = { certificatePem: labFile('DOGTAG_AGENT_CERT'), keyPem: labFile('DOGTAG_AGENT_KEY') };
const lanes = 4;

/** Everything that only reads: what writes could do something to the lab when it is bent. */
function readOriginals(): WireRequest[] {
  const matcher = createRouteMatcher(routeTable);
  const isRead = ({ method, target }: Pick<WireRequest, 'method' | 'target'>) => {
    const parsed = parseRequestTarget(target);
    const match = parsed === null ? null : matcher.match(method, parsed);
    return match === null || match.kind !== 'operation' || match.route.kind === 'read';
  };
  const asked = oddQuestions().map(({ method, target, headers, body, identity }) => ({
    method,
    target,
    headers: headers.map((pair) => pair.join(': ')),
    body,
    identity: identity === 'none' ? ('none' as const) : ('agent' as const),
  }));
  const done = [...deeds, ...furtherDeeds()].map(({ method, target, headers, body }) => ({
    method,
    target,
    headers,
    body,
    identity: 'agent' as const,
  }));
  return [...asked, ...done].filter(isRead);
}

async function ask(port: number, request: WireRequest): Promise<RawAnswer | null> {
  const { method, target, headers, body, identity } = request;
  try {
    const tls = { identity: identity === 'agent' ? agent : null };
    return await exchangeRaw(host, { port, tls, method, target, headers, body });
  } catch (error) {
    // An answer that never comes is no way to end a conversation.
    if (error instanceof Error && error.message === 'no answer in time')
      return { statusLine: 'HTTP/1.1 599 none in time', headers: [], body: Buffer.alloc(0) };
    return null;
  }
}

async function comparePair(number: number, originals: readonly WireRequest[], appliance: ApplianceUnderTest) {
  const request = mutateRequest(originals, Number(options.seed), number);
  const theirs = await ask(Number(new URL(labVariable('DOGTAG_URL')).port), request);
  const ours = await ask(appliance.ports.https, request);
  const [theirShape, ourShape] = [shapeOf(theirs), shapeOf(ours)];
  statuses.set(theirShape.status, (statuses.get(theirShape.status) ?? 0) + 1);
  if (options.only !== undefined) show(request, theirs, ours);
  if (isSame(theirShape, ourShape)) {
    totals.same += 1;
    return;
  }
  const reason = explainPair(request, theirs, ours, theirShape, ourShape);
  if (reason !== null) totals.explained.set(reason, (totals.explained.get(reason) ?? 0) + 1);
  else fail(number, request, theirShape, ourShape, theirs, ours);
}

const isSame = (one: AnswerShape, other: AnswerShape) =>
  one.status === other.status && one.contentType === other.contentType && one.shape === other.shape;

function fail(
  number: number,
  request: MutatedRequest,
  theirs: AnswerShape,
  ours: AnswerShape,
  theirAnswer: RawAnswer | null,
  ourAnswer: RawAnswer | null,
): void {
  totals.failed += 1;
  const short = (text: string) => JSON.stringify(text.slice(0, 200));
  const told = ({ status, contentType, shape }: AnswerShape, answer: RawAnswer | null) =>
    `${status} ${contentType} ${shape} ${short(answer?.body.toString('latin1') ?? '')}`;
  print(
    `FAILED  ${number}: ${request.identity} ${short(`${request.method} ${request.target}`)} (${request.mutations.join(', ')})`,
  );
  print(`        ${short(request.headers.join(', '))} ${short(request.body)}`);
  print(`        theirs ${told(theirs, theirAnswer)}`);
  print(`        ours   ${told(ours, ourAnswer)}`);
}

function show(request: MutatedRequest, theirs: RawAnswer | null, ours: RawAnswer | null): void {
  print(JSON.stringify(request, null, 2));
  for (const answer of [theirs, ours])
    print(`${answer?.statusLine}\n${answer?.headers.map((pair) => pair.join(': ')).join('\n')}\n\n${answer?.body}\n`);
}

await removeNativeNumbers();
await withAppliance(async (appliance) => {
  await appliance.runJson(['import']);
  await appliance.start();
  const { exitCode, stderr } = await appliance.run([
    'cutover',
    '--all',
    '--reason',
    'broken requests are answered natively',
  ]);
  assert.equal(exitCode, 0, stderr);
  const originals = readOriginals();
  const wanted = options.only?.split(',').map(Number) ?? Array.from({ length: Number(options.pairs) }, (_, at) => at);
  const waiting = [...wanted];
  const lane = async () => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift())
      await comparePair(number, originals, appliance);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const errors = appliance.log.split('\n').filter((line) => line.includes('"level":"error"'));
  if (errors.length > 0) {
    totals.failed += 1;
    print(`FAILED  nothing is logged as an error: ${errors.slice(0, 3).join('\n').slice(0, 1500)}`);
  }
});
const explained = [...totals.explained.values()].reduce((sum, count) => sum + count, 0);
print(
  `seed ${options.seed}: ${totals.same + explained + totals.failed} pairs, ${totals.same} the same, ${explained} explained, ${totals.failed} unexplained`,
);
for (const [reason, count] of totals.explained) print(`        ${count} differ with a reason: ${reason}`);
print(
  `Dogtag’s answers: ${[...statuses]
    .sort(([one], [other]) => one - other)
    .map(([status, count]) => `${status} ${count} times`)
    .join(', ')}`,
);
print(`${totals.same + explained} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && totals.same > 0 ? 0 : 1;
