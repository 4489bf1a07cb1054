// `npm run bench:wire`: reads over HTTPS and AJP beside the lab's Dogtag, searches and pages of many certificates. A target that is missed is a finding
// and no failure, because a machine that others use proves nothing against a program.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { openDatabase } from '#appliance/postgres';
import { readAuditKey, serialNumber } from '#ca-core/engine';
import { openStore } from '#ca-core/store';
import { createDatabase, randomBytes, silentLog, systemClock } from '#platform';
import { AjpClient } from '#test/ajp-client';
import { labVariable } from '#test/appliance-clients';
import { firstIssuedMs, issuedEveryMs, makeCertificateBatches } from '#test/certificate-batches';
import { createSampleAuthority } from '#test/sample-authority';
import { hostHeader, type Installation, openInstallation, placeOf, retagSide, type Side } from './installation.ts';
import { driveLoad, percentile } from './load/drive-load.ts';
import { describeMachine } from './machine.ts';
import { certificateRequest, certificateShown, listRequest, searchRequest } from './requests/ready-made.ts';

const { values: options } = parseArgs({
  options: {
    certificates: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  stdout.write(`npm run bench:wire [-- --certificates 100000] [-- --seconds 5]

Reads of a certificate over HTTPS and over AJP, by 16 clients, of Dogtag (the lab's: the variables of "lab env" must be exported) and of Retag;
then searches and pages over that many certificates in Retag's record.
`);
  process.exit(0);
}
const certificateCount = Number(options.certificates);
const durationMs = Number(options.seconds) * 1_000;
const clients = 16;
const multipleMin = 80;
const searchP99MsMax = 20;
const searchesEach = 200;
const pageSize = 1_000;
/** Of the lab and of the trial's recording: both have at least so many certificates of Dogtag's own. */
const ownSerials = [1n, 2n, 3n, 4n, 5n, 6n];
/** Behind those of Dogtag, and before native ones. */
const firstFilled = 500_000;

const print = (line: string) => stdout.write(`${line}\n`);
const say = (line: string) => stderr.write(`${line}\n`);
const judge = (what: string, figure: string, isMet: boolean, target: string) =>
  print(`${isMet ? 'met    ' : 'NOT MET'}  ${what.padEnd(54)} ${figure.padStart(11)}   target ${target}`);

interface AjpPlace {
  readonly port: number;
  readonly secret: string;
}

async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'retag-bench-wire-'));
  const ajp: AjpPlace = { port: await freePort(), secret: randomBytes(24).toString('hex') };
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${ajp.secret}\n`, { mode: 0o600 });
  const installation = await openInstallation({ ajp: { port: ajp.port, secretFile } });
  try {
    print(`Machine  ${describeMachine()}`);
    await command(installation, ['import']);
    await command(installation, ['cutover', '--all', '--reason', 'measurement']);
    await installation.appliance.start();
    await measureReads(installation, ajp);
    await installation.appliance.stop();
    say(`${certificateCount} certificates ...`);
    await fill(installation);
    await installation.appliance.start();
    await measureSearches(installation);
    await measurePages(installation);
  } finally {
    await installation.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function command({ appliance }: Installation, words: readonly string[]): Promise<void> {
  const { exitCode, stderr: said } = await appliance.run(words);
  if (exitCode !== 0) throw new Error(`retag ${words.join(' ')}: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function measureReads(installation: Installation, ajp: AjpPlace): Promise<void> {
  const own = retagSide(installation);
  const ways = {
    HTTPS: [(side: Side) => readOverHttps(installation, side)],
    AJP: [(side: Side) => readOverAjp(side.name === 'Retag' ? ajp : dogtagAjp())],
  } as const;
  for (const [way, [measure]] of Object.entries(ways)) {
    say(`reads over ${way} ...`);
    const dogtag = installation.dogtag === null ? null : await measure(installation.dogtag);
    await measure(own);
    const retag = await measure(own);
    const beside = dogtag === null ? '' : `, Dogtag ${dogtag.toFixed(1)}`;
    print(`reads over ${way}, ${clients} clients: Retag ${retag.toFixed(1)} a second${beside}`);
    if (dogtag === null) print('skipped: Dogtag, because the variables of "lab env" are not exported');
    else {
      const multiple = retag / dogtag;
      judge(
        `reads over ${way}, in multiples of Dogtag`,
        `${multiple.toFixed(0)} x`,
        multiple >= multipleMin,
        `>= ${multipleMin} x`,
      );
    }
  }
}

async function readOverHttps(installation: Installation, side: Side): Promise<number> {
  const host = hostHeader(installation, side);
  const { perSecond } = await driveLoad({
    ...placeOf(installation, side, 'agent'),
    connections: clients,
    processes: 1,
    requests: ownSerials.map((serial) => certificateRequest(serial, host)),
    durationMs,
    mustContain: certificateShown,
    keepsBodies: false,
  });
  return perSecond;
}

function dogtagAjp(): AjpPlace {
  return { port: Number(labVariable('DOGTAG_AJP').split(':').at(-1)), secret: labVariable('DOGTAG_AJP_SECRET') };
}

async function readOverAjp({ port, secret }: AjpPlace): Promise<number> {
  const begunMs = performance.now();
  let count = 0;
  const read = async () => {
    let connection = await AjpClient.connect(port);
    while (performance.now() - begunMs < durationMs) {
      if (connection.isClosed) connection = await AjpClient.connect(port);
      const path = `/ca/rest/certs/${ownSerials[count % ownSerials.length]}`;
      const headers = ['Host', 'pki.example.test', 'Accept', 'application/json'];
      const answer = await connection.exchange({ path, headers, secret });
      if (answer?.status !== 200 || !answer.body.includes(certificateShown))
        throw new Error(`AJP: ${answer?.status} ${answer?.body.slice(0, 300)}`);
      count += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, read));
  return (count * 1_000) / (performance.now() - begunMs);
}

/** Straight into the record, as an import writes them. */
async function fill({ appliance }: Installation): Promise<void> {
  const data = join(appliance.folder, 'retag-data');
  const opened = await openDatabase({ databaseUrl: null, dataFolder: join(data, 'database'), log: silentLog });
  const database = createDatabase({ address: opened.address, log: silentLog });
  try {
    const store = await openStore(database, {
      auditKey: readAuditKey(process.env, join(data, 'audit.key')),
      clock: systemClock,
      log: silentLog,
    });
    const host = await store.authorities.findHost();
    if (host === null) throw new Error('there is no host authority');
    const more = { authorityId: host.id, requestId: null };
    const sample = createSampleAuthority();
    for (const batch of makeCertificateBatches(sample, { from: firstFilled, count: certificateCount, more }))
      await store.importLedger.commit((writer) => writer.insertCertificates(batch));
    await database.execute('vacuum analyze certificates');
    await store.close();
  } finally {
    await database.close();
    await opened.release();
  }
}

const searches: Readonly<Record<string, (turn: number) => object>> = {
  'a host name, exactly': (turn) => ({ subjectInUse: true, matchExactly: true, commonName: hostName(turn) }),
  'part of a host name': (turn) => ({ subjectInUse: true, matchExactly: false, commonName: `host${numberOf(turn)}.` }),
  'a range of serial numbers': (turn) => ({
    serialNumberRangeInUse: true,
    serialFrom: String(numberOf(turn)),
    serialTo: String(numberOf(turn) + 50),
  }),
  'valid ones': () => ({ status: 'VALID' }),
  'issued on one day': (turn) => {
    // The upper bound is a day, whose end counts.
    const from = firstIssuedMs + numberOf(turn) * issuedEveryMs;
    return { issuedOnInUse: true, issuedOnFrom: from, issuedOnTo: from };
  },
  'an issuer': () => ({ issuerDN: 'CN=Sample Authority,O=SAMPLE' }),
  everything: () => ({}),
};

const numberOf = (turn: number) => firstFilled + ((turn * 7_919) % certificateCount);
const hostName = (turn: number) => `host${numberOf(turn)}.${['web', 'db', 'mail'][numberOf(turn) % 3]}.example.test`;

async function measureSearches(installation: Installation): Promise<void> {
  say('searches ...');
  const side = retagSide(installation);
  const host = hostHeader(installation, side);
  let worst = 0;
  for (const [name, body] of Object.entries(searches)) {
    const requests = Array.from({ length: searchesEach }, (_, turn) => searchRequest(body(turn), host));
    const load = {
      ...placeOf(installation, side, 'anonymous'),
      connections: 1,
      processes: 1,
      durationMs: null,
      mustContain: '"SubjectDN"',
      keepsBodies: false,
    };
    await driveLoad({ ...load, requests: requests.slice(0, 20) });
    const { p50Ms, p99Ms } = await driveLoad({ ...load, requests });
    worst = Math.max(worst, p99Ms);
    print(`search for ${name.padEnd(30)} p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`);
  }
  judge(
    `searches among ${certificateCount} certificates, p99 of the slowest kind`,
    `${worst.toFixed(1)} ms`,
    worst < searchP99MsMax,
    `< ${searchP99MsMax} ms`,
  );
}

/** Walks all of them, and tells the first tenth of the pages from the last. */
async function measurePages(installation: Installation): Promise<void> {
  say('pages ...');
  const side = retagSide(installation);
  const host = hostHeader(installation, side);
  const requests = Array.from({ length: Math.ceil(certificateCount / pageSize) }, (_, page) =>
    listRequest(page * pageSize, pageSize, host),
  );
  const walk = (some: readonly Buffer[]) =>
    driveLoad({
      ...placeOf(installation, side, 'anonymous'),
      connections: 1,
      processes: 1,
      requests: some,
      durationMs: null,
      mustContain: '"SubjectDN"',
      keepsBodies: true,
    });
  await walk(requests.slice(0, 10));
  const tenth = Math.ceil(requests.length / 10);
  const first = await walk(requests.slice(0, tenth));
  const middle = await walk(requests.slice(tenth, -tenth));
  const last = await walk(requests.slice(-tenth));
  const seen = new Set(
    [...first.bodies, ...middle.bodies, ...last.bodies].flatMap((body) =>
      [...body.toString('latin1').matchAll(/"id":"(0x[0-9a-f]+)"/g)].map(([, id]) => serialNumber(BigInt(id ?? 0))),
    ),
  );
  print(
    `pages of ${pageSize}: ${seen.size} certificates, p50 of the first tenth ${first.p50Ms.toFixed(1)} ms, of the last ${last.p50Ms.toFixed(1)} ms, p99 ${percentile([last.p99Ms], 0).toFixed(1)} ms`,
  );
  const ratio = last.p50Ms / first.p50Ms;
  judge('pages: the last tenth against the first', `${ratio.toFixed(2)} x`, ratio < 1.25, '< 1.25 x');
  if (seen.size !== requests.length * pageSize) throw new Error('the pages do not hold every certificate once');
}

await bench();
