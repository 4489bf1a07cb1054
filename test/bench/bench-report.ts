// What a run found: figures of both sides beside each other, and each target with the figure that is held against it.
import type { AddedLatency } from './measure-forwarding.ts';
import type { Rate } from './measure-rates.ts';
import { type Memory, type Role, roles } from './processes.ts';

export interface Starts {
  /** From `retag up` in an empty folder to a certificate; Dogtag issues it. Null without a Dogtag. */
  readonly firstEverMs: number | null;
  /** From `retag up` to a certificate of our own, with the data that a move leaves. */
  readonly againMs: readonly number[];
}

export interface Findings {
  readonly machine: string;
  /** Before, between and after the measurements of a rate. */
  readonly rawSigningRates: readonly number[];
  /** Null where there is no Dogtag. */
  readonly dogtag: { readonly product: string; readonly rates: readonly Rate[] } | null;
  readonly retag: readonly Rate[];
  /** Processor time of each request, by measurement, in microseconds. */
  readonly processorMicros: Readonly<Record<string, Readonly<Record<Role, number>>>>;
  readonly forwarding: readonly AddedLatency[];
  readonly starts: Starts;
  readonly memory: { readonly atRest: Memory; readonly afterLoad: Memory };
  /** What the run checked of its own results. */
  readonly proofs: readonly string[];
  readonly skipped: readonly string[];
}

export interface Target {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  readonly wanted: string;
  readonly isMet: boolean;
}

const multipleOfDogtagMin = 100;
const shareOfRawMin = 0.1;
const shareOfRawAim = 0.5;
/** Dogtag 11.10 makes eight times as many as 10.10 on the same machine, and is to be left twenty times behind. */
const multipleOfDogtagAim = 8 * 20;
const addedMsMax = 2;
const restMebibytesMax = 250;
const startSecondsMax = 3;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function judgeTargets(findings: Findings): readonly Target[] {
  const { dogtag, retag, rawSigningRates, forwarding, starts, memory } = findings;
  const targets: Target[] = [];
  const atLeast = (what: string, figure: number, limit: number, unit: string) =>
    targets.push({ what, figure, unit, wanted: `>= ${limit}${unit}`, isMet: figure >= limit });
  const below = (what: string, figure: number, limit: number, unit: string) =>
    targets.push({ what, figure, unit, wanted: `< ${limit}${unit}`, isMet: figure < limit });
  const fastest = Math.max(...retag.filter(isEnrollment).map(({ perSecond }) => perSecond));
  if (dogtag !== null) {
    const multiple = fastest / Math.max(...dogtag.rates.filter(isEnrollment).map(({ perSecond }) => perSecond));
    atLeast('enrolments, in multiples of Dogtag', multiple, multipleOfDogtagMin, ' x');
    atLeast('  the aim: 20 times Dogtag 11.10', multiple, multipleOfDogtagAim, ' x');
  }
  const share = (fastest / mean(rawSigningRates)) * 100;
  atLeast('enrolments, of the raw signing rate', share, shareOfRawMin * 100, ' %');
  atLeast('  the aim', share, shareOfRawAim * 100, ' %');
  for (const { name, addedMs } of forwarding)
    below(`added by forwarding and mirroring, p50: ${name}`, addedMs, addedMsMax, ' ms');
  below(
    'memory at rest, with the embedded database',
    memory.atRest.proportionalBytes / 2 ** 20,
    restMebibytesMax,
    ' MiB',
  );
  below('start to first certificate', Math.min(...starts.againMs) / 1_000, startSecondsMax, ' s');
  if (starts.firstEverMs !== null)
    below('  the very first start, in an empty folder', starts.firstEverMs / 1_000, startSecondsMax, ' s');
  return targets;
}

function isEnrollment({ name }: Rate): boolean {
  return name.startsWith('enrolments');
}

/** For people, at a terminal of some width. */
export function formatFindings(findings: Findings): string {
  const { machine, rawSigningRates, proofs, skipped } = findings;
  return [
    `Machine      ${machine}`,
    `Raw signing  ${rawSigningRates.map((rate) => rate.toFixed(0)).join(', ')} RSA-2048 signatures a second (openssl speed on all cores: before, between and after)`,
    '',
    ...formatRates(findings),
    '',
    ...formatForwarding(findings),
    ...formatMemory(findings),
    '',
    ...formatTargets(judgeTargets(findings)),
    '',
    ...proofs.map((line) => `checked: ${line}`),
    ...skipped.map((line) => `skipped: ${line}`),
  ].join('\n');
}

const right = (value: number, digits: number, width: number) => value.toFixed(digits).padStart(width);

function formatRates({ dogtag, retag, processorMicros }: Findings): string[] {
  const columns = (rate: Rate | undefined) =>
    rate === undefined
      ? ' '.repeat(29)
      : `${right(rate.perSecond, 1, 9)}${right(rate.p50Ms, 2, 10)}${right(rate.p99Ms, 2, 10)}`;
  const head = `${'per s'.padStart(9)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}`;
  const title = dogtag === null ? '' : `Dogtag ${dogtag.product}, direct`;
  const lines = [
    `${''.padEnd(30)}${title.padStart(29)}   ${'Retag, natively'.padStart(29)}   processor time of each, µs`,
    `${''.padEnd(30)}${dogtag === null ? ' '.repeat(29) : head}   ${head}   gateway  signer  database  client`,
  ];
  for (const rate of retag) {
    const other = dogtag?.rates.find(({ name }) => name === rate.name);
    const micros = processorMicros[rate.name];
    const shares = roles.map((role, index) => right(micros?.[role] ?? Number.NaN, 0, index === 2 ? 10 : 8)).join('');
    lines.push(
      `${rate.name.padEnd(30)}${columns(other)}   ${columns(rate)}   ${shares.slice(1)}${right(rate.clientMicros, 0, 8)}`,
    );
  }
  return lines;
}

function formatForwarding({ forwarding }: Findings): string[] {
  if (forwarding.length === 0) return [];
  const spread = (p50: number, p95: number) => `${right(p50, 2, 9)}${right(p95, 2, 10)}`;
  return [
    'Forwarded and mirrored, ms    Dogtag p50       p95   through p50       p95   added p50 (95 % sure)',
    ...forwarding.map(
      ({ name, pairs, direct, gateway, addedMs, addedFromMs, addedToMs }) =>
        `${`${name} (${pairs} pairs)`.padEnd(30)} ${spread(direct.p50Ms, direct.p95Ms)}    ${spread(gateway.p50Ms, gateway.p95Ms)}   ${right(addedMs, 2, 9)} (${addedFromMs.toFixed(2)} to ${addedToMs.toFixed(2)})`,
    ),
    '',
  ];
}

function formatMemory({ memory, starts }: Findings): string[] {
  const line = (name: string, { proportionalBytes, residentBytes, byRole }: Memory) =>
    `${name.padEnd(30)} ${mebibytes(proportionalBytes)} (${roles.map((role) => `${role} ${mebibytes(byRole[role])}`).join(', ')}); RSS added up ${mebibytes(residentBytes)}`;
  const seconds = starts.againMs.map((ms) => (ms / 1_000).toFixed(2)).join(', ');
  return [
    line('Memory at rest (PSS)', memory.atRest),
    line('Memory after load (PSS)', memory.afterLoad),
    `${'Start to first certificate'.padEnd(30)} ${seconds} s${starts.firstEverMs === null ? '' : `; the very first, in an empty folder: ${(starts.firstEverMs / 1_000).toFixed(2)} s`}`,
  ];
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function formatTargets(targets: readonly Target[]): string[] {
  return targets.map(({ what, figure, unit, wanted, isMet }) => {
    const shown = `${figure.toFixed(Math.abs(figure) < 10 ? 2 : 0)}${unit}`;
    return `${isMet ? 'met    ' : 'NOT MET'}  ${what.padEnd(50)} ${shown.padStart(11)}   target ${wanted}`;
  });
}
