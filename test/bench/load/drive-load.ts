// Puts load on a server from processes of its own and tells how fast it answered.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromLoadClient, LoadPlan, LoadResult, ToLoadClient } from './load-protocol.ts';

export interface Load extends LoadPlan {
  /** Client processes that share the connections. */
  readonly processes: number;
}

export interface LoadMeasurement {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the clients for each request. */
  readonly clientMicros: number;
  readonly bodies: readonly Buffer[];
}

const processFile = fileURLToPath(new URL('./load-client.ts', import.meta.url));

/** `onBegin` is called when all connections stand. Throws when a single answer was not as it must be: what fails fast is not fast. */
export async function driveLoad(load: Load, onBegin: () => void = () => {}): Promise<LoadMeasurement> {
  const plans = sharePlan(load);
  const clients = plans.map(() => fork(processFile, [], { serialization: 'advanced' }));
  try {
    await Promise.all(clients.map((client, index) => connectClient(client, plans[index])));
    onBegin();
    const results = await Promise.all(clients.map(finish));
    return summarize(results);
  } finally {
    for (const client of clients) if (client.connected) client.disconnect();
  }
}

function sharePlan({ processes, connections, requests, ...plan }: Load): LoadPlan[] {
  const count = Math.min(processes, connections);
  const own = <Item>(items: readonly Item[], index: number) => items.filter((_, at) => at % count === index);
  const places = Array.from({ length: connections }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => ({
    ...plan,
    connections: own(places, index).length,
    requests: plan.durationMs === null ? own(requests, index) : requests,
  }));
}

async function connectClient(client: ChildProcess, plan: LoadPlan | undefined): Promise<void> {
  if (plan === undefined) return;
  const answered = receive(client);
  tell(client, { kind: 'plan', plan });
  const message = await answered;
  if (message.kind === 'broken') throw new Error(`a load client could not connect: ${message.message}`);
}

async function finish(client: ChildProcess): Promise<LoadResult> {
  const answered = receive(client);
  tell(client, { kind: 'begin' });
  const message = await answered;
  if (message.kind === 'finished') return message.result;
  throw new Error(`a load client broke off: ${message.kind === 'broken' ? message.message : 'it lost its way'}`);
}

function tell(client: ChildProcess, message: ToLoadClient): void {
  client.send(message);
}

async function receive(client: ChildProcess): Promise<FromLoadClient> {
  const ended = once(client, 'exit').then(([code]) => {
    throw new Error(`a load client ended with exit code ${code}`);
  });
  const [message] = (await Promise.race([once(client, 'message'), ended])) as [FromLoadClient];
  ended.catch(() => {});
  return message;
}

function summarize(results: readonly LoadResult[]): LoadMeasurement {
  const failureCount = results.reduce((sum, result) => sum + result.failureCount, 0);
  if (failureCount > 0)
    throw new Error(
      `${failureCount} requests were not answered as they must be: ${results.flatMap(({ failures }) => failures).join('\n')}`,
    );
  const latenciesMs = Float64Array.from(results.flatMap((result) => [...result.latenciesMs])).sort();
  const count = latenciesMs.length;
  if (count === 0) throw new Error('no request was answered');
  const elapsedMs = Math.max(...results.map((result) => result.elapsedMs));
  return {
    count,
    perSecond: (count / elapsedMs) * 1_000,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    clientMicros: (results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / count) * 1_000,
    bodies: results.flatMap(({ bodies }) => bodies.map((body) => Buffer.from(body))),
  };
}

/** Of ascending values; the nearest one. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
