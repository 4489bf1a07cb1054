// Entries that are kept as they came, of several directories of one CA: of each, what the first directory says that has it.
import { hash } from 'node:crypto';
import type { SourceFinding, SourceKeptEntry, SourceKeptSet } from '../records.ts';

export interface SaidKept {
  /** Name of the source. */
  readonly by: string;
  readonly sets: readonly SourceKeptSet[];
}

export interface JoinedKept {
  readonly kept: readonly SourceKeptSet[];
  readonly findings: readonly SourceFinding[];
}

interface TakenEntry {
  readonly by: string;
  readonly entry: SourceKeptEntry;
}

/** `said` is in the order of the settings. A set is whole (`names` is null) where any of them is. */
export function joinKept(said: readonly SaidKept[]): JoinedKept {
  const kinds = new Set(said.flatMap(({ sets }) => sets.map(({ kind }) => kind)));
  const findings: SourceFinding[] = [];
  const kept = [...kinds].map((kind): SourceKeptSet => {
    const ofKind = said.map(({ by, sets }) => ({ by, sets: sets.filter((set) => set.kind === kind) }));
    const taken = new Map<string, TakenEntry>();
    for (const { by, sets } of ofKind)
      for (const entry of sets.flatMap(({ entries }) => entries)) {
        const first = taken.get(entry.name);
        if (first === undefined) taken.set(entry.name, { by, entry });
        else if (digestOf(first.entry) !== digestOf(entry)) findings.push(disagreement(first.by, by, entry));
      }
    const sets = ofKind.flatMap((one) => one.sets);
    const isWhole = sets.some(({ names }) => names === null);
    return {
      kind,
      names: isWhole ? null : [...new Set(sets.flatMap(({ names }) => names ?? []))],
      entries: [...taken.values()].map(({ entry }) => entry),
    };
  });
  return { kept, findings };
}

/** Joins what comes piece by piece; of an entry that was met it remembers a digest. */
export class KeptJoiner {
  readonly #met = new Map<string, { readonly by: string; readonly digest: string }>();

  take(by: string, sets: readonly SourceKeptSet[]): JoinedKept {
    const findings: SourceFinding[] = [];
    const kept = sets.map((set): SourceKeptSet => {
      const isNew = (name: string) => (this.#met.get(`${set.kind} ${name}`)?.by ?? by) === by;
      for (const entry of set.entries) {
        const key = `${set.kind} ${entry.name}`;
        const first = this.#met.get(key);
        const digest = digestOf(entry);
        if (first === undefined) this.#met.set(key, { by, digest });
        else if (first.by !== by && first.digest !== digest) findings.push(disagreement(first.by, by, entry));
      }
      return {
        kind: set.kind,
        names: set.names?.filter(isNew) ?? null,
        entries: set.entries.filter(({ name }) => isNew(name)),
      };
    });
    return { kept, findings };
  }
}

/** Attributes and values are sets (RFC 4512 section 2.2): each server has an order of its own for them, and a base of its own may be in the name. */
function digestOf({ content }: SourceKeptEntry): string {
  const attributes = content.attributes().map(([description, values]) => {
    const octets = values.map((value) => Buffer.from(value).toString('base64')).sort();
    return JSON.stringify([description.toLowerCase(), octets]);
  });
  return hash('sha256', attributes.sort().join(), 'base64');
}

/** Without the values: they may be wrapped keys. */
function disagreement(first: string, other: string, { content }: SourceKeptEntry): SourceFinding {
  return {
    kind: 'directories-disagree',
    verdict: 'accepted',
    message: `${first} and ${other} hold different attributes; those of ${first} are taken`,
    entry: content.dn,
  };
}
