// `npm run corpus`: makes a directory of any size out of a real one, loads it into a real directory server, and takes it away again.
import { writeFileSync } from 'node:fs';
import { stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { dropDirectory, type LabDirectory, loadDirectory, recordLab } from './lab-directory.ts';
import { type CorpusManifest, type CorpusSize, writeCorpus } from './write-corpus.ts';

const help = `Usage: npm run corpus -- make FILE [options]     write a corpus as LDIF, and FILE.json, which says what is in it
       npm run corpus -- load FILE [options]     put it into the lab's directory server, as a database of its own
       npm run corpus -- drop [options]          take that database away again
       npm run corpus -- record FILE [options]   write the lab's own directory as LDIF, to make corpora from

make
  --certificates N    entries of certificates in all, real ones included (10000)
  --requests N        entries of requests in all (as many as certificates)
  --seed N            the same seed and sizes always give the same file (1)
  --broken SHARE      share of the made entries that are broken on purpose, 0 to 1 (0.02)
  --huge N            entries of each kind that hold 10 MB (1; none with --broken 0)
  --serials KIND      sequential, as in 10.x, or random, as in 11.x (sequential)
  --today DATE        the day that counts as today; expired is what was so by then (the day of the CA's own certificate)
  --base DN           base of the directory that is made (o=corpus)
  --from FILE         LDIF of the CA to grow it from, gzipped or not (the recorded one of the trial)
  --from-base DN      base in that file (o=ipaca)
  --key FILE          PKCS#12 with that CA's key (the trial's)
  --password TEXT     its password
load, drop, record
  --lab-root DIR      the lab to use (LAB_ROOT, else /var/tmp/dogtag-lab)
  --base DN           base of the corpus (o=corpus); for record, the base to be read (o=ipaca)
all
  --json              print what is in it, or what was done, as JSON
  --help
`;

const { values, positionals } = readArguments();
const say = (line: string) => stderr.write(`${line}\n`);
const fixture = (name: string) => new URL(`../trial/${name}`, import.meta.url).pathname;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        certificates: { type: 'string', default: '10000' },
        requests: { type: 'string' },
        seed: { type: 'string', default: '1' },
        broken: { type: 'string', default: '0.02' },
        huge: { type: 'string', default: '1' },
        serials: { type: 'string', default: 'sequential' },
        today: { type: 'string' },
        base: { type: 'string' },
        from: { type: 'string' },
        'from-base': { type: 'string', default: 'o=ipaca' },
        key: { type: 'string' },
        password: { type: 'string', default: 'Secret.123' },
        'lab-root': { type: 'string', default: process.env.LAB_ROOT ?? '/var/tmp/dogtag-lab' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(what: string): never {
  stderr.write(`${what}\nSee: npm run corpus -- --help\n`);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,9}$/.test(text)) refuse(`--${name} ${text}: expected a whole number from 0 on`);
  return value;
}

function sizeOf(): CorpusSize {
  const certificateTotal = wholeNumber('certificates', values.certificates);
  const brokenShare = Number(values.broken);
  if (!(brokenShare >= 0 && brokenShare <= 1)) refuse(`--broken ${values.broken}: expected a share from 0 to 1`);
  const { serials } = values;
  if (serials !== 'sequential' && serials !== 'random') refuse(`--serials ${serials}: expected sequential or random`);
  const todayMs = values.today === undefined ? null : Date.parse(values.today);
  if (Number.isNaN(todayMs)) refuse(`--today ${values.today}: expected a date such as 2026-11-28`);
  return {
    certificateTotal,
    requestTotal: values.requests === undefined ? certificateTotal : wholeNumber('requests', values.requests),
    seed: wholeNumber('seed', values.seed),
    brokenShare,
    hugeEntries: wholeNumber('huge', values.huge),
    serialNumbers: serials,
    todayMs,
  };
}

async function make(file: string): Promise<void> {
  const base = values.base ?? 'o=corpus';
  const origin = {
    ldifFile: values.from ?? fixture('directory.ldif.gz'),
    recordedBase: values['from-base'],
    base,
    pkcs12File: values.key ?? fixture('keys/ca-signing.p12'),
    pkcs12Password: values.password,
  };
  const begun = process.hrtime.bigint();
  let saidAt = begun;
  const manifest = await writeCorpus(file, origin, sizeOf(), (done, total) => {
    const now = process.hrtime.bigint();
    if (now - saidAt < 5_000_000_000n && done < total) return;
    saidAt = now;
    const rate = done / (Number(now - begun) / 1e9);
    say(`${done} of ${total} (${rate.toFixed(0)} a second, ${Math.ceil((total - done) / rate)} s left)`);
  });
  writeFileSync(`${file}.json`, `${JSON.stringify(manifest, null, 1)}\n`);
  if (values.json) stdout.write(`${JSON.stringify(manifest)}\n`);
  else print(file, manifest);
}

function print(file: string, { certificates, requests, base }: CorpusManifest): void {
  for (const [name, kind] of Object.entries({ certificates, requests })) {
    const broken = kind.noted.filter(({ brokenAs }) => brokenAs !== null).length;
    stdout.write(
      `${name}: ${kind.entries}, ${kind.real} of them real, ${broken} broken, ${kind.refused} of these to be refused\n`,
    );
  }
  stdout.write(`${file} holds ${base}; ${file}.json lists what is in it. Next: npm run corpus -- load ${file}\n`);
}

function lab(): LabDirectory {
  return { labRoot: values['lab-root'], base: values.base ?? 'o=corpus' };
}

async function run(): Promise<void> {
  const [deed, file] = positionals;
  if (values.help || deed === undefined) {
    stdout.write(help);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const needFile = () => file ?? refuse(`${deed} what? Name a file.`);
  const report = (done: Readonly<Record<string, unknown>>, text: string) =>
    stdout.write(values.json ? `${JSON.stringify(done)}\n` : `${text}\n`);
  if (deed === 'make') await make(needFile());
  else if (deed === 'load') {
    const loaded = await loadDirectory(needFile(), lab());
    report(
      { ...loaded },
      `loaded: ${loaded.certificates} certificates and ${loaded.requests} requests under ${loaded.base} in ${loaded.seconds.toFixed(0)} s`,
    );
  } else if (deed === 'drop') {
    await dropDirectory(lab());
    report({ dropped: lab().base }, `${lab().base} is gone`);
  } else if (deed === 'record') {
    const base = values.base ?? 'o=ipaca';
    await recordLab(needFile(), { labRoot: values['lab-root'], base });
    report({ recorded: base }, `${file} holds ${base}`);
  } else refuse(`unknown: ${deed}`);
}

try {
  await run();
} catch (error) {
  stderr.write(`corpus: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
