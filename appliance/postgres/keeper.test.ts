// The keeper as a process of its own: what it takes for its server, and what it leaves alone.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '#test/database-holder';
import { findProcess } from './processes.ts';

const script = fileURLToPath(new URL('keeper.sh', import.meta.url));
/** A shell starts what runs beside it with SIGINT ignored; PostgreSQL, as this, listens to it again. */
const servesUntilInterrupted = 'process.on("SIGINT", () => process.exit(0)); setInterval(() => {}, 1000)';

describe('the keeper', () => {
  let folder: string;
  let stranger: ChildProcess;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-keeper-'));
    stranger = run('sleep', '60');
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (program: string, ...words: string[]) => {
    const child = spawn(program, words, { stdio: 'ignore' });
    started.push(child);
    return child;
  };
  /** Runs `use` with the lease of a keeper that starts a program in place of PostgreSQL; settles when the keeper has ended. */
  const keep = async (
    adopted: { pid: number; startTicks: string },
    use: (say: (line: string) => Promise<void>) => Promise<void>,
  ) => {
    const lease = join(folder, 'lease');
    execFileSync('mkfifo', [lease]);
    // In both directions, as its users do, because the keeper ends when it meets a pipe that nobody writes to.
    const pipe = await open(lease, 'r+');
    const keeper = run(
      '/bin/sh',
      script,
      lease,
      folder,
      folder,
      String(adopted.pid),
      adopted.startTicks,
      process.execPath,
      '-e',
      servesUntilInterrupted,
    );
    try {
      await use(async (line) => {
        await pipe.write(`${line}\n`);
      });
    } finally {
      await pipe.close();
    }
    await eventually('the end of the keeper', () => keeper.exitCode !== null);
    assert.equal(keeper.exitCode, 0);
  };
  const serverPid = () => Number(readFileSync(join(folder, 'server'), 'utf8'));
  const isRunning = (pid: number) => findProcess(pid) !== null;

  it('keeps an adopted server, and stops it when its last user has gone', async () => {
    const identity = findProcess(stranger.pid ?? 0);
    assert(identity !== null);
    await keep(identity, async (say) => {
      await say('start');
      await eventually('its word', () => existsSync(join(folder, 'server')));
      assert.equal(serverPid(), identity.pid);
    });
    assert(!isRunning(identity.pid));
  });

  it('leaves a program alone that has the process number of an adopted server since', async () => {
    const identity = findProcess(stranger.pid ?? 0);
    assert(identity !== null);
    let started = 0;
    await keep({ ...identity, startTicks: String(Number(identity.startTicks) - 1) }, async (say) => {
      await say('start');
      await eventually('its word', () => existsSync(join(folder, 'server')));
      started = serverPid();
      assert.notEqual(started, identity.pid);
      // Asked again, it does not start a second one beside its own child.
      writeFileSync(join(folder, 'server'), '');
      await say('start');
      await eventually('its word', () => readFileSync(join(folder, 'server'), 'utf8') !== '');
      assert.equal(serverPid(), started);
      await eventually('its being ready to be stopped', () => catchesInterrupt(started));
    });
    assert(isRunning(identity.pid), 'it stopped a stranger');
    assert(!isRunning(started));
  });
});

/** SigCgt of proc(5) has a bit for each signal with a handler; SIGINT is the second. */
function catchesInterrupt(pid: number): boolean {
  const caught = /SigCgt:\s*([0-9a-f]+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 2n) !== 0n;
}
