// Every recorded exchange of an operation that is answered natively, sent again: the client must not be able to tell who answered.
import assert from 'node:assert/strict';
import { compareAnswers } from './compare-answers.ts';
import { findKnownDifference, knownDifferences } from './known-differences.ts';
import { findHeader, type RecordedExchange, readRecordedExchanges } from './recorded-exchanges.ts';
import { ReplayGateway, type Reply } from './replay-gateway.ts';
import { scriptRest } from './scripted-rest.ts';
import { recordedDurationMs, scriptServlet } from './scripted-servlets.ts';

/** Fewer would mean that recordings were lost. */
const least = { 'v1-json': 270, 'v1-xml': 270, servlet: 120 } as const;

describe('Recorded exchanges, replayed', () => {
  const gateway = new ReplayGateway();
  const counts = { same: 0, different: 0 };
  const operations = new Set<string>();
  const reasonsSeen = new Set<string>();

  before(() => gateway.open());
  after(() => gateway.close());

  for (const dialect of ['v1-json', 'v1-xml', 'servlet'] as const)
    describe(dialect, () => {
      const exchanges = readRecordedExchanges(dialect);
      it(`are at least ${least[dialect]}`, () => assert.ok(exchanges.length >= least[dialect], `${exchanges.length}`));
      for (const exchange of exchanges) {
        const known = findKnownDifference(exchange);
        const words = known === null ? 'cannot be told from' : 'differs knowingly from';
        it(`${words} ${exchange.name} (${exchange.operation}, ${exchange.identity}: ${exchange.shows})`, async () => {
          const reply = await replay(exchange);
          const differences = compareAnswers(exchange, reply);
          operations.add(exchange.operation);
          if (known === null) {
            assert.deepEqual(differences, []);
            counts.same += 1;
            return;
          }
          assert.notDeepEqual(differences, [], `${known.reason}: no difference any more`);
          assert.equal(reply.status, known.status);
          if (known.body !== null) assert.match(reply.body.toString(), known.body);
          reasonsSeen.add(known.exchange.source);
          counts.different += 1;
        });
      }
    });

  // A suite of its own, because a suite's own tests run before those of its inner suites.
  describe('all together', () => {
    it('cover every operation, and every known difference is one', () => {
      const unseen = knownDifferences.filter(({ exchange }) => !reasonsSeen.has(exchange.source));
      assert.deepEqual(
        unseen.map(({ exchange }) => exchange.source),
        [],
      );
      // All but `unknown`, which is none.
      assert.equal(operations.size, 32);
      process.stdout.write(`    ${counts.same} answers as recorded, ${counts.different} different with a reason\n`);
    });
  });

  async function replay(exchange: RecordedExchange): Promise<Reply> {
    const at = new Date(findHeader(exchange.response.headers, 'date') ?? 0);
    gateway.clock.set(at, recordedDurationMs(exchange));
    gateway.script = exchange.dialect === 'servlet' ? scriptServlet(exchange) : scriptRest(exchange);
    return gateway.send(exchange);
  }
});
