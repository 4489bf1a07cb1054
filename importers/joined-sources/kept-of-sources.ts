// What several directories of one CA hold besides records: entries that are kept as they came, one directory after the other, and the account of all entries.
import type { ChangingKind, ImportSource, SourceBatch } from '../import-source.ts';
import type { KeptSourceKind, SourceAccountLine, SourceFinding } from '../records.ts';
import { KeptJoiner } from './join-kept.ts';

/** A finding with the name of the source that makes it. */
export function said(finding: SourceFinding, by: string): SourceFinding {
  return { ...finding, message: `${by}: ${finding.message}` };
}

/** Begun anew when it was interrupted: what the first directories said is not in the checkpoint. */
export async function* readKept(sources: readonly ImportSource[], kind: KeptSourceKind): AsyncGenerator<SourceBatch> {
  const joiner = new KeptJoiner();
  for (const source of sources)
    for await (const batch of source.read(kind, null)) {
      const { kept, findings } = joiner.take(source.name, batch.kept ?? []);
      const told = batch.findings.map((finding) => said(finding, source.name));
      yield { ...batch, findings: [...told, ...findings], kept, checkpoint: 'begun', roll: null };
    }
}

/** The first directory has the last word. `sinces` and `untils` are by position of the source. */
export async function* readChangedKept(
  sources: readonly ImportSource[],
  kind: ChangingKind,
  sinces: readonly string[],
  untils: readonly string[] | null,
): AsyncGenerator<SourceBatch> {
  for (const [i, source] of [...sources.entries()].reverse())
    for await (const batch of source.readChanges(kind, sinces[i] ?? '', untils?.[i] ?? null))
      yield { ...batch, findings: batch.findings.map((finding) => said(finding, source.name)) };
}

/** Of the same entries as many as the fullest directory has. */
export async function joinAccounts(sources: readonly ImportSource[]): Promise<readonly SourceAccountLine[]> {
  const lines = new Map<string, SourceAccountLine>();
  for (const source of sources)
    for (const line of await source.account()) {
      const key = JSON.stringify([line.container.toLowerCase(), line.objectClass, line.kind, line.reason]);
      if ((lines.get(key)?.count ?? -1) < line.count) lines.set(key, line);
    }
  return [...lines.values()];
}
