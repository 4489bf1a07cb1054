// An appliance as its operator has it: the command line in processes of its own, settings from `retag config from-env`, an embedded
// database and ports that nobody else uses. Whatever becomes of the suite, nothing of it is left running or lying around.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectFolder } from './source-files.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AppliancePorts {
  readonly https: number;
  readonly http: number;
  readonly admin: number;
}

export interface ApplianceWish {
  /** Members of retag.json in place of those that `config from-env` writes; groups are replaced as a whole. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const commandTimeoutMs = 180_000;
const logCharactersMax = 400_000;

export class ApplianceUnderTest {
  /** Holds the settings and, below, everything that the appliance writes. */
  readonly folder = makeFolder();
  readonly configFile = join(this.folder, 'retag.json');
  readonly #retag = join(projectFolder, 'appliance/cli/retag.js');
  #ports: AppliancePorts | null = null;
  #process: ChildProcess | null = null;
  #log = '';

  /** Writes the settings, with the variables of `lab env` in this process's environment. Throws when the command refuses. */
  static async open(wish: ApplianceWish = {}): Promise<ApplianceUnderTest> {
    const appliance = new ApplianceUnderTest();
    try {
      const { stdout } = await appliance.#spawnAndWait(['config', 'from-env']).then(assertWell);
      // Port 0 finds free ones; they are kept from the first start on, so that clients find the appliance again after a restart.
      const listen = { address: '127.0.0.1', httpsPort: 0, httpPort: 0, adminPort: 0 };
      appliance.#writeSettings({ ...JSON.parse(stdout), listen, ...wish.settings });
      return appliance;
    } catch (error) {
      await appliance.close();
      throw error;
    }
  }

  get ports(): AppliancePorts {
    if (this.#ports === null) throw new Error('the appliance has never been started');
    return this.#ports;
  }

  get processId(): number {
    const id = this.#process?.pid;
    if (id === undefined) throw new Error('the appliance is not running');
    return id;
  }

  get isRunning(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** What it wrote on both its outputs, all starts together. */
  get log(): string {
    return this.#log;
  }

  /** Resolves when it says that clients are served. Throws with its own words when it ends before, or does not get there in time. */
  async start(): Promise<void> {
    if (this.isRunning) throw new Error('the appliance is running already');
    const begun = this.#log.length;
    const child = this.#spawn(['up', '--config', this.configFile]);
    this.#process = child;
    const collect = (bytes: Buffer) => {
      this.#log += bytes.toString('utf8');
      // Cutting costs as much as the whole text is long, which a busy appliance's thousands of lines would make us feel.
      if (this.#log.length > 2 * logCharactersMax) this.#log = this.#log.slice(-logCharactersMax);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const output = () => this.#log.slice(Math.min(begun, this.#log.length));
    for (let waitedMs = 0; !output().includes('Ctrl-C stops it'); waitedMs += 25) {
      if (!this.isRunning) throw new Error(`retag up ended with ${describeEnd(child)}:\n${output()}`);
      if (waitedMs > readyTimeoutMs) {
        await this.kill();
        throw new Error(`retag up was not ready after ${readyTimeoutMs / 1000} s:\n${output()}`);
      }
      await delay(25);
    }
    this.#keepPorts(output());
  }

  /** As Ctrl-C does. Throws when it does not end by itself, or not with exit code 0. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === null || !this.isRunning) return;
    const ended = whenEnded(child);
    child.kill('SIGTERM');
    const isStopped = await Promise.race([ended.then(() => true), delay(stopTimeoutMs, false, { ref: false })]);
    if (!isStopped) {
      await this.kill();
      throw new Error(`retag up did not stop within ${stopTimeoutMs / 1000} s:\n${this.#log.slice(-2_000)}`);
    }
    this.#process = null;
    if (child.exitCode !== 0) throw new Error(`retag up ended with ${describeEnd(child)}:\n${this.#log.slice(-2_000)}`);
  }

  /** Without a moment to tidy up: SIGKILL. What it started (signer, database) is left to its own devices, as after a crash. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    const ended = whenEnded(child);
    child.kill('SIGKILL');
    await ended;
    this.#process = null;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** One command of `retag` on this installation, as at a terminal; resolves whatever its exit code is. */
  run(words: readonly string[]): Promise<CommandResult> {
    return this.#spawnAndWait([...words, '--config', this.configFile]);
  }

  /** The JSON document that a command prints. `exitCodes` are those that are fine; throws with the command's words for any other. */
  async runJson(words: readonly string[], exitCodes: readonly number[] = [0]): Promise<unknown> {
    const result = await this.run([...words, '--json']);
    assertWell(result, exitCodes, words);
    return JSON.parse(result.stdout);
  }

  /** Processes that this installation started and that still run, as `id command`. */
  findProcesses(): readonly string[] {
    return findProcessesOf([this.folder, ...this.#relocated()]);
  }

  /** Stops what runs and deletes the folder. Never throws: it is called when something else has gone wrong, too. */
  async close(): Promise<void> {
    await this.stop().catch(() => this.kill());
    // The database outlives a crash of its users by a moment.
    for (let waitedMs = 0; this.findProcesses().length > 0 && waitedMs < 10_000; waitedMs += 100) await delay(100);
    for (const line of this.findProcesses()) kill(Number(line.split(' ')[0]));
    for (const folder of this.#relocated()) rmSync(folder, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Where the database went when its user may not enter our folder. */
  #relocated(): readonly string[] {
    const file = join(this.folder, 'retag-data/database/postgresql.location.json');
    if (!existsSync(file)) return [];
    const { folder } = JSON.parse(readFileSync(file, 'utf8')) as { folder?: unknown };
    return typeof folder === 'string' ? [folder] : [];
  }

  #keepPorts(output: string): void {
    const [https, http, admin] = [...output.matchAll(/https?:\/\/[^\s:]+:(\d+)/g)].map(([, port]) => Number(port));
    if (https === undefined || http === undefined || admin === undefined)
      throw new Error(`retag up did not say where it is:\n${output}`);
    this.#ports = { https, http, admin };
    const settings = JSON.parse(readFileSync(this.configFile, 'utf8'));
    const listen = { address: '127.0.0.1', httpsPort: https, httpPort: http, adminPort: admin };
    this.#writeSettings({ ...settings, listen });
  }

  #writeSettings(settings: unknown): void {
    writeFileSync(this.configFile, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  }

  #spawn(words: readonly string[]): ChildProcess {
    const { DATABASE_URL: _, ...environment } = process.env;
    const child = spawn(process.execPath, [this.#retag, ...words], {
      cwd: this.folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    killWithUs(child);
    return child;
  }

  #spawnAndWait(words: readonly string[]): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const child = this.#spawn(words);
      const output = { stdout: '', stderr: '' };
      child.stdout?.on('data', (bytes: Buffer) => {
        output.stdout += bytes.toString('utf8');
      });
      child.stderr?.on('data', (bytes: Buffer) => {
        output.stderr += bytes.toString('utf8');
      });
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        reject(
          new Error(`retag ${words.join(' ')} did not end within ${commandTimeoutMs / 1000} s:\n${output.stderr}`),
        );
      }, commandTimeoutMs);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(limit);
        resolve({ exitCode: code ?? 255, ...output });
      });
    });
  }
}

/** Opens an appliance for `use` and takes it away again, whatever happens. */
export async function withAppliance(
  use: (appliance: ApplianceUnderTest) => Promise<void>,
  wish: ApplianceWish = {},
): Promise<void> {
  const appliance = await ApplianceUnderTest.open(wish);
  try {
    await use(appliance);
  } finally {
    await appliance.close();
  }
}

function assertWell(result: CommandResult, exitCodes: readonly number[] = [0], words: readonly string[] = []) {
  if (!exitCodes.includes(result.exitCode))
    throw new Error(
      `retag ${words.join(' ')} ended with exit code ${result.exitCode}:\n${result.stdout.slice(-3_000)}\n${result.stderr.slice(-3_000)}`,
    );
  return result;
}

/** The database's own user must be able to pass through, or the database is put elsewhere. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'retag-appliance-'));
  chmodSync(folder, 0o711);
  return folder;
}

function whenEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
  });
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${exitCode}` : signalCode;
}

const started = new Set<ChildProcess>();
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A suite that is interrupted takes its processes with it. */
function killWithUs(child: ChildProcess): void {
  if (started.size === 0) {
    process.once('exit', () => {
      for (const one of started) one.kill('SIGKILL');
    });
    for (const signal of endings) process.once(signal, () => process.exit(130));
  }
  started.add(child);
  child.once('exit', () => started.delete(child));
}

function findProcessesOf(folders: readonly string[]): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((id) => {
      const command = readCommand(id);
      return folders.some((folder) => command.includes(folder)) ? [`${id} ${command}`] : [];
    });
}

function readCommand(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
