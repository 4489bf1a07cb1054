// Measures what the gateway adds to an answer of Dogtag: the same requests, in turns, directly and through the gateway.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parseArgs } from 'node:util';

interface Sample {
  readonly directMs: number;
  readonly gatewayMs: number;
}

interface Target {
  readonly url: URL;
  readonly agent: Agent;
}

const { values } = parseArgs({
  options: {
    direct: { type: 'string', default: process.env.DOGTAG_URL ?? 'https://127.0.0.1:18443' },
    gateway: { type: 'string', default: 'https://127.0.0.1:8443' },
    'server-name': { type: 'string', default: process.env.DOGTAG_HOST ?? 'pki.example.test' },
    ca: { type: 'string', default: process.env.DOGTAG_CA_CERT ?? '' },
    cert: { type: 'string', default: process.env.DOGTAG_AGENT_CERT ?? '' },
    key: { type: 'string', default: process.env.DOGTAG_AGENT_KEY ?? '' },
    rounds: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
});

const operations: readonly { readonly name: string; readonly path: string }[] = [
  { name: 'getStatus', path: '/ca/admin/ca/getStatus' },
  { name: 'info', path: '/pki/rest/info' },
  { name: 'certificate', path: '/ca/rest/certs/1' },
  { name: 'template', path: '/ca/rest/certrequests/profiles/caIPAserviceCert' },
  { name: 'agent certificate', path: '/ca/rest/agent/certs/1' },
];

function openTarget(url: string): Target {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    servername: values['server-name'],
    ca: readFileSync(values.ca),
    cert: readFileSync(values.cert),
    key: readFileSync(values.key),
  });
  return { url: new URL(url), agent };
}

/** Milliseconds from sending a request to the last byte of its answer. */
function timeOne({ url, agent }: Target, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const outgoing = request({
      host: url.hostname,
      port: url.port,
      path,
      agent,
      headers: { Accept: 'application/json' },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      incoming.resume();
      incoming.on('end', () => {
        if (incoming.statusCode !== 200) reject(new Error(`${path}: HTTP ${incoming.statusCode}`));
        else resolve(performance.now() - startedMs);
      });
    });
    outgoing.end();
  });
}

async function measure(direct: Target, gateway: Target, path: string, rounds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  // The first requests open connections and warm both sides' code.
  for (let round = -20; round < rounds; round += 1) {
    // Taking turns at being first cancels what the first of two leaves behind for the second.
    const isDirectFirst = round % 2 === 0;
    const first = await timeOne(isDirectFirst ? direct : gateway, path);
    const second = await timeOne(isDirectFirst ? gateway : direct, path);
    if (round < 0) continue;
    samples.push({ directMs: isDirectFirst ? first : second, gatewayMs: isDirectFirst ? second : first });
  }
  return samples;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(name: string, samples: readonly Sample[]): string {
  const columns = (pick: (sample: Sample) => number) =>
    [0.5, 0.95].map((share) => percentile(samples.map(pick), share).toFixed(2).padStart(8)).join('');
  const added = columns(({ directMs, gatewayMs }) => gatewayMs - directMs);
  return `${name.padEnd(20)}${columns(({ directMs }) => directMs)}${columns(({ gatewayMs }) => gatewayMs)}${added}`;
}

if (values.help || values.ca === '' || values.cert === '' || values.key === '') {
  process.stdout.write(
    'usage: forward-latency.ts [--direct URL] [--gateway URL] [--ca PEM] [--cert PEM] [--key PEM] [--rounds N]\n' +
      'Defaults come from the variables that the lab prints (set -a; eval "$(lab env)"; set +a).\n',
  );
} else {
  const direct = openTarget(values.direct);
  const gateway = openTarget(values.gateway);
  process.stdout.write(`milliseconds            direct p50/p95  gateway p50/p95    added p50/p95\n`);
  for (const { name, path } of operations)
    process.stdout.write(`${report(name, await measure(direct, gateway, path, Number(values.rounds)))}\n`);
  direct.agent.destroy();
  gateway.agent.destroy();
}
