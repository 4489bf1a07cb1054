// Tests of the suite runner: what goes wrong in a test file, or around it, is told and counted as failed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram, runSuiteFile } from './run-step.ts';

const skipSupport = pathToFileURL(join(import.meta.dirname, 'skip-because.ts')).href;

describe('suite runner', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'retag-runner-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  const run = (text: string, timeoutMs = 20_000) => {
    count += 1;
    const file = join(folder, `sample-${count}.test.ts`);
    writeFileSync(file, text);
    return runSuiteFile(file, {}, timeoutMs);
  };
  const reasons = async (text: string, timeoutMs?: number) =>
    (await run(text, timeoutMs)).failures
      .map(({ title, reason }) => `${title.split('/').at(-1)}: ${reason}`)
      .join('\n');

  it('counts what passed, failed and was skipped, each with its reason', async () => {
    const result = await run(`
      import { skipBecause } from '${skipSupport}';
      describe('outer', () => {
        it('passes', () => {});
        it('fails', () => { throw new Error('on purpose'); });
        it('is skipped', function () { skipBecause(this, 'no oracle here'); });
        it('is empty');
        describe('inner', () => {
          before(function () { skipBecause(this, 'no lab here'); });
          it('waits', () => {});
        });
      });`);
    assert.equal(result.passed, 1);
    assert.deepEqual(
      result.failures.map(({ title }) => title),
      ['outer › fails'],
    );
    assert.match(result.failures[0]?.reason ?? '', /on purpose/);
    assert.deepEqual(result.skipped, [
      { title: 'outer › is skipped', reason: 'no oracle here' },
      { title: 'outer › is empty', reason: 'no reason given' },
      { title: 'outer › inner › waits', reason: 'no lab here' },
    ]);
  });

  it('fails a file without a test', async () => {
    assert.match(await reasons("describe('nothing', () => {});"), /has no test/);
  });

  it('fails a file that cannot be loaded', async () => {
    assert.match(await reasons("import './missing.ts';"), /exit code 1\n.*missing\.ts/s);
  });

  it('fails a file that ends the process before its tests are done', async () => {
    assert.match(await reasons("it('ends', () => process.exit(0));"), /ended without a result/);
  });

  it('fails a file with a rejection that nobody handles after its tests', async () => {
    const text = "it('forgets', () => { setTimeout(() => Promise.reject(new Error('late')), 50); });";
    assert.match(await reasons(text), /after its tests: exit code 1\n.*late/s);
  });

  it('fails a file in which only one test is meant to run', async () => {
    assert.match(await reasons("it.only('runs alone', () => {});"), /forbidOnly|only/i);
  });

  it('fails a file that leaves a process behind, and ends that process', async () => {
    const result = await reasons(
      "import { spawn } from 'node:child_process';\nit('leaves', () => { spawn('sleep', ['600'], { stdio: 'ignore' }).unref(); });",
    );
    assert.match(result, /processes that it started are still running/);
  });

  it('ends a file that takes too long, even when it lets nothing else run', async () => {
    assert.match(await reasons("it('spins', () => { for (;;); });", 1_500), /did not end within 1\.5 seconds/);
  });

  it('ends a file that eats the memory of the machine', async function () {
    // Two gigabytes come slowly to a machine that is busy, or that has never had them from its host before.
    this.timeout(130_000);
    const text = `it('eats', async () => {
      const all: Buffer[] = [];
      for (;;) { all.push(Buffer.alloc(50_000_000, 1)); await Promise.resolve(); }
    });`;
    assert.match(await reasons(text, 120_000), /took more than 2048 MB of memory/);
  });

  it('tells what a failed check printed', async () => {
    const failed = await runProgram('sample', ['sh', '-c', 'echo what is wrong; exit 3'], 10_000);
    assert.deepEqual([failed.passed, failed.failures.length], [0, 1]);
    assert.match(failed.failures[0]?.reason ?? '', /exit code 3\nwhat is wrong/);
    assert.equal((await runProgram('sample', ['true'], 10_000)).passed, 1);
    assert.match(
      (await runProgram('sample', ['/no/such/program'], 10_000)).failures[0]?.reason ?? '',
      /could not be started/,
    );
  });
});
