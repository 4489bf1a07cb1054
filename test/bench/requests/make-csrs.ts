// Certificate requests for a measurement: made before it begins, on all cores.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CsrOrder } from './csr-process.ts';

const processFile = fileURLToPath(new URL('./csr-process.ts', import.meta.url));

/** PKCS#10 in PEM, RSA-2048, every one with another key. */
export async function makeCsrs(count: number, label: string): Promise<readonly string[]> {
  const cores = availableParallelism();
  const shares = Array.from({ length: cores }, (_, core) => Math.floor((count + core) / cores));
  const made = await Promise.all(shares.map((share, core) => makeShare({ count: share, label: `${label}-${core}` })));
  return made.flat();
}

async function makeShare(order: CsrOrder): Promise<readonly string[]> {
  if (order.count === 0) return [];
  const maker = fork(processFile, [], { serialization: 'advanced' });
  const ended = once(maker, 'exit').then(([code]) => {
    throw new Error(`the maker of certificate requests ended with exit code ${code}`);
  });
  maker.send(order);
  const [pems] = (await Promise.race([once(maker, 'message'), ended])) as [readonly string[]];
  ended.catch(() => {});
  return pems;
}
