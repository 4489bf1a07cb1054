// A process that puts load on a server and does nothing else, so that it shares no event loop with what is measured.
import { createSecureContext } from 'node:tls';
import { type Destination, HttpConnection, type RawAnswer } from './http-connection.ts';
import type { FromLoadClient, LoadPlan, LoadResult, ToLoadClient } from './load-protocol.ts';

const failuresKept = 3;

let begin = () => {};
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToLoadClient) => {
  if (message.kind === 'begin') return begin();
  work(message.plan).catch((error: unknown) => {
    send({ kind: 'broken', message: error instanceof Error ? error.message : String(error) });
  });
});

function send(message: FromLoadClient): void {
  process.send?.(message, () => {});
}

async function work(plan: LoadPlan): Promise<void> {
  const destination: Destination = {
    port: plan.port,
    hostName: plan.hostName,
    secureContext: plan.tls && createSecureContext(secureOptions(plan.tls)),
  };
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () => HttpConnection.open(destination)),
  );
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  send({ kind: 'connected' });
  await begun;
  const result = await drive(connections, plan);
  for (const connection of connections) connection.close();
  send({ kind: 'finished', result });
}

function secureOptions({ authorityPem, certificatePem, keyPem }: NonNullable<LoadPlan['tls']>) {
  const identity = certificatePem === undefined || keyPem === undefined ? {} : { cert: certificatePem, key: keyPem };
  return { ca: authorityPem, ...identity };
}

async function drive(connections: readonly HttpConnection[], plan: LoadPlan): Promise<LoadResult> {
  const { requests, durationMs, mustContain, keepsBodies } = plan;
  const latenciesMs: number[] = [];
  const bodies: Buffer[] = [];
  const failures: string[] = [];
  let failureCount = 0;
  let next = 0;
  const judge = ({ status, body }: RawAnswer) => {
    if (status !== 200 || !body.includes(mustContain, 0, 'latin1')) {
      failureCount += 1;
      if (failures.length < failuresKept) failures.push(`${status} ${body.subarray(0, 300).toString('utf8')}`);
    } else if (keepsBodies) bodies.push(body);
  };
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const useUp = async (connection: HttpConnection) => {
    for (;;) {
      const index = next++;
      const isOver = durationMs === null ? index >= requests.length : performance.now() - startedMs >= durationMs;
      const request = requests[index % requests.length];
      if (isOver || request === undefined) return;
      const sentMs = performance.now();
      const answer = await connection.send(request);
      latenciesMs.push(performance.now() - sentMs);
      judge(answer);
    }
  };
  await Promise.all(connections.map(useUp));
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    latenciesMs: Float64Array.from(latenciesMs),
    elapsedMs,
    cpuMs: (user + system) / 1_000,
    bodies,
    failures,
    failureCount,
  };
}
