// The audit chain: what was written is found intact, and every kind of tampering is found and named.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { beginAuditChain, extendAuditChain } from './audit-chain.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditKeyFromBytes } from './audit-key.ts';
import { type AuditHead, type AuditRecord, headMac, recordMac } from './audit-record.ts';
import { type AuditVerification, type VerifyAuditOptions, verifyAuditChain } from './verify-audit-chain.ts';

const key = auditKeyFromBytes(Buffer.alloc(32, 7));

function event(number: number): AuditEvent {
  return {
    name: 'certificate-issued',
    outcome: 'success',
    actor: `agent-${number}`,
    remoteAddress: number % 2 === 0 ? null : '192.0.2.1',
    details: { serialNumber: String(number), profileId: 'caServerCert' },
  };
}

function chainOf(count: number): { head: AuditHead; records: AuditRecord[] } {
  let micros = 1_700_000_000_000_000n;
  const events = Array.from({ length: count }, (_, index) => event(index));
  const made = extendAuditChain(key, beginAuditChain(key, 'chain-a'), events, () => ++micros);
  return { head: made.head, records: [...made.records] };
}

async function* inBatchesOf(size: number, records: readonly AuditRecord[]) {
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size);
}

function verify(
  { head, records }: { head: AuditHead | null; records: readonly AuditRecord[] },
  options: VerifyAuditOptions = {},
): Promise<AuditVerification> {
  return verifyAuditChain({ head, records: inBatchesOf(7, records) }, key, options);
}

/** The records as somebody without the key would leave them who closes up the numbers. */
function renumbered(records: readonly AuditRecord[]): AuditRecord[] {
  return records.map((record, index) => ({ ...record, sequence: BigInt(index + 1) }));
}

async function firstProblem(chain: Parameters<typeof verify>[0]) {
  const { isIntact, problems, anchor } = await verify(chain);
  assert.equal(isIntact, false);
  assert.equal(anchor, null);
  return { kind: problems[0]?.kind, sequence: problems[0]?.sequence, count: problems.length };
}

describe('audit chain', () => {
  it('is intact as written, whatever the length and the batches in which it was written', async () => {
    for (const count of [0, 1, 6, 7, 8, 40]) {
      const result = await verify(chainOf(count));
      assert.deepEqual(result.problems, []);
      assert.equal(result.recordsChecked, BigInt(count));
    }
    const first = chainOf(3);
    const more = extendAuditChain(key, first.head, [event(3), event(4)], () => 5n);
    assert.equal((await verify({ head: more.head, records: [...first.records, ...more.records] })).isIntact, true);
  });

  it('finds a changed field, whichever it is', async () => {
    const { head, records } = chainOf(30);
    const changes: Partial<AuditRecord>[] = [
      { timeMicros: 1n },
      { name: 'login' },
      { outcome: 'failure' },
      { actor: '' },
      { remoteAddress: '192.0.2.2' },
      { remoteAddress: '' },
      { remoteAddress: null },
      { details: {} },
      { details: { serialNumber: '10', profileId: 'caCACert' } },
      { details: { serialNumber: '10', profileId: 'caServerCert', more: '' } },
      { mac: Buffer.alloc(32) },
      { mac: Buffer.alloc(0) },
    ];
    for (const change of changes) {
      const at = 'remoteAddress' in change && change.remoteAddress === null ? 9 : 10;
      const tampered = records.map((record, index) => (index === at ? { ...record, ...change } : record));
      const found = await firstProblem({ head, records: tampered });
      assert.deepEqual([found.kind, found.sequence], ['changed', BigInt(at + 1)], JSON.stringify(Object.keys(change)));
    }
  });

  it('finds a removed record, with and without closing up the numbers', async () => {
    const { head, records } = chainOf(30);
    const without = records.filter((_, index) => index !== 12 && index !== 13);
    assert.deepEqual(await firstProblem({ head, records: without }), { kind: 'removed', sequence: 13n, count: 1 });
    const closed = await firstProblem({ head, records: renumbered(without) });
    assert.deepEqual([closed.kind, closed.sequence], ['removed', 13n]);
    assert.deepEqual(await firstProblem({ head, records: records.slice(1) }), {
      kind: 'removed',
      sequence: 1n,
      count: 1,
    });
  });

  it('finds an inserted record in the middle, under a number twice, and after the end', async () => {
    const { head, records } = chainOf(30);
    const [model] = records;
    assert.ok(model);
    const middle = await firstProblem({ head, records: renumbered(records.toSpliced(20, 0, model)) });
    assert.deepEqual([middle.kind, middle.sequence], ['inserted', 21n]);
    const twice = records.toSpliced(20, 0, { ...model, sequence: 20n });
    assert.deepEqual(await firstProblem({ head, records: twice }), { kind: 'inserted', sequence: 20n, count: 1 });
    const after = [...records, { ...model, sequence: 31n }];
    assert.deepEqual(await firstProblem({ head, records: after }), { kind: 'inserted', sequence: 31n, count: 1 });
  });

  it('finds records that changed places', async () => {
    const { head, records } = chainOf(30);
    for (const [left, right] of [
      [4, 5],
      [4, 9],
      [28, 29],
    ] as const) {
      const swapped = [...records];
      [swapped[left], swapped[right]] = [records[right] as AuditRecord, records[left] as AuditRecord];
      const found = await firstProblem({ head, records: renumbered(swapped) });
      assert.deepEqual([found.kind, found.sequence], ['reordered', BigInt(left + 1)], `${left} and ${right}`);
    }
  });

  it('finds a chain that was cut at its end, even down to nothing', async () => {
    const { head, records } = chainOf(30);
    assert.deepEqual(await firstProblem({ head, records: records.slice(0, 25) }), {
      kind: 'truncated',
      sequence: 25n,
      count: 1,
    });
    assert.deepEqual(await firstProblem({ head, records: [] }), { kind: 'truncated', sequence: 0n, count: 1 });
  });

  it('finds a head that was made to fit a cut chain, and a head that is gone', async () => {
    const { head, records } = chainOf(30);
    const cut = records.slice(0, 25);
    const last = cut.at(-1);
    assert.ok(last);
    const forged = { ...head, recordCount: 25n, lastMac: last.mac };
    assert.equal((await firstProblem({ head: forged, records: cut })).kind, 'head-changed');
    assert.equal((await firstProblem({ head: null, records })).kind, 'head-missing');
    assert.deepEqual((await verify({ head: null, records: [] })).problems, []);
  });

  it('finds a chain that was cut and continued with the right key, by a record noted outside', async () => {
    const whole = chainOf(30);
    const anchor = (await verify(whole)).anchor;
    assert.ok(anchor);
    const cutHead = { ...whole.head, recordCount: 20n, lastMac: whole.records[19]?.mac ?? Buffer.alloc(0) };
    const cut = { ...cutHead, headMac: headMac(key.key, cutHead) };
    const continued = extendAuditChain(
      key,
      cut,
      Array.from({ length: 15 }, (_, n) => event(n)),
      () => 9n,
    );
    const records = [...whole.records.slice(0, 20), ...continued.records];
    assert.equal((await verify({ head: continued.head, records })).isIntact, true);
    const result = await verify({ head: continued.head, records }, { anchor });
    assert.deepEqual(
      result.problems.map(({ kind, sequence }) => [kind, sequence]),
      [['anchor-differs', 30n]],
    );
    const short = await verify({ head: cut, records: whole.records.slice(0, 20) }, { anchor });
    assert.deepEqual(
      short.problems.map(({ kind }) => kind),
      ['anchor-differs'],
    );
  });

  it('refuses records of another chain made with the same key', async () => {
    const { head, records } = chainOf(5);
    const other = beginAuditChain(key, 'chain-b');
    assert.equal((await firstProblem({ head: { ...head, chainId: other.chainId }, records })).kind, 'head-changed');
  });

  it('says that the key is the wrong one instead of calling every record forged', async () => {
    const { head, records } = chainOf(5);
    const result = await verifyAuditChain(
      { head, records: inBatchesOf(5, records) },
      auditKeyFromBytes(Buffer.alloc(32, 8)),
    );
    assert.deepEqual(
      result.problems.map(({ kind }) => kind),
      ['wrong-key'],
    );
    assert.match(result.problems[0]?.message ?? '', new RegExp(key.keyId));
  });

  it('reports two deeds as two problems and goes on after the first', async () => {
    const { head, records } = chainOf(60);
    const tampered = records
      .map((record, index) => (index === 9 ? { ...record, actor: 'nobody' } : record))
      .filter((_, index) => index !== 39);
    const { problems } = await verify({ head, records: tampered });
    assert.deepEqual(
      problems.map(({ kind, sequence }) => [kind, sequence]),
      [
        ['changed', 10n],
        ['removed', 40n],
      ],
    );
  });

  it('tells its progress', async () => {
    const seen: bigint[] = [];
    await verify(chainOf(40), { onProgress: (checked) => seen.push(checked) });
    assert.ok(seen.length > 3 && seen.every((checked, index) => index === 0 || checked >= (seen[index - 1] ?? 0n)));
  });

  it('gives different MACs to texts that only differ in where one field ends and the next begins', () => {
    const base = { sequence: 1n, timeMicros: 1n, outcome: 'success', remoteAddress: null };
    const mac = (actor: string, details: Record<string, string>) =>
      recordMac(key.key, 'c', Buffer.alloc(32), { ...base, name: 'login', actor, details }).toString('hex');
    const macs = [
      mac('ab', { c: 'd' }),
      mac('a', { bc: 'd' }),
      mac('ab', { cd: '' }),
      mac('ab', { c: '', d: '' }),
      mac('ab', {}),
    ];
    assert.equal(new Set(macs).size, macs.length);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.dictionary(fc.string(), fc.string()), (one, two) => {
        const isSame = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(two).sort());
        assert.equal(mac('a', one) === mac('a', two), isSame);
      }),
    );
  });

  it('stores text that the database can hold, so that what is read back still fits', () => {
    const odd: AuditEvent = { ...event(1), actor: 'a\0b', details: { 'n\0': '\ud800x' } };
    const { records } = extendAuditChain(key, beginAuditChain(key, 'c'), [odd], () => 1n);
    assert.equal(records[0]?.actor, 'a\uFFFDb');
    assert.deepEqual(records[0]?.details, { 'n\uFFFD': '\uFFFDx' });
  });
});
