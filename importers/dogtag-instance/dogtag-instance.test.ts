// Facts of reading a Dogtag instance's folder, a copy of one, and an archive of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { sampleDirectory } from '#test/sample-directory';
import { type DirectoryPlace, type ImportSource, openDogtagInstance, openRecordedDogtagDirectory } from '../index.ts';

const authority = createSampleAuthority();
const password = 'never-shown-1';

const configuration = [
  'cms.product.version=10.10.2',
  'instanceId=pki-tomcat',
  'machineName=pki.example.test',
  'internaldb.basedn=o=ipaca',
  'internaldb.ldapconn.host=pki.example.test',
  'internaldb.ldapconn.port=389',
  'internaldb.ldapauth.bindDN=cn=Directory Manager',
  'ca.cert.list=signing,audit_signing',
  'ca.signing.nickname=caSigningCert',
  'ca.signing.tokenname=internal',
  `ca.signing.cert=${authority.certificateDer.toString('base64')}`,
  'ca.audit_signing.nickname=HSM-1:audit',
  'ca.audit_signing.tokenname=HSM-1',
  'dbs.beginSerialNumber=1',
  'dbs.endSerialNumber=fff',
  'profile.list=one,two',
  'profile.one.config=/var/lib/pki/pki-tomcat/ca/profiles/ca/one.cfg',
  'profile.two.config=/var/lib/pki/pki-tomcat/ca/profiles/ca/two.cfg',
];

describe('the folder of a Dogtag instance', () => {
  let root: string;
  const instance = () => join(root, 'var/lib/pki/pki-tomcat');
  const put = async (path: string, ...lines: readonly string[]) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${lines.join('\n')}\n`);
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'retag-instance-test-'));
    await put('etc/pki/pki-tomcat/ca/CS.cfg', ...configuration);
    await put(
      'etc/pki/pki-tomcat/ca/registry.cfg',
      'defaultPolicy.x.class=com.acme.Own',
      'defaultPolicy.y.class=com.netscape.cms.Y',
    );
    await put('etc/pki/pki-tomcat/password.conf', `internal=${password}`, `internaldb=${password}`);
    await put('var/lib/pki/pki-tomcat/ca/profiles/ca/one.cfg', 'desc=first', 'enable=true');
    // Links as Dogtag makes them, which lead nowhere outside of its own machine.
    await symlink('/etc/pki/pki-tomcat', join(instance(), 'conf'));
    await symlink('/etc/pki/pki-tomcat/alias', join(instance(), 'alias'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const open = async (path: string, directory: ImportSource | null = null) => {
    const places: (DirectoryPlace | null)[] = [];
    const opened = await openDogtagInstance(path, {
      clock: systemClock,
      openDirectory: async (place) => {
        places.push(place);
        return directory;
      },
    });
    return { ...opened, place: places[0] ?? null };
  };
  const recorded = async () => {
    const file = join(root, 'export.ldif');
    await writeFile(file, ldifVersionLine + sampleDirectory(2, authority).map(encodeLdifEntry).join(''));
    return openRecordedDogtagDirectory(file, { base: null, timeZone: 'UTC' });
  };
  const profilesOf = async (source: ImportSource) => {
    const ids: string[] = [];
    for await (const { records } of source.read('profile', null))
      for (const record of records) if (record.kind === 'profile') ids.push(record.value.id);
    return ids;
  };

  it('is found by itself, by its configuration, and below a root', async () => {
    for (const path of [instance(), join(root, 'etc/pki/pki-tomcat'), root]) {
      const { configuration: read } = await open(path);
      assert.equal(read.version, '10.10.2', path);
    }
    await assert.rejects(open(join(root, 'var/lib/pki/pki-tomcat/ca')), /holds no instance of a Dogtag CA/);
    await put('etc/pki/other/ca/CS.cfg', ...configuration);
    await assert.rejects(open(root), /holds several instances, name one of them/);
  });

  it('says how its directory is reached, and shows no password', async () => {
    const { place, source } = await open(instance());
    assert.equal(place?.url, 'ldap://pki.example.test:389');
    assert.equal(place.password, password);
    assert.match(place.caCertificatePem ?? '', /BEGIN CERTIFICATE/);
    const description = await source.describe();
    assert.ok(description.remarks.some((remark) => remark.includes('for: internal, internaldb')));
    assert.ok(!JSON.stringify(description).includes(password));
  });

  it('names what stays behind: keys in hardware, foreign classes, profiles without a file', async () => {
    const { source, keyReferences } = await open(instance());
    const { findings } = await source.describe();
    assert.deepEqual(findings.map(({ kind, verdict }) => [kind, verdict]).sort(), [
      ['foreign-plugin-class', 'accepted'],
      ['key-in-hardware', 'accepted'],
      ['nss-database-unread', 'accepted'],
      ['profile-file-unreadable', 'refused'],
    ]);
    assert.deepEqual(
      keyReferences.map(({ purpose, token, label }) => [purpose, token, label]),
      [['audit log signing', 'HSM-1', 'audit']],
    );
  });

  it('lays its profiles, ranges and CA certificate over the directory', async () => {
    const directory = await recorded();
    const { source } = await open(instance(), directory);
    assert.equal(source.name, directory.name);
    assert.deepEqual(await profilesOf(source), ['one']);
    assert.notDeepEqual(await profilesOf(directory), ['one']);
    const { ranges } = await source.readNumberRanges();
    const own = ranges.find(({ entry }) => entry === 'CS.cfg dbs.beginSerialNumber');
    assert.deepEqual(own?.spans, [{ readAs: 'hexadecimal', from: 1n, to: 0xfffn }]);
    assert.equal(await source.count('certificate'), await directory.count('certificate'));
  });

  it('without its directory holds its own certificates and profiles, as a part', async () => {
    const { source } = await open(instance());
    assert.deepEqual(
      ['certificate', 'profile', 'user'].map((kind) => source.extentOf?.(kind as 'user')),
      ['part', 'part', 'none'],
    );
    assert.equal(await source.count('certificate'), 1);
  });

  it('is read out of an archive, one within another too, which leaves nothing behind', async () => {
    const before = await leftovers();
    const [inner, outer] = [join(root, 'files.tar'), join(root, 'full.tar.gz')];
    execFileSync('tar', ['-C', root, '-cf', inner, 'var', 'etc']);
    await writeFile(join(root, 'X-ipaca.ldif'), 'x');
    execFileSync('tar', ['-C', root, '-czf', outer, './files.tar', './X-ipaca.ldif']);
    for (const archive of [inner, outer]) {
      const { source, place } = await open(archive);
      assert.equal(place?.password, password, archive);
      assert.deepEqual(await profilesOf(source), ['one']);
      const { remarks } = await source.describe();
      assert.equal(
        remarks.some((remark) => remark.includes('X-ipaca.ldif')),
        archive === outer,
      );
      await source.close();
    }
    await assert.rejects(open(join(root, 'X-ipaca.ldif')), /cannot be unpacked/);
    assert.deepEqual(await leftovers(), before);
  });
});

async function leftovers(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => /^retag-instance-(?!test-)/.test(name)).sort();
}
