// `npm run bench`: how fast Retag is beside the lab's Dogtag, on this machine, in one run. Prints figures and whether each target is met; a target
// that is missed is a finding and no failure, because a machine that others use proves nothing against a program.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { stderr, stdout } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Findings, formatFindings, judgeTargets, type Starts } from './bench-report.ts';
import {
  destinationOf,
  hostHeader,
  type Installation,
  isLabThere,
  openInstallation,
  readTemplate,
  retagSide,
  type Side,
} from './installation.ts';
import { HttpConnection } from './load/http-connection.ts';
import { describeMachine, measureRawSigningRate } from './machine.ts';
import { type AddedLatency, csrsForForwarding, measureForwarding } from './measure-forwarding.ts';
import { csrsFor, measureRates, type Rate, type Volume } from './measure-rates.ts';
import { type Memory, type Role, readMemory, readProcessorTime, roles } from './processes.ts';
import { makeCsrs } from './requests/make-csrs.ts';
import { certificateRequest, enrollmentRequest, issuedAtOnce } from './requests/ready-made.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    processes: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  stdout.write(`npm run bench [-- --quick] [-- --json]

Measures Dogtag (the lab's, or your own: the variables of "lab env" must be exported) and Retag on this machine: enrolments under
caIPAserviceCert, reads and OCSP of both; what forwarding with mirroring adds; memory; time to start. Retag is a whole appliance in a folder of
its own, with the embedded database, fsync on. Dogtag keeps the few hundred certificates that it issues meanwhile.

  --quick         fewer requests, for a first look
  --processes N   client processes (1)
  --json          the findings as one JSON document
`);
  process.exit(0);
}

const quick = options.quick ? 4 : 1;
const retagVolume: Volume = {
  enrollmentsAlone: 1_200 / quick,
  enrollments: 12_000 / quick,
  warmUp: 4_000 / quick,
  readMs: 5_000 / quick,
};
const dogtagVolume: Volume = {
  enrollmentsAlone: 60 / quick,
  enrollments: 160 / quick,
  warmUp: 32,
  readMs: 5_000 / quick,
};
const pairs = { readPairs: 400 / quick, enrollmentPairs: 160 / quick };
const startCount = 3;
/** After which an appliance that nobody uses is at rest: its first look for changes at Dogtag is behind it. */
const restMs = 8_000;
const processes = Number(options.processes);

const say = (line: string) => stderr.write(`${line}\n`);

async function bench(): Promise<Findings> {
  const machine = describeMachine();
  say('making certificate requests, each with a key of its own ...');
  const startCsrs = startCount + 1;
  const csrCount = csrsFor(retagVolume) + csrsFor(dogtagVolume) + csrsForForwarding(pairs.enrollmentPairs) + startCsrs;
  const unused = [...(await makeCsrs(csrCount, 'retag'))];
  const take = (count: number) => unused.splice(0, count);
  const rawSigningRates = [await measureRawSigningRate()];
  const installation = await openInstallation();
  try {
    const { dogtag, appliance } = installation;
    const beside = dogtag === null ? null : await measureDogtag(installation, dogtag, take(csrsFor(dogtagVolume)));
    let firstEverMs: number | null = null;
    let forwarding: readonly AddedLatency[] = [];
    if (dogtag !== null) {
      say('first start ever, in an empty folder ...');
      firstEverMs = await timeStart(installation, dogtag, take(1));
      await appliance.stop();
      await command(installation, ['import']);
      await appliance.start();
      say('forwarding with mirroring ...');
      const serialNumber = beside?.serials[0] ?? 1n;
      const csrs = take(csrsForForwarding(pairs.enrollmentPairs));
      forwarding = await measureForwarding(installation, dogtag, { csrs, ...pairs, serialNumber });
      await appliance.stop();
    } else await command(installation, ['import']);
    await command(installation, ['cutover', '--all', '--reason', 'measurement']);
    const againMs: number[] = [];
    for (let start = 0; start < startCount; start += 1) {
      if (appliance.isRunning) await appliance.stop();
      say(`start ${start + 1} of ${startCount} ...`);
      againMs.push(await timeStart(installation, null, take(1)));
    }
    await delay(restMs);
    const atRest = memoryOf(installation);
    rawSigningRates.push(await measureRawSigningRate());
    const native = await measureRetag(installation, take(csrsFor(retagVolume)));
    rawSigningRates.push(await measureRawSigningRate());
    await delay(restMs);
    const memory = { atRest, afterLoad: memoryOf(installation) };
    const proofs = await prove(installation, native.serials);
    return {
      machine,
      rawSigningRates,
      dogtag: beside,
      retag: native.rates,
      processorMicros: native.processorMicros,
      forwarding,
      starts: { firstEverMs, againMs } satisfies Starts,
      memory,
      proofs,
      skipped: dogtag === null ? ['Dogtag, and forwarding to it: the variables of "lab env" are not exported'] : [],
    };
  } finally {
    await installation.close();
  }
}

interface DogtagFindings {
  readonly product: string;
  readonly rates: readonly Rate[];
  readonly serials: readonly bigint[];
}

async function measureDogtag(
  installation: Installation,
  dogtag: Side,
  csrs: readonly string[],
): Promise<DogtagFindings> {
  say('Dogtag, direct ...');
  const connection = await HttpConnection.open(destinationOf(installation, dogtag, 'agent'));
  const host = hostHeader(installation, dogtag);
  const { body } = await connection.send(
    Buffer.from(`GET /ca/admin/ca/getStatus HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\n\r\n`),
  );
  connection.close();
  const product = /\d+\.\d+\.\d+/.exec(body.toString('utf8'))?.[0] ?? 'of unknown version';
  return { product, ...(await measureRates(installation, dogtag, { volume: dogtagVolume, csrs, processes })) };
}

async function measureRetag(installation: Installation, csrs: readonly string[]) {
  say('Retag, natively ...');
  const { appliance } = installation;
  const use = () => readProcessorTime(appliance.processId, startedIds(installation));
  const processorMicros: Record<string, Record<Role, number>> = {};
  let before = use();
  const measured = await measureRates(installation, retagSide(installation), {
    volume: retagVolume,
    csrs,
    processes,
    onBegin: () => {
      before = use();
    },
    onEnd: (name, count) => {
      const after = use();
      const each = roles.map((role) => [role, ((after[role] - before[role]) / count) * 1_000] as const);
      processorMicros[name] = Object.fromEntries(each) as Record<Role, number>;
    },
  });
  return { ...measured, processorMicros };
}

/** From the start of the process to the answer that names a certificate. `issuer` is the side whose form is filled in; null: our own. */
async function timeStart(
  installation: Installation,
  issuer: Side | null,
  [csr = '']: readonly string[],
): Promise<number> {
  const template = issuer === null ? null : await readTemplate(installation, issuer);
  const startedMs = performance.now();
  await installation.appliance.start();
  const side = retagSide(installation);
  const form = template ?? (await readTemplate(installation, side));
  const connection = await HttpConnection.open(destinationOf(installation, side, 'agent'));
  const { body } = await connection.send(enrollmentRequest(form, csr, hostHeader(installation, side)));
  const tookMs = performance.now() - startedMs;
  connection.close();
  if (!body.includes(issuedAtOnce)) throw new Error(`no certificate after a start: ${body.toString('utf8')}`);
  return tookMs;
}

/** What makes the figures worth something: the certificates are there, signed by the CA, and the audit chain accounts for them. */
async function prove(installation: Installation, serials: readonly bigint[]): Promise<readonly string[]> {
  const { appliance, authorityPem } = installation;
  const authority = new X509Certificate(authorityPem);
  const side = retagSide(installation);
  const connection = await HttpConnection.open(destinationOf(installation, side, 'agent'));
  const some = serials.filter((_, index) => index % 50 === 0);
  for (const serial of some) {
    const { body } = await connection.send(certificateRequest(serial, hostHeader(installation, side)));
    const { Encoded } = JSON.parse(body.toString('utf8')) as { Encoded: string };
    assert.ok(new X509Certificate(Encoded).verify(authority.publicKey), `certificate ${serial} does not verify`);
  }
  connection.close();
  const audit = (await appliance.runJson(['audit', 'verify'])) as { isIntact: boolean; recordsChecked: string };
  assert.ok(audit.isIntact && Number(audit.recordsChecked) >= serials.length, JSON.stringify(audit));
  return [
    `${serials.length} native certificates, no serial number twice; ${some.length} read back and verified under the CA's key`,
    `the audit chain verifies: ${audit.recordsChecked} records`,
  ];
}

const startedIds = ({ appliance }: Installation) => appliance.findProcesses().map((line) => Number.parseInt(line, 10));

function memoryOf(installation: Installation): Memory {
  return readMemory(installation.appliance.processId, startedIds(installation));
}

async function command({ appliance }: Installation, words: readonly string[]): Promise<void> {
  say(`retag ${words.join(' ')} ...`);
  const { exitCode, stderr: said } = await appliance.run(words);
  if (exitCode !== 0) throw new Error(`retag ${words.join(' ')}: ${said}`);
}

if (!isLabThere())
  say('No lab: the variables of "lab env" are not exported, so only Retag is measured, on a recorded Dogtag.');
const findings = await bench();
const asJson = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
stdout.write(
  options.json
    ? `${JSON.stringify({ ...findings, targets: judgeTargets(findings) }, asJson, 2)}\n`
    : `\n${formatFindings(findings)}\n`,
);
