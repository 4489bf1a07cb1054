// Tests of a source on a thread of its own: it says what it says without one, and ends when it is told.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#platform';
import { sampleCorpus } from '#test/sample-corpus';
import {
  type ImportSource,
  openDogtagDirectoryOnThread,
  openRecordedDogtagDirectory,
  openRecordedDogtagDirectoryOnThread,
  SourceError,
  sourceKinds,
} from '../index.ts';

const dependencies = { log: silentLog };

/** All of a kind, with octets that compare as octets and entries that show what is in them. */
async function readAll(source: ImportSource, kind: (typeof sourceKinds)[number], after: string | null) {
  const batches: unknown[] = [];
  for await (const { kept = [], ...batch } of source.read(kind, after)) {
    const shown = kept.map((set) => ({
      ...set,
      entries: set.entries.map(({ content, ...entry }) => ({
        ...entry,
        dn: content.dn,
        content: content.attributes(),
      })),
    }));
    batches.push({ ...batch, kept: shown });
  }
  return plain(batches);
}

/** Octets are Buffers on one side and views of a larger memory on the other. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

describe('a source on a thread of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retag-thread-'));
  const file = join(folder, 'directory.ldif');
  const place = { base: null, timeZone: 'UTC' };

  before(async () => {
    await sampleCorpus(file, { certificateTotal: 400, requestTotal: 400, seed: 3, brokenShare: 0.1, hugeEntries: 0 });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('gives every batch of every kind as it is, from the start and from a checkpoint', async () => {
    const [here, there] = await Promise.all([
      openRecordedDogtagDirectory(file, place),
      openRecordedDogtagDirectoryOnThread(file, place, dependencies),
    ]);
    try {
      assert.equal(there.name, here.name);
      for (const kind of sourceKinds) {
        assert.equal(await there.count(kind), await here.count(kind));
        assert.deepEqual(await readAll(there, kind, null), await readAll(here, kind, null), kind);
      }
      assert.deepEqual(await readAll(there, 'certificate', '200:190'), await readAll(here, 'certificate', '200:190'));
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  });

  it('answers everything else as it is', async () => {
    const [here, there] = await Promise.all([
      openRecordedDogtagDirectory(file, place),
      openRecordedDogtagDirectoryOnThread(file, place, dependencies),
    ]);
    try {
      const name = { kind: 'certificate', serialNumber: 5n } as const;
      assert.equal(there.entryOf(name), here.entryOf(name));
      assert.deepEqual(plain(await there.find(name)), plain(await here.find(name)));
      assert.equal(await there.find({ kind: 'certificate', serialNumber: 10n ** 30n }), null);
      assert.deepEqual(await there.describe(), await here.describe());
      assert.deepEqual(await there.account(), await here.account());
      assert.deepEqual(await there.readNumberRanges(), await here.readNumberRanges());
      const { since } = await there.markChanges();
      assert.deepEqual(await there.reviewChanges(since), await here.reviewChanges(since));
      const numbersOf = async (source: ImportSource) => {
        const numbers: bigint[] = [];
        for await (const number of source.listNumbers('request')) numbers.push(number);
        return numbers;
      };
      assert.deepEqual(await numbersOf(there), await numbersOf(here));
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  });

  it('goes on after a reading that was broken off', async () => {
    const source = await openRecordedDogtagDirectoryOnThread(file, place, dependencies);
    try {
      for await (const batch of source.read('certificate', null)) {
        assert.ok(batch.entryCount > 0);
        break;
      }
      assert.ok(((await source.count('request')) ?? 0) > 100);
    } finally {
      await source.close();
    }
    await assert.rejects(async () => await source.count('request'), /has ended/);
  });

  it('says what is wrong as a SourceError', async () => {
    const missing = join(folder, 'none.ldif');
    await assert.rejects(
      openRecordedDogtagDirectoryOnThread(missing, place, dependencies),
      (error) => error instanceof SourceError && error.code === 'unreachable' && /no such file/.test(error.message),
    );
    const broken = join(folder, 'broken.ldif');
    writeFileSync(broken, 'this is no LDIF\n');
    await assert.rejects(
      openRecordedDogtagDirectoryOnThread(broken, place, dependencies),
      (error) => error instanceof SourceError && error.code === 'malformed',
    );
    const nobody = await openDogtagDirectoryOnThread(
      {
        url: new URL('ldap://127.0.0.1:1'),
        bindDn: 'cn=x',
        password: 'secret of mine',
        startTls: false,
        caCertificatePem: null,
        retryForMs: 0,
        base: 'o=ipaca',
        timeZone: null,
      },
      dependencies,
    );
    try {
      await assert.rejects(
        nobody.describe(),
        (error) =>
          error instanceof SourceError && error.code === 'unreachable' && !/secret of mine/.test(String(error.stack)),
      );
    } finally {
      await nobody.close();
    }
  });
});
