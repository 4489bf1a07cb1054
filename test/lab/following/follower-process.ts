// The follower as a process that can be killed without warning, and what it said last.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DatabaseAddress } from '#platform';
import { childDatabaseEnvironment } from '#test/child-database';

const childFile = fileURLToPath(new URL('./following-child.ts', import.meta.url));

export interface SaidByFollower {
  readonly state: 'importing' | 'imported' | 'following';
  readonly [name: string]: unknown;
}

export class FollowerProcess {
  last: SaidByFollower | null = null;
  readonly #address: DatabaseAddress;
  #child: ChildProcess | null = null;

  constructor(address: DatabaseAddress) {
    this.#address = address;
  }

  start(withImport: boolean): void {
    const env = { ...childDatabaseEnvironment(this.#address), FOLLOWING_IMPORT: withImport ? 'yes' : 'no' };
    const child = spawn(process.execPath, [childFile], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    this.last = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child) this.last = JSON.parse(line) as SaidByFollower;
    });
  }

  /** Without a chance to finish anything. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
