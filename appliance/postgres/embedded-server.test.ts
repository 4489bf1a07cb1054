// Tests of the embedded server as several processes use it, among them processes that are killed at bad moments.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseHolder, eventually, type StartingHolder, startDatabaseHolder } from '#test/database-holder';
import { makeTestServerFolder } from '#test/test-server';
import { findProcess, findServer } from './processes.ts';

describe('embedded server', function () {
  this.timeout(60_000);
  const place = makeTestServerFolder();
  const cluster = join(place.folder, 'postgresql');
  const dataFolder = join(cluster, 'data');
  const started: StartingHolder[] = [];

  const start = (folder = place.folder) => {
    const holder = startDatabaseHolder(folder);
    started.push(holder);
    return holder;
  };
  const hold = (folder = place.folder) => start(folder).ready();
  const serverPid = (data = dataFolder) => findServer(data)?.pid ?? 0;
  const keeperPid = (folder = cluster) =>
    (JSON.parse(readFileSync(join(folder, 'run', 'keeper.json'), 'utf8')) as { keeper: { pid: number } }).keeper.pid;
  const isGone = () => findServer(dataFolder) === null && findProcess(keeperPid()) === null;
  const answers = async (holder: DatabaseHolder) => {
    try {
      return (await holder.query('select 1 as one')).length === 1;
    } catch {
      return false;
    }
  };

  afterEach(async () => {
    for (const { process: child } of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    if (existsSync(join(cluster, 'run', 'keeper.json'))) await eventually('the end of the server', isGone);
  });
  after(() => place.remove());

  it('is made by the first of several processes that start at once, and serves all of them', async () => {
    const holders = await Promise.all([start(), start(), start(), start()].map((holder) => holder.ready()));
    const pid = serverPid();
    assert(pid > 0);
    await holders[0]?.query('create table kept (id int)');
    for (const holder of holders)
      assert.deepEqual(await holder.query('select count(*)::int as n from kept'), [{ n: 0 }]);
    assert.equal(serverPid(), pid);
    await Promise.all(holders.map((holder) => holder.release()));
    assert(isGone(), 'nothing runs after the last release');
  });

  it('stops when the last user releases it, and not before', async () => {
    const [first, second] = [await hold(), await hold()];
    const pid = serverPid();
    await first.release();
    assert.equal(serverPid(), pid);
    assert(await answers(second));
    await second.release();
    assert(isGone());
  });

  it('keeps what was committed', async () => {
    const first = await hold();
    await first.query('insert into kept values (1)');
    await first.release();
    const second = await hold();
    assert.deepEqual(await second.query('select id from kept'), [{ id: 1 }]);
    await second.release();
  });

  it('stops by itself when its only user is killed', async () => {
    const holder = await hold();
    await holder.kill('SIGKILL');
    await eventually('the end of server and keeper', isGone);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`stops by itself when ${signal} ends its only user`, async () => {
      const holder = await hold();
      await holder.kill(signal);
      await eventually('the end of server and keeper', isGone);
    });

  it('serves on when one of two users is killed', async () => {
    const [first, second] = [await hold(), await hold()];
    const pid = serverPid();
    await first.kill('SIGKILL');
    await sleep(300);
    assert.equal(serverPid(), pid);
    assert(await answers(second));
    await second.release();
    assert(isGone());
  });

  it('can be opened again while it is stopping', async () => {
    for (let round = 0; round < 5; round += 1) {
      const holder = await hold();
      await holder.query('insert into kept select generate_series(1, 20000)');
      await holder.kill('SIGKILL');
      const next = await hold();
      assert(await answers(next));
      await next.kill('SIGKILL');
    }
    const last = await hold();
    await last.query('delete from kept where id > 1 or ctid not in (select min(ctid) from kept)');
    await last.release();
    assert(isGone());
  });

  it('is started again when its server is killed, with everything that was committed', async () => {
    const holder = await hold();
    await holder.query('insert into kept values (2)');
    const pid = serverPid();
    process.kill(pid, 'SIGKILL');
    await eventually('another server', () => serverPid() !== 0 && serverPid() !== pid);
    await eventually('an answer', () => answers(holder));
    assert.deepEqual(await holder.query('select max(id)::int as id from kept'), [{ id: 2 }]);
    await holder.release();
    assert(isGone());
  });

  it('outlives a fault of its lock files, and heals when they are whole again', async () => {
    const starting = start();
    const holder = await starting.ready();
    const mutex = join(cluster, 'run', 'mutex');
    rmSync(mutex);
    mkdirSync(mutex);
    process.kill(serverPid(), 'SIGKILL');
    await eventually('the word about it', () => starting.log().includes('cannot be brought back'));
    assert.equal(await answers(holder), false);
    rmdirSync(mutex);
    await eventually('an answer', () => answers(holder));
    await holder.release();
    assert(isGone());
  });

  it('keeps its server when its keeper is killed, and gets another keeper', async () => {
    const holder = await hold();
    const [server, keeper] = [serverPid(), keeperPid()];
    process.kill(keeper, 'SIGKILL');
    await eventually('another keeper', () => keeperPid() !== keeper);
    assert.equal(serverPid(), server);
    await sleep(200);
    const other = await hold();
    await holder.release();
    assert(await answers(other));
    await other.release();
    assert(isGone());
  });

  it('adopts a server that survived its keeper and its users', async () => {
    const holder = await hold();
    const server = serverPid();
    process.kill(keeperPid(), 'SIGKILL');
    await holder.kill('SIGKILL');
    await sleep(200);
    assert.equal(serverPid(), server);
    const starting = start();
    const next = await starting.ready();
    assert.equal(serverPid(), server);
    assert.match(starting.log(), /adopting an embedded database/);
    assert(await answers(next));
    await next.release();
    assert(isGone());
  });

  it('recovers when user, keeper and server were all killed, as by a power failure', async () => {
    const holder = await hold();
    await holder.query('insert into kept values (3)');
    const server = serverPid();
    for (const pid of [keeperPid(), server]) process.kill(pid, 'SIGKILL');
    await holder.kill('SIGKILL');
    assert(existsSync(join(dataFolder, 'postmaster.pid')));
    const next = await hold();
    assert.notEqual(serverPid(), server);
    assert.deepEqual(await next.query('select max(id)::int as id from kept'), [{ id: 3 }]);
    await next.release();
    assert(isGone());
  });

  it('does not take another program for its server when that has the recorded process number', async () => {
    writeFileSync(join(dataFolder, 'postmaster.pid'), `${process.pid}\n${dataFolder}\n1\n5432\n${cluster}\n`);
    assert.equal(findServer(dataFolder), null);
    const holder = await hold();
    assert(await answers(holder));
    await holder.release();
    assert(isGone());
  });

  it('begins again when it was killed while the database was being made', async () => {
    const other = makeTestServerFolder();
    const folder = join(other.folder, 'postgresql');
    try {
      for (const [round, waitMs] of [50, 300].entries()) {
        const { process: child } = start(other.folder);
        const unfinished = () =>
          existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('initializing-'));
        await eventually(`initdb ${round}`, unfinished);
        await sleep(waitMs);
        child.kill('SIGKILL');
        assert(!existsSync(join(folder, 'data')));
      }
      const holder = await hold(other.folder);
      assert(await answers(holder));
      await holder.release();
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('initializing-')),
        [],
      );
    } finally {
      other.remove();
    }
  });

  it('uses a short socket path when its folder has a long one, and removes it afterwards', async () => {
    const other = makeTestServerFolder();
    try {
      const folder = join(other.folder, 'a-rather-long-name-of-a-folder'.repeat(4));
      const holder = await hold(folder);
      assert(!holder.socketFolder.startsWith(folder), holder.socketFolder);
      const second = await hold(folder);
      assert.equal(second.socketFolder, holder.socketFolder);
      await Promise.all([holder.release(), second.release()]);
      assert(!existsSync(holder.socketFolder));
      const attacked = await hold(folder);
      for (const pid of [keeperPid(join(folder, 'postgresql')), serverPid(join(folder, 'postgresql/data'))])
        process.kill(pid, 'SIGKILL');
      await eventually('an answer at the same place', () => answers(attacked));
      await attacked.release();
      assert(!existsSync(attacked.socketFolder));
      const killed = await hold(folder);
      await killed.kill('SIGKILL');
      await eventually('the end of the socket folder', () => !existsSync(killed.socketFolder));
    } finally {
      other.remove();
    }
  });

  it('is found where settings of one’s own put it', async () => {
    const settings = join(cluster, 'local.conf');
    const before = readFileSync(settings, 'utf8');
    writeFileSync(settings, `${before}port = 54321\nmax_connections = 20\n`);
    const holder = await hold();
    const other = await hold();
    assert.deepEqual(
      await other.query("select setting from pg_settings where name in ('port', 'max_connections') order by 1"),
      [{ setting: '20' }, { setting: '54321' }],
    );
    await Promise.all([holder.release(), other.release()]);
    writeFileSync(settings, before);
    assert(isGone());
  });

  it('listens on no network address and lets in no role but its own', async () => {
    const holder = await hold();
    const rows = await holder.query(
      "select name, setting from pg_settings where name in ('listen_addresses', 'fsync', 'data_checksums', 'full_page_writes', 'synchronous_commit')",
    );
    assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      synchronous_commit: 'on',
    });
    assert.deepEqual(await holder.query('select rolname, rolsuper from pg_roles where rolname = current_user'), [
      { rolname: 'retag', rolsuper: false },
    ]);
    await holder.release();
  });
});
