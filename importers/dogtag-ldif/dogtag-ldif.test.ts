// Facts of reading LDIF exports as `db2ldif` and its kin write them.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { createSampleAuthority } from '#test/sample-authority';
import { certificateEntry, directoryEntry, sampleDirectory, sampleLayout } from '#test/sample-directory';
import { type ImportSource, openRecordedDogtagDirectory, SourceError, type SourceKind } from '../index.ts';

const authority = createSampleAuthority();
const ldif = ldifVersionLine + sampleDirectory(3, authority).map(encodeLdifEntry).join('');
/** As db2ldif writes it: a comment with the entry's number before each entry, and what the server keeps beside the attributes. */
const asServerWrites = ldif.replace(/^dn:.*(?:\n .*)*$/gm, (name) => {
  const operational = [
    'entryUSN: 7',
    'nsUniqueId: 0f8c1131-ead411f1-a4429de6-0c21ae0d',
    'creatorsName: cn=directory manager',
  ];
  return [`# entry-id: 1`, name, ...operational, 'createTimestamp: 20261128023323Z'].join('\n');
});

describe('an LDIF export', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-ldif-'));
  });
  after(() => rm(folder, { recursive: true }));

  let opened = 0;
  const open = async (content: string | Buffer): Promise<ImportSource> => {
    // Most of a file is read when it is wanted, so that each has its own.
    const file = join(folder, `export-${++opened}.ldif`);
    await writeFile(file, content);
    return openRecordedDogtagDirectory(file, { base: null, timeZone: 'UTC' });
  };
  const records = async (source: ImportSource, kind: SourceKind) => {
    const read: unknown[] = [];
    for await (const batch of source.read(kind, null)) read.push(...batch.records);
    return read;
  };
  const refusal = (code: SourceError['code'], message: RegExp) => (error: unknown) =>
    error instanceof SourceError && error.code === code && message.test(error.message);

  it('says the same with operational attributes and comments, and packed', async () => {
    const plain = await open(ldif);
    for (const content of [asServerWrites, gzipSync(ldif), asServerWrites.replaceAll('\n', '\r\n')]) {
      const other = await open(content);
      for (const kind of ['certificate', 'request', 'profile', 'user', 'group'] as const) {
        assert.ok((await records(plain, kind)).length > 0, kind);
        assert.deepEqual(await records(other, kind), await records(plain, kind));
      }
    }
  });

  it('leaves out what the directory hides from its clients, and says so', async () => {
    const deleted = certificateEntry(authority, 9n, { objectClass: ['top', 'certificateRecord', 'nsTombstone'] });
    const tombstone = directoryEntry(`nsuniqueid=0f8c1131-ead411f1-a4429de6-0c21ae0d,${deleted.dn}`, {
      objectClass: ['top', 'certificateRecord', 'nsTombstone'],
      serialno: '019',
    });
    const conflict = directoryEntry(
      `cn=twice+nsuniqueid=0f8c1131-ead411f1-a4429de6-0c21ae0d,${sampleLayout.profiles}`,
      {
        objectClass: ['top', 'certProfile', 'ldapsubentry'],
        nsds5ReplConflict: 'namingConflict (ADD) cn=twice',
        classId: 'caEnrollImpl',
        certProfileConfig: 'desc=x\n',
      },
    );
    const source = await open(ldif + encodeLdifEntry(tombstone) + encodeLdifEntry(conflict));
    const { findings, remarks } = await source.describe();
    assert.match(remarks[0] ?? '', /and 1 that were deleted/);
    assert.deepEqual(
      findings.map(({ kind, entry }) => [kind, entry]),
      [['replication-conflict', conflict.dn]],
    );
    assert.deepEqual(await records(source, 'profile'), await records(await open(ldif), 'profile'));
  });

  it('reads what is written for a replica, without the values that were deleted', async () => {
    const csn = '6aabdd6a000000010000';
    const stateful = ldif
      .replaceAll(
        /^certStatus: VALID$/gm,
        `certStatus;adcsn-${csn};vucsn-${csn}: VALID\ncertStatus;vdcsn-${csn};deleted: INVALID`,
      )
      .replaceAll(/^userCertificate;binary::/gm, `userCertificate;binary;vucsn-${csn}::`)
      .replaceAll(
        /^issuedBy: ipara$/gm,
        `issuedBy;vucsn-${csn};mdcsn-${csn}: ipara\nrevInfo;adcsn-${csn};deletedattribute:`,
      );
    assert.notEqual(stateful, ldif);
    assert.deepEqual(
      await records(await open(stateful), 'certificate'),
      await records(await open(ldif), 'certificate'),
    );
  });

  it('refuses a value by URL, a change record and a cut-off pack, naming the line', async () => {
    await assert.rejects(
      open(`${ldif}\ndn: cn=x,o=ipaca\njpegPhoto:< file:///etc/passwd\n`),
      refusal('malformed', /line \d+: values by URL/),
    );
    await assert.rejects(
      open('dn: cn=x,o=ipaca\nchangetype: delete\n'),
      refusal('malformed', /line 2: change records/),
    );
    await assert.rejects(open(gzipSync(ldif).subarray(0, 200)), refusal('malformed', /ends too early/));
    await assert.rejects(open(`${ldif}\nsearch: 2\nresult: 0 Success\n`), refusal('malformed', /-LLL/));
  });

  it('notes an export that ends in the middle of a line', async () => {
    const source = await open(ldif.trimEnd());
    assert.deepEqual(
      (await source.describe()).findings.map(({ kind }) => kind),
      ['export-may-be-cut-off'],
    );
  });

  it('finds the base, and says when there is none or are several', async () => {
    await assert.rejects(open('dn: o=x\no: x\n'), refusal('malformed', /holds no certificate repository/));
    const twin = ldif.replace(ldifVersionLine, '').replaceAll('o=ipaca', 'o=other');
    await assert.rejects(open(ldif + twin), refusal('malformed', /several CAs: o=ipaca, o=other/));
  });

  it('says nothing about containers that are not in it, so that nobody takes their content for deleted', async () => {
    const certificatesOnly = ldif
      .split('\n\n')
      .filter((entry) => !/^dn: .*(ou=people|certificateProfiles|ou=groups|aclResources|Security Domain)/im.test(entry))
      .join('\n\n');
    const source = await open(`${certificatesOnly}\n`);
    for (const kind of ['profile', 'user', 'group', 'access-rule', 'domain-host'] as const)
      for await (const { roll } of source.read(kind, null)) assert.equal(roll, null, kind);
    assert.ok((await records(source, 'certificate')).length > 0);
  });
});
