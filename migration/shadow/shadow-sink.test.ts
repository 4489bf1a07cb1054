// What is judged at once, what is looked at again, and what becomes of it.
import assert from 'node:assert/strict';
import { silentLog, systemClock } from '#platform';
import type { Comparison } from './comparison.ts';
import { compileKnownDifferences } from './known-differences.ts';
import type { ShadowJournal } from './shadow-journal.ts';
import { createShadowSink, type MirroredPair } from './shadow-sink.ts';

const nobody = async () => {
  throw new Error('not asked for here');
};

function pairOf(theirs: string, ours: string): MirroredPair {
  const answer = (by: 'upstream' | 'native', value: string) => ({
    by,
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(`{"value":"${value}"}`),
    },
    durationMs: 1,
  });
  return {
    request: {
      requestId: 'r1',
      operation: 'rest-list-profiles',
      profileId: null,
      mode: 'forward',
      receivedAt: new Date(0),
      method: 'GET',
      target: '/ca/rest/profiles',
    },
    given: answer('upstream', theirs),
    other: answer('native', ours),
    failure: null,
    facts: { certificates: [] },
    rehearsedTbsDer: [],
    overlapsWrite: false,
  };
}

/** What the journal was told after these pairs, and how often Dogtag was followed. */
async function judge(
  taken: readonly (readonly [MirroredPair, (() => Promise<MirroredPair>)?])[],
  catchUp: () => Promise<void> = async () => {},
): Promise<{ readonly verdicts: readonly string[]; readonly followed: number }> {
  const recorded: Comparison[] = [];
  let followed = 0;
  const journal = {
    record: async (comparisons: readonly Comparison[]) => {
      recorded.push(...comparisons);
    },
    recordDrops: async () => {},
  } as unknown as ShadowJournal;
  const sink = createShadowSink({
    journal,
    known: compileKnownDifferences([]),
    decoders: {},
    readUpstreamWrite: nobody,
    takeConfiguration: nobody,
    catchUp: async () => {
      followed += 1;
      await catchUp();
    },
    tbsOfCertificate: (der) => der,
    compareTbsCertificates: () => [],
    clock: systemClock,
    log: silentLog,
  });
  for (const [pair, lookAgain] of taken) sink.take(pair, lookAgain);
  await sink.close();
  return { verdicts: recorded.map(({ verdict }) => verdict), followed };
}

describe('shadow sink', () => {
  it('looks again at what differs only, once for all', async () => {
    const equal = async () => pairOf('b', 'b');
    const judged = await judge([
      [pairOf('a', 'a'), nobody],
      [pairOf('a', 'b'), equal],
      [pairOf('a', 'c'), equal],
    ]);
    assert.deepEqual(judged, { verdicts: ['equal', 'equal', 'equal'], followed: 1 });
  });

  it('does not look away', async () => {
    const judged = await judge([[pairOf('a', 'b'), async () => pairOf('a', 'b')], [pairOf('a', 'b')]]);
    assert.deepEqual(judged.verdicts, ['unexpected', 'unexpected']);
  });

  it('keeps the first verdict when nobody can be asked again', async () => {
    assert.deepEqual((await judge([[pairOf('a', 'b'), nobody]])).verdicts, ['unexpected']);
    assert.deepEqual((await judge([[pairOf('a', 'b'), async () => pairOf('b', 'b')]], nobody)).verdicts, [
      'unexpected',
    ]);
  });

  it('has a verdict on what overlapped a write too', async () => {
    const overlapping = { ...pairOf('a', 'b'), overlapsWrite: true };
    const judged = await judge([
      [overlapping, async () => pairOf('b', 'b')],
      [overlapping, async () => pairOf('a', 'b')],
      [overlapping],
    ]);
    assert.deepEqual(judged.verdicts, ['equal', 'unexpected']);
  });

  it('looks again at so many of a batch and no more', async () => {
    let looks = 0;
    const many = Array.from({ length: 50 }, () => [
      pairOf('a', 'b'),
      async () => {
        looks += 1;
        return pairOf('b', 'b');
      },
    ]) as [MirroredPair, () => Promise<MirroredPair>][];
    const { verdicts } = await judge(many);
    assert.deepEqual([verdicts.length, verdicts.filter((verdict) => verdict === 'equal').length, looks], [50, 20, 20]);
  });
});
