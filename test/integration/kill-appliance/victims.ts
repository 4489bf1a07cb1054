// The processes of an appliance as the system lists them: the signer, the embedded database, its sessions, the keeper that watches it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApplianceUnderTest } from '#test/appliance-under-test';

export interface Victim {
  readonly what: string;
  readonly pid: number;
  /** Start in ticks since boot, because process numbers are used again. */
  readonly startTicks: string;
}

interface Listed extends Victim {
  readonly parent: number;
  readonly command: string;
}

export class Victims {
  readonly #appliance: ApplianceUnderTest;
  /** All that were ever seen, so that none is overlooked in the end. */
  readonly #seen = new Map<string, Victim>();

  constructor(appliance: ApplianceUnderTest) {
    this.#appliance = appliance;
  }

  appliance(): Victim {
    return this.#only('appliance', ({ pid }) => pid === this.#appliance.processId);
  }

  signer(): Victim {
    const { processId } = this.#appliance;
    return this.#only('signer', ({ parent, command }) => parent === processId && command.includes('signer-process'));
  }

  database(): Victim {
    const file = join(this.#appliance.folder, 'retag-data/database/postgresql/data/postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return this.#only('database', (listed) => listed.pid === pid);
  }

  keeper(): Victim {
    const { folder } = this.#appliance;
    return this.#only('keeper', ({ command }) => command.includes('keeper.sh') && command.includes(folder));
  }

  /** Sessions of the database; each serves one connection. */
  sessions(): readonly Victim[] {
    const { pid } = this.database();
    return this.#keep(
      'session',
      ({ parent, command }) => parent === pid && command.startsWith('postgres: retag retag'),
    );
  }

  /** Notes everything that runs, as soon as all of it does: an answer of before a kill may come before what was killed is there again. */
  async noteAll(waitMs: number): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += 50) {
      try {
        this.appliance();
        this.signer();
        this.database();
        this.keeper();
        this.sessions();
        return;
      } catch (error) {
        if (waitedMs >= waitMs) throw error;
        await delay(50);
      }
    }
  }

  /** Those that run although they were to be gone, after waiting for them. */
  async survivors(waitMs: number): Promise<readonly string[]> {
    const alive = () => [...this.#seen.values()].filter(isAlive).map(({ what, pid }) => `${what} ${pid}`);
    for (let waitedMs = 0; alive().length > 0 && waitedMs < waitMs; waitedMs += 50) await delay(50);
    return [...alive(), ...this.#appliance.findProcesses()];
  }

  #only(what: string, isMeant: (listed: Listed) => boolean): Victim {
    const found = this.#keep(what, isMeant);
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`there are ${found.length} of: ${what}`);
    return only;
  }

  #keep(what: string, isMeant: (listed: Listed) => boolean): readonly Victim[] {
    const found = listProcesses()
      .filter(isMeant)
      .map(({ pid, startTicks }) => ({ what, pid, startTicks }));
    for (const victim of found) this.#seen.set(`${victim.pid} ${victim.startTicks}`, victim);
    return found;
  }
}

export function isAlive({ pid, startTicks }: Victim): boolean {
  return readProcess(pid)?.startTicks === startTicks;
}

/** SIGKILL to all of them in one go. */
export function killAll(victims: readonly Victim[]): void {
  for (const victim of victims) {
    if (!isAlive(victim)) throw new Error(`${victim.what} ${victim.pid} had ended before it was killed`);
    process.kill(victim.pid, 'SIGKILL');
  }
}

function listProcesses(): readonly Listed[] {
  return readdirSync('/proc').flatMap((name) => {
    const found = /^[0-9]+$/.test(name) ? readProcess(Number(name)) : null;
    return found === null ? [] : [found];
  });
}

/** Null when it is not there, or has ended and only waits for its parent to notice. */
function readProcess(pid: number): Listed | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { what: '', pid, parent: Number(parent), startTicks: fields[17] ?? '', command };
  } catch {
    return null;
  }
}
