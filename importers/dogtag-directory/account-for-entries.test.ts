// Facts of accounting for every entry: taken as a kind, left out by a reason, or unknown, over LDAP as from a file.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { openDogtagDirectory, openRecordedDogtagDirectory, type SourceAccountLine } from '#importers';
import { silentLog, systemClock } from '#platform';
import { startFaultyDirectory } from '#test/faulty-directory';
import { createSampleAuthority } from '#test/sample-authority';
import { directoryEntry, sampleDirectory, sampleLayout } from '#test/sample-directory';

const { sessions, acme, base, keyRecovery } = sampleLayout;
const unit = (dn: string) => directoryEntry(dn, { objectClass: ['top', 'organizationalUnit'] });
const sample = sampleDirectory(5, createSampleAuthority());
const passing = [
  unit(sessions),
  directoryEntry(`cn=17,${sessions}`, { objectClass: ['top', 'securityDomainSessionEntry'] }),
  unit(acme),
  unit(`ou=nonces,${acme}`),
  directoryEntry(`acmeNonceId=n,ou=nonces,${acme}`, { objectClass: ['acmeNonce'] }),
  directoryEntry(`cn=repl keep alive 4,${base}`, { objectClass: ['top', 'ldapsubentry', 'extensibleObject'] }),
];
const strange = [
  unit(`ou=tokens,${base}`),
  directoryEntry(`cn=1,ou=tokens,${base}`, { objectClass: ['top', 'tokenRecord'] }),
  directoryEntry(`cn=2,ou=tokens,${base}`, { objectClass: ['top', 'tokenRecord'] }),
  directoryEntry(`cn=x,ou=people,${base}`, { objectClass: ['top', 'device'] }),
  // Below an entry that is read by its number.
  directoryEntry(`cn=below,cn=3,${sampleLayout.certificates}`, { objectClass: ['top', 'device'] }),
];

const unknownOf = (account: readonly SourceAccountLine[]) =>
  account
    .filter(({ kind, reason }) => kind === null && reason === null)
    .map(({ container, objectClass, count }) => `${count} ${objectClass} ${container.toLowerCase()}`)
    .sort();
const takenOf = (account: readonly SourceAccountLine[]) => {
  const taken: Record<string, number> = {};
  for (const { kind, count } of account) if (kind !== null) taken[kind] = (taken[kind] ?? 0) + count;
  return taken;
};
const total = (account: readonly SourceAccountLine[]) => account.reduce((sum, { count }) => sum + count, 0);

describe('accounting for every entry', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-account-'));
  });
  after(() => rm(folder, { recursive: true }));

  const fromFile = async (entries: readonly DirectoryEntry[]) => {
    const file = join(folder, 'directory.ldif');
    await writeFile(file, ldifVersionLine + entries.map(encodeLdifEntry).join(''));
    return (await openRecordedDogtagDirectory(file, { base, timeZone: 'UTC' })).account();
  };
  const overLdap = async (entries: readonly DirectoryEntry[]) => {
    const directory = await startFaultyDirectory(entries);
    const { url, bindDn, password } = directory;
    const source = openDogtagDirectory(
      { url, bindDn, password, startTls: false, caCertificatePem: null, base, timeZone: 'UTC' },
      { log: silentLog, clock: systemClock },
    );
    try {
      return await source.account();
    } finally {
      await source.close();
      await directory.close();
    }
  };

  for (const [name, account] of [
    ['from a file', fromFile],
    ['over LDAP', overLdap],
  ] as const)
    describe(name, () => {
      it('leaves nothing of a plain Dogtag unknown', async () => {
        const lines = await account([...sample, ...passing]);
        assert.deepEqual(unknownOf(lines), []);
        assert.equal(total(lines), sample.length + passing.length);
        assert.deepEqual(takenOf(lines), {
          certificate: 5,
          request: 5,
          profile: 1,
          user: 2,
          group: 1,
          authority: 1,
          crl: 1,
          'access-rule': 1,
          'number-counter': 3,
        });
        const reasons = lines.flatMap(({ reason, count }) =>
          reason === null || reason.startsWith('a container')
            ? []
            : [`${count} ${reason.split(' ').slice(0, 4).join(' ')}`],
        );
        assert.deepEqual(reasons.sort(), ['1 a nonce of ACME,', '1 a session of an', '1 a sign of life']);
      });

      it('names every container and class that nobody has thought of', async () => {
        const lines = await account([...sample, ...strange]);
        assert.equal(total(lines), sample.length + strange.length);
        assert.deepEqual(unknownOf(lines), [
          `1 device cn=3,${sampleLayout.certificates.toLowerCase()}`,
          '1 device ou=people,o=ipaca',
          '1 organizationalunit o=ipaca',
          '2 tokenrecord ou=tokens,o=ipaca',
        ]);
        assert.equal(lines[0]?.kind, null);
      });
    });

  it('takes nothing for known that merely lies beside the key recovery authority', async () => {
    const lines = await fromFile([...sample, unit(keyRecovery), unit(`ou=tokens,${keyRecovery}`)]);
    assert.deepEqual(unknownOf(lines), [`1 organizationalunit ${keyRecovery}`]);
  });
});
