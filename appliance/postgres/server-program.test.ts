// Tests of the program folder: missing links are made, and where the package cannot be used in place, a complete copy is.
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#platform';
import { skipBecause } from '#test/skip-because';
import { makeTestServerFolder } from '#test/test-server';
import { prepareClusterPlace } from './cluster-place.ts';
import { completeLinks, copyProgram, readPackage } from './server-program.ts';

describe('server program', () => {
  let folder = '';
  let place = makeTestServerFolder();
  before(() => place.remove());
  beforeEach(() => {
    place = makeTestServerFolder();
    folder = mkdtempSync(join(tmpdir(), 'retag-package-'));
    chmodSync(folder, 0o755);
    for (const name of ['bin', 'lib/postgresql', 'share/postgresql/timezone'])
      mkdirSync(join(folder, 'native', name), { recursive: true });
    const files = {
      'bin/postgres': 'program',
      'lib/libpq.so.5.18': 'library',
      'lib/libpq.a': 'not needed to run',
      'lib/postgresql/plpgsql.so': 'language',
      'share/postgresql/timezone/UTC': 'zone',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'native', name), text);
    chmodSync(join(folder, 'native/bin/postgres'), 0o755);
    writeFileSync(join(folder, 'package.json'), '{"version": "18.4.0-test.1"}');
    writeLinks([
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    ]);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    place.remove();
  });
  const writeLinks = (links: object) => writeFileSync(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links));

  it('gets the links that npm left out, and keeps them when asked again', () => {
    for (let round = 0; round < 2; round += 1) {
      assert.equal(completeLinks(readPackage(folder)), true);
      assert.equal(readlinkSync(join(folder, 'native/lib/libpq.so.5')), 'libpq.so.5.18');
      assert.equal(readlinkSync(join(folder, 'native/lib/libpq.so')), 'libpq.so.5.18');
    }
  });

  it('makes no link outside its package', () => {
    writeLinks([{ source: 'native/lib/libpq.so.5.18', target: '../elsewhere' }]);
    assert.throws(() => readPackage(folder), /names files outside its package/);
  });

  it('says so when links cannot be made', function () {
    if (process.geteuid?.() === 0) skipBecause(this, 'root may write anywhere');
    chmodSync(join(folder, 'native/lib'), 0o555);
    try {
      assert.equal(completeLinks(readPackage(folder)), false);
    } finally {
      chmodSync(join(folder, 'native/lib'), 0o755);
    }
  });

  it('is copied with its links and open to the server’s user, whatever the umask', () => {
    const cluster = prepareClusterPlace(place.folder, silentLog);
    const umask = process.umask(0o077);
    try {
      const copy = copyProgram(readPackage(folder), cluster);
      assert.equal(copy, join(cluster.folder, 'program-18.4.0-test.1'));
      assert.deepEqual(readdirSync(join(copy, 'lib')).sort(), [
        'libpq.so',
        'libpq.so.5',
        'libpq.so.5.18',
        'postgresql',
      ]);
      assert.equal(readlinkSync(join(copy, 'lib/libpq.so.5')), 'libpq.so.5.18');
      assert.equal(statSync(join(copy, 'bin/postgres')).mode & 0o777, 0o755);
      assert.equal(statSync(join(copy, 'share/postgresql/timezone')).mode & 0o777, 0o755);
      assert.equal(statSync(join(copy, 'lib/libpq.so.5.18')).mode & 0o777, 0o644);
    } finally {
      process.umask(umask);
    }
  });

  it('is copied once, again when a copy is incomplete, and in place of an older version', () => {
    const cluster = prepareClusterPlace(place.folder, silentLog);
    mkdirSync(join(cluster.folder, 'program-17.0.0'));
    const contents = readPackage(folder);
    const copy = copyProgram(contents, cluster);
    assert(!existsSync(join(cluster.folder, 'program-17.0.0')));
    const { ino } = statSync(join(copy, 'bin'));
    assert.equal(copyProgram(contents, cluster), copy);
    assert.equal(statSync(join(copy, 'bin')).ino, ino);
    truncateSync(join(copy, 'lib/postgresql/plpgsql.so'));
    assert.equal(copyProgram(contents, cluster), copy);
    assert.equal(statSync(join(copy, 'lib/postgresql/plpgsql.so')).size, 'language'.length);
  });
});
