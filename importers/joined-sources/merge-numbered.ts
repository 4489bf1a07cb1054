// Walks the certificates or requests of several sources side by side, ascending by number.
import type { ImportSource, SourceBatch } from '../import-source.ts';
import type { SourceFinding, SourceKeptSet, SourceRecord } from '../records.ts';

type NumberedKind = 'certificate' | 'request';

/** What one source has under the lowest number that any has left. */
export interface MetRecord {
  readonly number: bigint;
  /** By position of the source; null where it has none. */
  readonly records: readonly (SourceRecord | null)[];
  /** What is kept along with them, by position of the source. */
  readonly kept: readonly (readonly SourceKeptSet[])[];
  readonly findings: readonly SourceFinding[];
  /** Where each source may be taken up again once this was taken in, as they said; null is from the start. */
  readonly checkpoints: readonly (string | null)[];
}

export function numberOf(record: SourceRecord): bigint | null {
  if (record.kind === 'certificate') return record.value.serialNumber;
  return record.kind === 'request' ? record.value.id : null;
}

/** Findings come with the first record behind them; those behind the last record come with number -1 and no records. */
export async function* mergeNumbered(
  sources: readonly ImportSource[],
  kind: NumberedKind,
  after: readonly (string | null)[],
): AsyncGenerator<MetRecord> {
  const cursors = sources.map((source, i) => new Cursor(source, kind, after[i] ?? null));
  try {
    await Promise.all(cursors.map((cursor) => cursor.advance()));
    for (;;) {
      const heads = cursors.flatMap(({ head }) => (head === null ? [] : [head.number]));
      const findings = cursors.flatMap((cursor) => cursor.takeFindings());
      if (heads.length === 0) {
        if (findings.length > 0)
          yield {
            number: -1n,
            records: cursors.map(() => null),
            kept: cursors.map(() => []),
            findings,
            checkpoints: cursors.map(({ reached }) => reached),
          };
        return;
      }
      const lowest = heads.reduce((a, b) => (a < b ? a : b));
      const met = cursors.map(({ head }) => (head?.number === lowest ? head : null));
      const records = met.map((head) => head?.record ?? null);
      const kept = met.map((head) => head?.kept ?? []);
      await Promise.all(cursors.map((cursor) => (cursor.head?.number === lowest ? cursor.advance() : null)));
      yield { number: lowest, records, kept, findings, checkpoints: cursors.map(({ reached }) => reached) };
    }
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

interface NumberedRecord {
  readonly number: bigint;
  readonly record: SourceRecord;
  readonly kept: readonly SourceKeptSet[];
}

/** What of a batch is kept under a name. */
function keptOf(name: string, sets: readonly SourceKeptSet[]): SourceKeptSet[] {
  return sets
    .filter(({ names }) => names?.includes(name))
    .map(({ kind, entries }) => ({ kind, names: [name], entries: entries.filter((entry) => entry.name === name) }));
}

/** One source's records, one by one. */
class Cursor {
  head: NumberedRecord | null = null;
  /** The source's checkpoint behind the last batch of which every record has been passed. */
  reached: string | null;
  readonly #name: string;
  readonly #batches: AsyncIterator<SourceBatch>;
  #waiting: NumberedRecord[] = [];
  #findings: SourceFinding[] = [];
  #behind: string | null;

  constructor(source: ImportSource, kind: NumberedKind, after: string | null) {
    this.#name = source.name;
    this.reached = after;
    this.#behind = after;
    this.#batches = source.read(kind, after)[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    while (this.#waiting.length === 0) {
      this.reached = this.#behind;
      const next = await this.#batches.next();
      if (next.done) {
        this.head = null;
        return;
      }
      const { records, findings, kept = [], checkpoint } = next.value;
      this.#behind = checkpoint;
      this.#findings.push(...findings.map((finding) => ({ ...finding, message: `${this.#name}: ${finding.message}` })));
      this.#waiting = records
        .flatMap((record) => {
          const number = numberOf(record);
          return number === null ? [] : [{ number, record, kept: keptOf(String(number), kept) }];
        })
        .sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
    }
    this.head = this.#waiting.shift() ?? null;
  }

  takeFindings(): readonly SourceFinding[] {
    return this.#findings.splice(0);
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
