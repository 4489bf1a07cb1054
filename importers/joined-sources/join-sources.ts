// Several directories of one CA (its replicas) as one source: all that any of them holds, and a finding wherever they do not agree.

import { isKeptKind } from '../dogtag-directory/read-kept.ts';
import {
  type ChangeMark,
  type ChangeReview,
  type ChangingKind,
  type ImportSource,
  type RemovedObject,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceName,
  wholeKeptKinds,
} from '../import-source.ts';
import type {
  SourceAccountLine,
  SourceFinding,
  SourceKeptSet,
  SourceKind,
  SourceNumberRange,
  SourceRecord,
} from '../records.ts';
import { joinKept } from './join-kept.ts';
import { joinMarks } from './joined-marks.ts';
import { joinAccounts, readChangedKept, readKept, said } from './kept-of-sources.ts';
import { mergeNumbered, numberOf } from './merge-numbered.ts';
import { type SaidRecord, settleRecords } from './settle-records.ts';

type NumberedKind = 'certificate' | 'request';

type SettledBatch = Pick<SourceBatch, 'records' | 'findings' | 'kept'>;

const batchSize = 250;

/** In the order in which they count where nothing else decides. A single one is given back as it is. */
export function joinSources(sources: readonly [ImportSource, ...ImportSource[]]): ImportSource {
  return sources.length === 1 ? sources[0] : new JoinedSource(sources);
}

class JoinedSource implements ImportSource {
  readonly name: string;
  readonly #sources: readonly [ImportSource, ...ImportSource[]];

  constructor(sources: readonly [ImportSource, ...ImportSource[]]) {
    this.#sources = sources;
    this.name = sources.map(({ name }) => name).join(' + ');
    if (new Set(sources.map(({ name }) => name)).size < sources.length)
      throw new SourceError('refused', `${this.name}: the same directory is named twice`);
  }

  async describe(): Promise<SourceDescription> {
    const all = await Promise.all(this.#sources.map((source) => source.describe()));
    const [first] = all as [SourceDescription, ...SourceDescription[]];
    const zones = new Set(all.map(({ timeZone }) => timeZone));
    const findings = all.flatMap((one) => one.findings.map((finding) => said(finding, one.name)));
    if (zones.size > 1) {
      const message = `the directories' dates were read in different zones: ${all.map(({ name, timeZone }) => `${timeZone} at ${name}`).join(', ')}`;
      findings.push({ kind: 'time-zones-differ', verdict: 'accepted', message, entry: this.name });
    }
    return {
      name: this.name,
      server: [...new Set(all.map(({ server }) => server))].join(' + '),
      timeZone: first.timeZone,
      servers: [...new Set(all.flatMap(({ servers }) => servers))],
      remarks: [
        `${all.length} directories are read as one`,
        ...all.flatMap(({ name, remarks }) => remarks.map((remark) => `${name}: ${remark}`)),
      ],
      findings,
    };
  }

  async findUsersPlace(): Promise<string | null> {
    for (const source of this.#sources) {
      const place = await source.findUsersPlace();
      if (place !== null) return place;
    }
    return null;
  }

  /** As many as the fullest has; together they may have more. */
  async count(kind: SourceKind): Promise<number | null> {
    const counts = (await Promise.all(this.#sources.map((source) => source.count(kind)))).filter(
      (count) => count !== null,
    );
    return counts.length === 0 ? null : Math.max(...counts);
  }

  async *read(kind: SourceKind, after: string | null): AsyncGenerator<SourceBatch> {
    if (kind === 'certificate' || kind === 'request') yield* this.#readNumbered(kind, after);
    else if (after === 'done') return;
    else if (isKeptKind(kind) && !wholeKeptKinds.includes(kind)) yield* readKept(this.#sources, kind);
    else yield await this.#readWhole(kind);
  }

  async find(name: SourceName): Promise<SourceBatch | null> {
    const found = await Promise.all(this.#sources.map((source) => source.find(name)));
    if (found.every((batch) => batch === null)) return null;
    return this.#settleBatches(found, { checkpoint: 'done', roll: null });
  }

  entryOf(name: SourceName): string {
    return this.#sources[0].entryOf(name);
  }

  account(): Promise<readonly SourceAccountLine[]> {
    return joinAccounts(this.#sources);
  }

  async readNumberRanges() {
    const all = await Promise.all(this.#sources.map((source) => source.readNumberRanges()));
    const ranges = new Map<string, SourceNumberRange>();
    for (const range of all.flatMap((one) => one.ranges))
      ranges.set(
        JSON.stringify(range, (_, value) => (typeof value === 'bigint' ? value.toString() : value)),
        range,
      );
    const findings = all.flatMap((one, i) => one.findings.map((finding) => said(finding, this.#nameAt(i))));
    return { ranges: [...ranges.values()], findings };
  }

  async *listNumbers(kind: NumberedKind): AsyncGenerator<bigint> {
    const walks = this.#sources.map((source) => source.listNumbers(kind)[Symbol.asyncIterator]());
    const heads = await Promise.all(walks.map((walk) => walk.next()));
    for (;;) {
      const present = heads.flatMap((head) => (head.done ? [] : [head.value]));
      if (present.length === 0) return;
      const lowest = present.reduce((a, b) => (a < b ? a : b));
      yield lowest;
      for (const [i, walk] of walks.entries()) {
        const head = heads[i];
        if (head !== undefined && !head.done && head.value === lowest) heads[i] = await walk.next();
      }
    }
  }

  async markChanges(): Promise<ChangeMark> {
    return joinMarks(await Promise.all(this.#sources.map((source) => source.markChanges())));
  }

  async reviewChanges(since: string): Promise<ChangeReview> {
    const marks = this.#parseMarks(since);
    const reviews = await Promise.all(this.#sources.map((source, i) => source.reviewChanges(marks[i] ?? '')));
    const gap =
      reviews.flatMap((review, i) => (review.gap === null ? [] : [`${this.#nameAt(i)}: ${review.gap}`]))[0] ?? null;
    const removed: RemovedObject[] | null = reviews.some((review) => review.removed === null)
      ? null
      : reviews.flatMap((review) => review.removed ?? []);
    // What is gone from one may still be in another, and then has to be looked at again.
    const changed = (kind: NumberedKind) => [
      ...new Set([
        ...reviews.flatMap((review) => review.changed?.[kind] ?? []),
        ...(removed ?? []).filter((object) => object.kind === kind).map(({ number }) => number),
      ]),
    ];
    return {
      gap,
      kinds: new Set(reviews.flatMap(({ kinds }) => [...kinds])),
      changed: reviews.some((review) => review.changed === null)
        ? null
        : { certificate: changed('certificate'), request: changed('request') },
      removed,
      mark: joinMarks(reviews.map(({ mark }) => mark)),
    };
  }

  async *readChanges(
    kind: ChangingKind,
    since: string,
    until: string | null = null,
    only?: readonly bigint[],
  ): AsyncGenerator<SourceBatch> {
    const sinces = this.#parseMarks(since);
    const untils = until === null ? null : this.#parseMarks(until);
    if (kind !== 'certificate' && kind !== 'request')
      return yield* readChangedKept(this.#sources, kind, sinces, untils);
    const numbers = only ?? (await this.#findChanged(kind, sinces, untils));
    for (let i = 0; i < numbers.length; i += batchSize) {
      const some = numbers.slice(i, i + batchSize);
      const joined = await Promise.all(some.map((number) => this.#readChanged(kind, number, sinces, untils)));
      const batches = joined.filter((batch) => batch !== null);
      yield {
        records: batches.flatMap(({ records }) => records),
        findings: batches.flatMap(({ findings }) => findings),
        kept: batches.flatMap(({ kept = [] }) => kept),
        entryCount: batches.length,
        checkpoint: since,
        roll: null,
      };
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }

  async #findChanged(
    kind: NumberedKind,
    sinces: readonly string[],
    untils: readonly string[] | null,
  ): Promise<bigint[]> {
    const numbers = new Set<bigint>();
    for (const [i, source] of this.#sources.entries())
      for await (const { records } of source.readChanges(kind, sinces[i] ?? '', untils?.[i] ?? null))
        for (const record of records) numbers.add(numberOf(record) ?? -1n);
    return [...numbers];
  }

  /** Null where one of them has changed it after the limit: the next review names it again. */
  async #readChanged(
    kind: NumberedKind,
    number: bigint,
    sinces: readonly string[],
    untils: readonly string[] | null,
  ): Promise<SourceBatch | null> {
    const name: SourceName = kind === 'certificate' ? { kind, serialNumber: number } : { kind, id: number };
    if (untils !== null)
      for (const [i, source] of this.#sources.entries()) {
        let isThere = false;
        for await (const { entryCount } of source.readChanges(kind, sinces[i] ?? '', untils[i], [number]))
          isThere ||= entryCount > 0;
        if (!isThere && (await source.find(name)) !== null) return null;
      }
    return this.find(name);
  }

  async #findSettled(kind: NumberedKind, number: bigint): Promise<SettledBatch> {
    const found = await this.find(kind === 'certificate' ? { kind, serialNumber: number } : { kind, id: number });
    return found ?? { records: [], findings: [] };
  }

  async *#readNumbered(kind: NumberedKind, after: string | null): AsyncGenerator<SourceBatch> {
    const begun = parseCheckpoint(after);
    let checkpoint = after ?? JSON.stringify({ at: [], passed: '-1' });
    let records: SourceRecord[] = [];
    let findings: SourceFinding[] = [];
    let kept: SourceKeptSet[] = [];
    let entryCount = 0;
    let passed = begun.passed;
    const take = (): SourceBatch => {
      const batch = {
        records,
        findings,
        kept: joinKept([{ by: this.name, sets: kept }]).kept,
        entryCount,
        checkpoint,
        roll: null,
      };
      records = [];
      findings = [];
      kept = [];
      entryCount = 0;
      return batch;
    };
    for await (const met of mergeNumbered(this.#sources, kind, begun.at)) {
      findings.push(...met.findings);
      if (met.records.every((record) => record === null)) continue;
      // What comes out of its order, or again because a source begins where a batch of its own began, has not met its like beside it.
      const settled =
        met.number > passed ? this.#settle(met.records, met.kept) : await this.#findSettled(kind, met.number);
      records.push(...settled.records);
      findings.push(...settled.findings);
      kept.push(...(settled.kept ?? []));
      entryCount += 1;
      if (met.number > passed) passed = met.number;
      checkpoint = JSON.stringify({ at: met.checkpoints, passed: passed.toString() });
      if (entryCount >= batchSize) yield take();
    }
    if (entryCount > 0 || findings.length > 0) yield take();
  }

  async #readWhole(kind: SourceKind): Promise<SourceBatch> {
    const all = await Promise.all(
      this.#sources.map(async (source) => {
        const batches: SourceBatch[] = [];
        for await (const batch of source.read(kind, null)) batches.push(batch);
        return batches;
      }),
    );
    const whole = all.map(
      (batches): SourceBatch => ({
        records: batches.flatMap(({ records }) => records),
        findings: batches.flatMap(({ findings }) => findings),
        kept: batches.flatMap(({ kept = [] }) => kept),
        entryCount: batches.reduce((sum, { entryCount }) => sum + entryCount, 0),
        checkpoint: 'done',
        roll: batches.flatMap(({ roll }) => roll ?? []),
      }),
    );
    const roll = [...new Set(whole.flatMap((batch) => batch.roll ?? []))];
    return this.#settleBatches(whole, { checkpoint: 'done', roll });
  }

  /** Batches by position of their source, of objects that are told apart by their names. */
  #settleBatches(
    batches: readonly (SourceBatch | null)[],
    rest: { readonly checkpoint: string; readonly roll: readonly string[] | null },
  ): SourceBatch {
    const byName = new Map<string, (SourceRecord | null)[]>();
    for (const [i, batch] of batches.entries()) {
      for (const record of batch?.records ?? []) {
        const key = nameOf(record);
        const records = byName.get(key) ?? batches.map(() => null);
        records[i] = record;
        byName.set(key, records);
      }
    }
    const settled = [...byName.values()].map((records) => this.#settle(records));
    // What is kept of a single object goes with whose word counts for it; of many, the first directory's.
    const [only, another] = settled;
    const chosen = another === undefined ? only?.by : undefined;
    const keptBy = batches.map((batch, i) => ({ by: this.#nameAt(i), sets: batch?.kept ?? [] }));
    const joined = joinKept(keptBy.toSorted((a, b) => Number(b.by === chosen) - Number(a.by === chosen)));
    return {
      records: settled.flatMap(({ records }) => records),
      findings: [
        ...batches.flatMap((batch, i) => (batch?.findings ?? []).map((finding) => said(finding, this.#nameAt(i)))),
        ...settled.flatMap(({ findings }) => findings),
        ...joined.findings,
      ],
      kept: joined.kept,
      entryCount: Math.max(settled.length, ...batches.map((batch) => batch?.entryCount ?? 0)),
      ...rest,
    };
  }

  #settle(
    records: readonly (SourceRecord | null)[],
    kept: readonly (readonly SourceKeptSet[])[] = [],
  ): SettledBatch & { readonly by?: string } {
    const said = records.flatMap((record, i): SaidRecord[] =>
      record === null ? [] : [{ by: this.#nameAt(i), record }],
    );
    const silent = records.flatMap((record, i) => (record === null ? [this.#nameAt(i)] : []));
    const [first, ...others] = said;
    if (first === undefined) return { records: [], findings: [] };
    const { record, by, findings } = settleRecords([first, ...others], silent, this.#entryFor(first.record));
    const chosen = this.#sources.findIndex(({ name }) => name === by);
    return { records: [record], findings, kept: kept[chosen] ?? [], by };
  }

  /** The same whoever is right, so that a finding goes when the object is looked at again. */
  #entryFor(record: SourceRecord): string {
    const name = sourceNameOf(record);
    return name === null ? record.entry : this.entryOf(name);
  }

  #nameAt(i: number): string {
    return this.#sources[i]?.name ?? '';
  }

  #parseMarks(text: string): readonly string[] {
    try {
      const marks: unknown = JSON.parse(text);
      if (
        Array.isArray(marks) &&
        marks.length === this.#sources.length &&
        marks.every((mark) => typeof mark === 'string')
      )
        return marks;
    } catch {
      // Told below.
    }
    throw new SourceError(
      'malformed',
      `not a mark of changes of ${this.#sources.length} directories: ${JSON.stringify(text)}`,
    );
  }
}

function sourceNameOf(record: SourceRecord): SourceName | null {
  switch (record.kind) {
    case 'certificate':
      return { kind: 'certificate', serialNumber: record.value.serialNumber };
    case 'request':
      return { kind: 'request', id: record.value.id };
    case 'access-rule':
    case 'domain-host':
      return null;
    case 'crl':
      return { kind: 'crl', name: record.value.issuingPoint };
    default:
      return { kind: record.kind, name: nameOf(record) };
  }
}

function nameOf(record: SourceRecord): string {
  switch (record.kind) {
    case 'certificate':
    case 'request':
      return `${record.kind} ${numberOf(record)}`;
    case 'profile':
    case 'authority':
      return record.value.id;
    case 'user':
      return record.value.userId;
    case 'group':
    case 'domain-host':
      return record.value.name;
    case 'access-rule':
      return record.value.resource;
    case 'crl':
      return `${record.value.issuingPoint} ${record.value.crlKind}`;
  }
}

function parseCheckpoint(text: string | null): { readonly at: readonly (string | null)[]; readonly passed: bigint } {
  if (text === null) return { at: [], passed: -1n };
  try {
    const { at, passed } = JSON.parse(text) as { at: (string | null)[]; passed: string };
    return { at, passed: BigInt(passed) };
  } catch (cause) {
    throw new SourceError('malformed', `not a checkpoint of several directories: ${JSON.stringify(text)}`, { cause });
  }
}
