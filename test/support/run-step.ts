// Runs one program or one test file for the suite runner, with a time limit, and leaves no process of it behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from './source-files.ts';
import { resultDescriptor, type SuiteResult } from './suite-result.ts';

export interface StepResult extends SuiteResult {
  readonly name: string;
  readonly seconds: number;
}

const outputCharactersMax = 20_000;
/** From the last test to the end of its process: time to close a pool, not to finish what was forgotten. */
const endTimeoutMs = 15_000;

/** A test that needs more has run away, and would take the machine with it. */
const memoryBytesMax = 2 * 1024 ** 3;
const memoryCheckIntervalMs = 250;

const running = new Set<ChildProcess>();

/**
 * Kills what is running when this process is killed: it reads our pipe and meets its end. Children have process groups of their own,
 * so that everything they start can be found and ended with them, and would otherwise live on.
 */
const guard = spawn(
  '/bin/sh',
  [
    '-c',
    `groups=; while read -r word group; do case $word in
       add) groups="$groups $group" ;;
       end) rest=; for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done; groups=$rest ;;
     esac; done; for group in $groups; do kill -9 "-$group"; done`,
  ],
  { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
);
guard.unref();
(guard.stdin as Socket).unref();

/** For Ctrl-C: the children have process groups of their own, which the terminal does not reach. */
export function stopRunningSteps(): void {
  for (const child of running) killGroup(child);
}

/** One check that either passes or fails with what it printed. */
export async function runProgram(name: string, command: readonly string[], timeoutMs: number): Promise<StepResult> {
  const startedAt = performance.now();
  const { output, end } = await run(command, {}, timeoutMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const failures = end === null ? [] : [{ title: name, reason: `${end}\n${output.trim()}` }];
  return { name, seconds, passed: end === null ? 1 : 0, failures, skipped: [] };
}

/** Every test of one file. */
export async function runSuiteFile(
  file: string,
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<StepResult> {
  const startedAt = performance.now();
  const command = [process.execPath, 'test/support/run-suite-file.ts', file];
  const { output, end, result } = await run(command, environment, timeoutMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const failures = [...(result?.failures ?? [])];
  if (result === null) failures.push({ title: file, reason: `${end ?? 'ended without a result'}\n${output.trim()}` });
  else if (end !== null) failures.push({ title: file, reason: `after its tests: ${end}\n${output.trim()}` });
  else if (result.passed + result.failures.length + result.skipped.length === 0)
    failures.push({ title: file, reason: 'has no test' });
  return { name: file, seconds, passed: result?.passed ?? 0, failures, skipped: result?.skipped ?? [] };
}

interface Ending {
  readonly output: string;
  /** Null when it ended by itself, well and completely; else what was wrong. */
  readonly end: string | null;
  readonly result: SuiteResult | null;
}

async function run(
  [program = '', ...words]: readonly string[],
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Ending> {
  const child = spawn(program, words, {
    cwd: projectFolder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  guard.stdin?.write(`add ${child.pid}\n`);
  let output = '';
  let resultText = '';
  const collect = (bytes: Buffer) => {
    output = (output + bytes.toString('utf8')).slice(-outputCharactersMax);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  let limit = setTimeout(() => giveUp(`did not end within ${timeoutMs / 1000} seconds`), timeoutMs);
  let gaveUp: string | null = null;
  const giveUp = (reason: string) => {
    gaveUp = reason;
    killGroup(child);
  };
  const memoryCheck = setInterval(() => {
    if (memoryBytesOf(child) > memoryBytesMax) giveUp(`took more than ${memoryBytesMax / 1024 ** 2} MB of memory`);
  }, memoryCheckIntervalMs);
  child.stdio[resultDescriptor]?.on('data', (bytes: Buffer) => {
    resultText += bytes.toString('utf8');
    if (!resultText.endsWith('\n')) return;
    clearTimeout(limit);
    limit = setTimeout(() => giveUp('something that it opened keeps its process alive'), endTimeoutMs);
  });
  const ended = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
  clearTimeout(limit);
  clearInterval(memoryCheck);
  const leftBehind = ended === null ? await findLeftBehind(child) : null;
  killGroup(child);
  running.delete(child);
  guard.stdin?.write(`end ${child.pid}\n`);
  const result = resultText.endsWith('\n') ? (JSON.parse(resultText) as SuiteResult) : null;
  return { output, end: gaveUp ?? ended ?? leftBehind, result };
}

/** Processes that a file started and did not stop; they get a moment, since an end takes one. */
async function findLeftBehind(child: ChildProcess): Promise<string | null> {
  for (let waitedMs = 0; waitedMs < 2_000; waitedMs += 50) {
    if (!signalGroup(child, 0)) return null;
    await sleep(50);
  }
  return 'processes that it started are still running';
}

function memoryBytesOf(child: ChildProcess): number {
  try {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1];
    return Number(resident ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function killGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}
