// Reads entries that are kept as they came and are few, or not numbered: each kind whole, in one piece.
import type { DirectoryLayout } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import {
  type KeptSourceKind,
  keptSourceKinds,
  type SourceFinding,
  type SourceKeptEntry,
  type SourceKeptSet,
  type SourceKind,
} from '../records.ts';
import type { DecodedRecords } from './decode-records.ts';
import type { DirectoryReader } from './directory-reader.ts';
import { type KeptPlace, keptEntryOf, keptKindRows } from './kept-kinds.ts';

const keptKinds: ReadonlySet<string> = new Set(keptSourceKinds);

export function isKeptKind(kind: SourceKind): kind is KeptSourceKind {
  return keptKinds.has(kind);
}

/** Null for kinds that stand in several places. */
export function onlyPlaceOf(kind: KeptSourceKind, layout: DirectoryLayout): KeptPlace | null {
  const [place, ...others] = keptKindRows[kind].places(layout);
  return others.length === 0 ? (place ?? null) : null;
}

/** Sets of the same kind become one; those of which one is whole stay apart. */
export function joinKept(sets: readonly SourceKeptSet[]): SourceKeptSet[] {
  const joined: SourceKeptSet[] = [];
  for (const set of sets) {
    const at = joined.findIndex(({ kind, names }) => kind === set.kind && names !== null && set.names !== null);
    const known = joined[at];
    if (known?.names === undefined || known.names === null || set.names === null) joined.push(set);
    else
      joined[at] = {
        kind: set.kind,
        names: [...known.names, ...set.names],
        entries: [...known.entries, ...set.entries],
      };
  }
  return joined;
}

/** Entries of a kind as records have them. `isWhole`: they are all that there are. */
export function decodeKept(
  kind: KeptSourceKind,
  entries: readonly DirectoryEntry[],
  layout: DirectoryLayout,
  isWhole: boolean,
): DecodedRecords {
  const findings: SourceFinding[] = [];
  const kept = entries.flatMap((entry): SourceKeptEntry[] => {
    const made = keptEntryOf(kind, layout, entry);
    if (made !== null) return [made];
    findings.push({ kind: 'unnamed-entry', verdict: 'refused', message: 'its name is none', entry: entry.dn });
    return [];
  });
  const set: SourceKeptSet = { kind, names: isWhole ? null : kept.map(({ name }) => name), entries: kept };
  return { records: [], findings, kept: [set] };
}

export async function listKeptEntries(
  kind: KeptSourceKind,
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<readonly DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for (const { dn, holds, objectClass } of keptKindRows[kind].places(layout))
    if (holds === 'children') entries.push(...(await reader.listChildren(dn, objectClass)));
    else entries.push(...[await reader.findEntry(dn)].filter((entry) => entry !== null));
  return entries;
}

/** Null when the directory cannot tell. */
export async function countKept(
  kind: KeptSourceKind,
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<number | null> {
  let count = 0;
  for (const { dn, holds } of keptKindRows[kind].places(layout)) {
    const found = holds === 'children' ? await reader.countChildren(dn) : (await reader.findEntry(dn)) === null ? 0 : 1;
    if (found === null) return null;
    count += found;
  }
  return count;
}
