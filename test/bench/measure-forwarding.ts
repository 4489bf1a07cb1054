// What the gateway adds while Dogtag still answers and everything is mirrored: the same requests, in turns, directly and through it.
import { setTimeout as delay } from 'node:timers/promises';
import { destinationOf, hostHeader, type Installation, readTemplate, retagSide, type Side } from './installation.ts';
import { percentile } from './load/drive-load.ts';
import { HttpConnection } from './load/http-connection.ts';
import { certificateRequest, certificateShown, enrollmentRequest, issuedAtOnce } from './requests/ready-made.ts';

export interface AddedLatency {
  readonly name: string;
  readonly pairs: number;
  readonly direct: Spread;
  readonly gateway: Spread;
  /** Median of the differences of the pairs. */
  readonly addedMs: number;
  /** In which the true median lies with 95 % confidence, by the order of the differences. */
  readonly addedFromMs: number;
  readonly addedToMs: number;
}

export interface Spread {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface ForwardingOptions {
  readonly csrs: readonly string[];
  readonly readPairs: number;
  /** Two certificates each, one directly and one through the gateway. */
  readonly enrollmentPairs: number;
  /** Of a certificate that both sides can show. */
  readonly serialNumber: bigint;
}

/** Of both kinds so many at first, to open connections and to warm the code of both sides. */
const warmUpPairs = 10;
/** Between pairs, in which the mirror works: clients of a CA do not ask without a pause, and we measure latency, not capacity. */
const pauseMs = 25;

export async function measureForwarding(
  installation: Installation,
  dogtag: Side,
  { csrs, readPairs, enrollmentPairs, serialNumber }: ForwardingOptions,
): Promise<readonly AddedLatency[]> {
  const sides = [dogtag, retagSide(installation)] as const;
  const hosts = sides.map((side) => hostHeader(installation, side));
  const template = await readTemplate(installation, dogtag);
  const [direct, gateway] = await Promise.all(
    sides.map((side) => HttpConnection.open(destinationOf(installation, side, 'agent'))),
  );
  if (direct === undefined || gateway === undefined) throw new Error('a side has no connection');
  const unused = [...csrs];
  const ask = async (place: 0 | 1, request: Buffer, mustContain: string) => {
    const connection = place === 0 ? direct : gateway;
    await connection.reopen();
    const sentMs = performance.now();
    const { status, body } = await connection.send(request);
    const tookMs = performance.now() - sentMs;
    if (status !== 200 || !body.includes(mustContain))
      throw new Error(`${sides[place].name}: ${status} ${body.subarray(0, 300).toString('utf8')}`);
    return tookMs;
  };
  const read = (place: 0 | 1) => ask(place, certificateRequest(serialNumber, hosts[place] ?? ''), certificateShown);
  const enroll = (place: 0 | 1) => {
    const csr = unused.pop();
    if (csr === undefined) throw new Error('there are too few certificate requests');
    return ask(place, enrollmentRequest(template, csr, hosts[place] ?? ''), issuedAtOnce);
  };
  try {
    return [
      await measurePairs('certificate read', read, readPairs),
      await measurePairs('enrolment', enroll, enrollmentPairs),
    ];
  } finally {
    direct.close();
    gateway.close();
  }
}

/** How many certificate requests that takes. */
export const csrsForForwarding = (enrollmentPairs: number): number => (enrollmentPairs + warmUpPairs) * 2;

async function measurePairs(
  name: string,
  ask: (place: 0 | 1) => Promise<number>,
  pairs: number,
): Promise<AddedLatency> {
  const directMs: number[] = [];
  const gatewayMs: number[] = [];
  for (let pair = -warmUpPairs; pair < pairs; pair += 1) {
    // Taking turns at being first cancels what the first of two leaves behind for the second.
    const isDirectFirst = pair % 2 === 0;
    const first = await ask(isDirectFirst ? 0 : 1);
    await delay(pauseMs);
    const second = await ask(isDirectFirst ? 1 : 0);
    await delay(pauseMs);
    if (pair < 0) continue;
    directMs.push(isDirectFirst ? first : second);
    gatewayMs.push(isDirectFirst ? second : first);
  }
  const added = gatewayMs.map((ms, index) => ms - (directMs[index] ?? 0)).sort((a, b) => a - b);
  // Ranks of the sign test's interval for the median.
  const reach = 0.98 * Math.sqrt(pairs);
  return {
    name,
    pairs,
    direct: spreadOf(directMs),
    gateway: spreadOf(gatewayMs),
    addedMs: percentile(added, 0.5),
    addedFromMs: added[Math.max(0, Math.floor(pairs / 2 - reach))] ?? Number.NaN,
    addedToMs: added[Math.min(pairs - 1, Math.ceil(pairs / 2 + reach))] ?? Number.NaN,
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) };
}
