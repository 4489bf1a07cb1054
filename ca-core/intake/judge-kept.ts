// Judges entries that are kept as they came: nothing is asked of them but a name by which they are found again.
import { type ImportWriter, type KeptEntry, type KeptKind, keptKinds } from '#ca-core/engine';
import type { Finding, ImportedKeptEntries, Provenance } from './intake.ts';
import { EntryFindings, type Outcome } from './judgement.ts';

export interface JudgedKeptEntries {
  readonly fact: ImportedKeptEntries;
  readonly findings: { readonly findings: readonly Finding[] };
  /** Each name once; the later entry of a name counts. */
  readonly accepted: readonly KeptEntry[];
  readonly refusedCount: number;
}

/** What a key of an index takes. */
const nameBytesMax = 2_000;

export function judgeKeptEntries(fact: ImportedKeptEntries): JudgedKeptEntries {
  const findings: Finding[] = [];
  const accepted = new Map<string, KeptEntry>();
  let refusedCount = 0;
  for (const entry of fact.entries) {
    const provenance: Provenance = { ...fact.provenance, entry: entry.content.dn };
    const noted = new EntryFindings(provenance);
    const isNamed = entry.name !== '' && !entry.name.includes('\0') && Buffer.byteLength(entry.name) <= nameBytesMax;
    if (isNamed) accepted.set(entry.name, entry);
    else {
      refusedCount += 1;
      noted.refuse('name-impossible', `${JSON.stringify(entry.name.slice(0, 100))} cannot be the name of an entry`);
    }
    findings.push(...noted.findings);
  }
  return { fact, findings: { findings }, accepted: [...accepted.values()], refusedCount };
}

export interface WrittenKeptEntries {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/** By kind, in the order of the kinds, so that two writers never wait for each other in a circle. */
export async function writeKeptEntries(
  writer: ImportWriter,
  sets: readonly JudgedKeptEntries[],
): Promise<ReadonlyMap<KeptKind, WrittenKeptEntries>> {
  const written = new Map<KeptKind, WrittenKeptEntries>();
  for (const kind of keptKinds) {
    const ofKind = sets.filter(({ fact }) => fact.of === kind);
    if (ofKind.length === 0) continue;
    const outcomes: Outcome[] = [];
    for (const { fact, accepted, refusedCount } of ofKind) {
      const { source } = fact.provenance;
      const known = await writer.keptEntries.write(kind, source, accepted);
      const present = accepted.map(({ name }) => name);
      const removed = fact.names?.length === 0 ? 0 : await writer.keptEntries.retain(kind, source, fact.names, present);
      outcomes.push(
        ...known.values(),
        ...Array.from({ length: refusedCount }, () => 'refused' as const),
        ...Array.from({ length: removed }, () => 'updated' as const),
      );
    }
    written.set(kind, { outcomes, findings: [] });
  }
  return written;
}
