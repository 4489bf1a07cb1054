// Malformed AJP of a fixed seed; `npm run fuzz:ajp` sends as much of it as one likes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AjpFuzz } from '#test/ajp-fuzz';
import { malformedCases } from '#test/ajp-malformed';

describe('malformed AJP', () => {
  const fuzz = new AjpFuzz();
  before(() => fuzz.open());
  after(() => fuzz.close());

  it('neither crashes nor holds the gateway, and makes nobody an agent', async function () {
    this.timeout(60_000);
    const outcomes = new Map<unknown, number>();
    await fc.assert(
      fc.asyncProperty(malformedCases(fuzz.known), async (malformed) => {
        const outcome = await fuzz.send(malformed);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 1_500, seed: 1_009, endOnFailure: true, unbiased: true },
    );
    await fuzz.assertAlive();
    for (const expected of [400, 403, 'closed']) assert.ok((outcomes.get(expected) ?? 0) > 20, `${expected}`);
  });
});
