// Every recorded exchange of an operation that is answered natively, sent again: the client must not be able to tell who answered.
import assert from 'node:assert/strict';
import type { RaClient } from '#ca-core/ra-client';
import { compareAnswers } from './compare-answers.ts';
import { formatExchangeGaps } from './exchange-gaps.ts';
import { findKnownDifference, knownDifferences } from './known-differences.ts';
import { keepRecordedAuthorities, type RecordedAuthorityKeeper } from './recorded-authority-keeper.ts';
import {
  findHeader,
  type RecordedDialect,
  type RecordedExchange,
  type Release,
  readRecordedExchanges,
} from './recorded-exchanges.ts';
import { keepRecordedProfiles } from './recorded-profile-keeper.ts';
import { keepRecordedRoster } from './recorded-roster-keeper.ts';
import { ReplayGateway, type Reply } from './replay-gateway.ts';
import { speakOf } from './scripted-facts.ts';
import { scriptRest } from './scripted-rest.ts';
import { recordedDurationMs, scriptServlet } from './scripted-servlets.ts';

/** With `unknown`, which is none. */
const operationsRecorded: Readonly<Record<Release, number>> = { '10.10.2': 158, '11.10.1': 121 };
/** Fewer would mean that recordings were lost. */
const least: Readonly<Record<Release, readonly (readonly [RecordedDialect, number])[]>> = {
  '10.10.2': [
    ['v1-json', 270],
    ['v1-xml', 270],
    ['servlet', 120],
    ['acme', 13],
  ],
  '11.10.1': [
    ['v1-json', 280],
    ['v2-json', 280],
    ['servlet', 120],
    ['acme', 14],
  ],
};

for (const release of ['10.10.2', '11.10.1'] as const)
  describe(`Recorded exchanges with Dogtag ${release}, replayed`, () => {
    const gateway = new ReplayGateway();
    const gatewayWithNonces = new ReplayGateway();
    const counts = { same: 0, different: 0 };
    const operations = new Set<string>();
    const reasonsSeen = new Set<string>();

    let profiles: Partial<RaClient> = {};
    let roster: Partial<RaClient> = {};
    let authorities: RecordedAuthorityKeeper;

    before(async () => {
      speakOf(release);
      await Promise.all([gateway.open(release), gatewayWithNonces.open(release, true)]);
    });
    after(() => Promise.all([gateway.close(), gatewayWithNonces.close()]));

    for (const [dialect, count] of least[release])
      describe(dialect, () => {
        const exchanges = readRecordedExchanges(dialect, release);
        before(async () => {
          profiles = await keepRecordedProfiles(release);
          roster = await keepRecordedRoster(release);
          authorities = await keepRecordedAuthorities(exchanges);
        });
        it(`are at least ${count}`, () => assert.ok(exchanges.length >= count, `${exchanges.length}`));
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
        const unseen = knownDifferences[release].filter(({ exchange }) => !reasonsSeen.has(exchange.source));
        assert.deepEqual(
          unseen.map(({ exchange }) => exchange.source),
          [],
        );
        assert.equal(operations.size, operationsRecorded[release]);
        process.stdout.write(`    ${counts.same} answers as recorded, ${counts.different} different with a reason\n`);
        process.stdout.write(formatExchangeGaps(release));
      });
    });

    async function replay(exchange: RecordedExchange): Promise<Reply> {
      const at = writtenAt(exchange) ?? new Date(findHeader(exchange.response.headers, 'date') ?? 0);
      const asked = /-nonces-/.test(exchange.name) ? gatewayWithNonces : gateway;
      asked.clock.set(at, recordedDurationMs(exchange));
      asked.script =
        exchange.dialect === 'servlet' || exchange.dialect === 'acme'
          ? {
              ...roster,
              ...(/-profile-(?:select|approve)$/.test(exchange.operation) ? profiles : {}),
              ...scriptServlet(exchange),
            }
          : {
              ...profiles,
              ...roster,
              ...(exchange.operation.includes('authorit') ? authorities.script(exchange) : {}),
              ...scriptRest(exchange),
            };
      return asked.send(exchange);
    }
  });

/** A text that begins with the moment at which it was written, or ends with it. */
function writtenAt({ response }: RecordedExchange): Date | null {
  const milliseconds = /^serverdate=(\d+);$/m.exec(response.body.toString('latin1'))?.[1];
  if (milliseconds !== undefined) return new Date(Number(milliseconds));
  const date = /^#(\w{3} \w{3} [ \d]\d [\d:]{8} UTC \d{4})\n/.exec(response.body.toString('latin1'))?.[1];
  return date === undefined ? null : new Date(date);
}
