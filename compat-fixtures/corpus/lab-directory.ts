// The lab's directory server: takes a corpus as a database of its own, by the server's own bulk loader, beside the CA's and without a restart.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, copyFile, link, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { directoryLayout } from '#codecs/dogtag-directory';
import { type DirectoryEntry, decodeLdif, encodeLdifEntry } from '#codecs/ldif';
import { changedEntry } from './changed-entry.ts';

export interface LabDirectory {
  /** Folder of the lab, as `LAB_ROOT` names it. */
  readonly labRoot: string;
  /** Base under which the corpus stands, such as `o=corpus`. */
  readonly base: string;
}

export interface LoadedDirectory {
  readonly base: string;
  readonly certificates: number;
  readonly requests: number;
  readonly seconds: number;
}

const run = promisify(execFile);
const instance = 'lab';
/** The lab's one throw-away password. */
const password = 'Secret.123';
const bindDn = 'cn=Directory Manager';
/** The database of the CA itself, whose indexes are copied. */
const pattern = 'ipaca';
const plugin = 'cn=ldbm database,cn=plugins,cn=config';
const outputBytesMax = 256 * 1024 * 1024;
const entryCacheBytes = 256 * 1024 * 1024;

/** Database names are letters; the base's own value serves. Throws RangeError for a base that is no single name. */
function databaseOf(base: string): string {
  const name = /^[a-z]+=([A-Za-z][A-Za-z0-9]*)$/.exec(base)?.[1]?.toLowerCase();
  if (name === undefined || name === pattern || name === 'userroot')
    throw new RangeError(
      `--base ${base}: expected one name of letters that the lab does not use itself, such as o=corpus`,
    );
  return name;
}

/** Loads an LDIF file over whatever stood under the base. Rejects with what the server's tools said. */
export async function loadDirectory(file: string, lab: LabDirectory): Promise<LoadedDirectory> {
  const database = databaseOf(lab.base);
  const begun = process.hrtime.bigint();
  await dropDirectory(lab);
  await dsconf(lab, 'backend', 'create', '--suffix', lab.base, '--be-name', database);
  await enlargeCache(lab, database);
  await copyIndexes(lab, database);
  const checks = await switchChecks(lab, { syntax: 'off', schema: 'off' });
  const inside = join('/var/lib/dirsrv', `slapd-${instance}`, 'ldif', basename(file));
  const outside = join(lab.labRoot, 'chroot', inside);
  try {
    await rm(outside, { force: true });
    await link(file, outside).catch(() => copyFile(file, outside));
    await chmod(outside, 0o644);
    await dsconf(lab, 'backend', 'import', database, inside);
  } finally {
    await switchChecks(lab, checks);
    await rm(outside, { force: true });
  }
  const layout = directoryLayout(lab.base);
  const [certificates, requests] = [
    await countChildren(lab, layout.certificates),
    await countChildren(lab, layout.requests),
  ];
  return { base: lab.base, certificates, requests, seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
}

/** Takes the database of the corpus away; nothing happens when there is none. */
export async function dropDirectory(lab: LabDirectory): Promise<void> {
  const database = databaseOf(lab.base);
  const { stdout } = await dsconf(lab, 'backend', 'suffix', 'list');
  if (stdout.toLowerCase().includes(`(${database})`)) await dsconf(lab, 'backend', 'delete', database);
}

/** Writes everything under a base as LDIF, as `ldapsearch` gives it. */
export async function recordLab(file: string, { labRoot, base }: LabDirectory): Promise<void> {
  const search = spawn(
    'chroot',
    [join(labRoot, 'chroot'), ...(await searchWords(labRoot)), '-b', base, '(objectClass=*)'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => search.once('close', resolve));
  await pipeline(search.stdout, createWriteStream(file));
  const code = await ended;
  if (code !== 0) throw new Error(`ldapsearch ended with ${code}`);
}

/** How to read the lab's directory: the words of an `ldapsearch`, to which base and filter are added, and what a client of its own needs. */
export async function searchLab(labRoot: string): Promise<{
  readonly command: readonly string[];
  readonly url: string;
  readonly bindDn: string;
  readonly password: string;
}> {
  const command = ['chroot', join(labRoot, 'chroot'), ...(await searchWords(labRoot))];
  return { command, url: await addressOf(labRoot), bindDn, password };
}

/** The CA's database is indexed as Dogtag's installer does it; a corpus that is not would be searched otherwise. */
async function copyIndexes(lab: LabDirectory, database: string): Promise<void> {
  const known = new Set(
    (await findEntries(lab, `cn=index,cn=${database},${plugin}`, '(objectClass=nsIndex)')).map(({ dn }) =>
      dn.toLowerCase(),
    ),
  );
  const indexes = await findEntries(lab, `cn=index,cn=${pattern},${plugin}`, '(objectClass=nsIndex)');
  const renamed = indexes.map((entry) =>
    changedEntry(entry, {}, entry.dn.replace(new RegExp(`cn=${pattern},`, 'i'), `cn=${database},`)),
  );
  const missing = renamed.filter(({ dn }) => !known.has(dn.toLowerCase()));
  await modify(lab, ['-a'], missing.map(encodeLdifEntry).join(''));
}

/** The loader's queue is as long as the entry cache is large, and a new database has next to none: it would wait instead of working. */
async function enlargeCache(lab: LabDirectory, database: string): Promise<void> {
  const [config] = await findEntries(lab, `cn=config,${plugin}`, '(objectClass=*)', 'base');
  const replace = (dn: string, attribute: string, value: string) =>
    modify(lab, [], `dn: ${dn}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`);
  // It takes no size while it is to find one by itself, which it does when it starts.
  const automatic = config?.findText('nsslapd-cache-autosize') ?? '0';
  await replace(`cn=config,${plugin}`, 'nsslapd-cache-autosize', '0');
  try {
    await replace(`cn=${database},${plugin}`, 'nsslapd-cachememsize', String(entryCacheBytes));
  } finally {
    await replace(`cn=config,${plugin}`, 'nsslapd-cache-autosize', automatic);
  }
}

interface Checks {
  readonly syntax: string;
  readonly schema: string;
}

/** Off while a corpus is loaded: the loader would leave out what is broken on purpose. Answers how they were. */
async function switchChecks(lab: LabDirectory, wanted: Checks): Promise<Checks> {
  const [config] = await findEntries(lab, 'cn=config', '(objectClass=*)', 'base');
  const before = {
    syntax: config?.findText('nsslapd-syntaxcheck') ?? 'on',
    schema: config?.findText('nsslapd-schemacheck') ?? 'on',
  };
  await modify(
    lab,
    [],
    `dn: cn=config\nchangetype: modify\nreplace: nsslapd-syntaxcheck\nnsslapd-syntaxcheck: ${wanted.syntax}\n-\nreplace: nsslapd-schemacheck\nnsslapd-schemacheck: ${wanted.schema}\n`,
  );
  return before;
}

async function countChildren(lab: LabDirectory, dn: string): Promise<number> {
  const [entry] = await findEntries(lab, dn, '(objectClass=*)', 'base', 'numSubordinates');
  return Number(entry?.findText('numSubordinates') ?? 0);
}

async function findEntries(
  lab: LabDirectory,
  base: string,
  filter: string,
  scope = 'sub',
  attribute = '*',
): Promise<DirectoryEntry[]> {
  const words = [...(await searchWords(lab.labRoot)), '-s', scope, '-b', base, filter, attribute];
  const { stdout } = await run('chroot', [join(lab.labRoot, 'chroot'), ...words], { maxBuffer: outputBytesMax });
  return decodeLdif(Buffer.from(stdout));
}

async function searchWords(labRoot: string): Promise<string[]> {
  return [
    'ldapsearch',
    '-x',
    '-LLL',
    '-o',
    'ldif-wrap=no',
    '-H',
    await addressOf(labRoot),
    '-D',
    bindDn,
    '-w',
    password,
  ];
}

async function modify(lab: LabDirectory, options: readonly string[], ldif: string): Promise<void> {
  if (ldif === '') return;
  const words = ['ldapmodify', ...options, '-x', '-H', await addressOf(lab.labRoot), '-D', bindDn, '-w', password];
  const child = run('chroot', [join(lab.labRoot, 'chroot'), ...words], { maxBuffer: outputBytesMax });
  child.child.stdin?.end(ldif);
  await child;
}

/** The directory server's own settings say where it listens. */
async function addressOf(labRoot: string): Promise<string> {
  const { stdout } = await run('sed', [
    '-n',
    's/^nsslapd-port: //p',
    join(labRoot, 'chroot/etc/dirsrv', `slapd-${instance}`, 'dse.ldif'),
  ]).catch(() => {
    throw new Error(
      `there is no lab in ${labRoot}: build one with compat-fixtures/lab/lab up, or name it with --lab-root`,
    );
  });
  return `ldap://127.0.0.1:${stdout.trim()}`;
}

async function dsconf(lab: LabDirectory, ...words: readonly string[]): Promise<{ readonly stdout: string }> {
  const address = await addressOf(lab.labRoot);
  try {
    const running = run(
      'chroot',
      [join(lab.labRoot, 'chroot'), 'dsconf', '-D', bindDn, '-w', password, address, ...words],
      { maxBuffer: outputBytesMax },
    );
    // What deletes asks first, and not every version has an option for the answer.
    running.child.stdin?.on('error', () => {}).end('Yes I am sure\n');
    return await running;
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new Error(
      `dsconf ${words.join(' ')}: ${(stderr || stdout || (error as Error).message).trim().slice(0, 500)}`,
    );
  }
}
