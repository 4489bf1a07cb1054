// The first thing that a stranger sees: without settings, `retag up` moves the recorded Dogtag, stays up, and leaves nothing behind.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeRequestPem } from '#test/make-request';
import { projectFolder } from '#test/source-files';

const run = promisify(execFile);
const retag = join(projectFolder, 'appliance/cli/retag.js');
/** Ten times what it takes on an idle machine. */
const doneTimeoutMs = 240_000;

describe('the trial', function () {
  this.timeout(doneTimeoutMs + 60_000);
  let folder: string;
  let child: ChildProcess;
  let output = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'retag-trial-test-'));
    const { DATABASE_URL: _, ...environment } = process.env;
    child = spawn(process.execPath, [retag, 'up'], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        output += bytes.toString('utf8');
      });
    for (let waitedMs = 0; !output.includes('Your own Dogtag'); waitedMs += 100) {
      assert.equal(child.exitCode, null, output);
      assert.ok(waitedMs < doneTimeoutMs, `not done after ${doneTimeoutMs / 1000} s:\n${output}`);
      await delay(100);
    }
  });

  after(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows every step with its numbers', () => {
    const steps = [...output.matchAll(/^ ?(\d+)\. /gm)].map(([, step]) => Number(step));
    assert.deepEqual(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9], output);
    const certificates = Number(/(\d+) certificates, /.exec(output)?.[1]);
    assert.ok(certificates >= 300, `${certificates} certificates`);
    assert.match(output, /record and directory hold the same \(0 differences/);
    const [, compared, unexpected] = /; (\d+) compared: .* (\d+) unexpected/.exec(output) ?? [];
    assert.ok(Number(compared) > 100 && unexpected === '0', output);
    const [, identical, issued] =
      /(\d+) of (\d+) certificates would have been the same to the last byte/.exec(output) ?? [];
    assert.ok(Number(issued) >= 12 && identical === issued, output);
    const [, ready, all] = /readiness: (\d+) of (\d+) operations and profiles in use are ready/.exec(output) ?? [];
    assert.ok(Number(all) > 80 && ready === all, output);
    assert.match(output, /the native CA issues it/);
    assert.match(output, /openssl verify: OK|verified under the CA's certificate/);
    assert.doesNotMatch(output, /unexpected in |not as recorded/);
  });

  it('answers the commands that it prints', async () => {
    const config = /--config (\S+)/.exec(output)?.[1] ?? '';
    for (const command of [['shadow', 'report'], ['mode'], ['audit', 'verify']]) {
      const { stdout } = await run(process.execPath, [retag, ...command, '--config', config]);
      assert.ok(stdout.length > 50, `${command.join(' ')}: ${stdout}`);
    }
    const csrFile = join(folder, 'web.csr');
    writeFileSync(csrFile, makeRequestPem('web.example.test'));
    const issue = /npx retag (issue .*) FILE --config/.exec(output)?.[1]?.split(' ') ?? [];
    const { stdout } = await run(process.execPath, [retag, ...issue, csrFile, '--config', config]);
    assert.match(new X509Certificate(stdout).subject, /CN=web\.example\.test/);
  });

  it('ends with Ctrl-C, exit code 0, no process and no file of its own left', async () => {
    const place = /removes (\S+)\. Try/.exec(output)?.[1] ?? '';
    assert.ok(existsSync(place), place);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 0, output);
    assert.equal(existsSync(place), false);
    assert.deepEqual(processesNaming(place), []);
  });
});

function processesNaming(place: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(place) ? [`${id} ${command}`] : [];
      } catch {
        return [];
      }
    });
}
