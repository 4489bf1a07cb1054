// Holds our dialects against the real Dogtag of the lab: both are asked the same about the same record, and must say the same.
// Usage: node test/lab/dialects/run.ts [WORD], to ask only what has that word in its address

import { systemClock } from '#platform';
import { compareAnswers } from '../../golden/dialects/compare-answers.ts';
import type { RecordedExchange } from '../../golden/dialects/recorded-exchanges.ts';
import { ReplayGateway } from '../../golden/dialects/replay-gateway.ts';
import { recordedDurationMs } from '../../golden/dialects/scripted-servlets.ts';
import { LabDogtag, readLabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';
import { askDogtag } from './ask-dogtag.ts';
import { explain } from './explained-differences.ts';
import { areEntriesReordered, areNeighboursSwapped, entriesReordered, neighboursSwapped } from './list-order.ts';
import { oddQuestions, type Question, recordQuestions } from './questions.ts';
import { readProduct } from './read-product.ts';
import { type LabRecord, readLabRecord } from './read-record.ts';
import { readingQuestions, readingRecordQuestions } from './reading-questions.ts';
import { createRecordAuthority } from './record-authority.ts';
import { restQuestions } from './rest-questions.ts';

const totals = { passed: 0, explained: 0, failed: 0 };
const print = (line: string) => process.stdout.write(`${line}\n`);
const securePort = new URL(readLabVariable('DOGTAG_URL')).port;
const host = `${readLabVariable('DOGTAG_HOST')}:${securePort}`;

async function compare(question: Question, gateway: ReplayGateway): Promise<readonly string[]> {
  const { method, target, headers, body, identity, isServlet } = question;
  const request = { method, target, headers: [['Host', host] as const, ...headers], body: Buffer.from(body) };
  const role = identity === 'caadmin' ? 'ADMIN' : 'AGENT';
  const response = await askDogtag(request, identity === 'none' ? null : readLabIdentity(role), true);
  const exchange: RecordedExchange = {
    release: '10.10.2',
    dialect: isServlet ? 'servlet' : 'v1-json',
    operation: '',
    name: target,
    identity,
    shows: '',
    request,
    response: { ...response, body: method === 'HEAD' ? Buffer.alloc(0) : response.body },
  };
  gateway.clock.set(systemClock.now(), recordedDurationMs(exchange));
  const reply = await gateway.send(exchange);
  const found = compareAnswers(exchange, reply);
  const [theirs, ours] = [exchange.response.body, reply.body];
  if (found.length > 0 && target.includes('/displayCRL') && areEntriesReordered(theirs, ours))
    return [entriesReordered];
  const differences = found.map((difference) =>
    difference.startsWith('body at') && areNeighboursSwapped(theirs, ours) ? neighboursSwapped : difference,
  );
  // Sessions are another suite's.
  return differences.filter((difference) => !difference.startsWith('session cookie'));
}

/** Dogtag shows a CRL with the name of the algorithm that its last renewal asked for, also where there is none of that name. */
async function renewCrl(dogtag: LabDogtag): Promise<void> {
  const query = 'crlIssuingPoint=MasterCRL&waitForUpdate=true&signatureAlgorithm=SHA256withRSA';
  await dogtag.send('GET', `/ca/agent/ca/updateCRL?${query}`, null);
}

async function run(): Promise<boolean> {
  const dogtag = new LabDogtag(readLabIdentity('AGENT'));
  await renewCrl(dogtag);
  const gateway = new ReplayGateway();
  await gateway.open('10.10.2', false, await readProduct(dogtag));
  try {
    const record = await read(dogtag, gateway);
    const [, , word = ''] = process.argv;
    for (const question of allQuestions(record).filter(({ target }) => target.includes(word))) {
      let differences = await compare(question, gateway);
      // Dogtag may have changed its record since it was read, by a new CRL on its schedule for one; what differs then still, does.
      if (differences.length > 0 && explain(question, differences) === null) {
        await read(dogtag, gateway);
        differences = await compare(question, gateway);
      }
      judge(question, differences);
    }
  } finally {
    await gateway.close();
    dogtag.close();
  }
  print(`${totals.explained} differ as explained`);
  print(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0;
}

function allQuestions(record: LabRecord): Question[] {
  return [
    ...recordQuestions(record),
    ...oddQuestions(),
    ...readingRecordQuestions(record),
    ...readingQuestions(),
    ...restQuestions(securePort),
  ];
}

async function read(dogtag: LabDogtag, gateway: ReplayGateway): Promise<LabRecord> {
  const record = await readLabRecord(dogtag);
  gateway.script = createRecordAuthority(record);
  return record;
}

function judge(question: Question, differences: readonly string[]): void {
  if (differences.length === 0) totals.passed += 1;
  else if (explain(question, differences) !== null) totals.explained += 1;
  else {
    totals.failed += 1;
    const { method, target, headers, body } = question;
    print(`failed: ${method} ${target} ${headers.join(' ')} ${body}: ${differences.join('; ')}`);
  }
}

process.exitCode = (await run()) ? 0 : 1;
