// Sorts what has happened in a directory since a mark by kind, so that only what was touched is read again.
import type { DirectoryLayout } from '#codecs/dogtag-directory';
import { type ChangeReview, type RemovedObject, sourceKinds } from '../import-source.ts';
import type { SourceKind } from '../records.ts';
import type { DirectoryReader } from './directory-reader.ts';
import { placeOfEntry } from './entry-places.ts';

export async function reviewChanges(
  reader: DirectoryReader,
  layout: DirectoryLayout,
  since: string,
): Promise<ChangeReview> {
  const { gap, changed, removed, mark } = await reader.reviewChanges(since);
  if (gap !== null || changed === null) return { gap, kinds: new Set(sourceKinds), changed: null, removed: null, mark };
  const kinds = new Set<SourceKind>();
  const numbers = { certificate: [] as bigint[], request: [] as bigint[] };
  const gone: RemovedObject[] = [];
  for (const dn of changed) {
    const place = placeOfEntry(dn, layout);
    if (place === null) continue;
    kinds.add(place.kind);
    if (isNumbered(place.kind) && place.number !== null) numbers[place.kind].push(place.number);
  }
  for (const dn of removed ?? []) {
    const place = placeOfEntry(dn, layout);
    if (place === null) continue;
    kinds.add(place.kind);
    if (isNumbered(place.kind) && place.number !== null)
      gone.push({ kind: place.kind, number: place.number, entry: dn });
  }
  return { gap: null, kinds, changed: numbers, removed: removed === null ? null : gone, mark };
}

function isNumbered(kind: SourceKind): kind is 'certificate' | 'request' {
  return kind === 'certificate' || kind === 'request';
}
