// Writes a corpus as LDIF, piece by piece: workers sign, this thread writes in order, and memory does not grow with the size.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { DirectoryEntry, encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { type CorpusWish, hasAuthorities } from './corpus-plan.ts';
import type { DirectoryTemplates } from './directory-templates.ts';
import { EntryMaker, serialNumberOf } from './make-entries.ts';
import {
  type CorpusOrigin,
  issuersOf,
  type MadeStretch,
  makeStretch,
  type NotedEntry,
  type Stretch,
  templatesOf,
  type WorkerTask,
} from './make-stretch.ts';
import { SeededNumbers } from './seeded-numbers.ts';

/** As CorpusWish, with the totals that are wanted, real entries included. */
export interface CorpusSize extends Omit<CorpusWish, 'certificates' | 'requests' | 'todayMs'> {
  readonly certificateTotal: number;
  readonly requestTotal: number;
  /** Null for the day on which the CA's own certificate was made. */
  readonly todayMs: number | null;
}

export interface KindManifest {
  /** Entries of the kind in all. */
  readonly entries: number;
  /** How many of them are real ones, taken as they were. */
  readonly real: number;
  /** Of those made, how many of which sort; broken ones count by what they would be. */
  readonly sorts: Readonly<Record<string, number>>;
  /** Entries that an import must refuse. */
  readonly refused: number;
  /** Every broken entry, and every sound one of which something is found, with what an import must find. Of all others it must find nothing. */
  readonly noted: readonly NotedEntry[];
}

/** What is in a corpus, and what an import must make of it. */
export interface CorpusManifest {
  readonly seed: number;
  readonly base: string;
  readonly today: string;
  readonly serialNumbers: CorpusWish['serialNumbers'];
  readonly certificates: KindManifest;
  readonly requests: KindManifest;
  /** The same of entries of other kinds. */
  readonly others: readonly NotedEntry[];
}

export type CorpusProgress = (done: number, total: number) => void;

const stretchLength = 250;
const stretchesAhead = 3;
const worthWorkersFrom = 4000;
/** A lightweight authority's key is in no directory. */
const keyElsewhere = [{ kind: 'authority-key-elsewhere', verdict: 'accepted' }] as const;

/** Writes the LDIF file and answers what is in it. The same wishes always give the same octets. */
export async function writeCorpus(
  file: string,
  origin: CorpusOrigin,
  size: CorpusSize,
  onProgress: CorpusProgress = () => {},
): Promise<CorpusManifest> {
  const templates = templatesOf(origin);
  const { certificateTotal, requestTotal, todayMs, ...rest } = size;
  const realCertificates = templates.certificateEntries.slice(0, certificateTotal);
  const realRequests = templates.requestEntries.slice(0, requestTotal);
  const wish: CorpusWish = {
    ...rest,
    certificates: certificateTotal - realCertificates.length,
    requests: requestTotal - realRequests.length,
    todayMs: todayMs ?? templates.authority.notBefore.getTime(),
  };
  const issuers = issuersOf(origin, wish.seed, templates);
  const output = createWriteStream(file);
  const authorityEntry = hasAuthorities(wish)
    ? subAuthorityEntry(wish, templates, issuers.subAuthority.nameText)
    : null;
  await write(output, ldifVersionLine);
  for (const entry of [...templates.skeleton, ...(authorityEntry ?? []), ...realRequests, ...realCertificates])
    await write(output, encodeLdifEntry(entry));
  const tally = new Tally();
  const total = Math.max(wish.certificates, wish.requests);
  const task = { origin, wish, issuers };
  const stretches = total < worthWorkersFrom ? makeHere(task, templates, total) : makeInOrder(task, total);
  for await (const made of stretches) {
    await write(output, made.ldif);
    tally.add(made);
    onProgress(Math.min(made.from + stretchLength, total), total);
  }
  output.end();
  await finished(output);
  return {
    seed: wish.seed,
    base: origin.base,
    today: new Date(wish.todayMs).toISOString(),
    serialNumbers: wish.serialNumbers,
    certificates: tally.certificates.manifest(certificateTotal, realCertificates.length),
    requests: tally.requests.manifest(requestTotal, realRequests.length),
    others: (authorityEntry ?? []).map(({ dn }) => ({ entry: dn, brokenAs: null, findings: keyElsewhere })),
  };
}

/** Without workers, which take a while to start. */
async function* makeHere(
  { wish, issuers }: WorkerTask,
  templates: DirectoryTemplates,
  total: number,
): AsyncGenerator<MadeStretch> {
  const maker = new EntryMaker({ wish, templates, issuers });
  for (let from = 0; from < total; from += stretchLength)
    yield makeStretch(maker, wish, { from, to: Math.min(from + stretchLength, total) });
}

/** Stretches by all workers, in the order of their numbers. */
async function* makeInOrder(task: WorkerTask, total: number): AsyncGenerator<MadeStretch> {
  const count = Math.min(availableParallelism(), Math.ceil(total / stretchLength));
  const workers = Array.from({ length: count }, () => new SigningWorker(task));
  try {
    const underWay: Promise<MadeStretch>[] = [];
    for (let from = 0; from < total || underWay.length > 0; ) {
      while (from < total && underWay.length < workers.length * stretchesAhead) {
        const worker = workers[(from / stretchLength) % workers.length];
        if (worker === undefined) throw new RangeError('no worker');
        const made = worker.make({ from, to: Math.min(from + stretchLength, total) });
        made.catch(() => {});
        underWay.push(made);
        from += stretchLength;
      }
      const next = await underWay.shift();
      if (next !== undefined) yield next;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

class SigningWorker {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<MadeStretch>[] = [];

  constructor(task: WorkerTask) {
    this.#worker = new Worker(new URL('./corpus-worker.ts', import.meta.url), { workerData: task });
    this.#worker.on('message', (made: MadeStretch) => this.#waiting.shift()?.resolve(made));
    this.#worker.on('error', (error) => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    });
  }

  /** Stretches come back in the order in which they were asked for. */
  make(stretch: Stretch): Promise<MadeStretch> {
    const waiting = Promise.withResolvers<MadeStretch>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(stretch);
    return waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

class Tally {
  readonly certificates = new KindTally();
  readonly requests = new KindTally();

  add(made: MadeStretch): void {
    this.certificates.add(made.certificateSorts, made.notedCertificates);
    this.requests.add(made.requestSorts, made.notedRequests);
  }
}

class KindTally {
  readonly #sorts: Record<string, number> = {};
  readonly #noted: NotedEntry[] = [];

  add(sorts: Readonly<Record<string, number>>, noted: readonly NotedEntry[]): void {
    for (const [sort, count] of Object.entries(sorts)) this.#sorts[sort] = (this.#sorts[sort] ?? 0) + count;
    this.#noted.push(...noted);
  }

  manifest(entries: number, real: number): KindManifest {
    const isRefused = ({ findings }: NotedEntry) => findings.some(({ verdict }) => verdict === 'refused');
    const sorts = Object.fromEntries(Object.entries(this.#sorts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return { entries, real, sorts, refused: this.#noted.filter(isRefused).length, noted: this.#noted };
  }
}

/** The lightweight authority, whose certificate is the first one made. */
function subAuthorityEntry(wish: CorpusWish, templates: DirectoryTemplates, subject: string): DirectoryEntry[] {
  const [host] = templates.skeleton.filter(
    ({ dn }) => dn.toLowerCase().endsWith(templates.layout.authorities.toLowerCase()) && dn.startsWith('cn='),
  );
  const hostId = host?.findText('authorityID') ?? null;
  if (hostId === null) return [];
  const digits = new SeededNumbers(wish.seed, 'authority').bytes(16).toString('hex');
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const text = (description: string, ...values: string[]): [string, Uint8Array[]] => [
    description,
    values.map((value) => Buffer.from(value)),
  ];
  return [
    new DirectoryEntry(`cn=${id},${templates.layout.authorities}`, [
      text('objectClass', 'top', 'authority'),
      text('cn', id),
      text('authorityID', id),
      text('authorityParentID', hostId),
      text('authorityDN', subject),
      text('authoritySerial', String(serialNumberOf({ wish, templates }, 0))),
      text('authorityEnabled', 'TRUE'),
      text('authorityKeyNickname', `caSigningCert cert-pki-ca ${id}`),
      text('description', 'made for a corpus'),
    ]),
  ];
}

async function write(output: Writable, text: string | Uint8Array): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}
