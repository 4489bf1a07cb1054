// Facts about other processes from /proc: alive (a zombie is not), when started, and whether one is the server of a folder.
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A process and its start in clock ticks since boot, because process numbers are used again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

/** Null when no such process runs, or it has ended and only waits to be noticed by its parent. */
export function findProcess(pid: number): ProcessIdentity | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name in parentheses may itself contain spaces and parentheses; the fields proper follow the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTicks = fields[19];
  if (state === undefined || startTicks === undefined || state === 'Z' || state === 'X') return null;
  return { pid, startTicks };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return findProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** What the first lines of postmaster.pid tell; the server writes them in several steps, so the later ones may be absent. */
export interface ServerRecord {
  readonly pid: number;
  readonly port: number | null;
  readonly socketFolder: string | null;
}

/** Null when the file is absent or does not begin with a process number. */
export function readServerRecord(dataFolder: string): ServerRecord | null {
  let text: string;
  try {
    text = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8');
  } catch {
    return null;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const port = Number(lines[3]);
  const socketFolder = lines[4]?.trim() ?? '';
  return { pid, port: port > 0 ? port : null, socketFolder: socketFolder === '' ? null : socketFolder };
}

/**
 * The living server of `dataFolder`, or null. A process number alone proves nothing: after a crash or a restart of the machine
 * another program may have it, so the process must be named postgres and work on that very folder.
 */
export function findServer(dataFolder: string): ProcessIdentity | null {
  const record = readServerRecord(dataFolder);
  if (record === null) return null;
  const found = findProcess(record.pid);
  return found !== null && isServerOf(record.pid, dataFolder) ? found : null;
}

function isServerOf(pid: number, dataFolder: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'latin1').trim() !== 'postgres') return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const named = words[words.indexOf('-D') + 1];
    if (words.includes('-D') && named !== undefined) return realpathSync(named) === realpathSync(dataFolder);
    // Started by hand in another way. Root may look at the working directory only where it has the power to trace processes.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch {
    return false;
  }
}
