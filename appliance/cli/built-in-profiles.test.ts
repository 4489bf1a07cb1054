// `retag profiles` and the profiles that come with the program: listed, read like others, and added to a record that has no Dogtag.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInProfiles } from '#ca-core/engine';
import { projectFolder } from '#test/source-files';
import { CommandFailure } from './failure.ts';
import { readOfferedProfileTexts, readProfileTexts } from './profile-texts.ts';

const retag = join(projectFolder, 'appliance/cli/retag.js');

describe('built-in profiles on the command line', function () {
  this.timeout(130_000);
  let folder: string;
  const path = (name: string) => join(folder, name);
  const run = (...words: readonly string[]) => {
    const { DATABASE_URL: _, ...environment } = process.env;
    const options = { cwd: folder, encoding: 'utf8', timeout: 120_000, env: environment } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [retag, 'profiles', ...words], options);
    return { status, stdout, stderr };
  };
  const write = (name: string, text: string) => writeFileSync(path(name), text, { mode: 0o600 });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-profiles-'));
    // The database's own user must get through when this runs as root.
    chmodSync(folder, 0o711);
    write('retag.json', JSON.stringify({ hostNames: ['ca.example.test'] }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are listed with their purpose, without any settings', () => {
    const { status, stdout } = run('built-in', '--json');
    assert.equal(status, 0);
    const told = JSON.parse(stdout) as { id: string; name: string; purpose: string }[];
    assert.deepEqual(
      told.map(({ id }) => id),
      builtInProfiles().map(({ id }) => id),
    );
    assert.match(told.find(({ id }) => id === 'modernSubCa')?.purpose ?? '', /path length 0/);
    assert.match(run('built-in').stdout, /^profile +name +purpose\nmodernAcmeServer /);
    assert.equal(run('built-in', 'nothing').status, 2);
  });

  it('are read by their id, and a file of that name comes first', async () => {
    const options = { config: path('retag.json') };
    const [one, other] = await readProfileTexts(['modernServer', 'modernClient'], options);
    assert.deepEqual([one?.id, other?.id], ['modernServer', 'modernClient']);
    assert.deepEqual(readOfferedProfileTexts(['modernServer']), [one]);
    write('mine.cfg', 'profileId=modernServer\ndesc=mine\n');
    assert.match(readOfferedProfileTexts([path('mine.cfg')])[0]?.configurationText ?? '', /mine/);
    assert.throws(() => readOfferedProfileTexts(['caServerCert']), CommandFailure);
  });

  it('and files are proofread and checked where there is no installation, unless settings are named that are not there', () => {
    const anywhere = mkdtempSync(join(folder, 'anywhere-'));
    const options = { cwd: anywhere, encoding: 'utf8', timeout: 120_000 } as const;
    const look = (...words: readonly string[]) => spawnSync(process.execPath, [retag, 'profiles', ...words], options);
    writeFileSync(join(anywhere, 'broken.cfg'), 'desc=x\ninput.list=i1\ninput.i1.class_id=noSuchImpl\n');
    assert.match(look('lint', 'modernServer').stdout, /^0 errors, 0 warnings$/m);
    assert.match(look('check', 'modernServer').stdout, /^1 profiles: 1 supported/m);
    const { status, stdout } = look('lint', './broken.cfg');
    assert.equal(status, 1);
    assert.match(stdout, /line 3, input\.i1\.class_id: /);
    assert.match(look('lint', 'modernServer', '--config', './none.json').stderr, /none\.json: there is no such file/);
    assert.match(look('lint', 'caServerCert').stderr, /retag\.json: there is no such file/);
  });

  it('are added once, as they are or from a printed file, and never in the place of another', () => {
    assert.deepEqual(run('add', 'modernServer', 'modernServer').stdout.split('\n').slice(0, 2), [
      'modernServer was added',
      'modernServer is there already',
    ]);
    const { stdout: printed } = run('built-in', 'modernServer');
    assert.match(printed, /^profileId=modernServer\nclassId=caEnrollImpl\n# /);
    write('printed.cfg', printed);
    assert.equal(run('add', 'printed.cfg').stdout, 'modernServer is there already\n');
    write('mine.cfg', printed.replace('=397', '=30'));
    const refused = run('add', 'modernClient', 'mine.cfg');
    assert.deepEqual([refused.status, refused.stdout], [1, '']);
    assert.match(refused.stderr, /there is another profile modernServer already/);
    assert.match(run('show', '--record', 'modernServer').stdout, /fills in validityDefaultImpl \(range=397/);
    const listed = JSON.parse(run('check', '--record', '--json').stdout) as { id: string; obstacle: string | null }[];
    assert.deepEqual(
      listed.map(({ id, obstacle }) => [id, obstacle]),
      [['modernServer', null]],
    );
  });

  it('are left to a Dogtag where there is one', () => {
    const dogtag = {
      httpsUrl: 'https://pki.example.test:8443',
      httpUrl: 'http://pki.example.test:8080',
      hostName: 'pki.example.test',
      caCertificateFile: 'ca.pem',
      directory: { url: 'ldap://pki.example.test', base: 'o=ipaca', bindDn: 'cn=x', password: 'x' },
    };
    write('beside.json', JSON.stringify({ hostNames: ['ca.example.test'], dogtag }));
    const { status, stderr } = run('add', 'modernServer', '--config', 'beside.json');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /profiles are added to the running Dogtag, and followed from there\n {2}next: pki ca-profile-add/,
    );
  });

  it('are not added where they cannot be used', () => {
    write('bad.cfg', 'input.list=i1\ninput.i1.class_id=fooImpl\n');
    const { status, stderr } = run('add', 'bad.cfg');
    assert.equal(status, 1);
    assert.match(stderr, /bad cannot be used: error: line 2, input\.i1\.class_id: unknown input class fooImpl/);
  });
});
