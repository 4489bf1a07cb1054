// Counts entries that are kept as they came: what a key recovery authority or an ACME responder has, which is only kept, must be known beforehand.
import type { SourceKeptEntry, SourceKeptSet } from '#importers';
import type { KeptLine } from './inventory.ts';

const distinctMax = 1_000;

export class KeptCensus {
  readonly #counts = new Map<
    string,
    { count: number; readonly states: Map<string, number>; readonly algorithms: Map<string, number> }
  >();

  add(sets: readonly SourceKeptSet[] = []): void {
    for (const { kind, entries } of sets) {
      if (entries.length === 0) continue;
      const counts = this.#counts.get(kind) ?? { count: 0, states: new Map(), algorithms: new Map() };
      this.#counts.set(kind, counts);
      for (const entry of entries) {
        counts.count += 1;
        if (entry.state !== null) countOne(counts.states, entry.state);
        if (entry.algorithm !== null) countOne(counts.algorithms, describeAlgorithm(entry));
      }
    }
  }

  lines(): readonly KeptLine[] {
    return [...this.#counts].map(([kind, { count, states, algorithms }]) => ({
      kind,
      count,
      states: byCount(states),
      algorithms: byCount(algorithms),
    }));
  }
}

/** Such as `AES 256`. */
function describeAlgorithm({ algorithm, size }: SourceKeptEntry): string {
  return size === null ? `${algorithm}` : `${algorithm} ${size}`;
}

function countOne(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < distinctMax ? name : 'others';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function byCount(counts: ReadonlyMap<string, number>) {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
