// Tests of where the database lives and as whom it runs, and of the sentences for folders that cannot be used.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, silentLog } from '#platform';
import { startDatabaseHolder } from '#test/database-holder';
import { skipBecause } from '#test/skip-because';
import { makeTestServerFolder } from '#test/test-server';
import { prepareClusterPlace } from './cluster-place.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { openDatabase } from './open-database.ts';
import { canUser, chooseServerUser } from './server-user.ts';

const isRoot = process.geteuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

describe('cluster place', function () {
  this.timeout(60_000);
  let place = makeTestServerFolder();
  before(() => place.remove());
  beforeEach(() => {
    place = makeTestServerFolder();
  });
  afterEach(() => place.remove());

  const cluster = (...names: string[]) => {
    const path = join(place.folder, 'postgresql', ...names);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const giveToServerUser = (path: string) => {
    const { uid, gid } = chooseServerUser(null);
    chownSync(path, uid, gid);
  };
  const assertRefused = (expected: RegExp) =>
    assert.rejects(openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog }), (error) => {
      assert(error instanceof EmbeddedDatabaseError, String(error));
      assert.match(error.message, expected);
      return true;
    });

  it('is closed to everybody but the server’s user', async () => {
    const opened = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
    try {
      for (const name of ['.', 'run', 'data']) {
        const facts = statSync(join(place.folder, 'postgresql', name));
        assert.equal(facts.mode & 0o777, 0o700, name);
        assert.notEqual(facts.uid, 0);
      }
    } finally {
      await opened.release();
    }
  });

  it('explains a file where a folder should be', async () => {
    rmSync(place.folder, { recursive: true });
    writeFileSync(place.folder, '');
    await assertRefused(/a file of that name is there|a part of that path is a file/);
    rmSync(place.folder);
    mkdirSync(place.folder);
    writeFileSync(join(place.folder, 'postgresql'), '');
    await assertRefused(/is not a folder: move it away/);
  });

  it('does not follow a link that somebody put in its place', async () => {
    symlinkSync(tmpdir(), join(place.folder, 'postgresql'));
    await assertRefused(/is not a folder: move it away/);
  });

  it('explains a data folder that is none', async () => {
    cluster('data');
    giveToServerUser(cluster());
    await assertRefused(/is not a PostgreSQL data folder \(it has no PG_VERSION\)/);
  });

  it('explains a database of another major version', async () => {
    writeFileSync(join(cluster('data'), 'PG_VERSION'), '13\n');
    giveToServerUser(cluster());
    await assertRefused(/was made by PostgreSQL 13, and this retag brings PostgreSQL 18/);
  });

  it('explains a location that leads nowhere', async () => {
    const location = join(place.folder, 'postgresql.location.json');
    writeFileSync(location, '{"folder": "/nowhere/at/all"}');
    await assertRefused(/says that the database is in \/nowhere\/at\/all, which does not exist/);
    writeFileSync(location, 'not JSON');
    await assertRefused(/does not say where the database is/);
  });

  it('explains damaged database files', async () => {
    const opened = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
    await opened.release();
    writeFileSync(join(place.folder, 'postgresql', 'data', 'global', 'pg_control'), Buffer.alloc(8192));
    await assertRefused(/did not start: .*(damaged|another version)/s);
  });

  it('explains a setting of one’s own that the server does not know', async () => {
    const opened = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
    await opened.release();
    writeFileSync(join(place.folder, 'postgresql', 'local.conf'), 'no_such_setting = 1\n');
    await assertRefused(/did not start: see .*unrecognized configuration parameter "no_such_setting"/s);
  });

  describe('as root', () => {
    before(function () {
      if (!isRoot) skipBecause(this, 'needs root, to become another user');
    });

    it('lives elsewhere when the server’s user cannot enter the data folder, and is found there again', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'retag-closed-'));
      const location = join(closed, 'postgresql.location.json');
      try {
        const first = await openDatabase({ databaseUrl: null, dataFolder: closed, log: silentLog });
        await first.release();
        const { folder } = JSON.parse(readFileSync(location, 'utf8')) as { folder: string };
        assert.match(folder, /^\/var\/lib\/retag\/postgresql-[0-9a-f]{12}$/);
        assert.equal(readFileSync(join(folder, 'belongs-to.txt'), 'utf8'), `${closed}\n`);
        assert.equal(prepareClusterPlace(closed, silentLog).folder, folder);
        assert(!existsSync(join(closed, 'postgresql')));
      } finally {
        const { folder } = JSON.parse(readFileSync(location, 'utf8')) as { folder: string };
        rmSync(folder, { recursive: true, force: true });
        rmSync(closed, { recursive: true, force: true });
      }
    });

    it('names the database of a data folder that was deleted, and leaves it', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'retag-closed-'));
      const lines: string[] = [];
      const log = createLog('warn', (line) => lines.push(line));
      const first = prepareClusterPlace(closed, log).folder;
      rmSync(join(closed, 'postgresql.location.json'));
      const second = prepareClusterPlace(closed, log).folder;
      try {
        assert.notEqual(second, first);
        assert(existsSync(first));
        assert.match(lines.join(''), new RegExp(`${first} \\(of ${closed}\\)`));
        assert.doesNotMatch(lines.join(''), new RegExp(second));
      } finally {
        for (const folder of [first, second, closed]) rmSync(folder, { recursive: true, force: true });
      }
    });

    it('agrees on one place when several processes begin at once', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'retag-closed-'));
      try {
        const holders = await Promise.all([1, 2, 3].map(() => startDatabaseHolder(closed).ready()));
        assert.equal(new Set(holders.map((holder) => holder.socketFolder)).size, 1);
        await Promise.all(holders.map((holder) => holder.release()));
      } finally {
        const location = readFileSync(join(closed, 'postgresql.location.json'), 'utf8');
        rmSync((JSON.parse(location) as { folder: string }).folder, { recursive: true, force: true });
        rmSync(closed, { recursive: true, force: true });
      }
    });

    it('runs as the owner of the data folder when that is not root, so that this owner can use it too', async function () {
      if (!canUser({ ...nobody, name: 'nobody', isOther: true }, '-r', import.meta.filename))
        skipBecause(this, 'the checkout is closed to ordinary users');
      chownSync(place.folder, nobody.uid, nobody.gid);
      const asRoot = await startDatabaseHolder(place.folder).ready();
      assert.equal(statSync(join(place.folder, 'postgresql', 'data')).uid, nobody.uid);
      await asRoot.release();
    });

    it('names the folder that was closed to the server’s user afterwards', async () => {
      const folder = join(place.folder, 'inner');
      mkdirSync(folder);
      const opened = await openDatabase({ databaseUrl: null, dataFolder: folder, log: silentLog });
      await opened.release();
      chmodSync(folder, 0o700);
      await assert.rejects(
        openDatabase({ databaseUrl: null, dataFolder: folder, log: silentLog }),
        (error) => error instanceof EmbeddedDatabaseError && error.message.includes(`chmod o+x ${folder})`),
      );
    });
  });

  describe('as an ordinary user', () => {
    before(function () {
      if (isRoot && !canUser({ ...nobody, name: 'nobody', isOther: true }, '-r', import.meta.filename))
        skipBecause(this, 'the checkout is closed to ordinary users');
    });
    const user = isRoot ? { user: nobody } : {};
    const folderOfUser = () => {
      if (isRoot) chownSync(place.folder, nobody.uid, nobody.gid);
      return place.folder;
    };

    it('serves that user, and root beside it', async () => {
      const folder = folderOfUser();
      const holder = await startDatabaseHolder(folder, user).ready();
      const other = await startDatabaseHolder(folder).ready();
      assert.deepEqual(await holder.query('select current_user::text as role'), [{ role: 'retag' }]);
      assert.deepEqual(await other.query('select current_user::text as role'), [{ role: 'retag' }]);
      await other.release();
      await holder.release();
      assert(!existsSync(join(folder, 'postgresql', 'data', 'postmaster.pid')));
    });

    it('explains a folder in which it may not write', async function () {
      if (!isRoot) skipBecause(this, 'needs root, to make a folder of another user');
      const holder = startDatabaseHolder(place.folder, user);
      await assert.rejects(holder.ready(), /cannot be used: this user may not write there/);
    });

    it('explains a database that belongs to somebody else', async function () {
      if (!isRoot) skipBecause(this, 'needs root, to make a folder of another user');
      const opened = await openDatabase({ databaseUrl: null, dataFolder: place.folder, log: silentLog });
      await opened.release();
      await assert.rejects(
        startDatabaseHolder(place.folder, user).ready(),
        /belongs to user .*, and this is user nobody: start retag as that user or as root/,
      );
    });
  });
});
