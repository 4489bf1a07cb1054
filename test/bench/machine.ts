// What the machine can do at all, and what it is: printed beside every figure, because figures of different machines say nothing to each other.
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${availableParallelism()} cores (${model}), load ${load} before, Node ${process.version}`;
}

/** RSA-2048 signatures a second that openssl makes on all cores, while nothing else is measured. Throws when there is no openssl. */
export async function measureRawSigningRate(seconds = 2): Promise<number> {
  const cores = String(availableParallelism());
  const { stdout } = await run('openssl', ['speed', '-seconds', String(seconds), '-multi', cores, 'rsa2048']);
  const rate = Number(/rsa +2048 bits\s+\S+\s+\S+\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(rate > 0)) throw new Error(`openssl speed says something else than expected:\n${stdout.slice(-500)}`);
  return rate;
}
