// Facts of settling a request about which both sides may have decided.
import assert from 'node:assert/strict';
import { type RequestRecord, serialNumber } from '#ca-core/engine';
import type { RequestEntry } from '#codecs/dogtag-directory';
import { sampleRequest } from '#test/sample-records';
import { settleRequest } from './settle-request.ts';

const asKept = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);
const imported = (given: Partial<RequestRecord> = {}) => sampleRequest(34n, { origin: 'imported', ...given });
const entryOf = (record: RequestRecord, given: Partial<RequestEntry> = {}): RequestEntry => {
  const { origin: _, ...rest } = record;
  return { ...rest, ...given };
};
const later = new Date('2026-03-01T12:00:00Z');

describe('settling a request', () => {
  it('adds what Dogtag does not have, and says so when it once had it', () => {
    assert.deepEqual(settleRequest(sampleRequest(34n), null, asKept), { deed: 'add', finding: null });
    assert.equal(settleRequest(imported(), null, asKept).finding?.kind, 'entry-was-missing');
  });

  it('refuses to overwrite another request under the same number', () => {
    const native = sampleRequest(34n);
    for (const changes of [{ createdAt: later }, { kind: 'revocation' }] as const) {
      const { deed, finding } = settleRequest(native, entryOf(native, changes), asKept);
      assert.deepEqual([deed, finding?.kind], ['refuse', 'request-number-taken']);
    }
  });

  it('knows its own request again although the directory drops milliseconds', () => {
    const native = sampleRequest(34n, { createdAt: new Date('2026-03-01T10:00:00.987Z') });
    const kept = entryOf(native, { createdAt: new Date('2026-03-01T10:00:00Z') });
    assert.equal(settleRequest(native, kept, asKept).deed, 'write');
  });

  const serial = (value: bigint) => [serialNumber(value)];
  for (const [fact, ours, theirs, deed, kind] of [
    ['decided here alone', { state: 'rejected' }, {}, 'write', null],
    ['decided in Dogtag alone', { owner: 'ipara' }, { state: 'rejected' }, 'keep', 'decided-on-both-sides'],
    ['rejected on both sides', { state: 'rejected' }, { state: 'rejected' }, 'write', null],
    ['rejected here, canceled there', { state: 'rejected' }, { state: 'canceled' }, 'keep', 'decided-on-both-sides'],
    [
      'issued here, rejected there',
      { state: 'complete', certificateSerials: serial(5n) },
      { state: 'rejected' },
      'write',
      'decided-on-both-sides',
    ],
    [
      'rejected here, issued there',
      { state: 'rejected' },
      { state: 'complete', certificateSerials: [6n] },
      'keep',
      'decided-on-both-sides',
    ],
    [
      'issued on both sides',
      { state: 'complete', certificateSerials: serial(5n) },
      { state: 'complete', certificateSerials: [6n] },
      'keep',
      'decided-on-both-sides',
    ],
    [
      'the same issuance',
      { state: 'complete', certificateSerials: serial(5n) },
      { state: 'complete', certificateSerials: [5n] },
      'write',
      null,
    ],
    ['edited here', { owner: 'ipara', modifiedAt: later }, {}, 'write', null],
    ['edited there later', { owner: 'ipara' }, { owner: 'admin', modifiedAt: later }, 'keep', 'changed-on-both-sides'],
    ['decided here, edited there later', { state: 'canceled' }, { owner: 'admin', modifiedAt: later }, 'write', null],
  ] as const)
    it(`${fact}: ${deed}${kind === null ? '' : `, noted as ${kind}`}`, () => {
      const settled = settleRequest(imported(ours), entryOf(imported(), theirs), asKept);
      assert.deepEqual([settled.deed, settled.finding?.kind ?? null], [deed, kind]);
    });
});
