// `npm run bench:import`: a directory of any size into the record, beside what `ldapsearch` takes to read the same. Figures, and no test: a machine that
// others use proves nothing against a program, which is why ratios and processor time stand beside every duration.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { directoryLayout } from '#codecs/dogtag-directory';
import type { ImportProgress } from '#migration';
import { corpusBase, sampleCorpus } from '#test/sample-corpus';
import { dropDirectory, loadDirectory, searchLab } from '../../compat-fixtures/corpus/lab-directory.ts';
import type { ImportTask } from './import/import-process.ts';
import { type MeasuredImport, measureImport } from './import/measure-import.ts';
import { makeRecordForImport } from './import/record-for-import.ts';
import { describeMachine } from './machine.ts';

const { values: options } = parseArgs({
  options: {
    certificates: { type: 'string', default: '200000' },
    requests: { type: 'string' },
    seed: { type: 'string', default: '1' },
    broken: { type: 'string', default: '0.01' },
    file: { type: 'string' },
    from: { type: 'string', default: 'lab' },
    loaded: { type: 'boolean', default: false },
    'lab-root': { type: 'string', default: process.env.LAB_ROOT ?? '/var/tmp/dogtag-lab' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  stdout.write(`npm run bench:import [-- --certificates 200000] [--requests N] [--from lab|ldif] [--lab-root DIR] [--file FILE] [--broken 0.01] [--seed 1] [--loaded]

Makes a corpus (or takes the one in FILE), loads it into the lab's directory server as a database of its own (--from lab) and imports it from there, or imports
the file itself (--from ldif). With --loaded, what "npm run corpus -- load" has loaded is imported, and stays. Prints how long that took beside ldapsearch, the processor time of the import and of the database, memory, and a second run.
DATABASE_URL chooses the record's server, else the embedded one.
`);
  process.exit(0);
}
const certificateTotal = Number(options.certificates);
const requestTotal = Number(options.requests ?? options.certificates);
const ratioMax = 1.5;
const memoryBytesMax = 300e6;
const ratePerSecondMin = 10_000;
const secondRunShareMax = 0.1;

const print = (line: string) => stdout.write(`${line}\n`);
const judge = (what: string, figure: string, isMet: boolean, target: string) =>
  print(`${isMet ? 'met    ' : 'NOT MET'}  ${what.padEnd(58)} ${figure.padStart(12)}   target ${target}`);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function bench(): Promise<void> {
  if (options.from !== 'lab' && options.from !== 'ldif')
    throw new RangeError(`--from ${options.from}: expected lab or ldif`);
  const folder = mkdtempSync(join(tmpdir(), 'retag-bench-import-'));
  const lab = { labRoot: options['lab-root'], base: corpusBase };
  try {
    print(`Machine  ${describeMachine()}`);
    if (options.from === 'lab' && options.loaded) return await measureLab(lab.labRoot, folder);
    const ldifFile = options.file ?? (await makeCorpus(join(folder, 'directory.ldif')));
    if (options.from === 'ldif') await measure({ base: corpusBase, ldifFile }, null);
    else {
      const { certificates, requests, seconds } = await loadDirectory(ldifFile, lab);
      print(
        `Loaded   ${certificates} certificates and ${requests} requests in ${seconds.toFixed(0)} s by the server's own loader`,
      );
      await measureLab(lab.labRoot, folder);
      await dropDirectory(lab);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureLab(labRoot: string, folder: string): Promise<void> {
  const searched = await measureSearch(labRoot, join(folder, 'searched.ldif'));
  print(`Search   ldapsearch read them in ${searched.toFixed(1)} s`);
  const { url, bindDn, password } = await searchLab(labRoot);
  await measure({ base: corpusBase, url, bindDn, password }, searched);
}

async function makeCorpus(file: string): Promise<string> {
  const begun = process.hrtime.bigint();
  await sampleCorpus(file, {
    certificateTotal,
    requestTotal,
    seed: Number(options.seed),
    brokenShare: Number(options.broken),
  });
  print(`Corpus   made in ${(Number(process.hrtime.bigint() - begun) / 1e9).toFixed(0)} s`);
  return file;
}

/** Seconds that `ldapsearch` takes for both containers, written to a file. */
async function measureSearch(labRoot: string, file: string): Promise<number> {
  const { command } = await searchLab(labRoot);
  const layout = directoryLayout(corpusBase);
  const output = openSync(file, 'w');
  const begun = process.hrtime.bigint();
  for (const container of [layout.certificates, layout.requests]) {
    const [program = '', ...words] = [...command, '-s', 'one', '-b', container, '(objectClass=*)'];
    const [code] = await once(spawn(program, words, { stdio: ['ignore', output, 'inherit'] }), 'close');
    if (code !== 0) throw new Error(`ldapsearch ended with ${code}`);
  }
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

async function measure(task: ImportTask, searchedSeconds: number | null): Promise<void> {
  const record = await makeRecordForImport();
  try {
    const first = await measureImport(task, record, showProgress());
    stderr.write('\n');
    printImport('Import', first);
    const [certificates, requests] = [kindOf(first, 'certificate'), kindOf(first, 'request')];
    if (searchedSeconds !== null) {
      const took = certificates.seconds + requests.seconds;
      judge(
        'import, in multiples of ldapsearch',
        `${(took / searchedSeconds).toFixed(2)} x`,
        took < ratioMax * searchedSeconds,
        `< ${ratioMax} x`,
      );
    } else {
      const rate = certificates.entries / certificates.seconds;
      judge(
        'certificates a second',
        rate.toFixed(0),
        rate >= ratePerSecondMin,
        `>= ${ratePerSecondMin} on two cores of its own`,
      );
    }
    judge(
      'resident memory of the import at most',
      megabytes(first.residentBytesMax),
      first.residentBytesMax < memoryBytesMax,
      `< ${megabytes(memoryBytesMax)}`,
    );
    const second = await measureImport(task, record);
    printImport('Again', second);
    const changed = second.report.kinds.reduce(
      (sum, { inserted, updated }) => sum + inserted + updated,
      second.report.catchUp.inserted + second.report.catchUp.updated,
    );
    judge('changed by the second run', String(changed), changed === 0, '0');
    judge(
      'second run, as a share of the first',
      `${((100 * second.seconds) / first.seconds).toFixed(1)} %`,
      second.seconds < secondRunShareMax * first.seconds,
      `< ${100 * secondRunShareMax} %`,
    );
  } finally {
    await record.close();
  }
}

function kindOf({ report }: MeasuredImport, kind: 'certificate' | 'request') {
  const found = report.kinds.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`nothing was said of kind ${kind}`);
  return found;
}

function printImport(name: string, measured: MeasuredImport): void {
  const { report, seconds, processorSeconds, serverSeconds, residentBytesAt } = measured;
  const [certificates, requests] = [kindOf(measured, 'certificate'), kindOf(measured, 'request')];
  print(
    `${name.padEnd(8)} ${certificates.entries} certificates in ${certificates.seconds.toFixed(1)} s, ${requests.entries} requests in ${requests.seconds.toFixed(1)} s, ` +
      `all in ${seconds.toFixed(1)} s; ${report.findings} kinds of findings`,
  );
  print(
    `         processor: import ${processorSeconds.toFixed(1)} s, database ${serverSeconds.toFixed(1)} s; memory at a quarter ${megabytes(residentBytesAt[0] ?? 0)}, at the end ${megabytes(residentBytesAt[1] ?? 0)}`,
  );
}

function showProgress(): (progress: ImportProgress) => void {
  let shownAt = 0n;
  return ({ kind, done, total, entriesPerSecond, remainingSeconds }) => {
    const now = process.hrtime.bigint();
    if (now - shownAt < 1_000_000_000n) return;
    shownAt = now;
    stderr.write(
      `\r${kind} ${done}${total === null ? '' : ` of ${total}`}, ${Math.round(entriesPerSecond)} a second, ${Math.ceil(remainingSeconds ?? 0)} s left   `,
    );
  };
}

await bench();
