// How fast one side answers: enrolments with one client and with sixteen, reads of a certificate, OCSP.

import { hostHeader, type Installation, placeOf, readTemplate, type Side } from './installation.ts';
import { driveLoad, type Load, type LoadMeasurement } from './load/drive-load.ts';
import {
  certificateRequest,
  certificateShown,
  enrollmentRequest,
  issuedAtOnce,
  issuedSerials,
  ocspAnswered,
  ocspRequest,
} from './requests/ready-made.ts';

export interface Rate extends Omit<LoadMeasurement, 'bodies'> {
  readonly name: string;
  readonly clients: number;
}

export interface Volume {
  /** Enrolments with one client, with sixteen, and before the clock runs. */
  readonly enrollmentsAlone: number;
  readonly enrollments: number;
  readonly warmUp: number;
  /** For reads and OCSP. */
  readonly readMs: number;
}

export interface RateOptions {
  readonly volume: Volume;
  /** At least as many as the volume needs; each is used once. */
  readonly csrs: readonly string[];
  readonly processes: number;
  /** Called when a measurement's clock begins to run, and when it has ended. */
  readonly onBegin?: (name: string) => void;
  readonly onEnd?: (name: string, count: number) => void;
}

export interface Rates {
  readonly rates: readonly Rate[];
  readonly serials: readonly bigint[];
}

/** How many requests a volume takes. */
export const csrsFor = ({ enrollmentsAlone, enrollments, warmUp }: Volume): number =>
  enrollmentsAlone + enrollments + warmUp;

/** Throws when an answer is not as it must be, or a serial number comes twice. */
export async function measureRates(installation: Installation, side: Side, options: RateOptions): Promise<Rates> {
  const { volume, csrs, processes } = options;
  const host = hostHeader(installation, side);
  const template = await readTemplate(installation, side);
  const requests = csrs.slice(0, csrsFor(volume)).map((csr) => enrollmentRequest(template, csr, host));
  const take = (count: number) => requests.splice(0, count);
  const rates: Rate[] = [];
  const measure = async (name: string, load: Load): Promise<readonly Buffer[]> => {
    const { bodies, ...measured } = await driveLoad(load, () => options.onBegin?.(name));
    options.onEnd?.(name, measured.count);
    rates.push({ name, clients: load.connections, ...measured });
    return bodies;
  };
  const enrolling = (count: number, connections: number): Load => ({
    ...placeOf(installation, side, 'agent'),
    connections,
    processes,
    requests: take(count),
    durationMs: null,
    mustContain: issuedAtOnce,
    keepsBodies: true,
  });
  const bodies: Buffer[] = [...(await driveLoad(enrolling(volume.warmUp, 16))).bodies];
  bodies.push(...(await measure('enrolments, 1 client', enrolling(volume.enrollmentsAlone, 1))));
  bodies.push(...(await measure('enrolments, 16 clients', enrolling(volume.enrollments, 16))));
  const serials = issuedSerials(bodies);
  if (serials.length !== csrsFor(volume) || new Set(serials).size !== serials.length)
    throw new Error(`${csrsFor(volume)} enrolments gave ${new Set(serials).size} serial numbers`);

  const asked = serials.slice(0, 500);
  const reading = (connections: number): Load => ({
    ...placeOf(installation, side, 'agent'),
    connections,
    processes,
    requests: asked.map((serial) => certificateRequest(serial, host)),
    durationMs: volume.readMs,
    mustContain: certificateShown,
    keepsBodies: false,
  });
  const asking = (connections: number): Load => ({
    ...placeOf(installation, side, 'plain'),
    connections,
    processes,
    requests: asked.map((serial) => ocspRequest(installation.authorityPem, serial, host)),
    durationMs: volume.readMs,
    mustContain: ocspAnswered,
    keepsBodies: false,
  });
  for (const connections of [1, 16]) {
    const clients = `${connections} client${connections === 1 ? '' : 's'}`;
    await measure(`certificate reads, ${clients}`, reading(connections));
    await measure(`OCSP, ${clients}`, asking(connections));
  }
  return { rates, serials };
}
