// Facts of reading several directories of one CA as one: nothing is lost, and whatever they disagree about is said with both values.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DirectoryEntry, encodeLdifEntry } from '#codecs/ldif';
import { type ImportSource, joinSources, openRecordedDogtagDirectory, type SourceBatch, SourceError } from '#importers';
import { createSampleAuthority } from '#test/sample-authority';
import { certificateEntry, type EntryValues, requestEntry, sampleDirectory } from '#test/sample-directory';

const authority = createSampleAuthority();
const all = sampleDirectory(700, authority);

describe('joining the directories of one CA', () => {
  let folder = '';
  const opened: ImportSource[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-joined-'));
  });
  after(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    for (const source of opened.splice(0)) await source.close();
  });

  const open = async (name: string, entries: readonly DirectoryEntry[]): Promise<ImportSource> => {
    const file = join(folder, name);
    await writeFile(file, entries.map(encodeLdifEntry).join(''));
    const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
    opened.push(source);
    return source;
  };
  const joined = async (a: readonly DirectoryEntry[], b: readonly DirectoryEntry[]) =>
    joinSources([await open('a.ldif', a), await open('b.ldif', b)]);
  const readAll = async (
    source: ImportSource,
    kind: 'certificate' | 'request' | 'user',
    after: string | null = null,
  ) => {
    const batches: SourceBatch[] = [];
    for await (const batch of source.read(kind, after)) batches.push(batch);
    return batches;
  };
  const numbersOf = (batches: readonly SourceBatch[]) =>
    batches.flatMap(({ records }) =>
      records.map((record) =>
        record.kind === 'certificate' ? record.value.serialNumber : record.kind === 'request' ? record.value.id : 0n,
      ),
    );
  const findingsOf = (batches: readonly SourceBatch[]) =>
    batches.flatMap(({ findings }) => findings.map(({ kind, entry }) => `${kind} ${entry.split(',')[0]}`));

  it('gives one alone as it is, and refuses the same one twice', async () => {
    const source = await open('a.ldif', sampleDirectory(3, authority));
    assert.equal(joinSources([source]), source);
    assert.throws(() => joinSources([source, source]), SourceError);
  });

  it('says nothing where they agree', async () => {
    const source = await joined(all, all);
    const batches = await readAll(source, 'certificate');
    assert.deepEqual(
      numbersOf(batches),
      Array.from({ length: 700 }, (_, i) => BigInt(i + 1)),
    );
    assert.deepEqual(findingsOf([...batches, ...(await readAll(source, 'user'))]), []);
    assert.equal(await source.count('certificate'), 700);
  });

  it('has what only one of them has, and says which', async () => {
    const without = (...gone: string[]) =>
      all.filter(({ dn }) => !gone.some((name) => dn.startsWith(`${name},ou=cert`)));
    const source = await joined(without('cn=5', 'cn=6'), without('cn=6', 'cn=700', 'cn=300'));
    const batches = await readAll(source, 'certificate');
    assert.deepEqual(
      numbersOf(batches),
      Array.from({ length: 700 }, (_, i) => BigInt(i + 1)).filter((number) => number !== 6n),
    );
    assert.deepEqual(findingsOf(batches), [
      'only-in-some-directories cn=5',
      'only-in-some-directories cn=300',
      'only-in-some-directories cn=700',
    ]);
    const [message = ''] = batches.flatMap(({ findings }) => findings.map((finding) => finding.message));
    assert.match(message, /only ldif:.*b\.ldif has it, ldif:.*a\.ldif does not/);
    const listed: bigint[] = [];
    for await (const number of source.listNumbers('certificate')) listed.push(number);
    assert.deepEqual(listed, numbersOf(batches));
  });

  it('goes on from each of its checkpoints to the same end, without new disagreements', async () => {
    const few = all.filter(({ dn }) => !/^cn=[0-9]*[3-9],ou=certificateRepository/.test(dn));
    const source = await joined(all, few);
    const whole = await readAll(source, 'certificate');
    assert.ok(whole.length >= 3);
    for (const [i, { checkpoint }] of whole.entries()) {
      const rest = await readAll(source, 'certificate', checkpoint);
      const known = new Set([...numbersOf(whole.slice(0, i + 1)), ...numbersOf(rest)]);
      assert.equal(known.size, 700);
      const expected = new Set(findingsOf(whole));
      assert.ok(findingsOf(rest).every((finding) => expected.has(finding)));
    }
  });

  it('takes the revoked one, the decided one and the later one, and says what both hold', async () => {
    const revoked = (at: string, reason: number) => ({
      certStatus: 'REVOKED',
      revInfo: `${at};CRLReasonExtension=${reason}`,
    });
    const rest = sampleDirectory(0, authority);
    const ders = new Map([10n, 11n, 12n].map((serialNumber) => [serialNumber, authority.issue({ serialNumber })]));
    const entryOf = (number: bigint, changes: EntryValues = {}) =>
      certificateEntry(authority, number, { 'userCertificate;binary': ders.get(number) ?? null, ...changes });
    const a = [
      ...rest,
      entryOf(10n),
      entryOf(11n, revoked('20261001000000Z', 6)),
      entryOf(12n, revoked('20261001000000Z', 1)),
      requestEntry(10n, { requestState: 'pending' }),
    ];
    const b = [
      ...rest,
      entryOf(10n, revoked('20261001000000Z', 1)),
      entryOf(11n, revoked('20260901000000Z', 4)),
      entryOf(12n, revoked('20261002000000Z', 1)),
      requestEntry(10n, { requestState: 'complete' }),
    ];
    for (const source of [await joined(a, b), joinSources([await open('b2.ldif', b), await open('a2.ldif', a)])]) {
      const certificates = await readAll(source, 'certificate');
      const said = certificates.flatMap(({ records }) =>
        records.map((record) =>
          record.kind === 'certificate'
            ? `${record.value.serialNumber} ${record.value.revocation?.reason} ${record.value.revocation?.revokedAt.toISOString().slice(0, 10)}`
            : '',
        ),
      );
      assert.deepEqual(said, ['10 1 2026-10-01', '11 4 2026-09-01', '12 1 2026-10-02']);
      const messages = certificates.flatMap(({ findings }) =>
        findings.map(({ kind, message }) => `${kind}: ${message}`),
      );
      assert.equal(messages.length, 3);
      assert.match(
        messages[0] ?? '',
        /directories-disagree: .*revocation: .*nothing.*"reason":1|directories-disagree: .*"reason":1.*nothing/,
      );
      const [request] = (await readAll(source, 'request')).flatMap(({ records }) => records);
      assert.ok(request?.kind === 'request' && request.value.state === 'complete');
    }
  });

  it('refuses a second certificate of one serial number, and names both', async () => {
    const other = createSampleAuthority('CN=Another Authority,O=SAMPLE');
    const rest = sampleDirectory(0, authority);
    const source = await joined([...rest, certificateEntry(authority, 10n)], [...rest, certificateEntry(other, 10n)]);
    const batches = await readAll(source, 'certificate');
    const [finding] = batches.flatMap(({ findings }) => findings);
    assert.deepEqual([finding?.kind, finding?.verdict], ['serial-number-used-twice', 'refused']);
    assert.match(
      finding?.message ?? '',
      /issued by .*Sample Authority.*SHA-256.*issued by .*Another Authority.*SHA-256/,
    );
    assert.deepEqual(numbersOf(batches), [10n]);
  });

  it('takes the first one’s users where nothing tells which is newer, and keeps those of the other', async () => {
    const source = await joined(
      all,
      all.filter(({ dn }) => !dn.startsWith('uid=admin,')),
    );
    const [batch] = await readAll(source, 'user');
    assert.ok(batch?.roll?.includes('admin'));
    assert.deepEqual(findingsOf(batch === undefined ? [] : [batch]), ['only-in-some-directories uid=admin']);
  });

  it('leaves entries that lost a replication conflict out, and names them', async () => {
    const conflict = certificateEntry(authority, 10n, { nsds5ReplConflict: 'namingConflict (ADD) cn=10' });
    const renamed = `nsuniqueid=66446001-1dd211b2-8c7fa2c9-0a6a0000+${conflict.dn}`;
    const ldif = encodeLdifEntry(conflict).toString().replace(`dn: ${conflict.dn}`, `dn: ${renamed}`);
    const file = join(folder, 'conflict.ldif');
    await writeFile(file, `${sampleDirectory(12, authority).map(encodeLdifEntry).join('')}${ldif}`);
    const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
    opened.push(source);
    const batches = await readAll(source, 'certificate');
    assert.equal(numbersOf(batches).filter((number) => number === 10n).length, 1);
    const { findings } = await source.describe();
    assert.match(
      findings.find(({ kind }) => kind === 'replication-conflict')?.message ?? '',
      /namingConflict.*SHA-256/,
    );
  });
});
