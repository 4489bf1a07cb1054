// Finds certificates and requests that the source no longer has: what is gone from Dogtag's directory stays in the record, and is noted.
import type { Finding } from '#ca-core/intake';
import type { ImportSource, RemovedObject, SourceName } from '#importers';

type NumberedKind = RemovedObject['kind'];

/** Numbers of what the record has from the source, ascending; what was made here is not among them. */
export type ImportedNumbers = (kind: NumberedKind) => AsyncIterable<bigint>;

/** Both sides are walked once, side by side; each that seems to be gone is asked for by name before it is said to be. */
export async function* findRemoved(source: ImportSource, imported: ImportedNumbers): AsyncGenerator<RemovedObject> {
  for (const kind of ['certificate', 'request'] as const) {
    const theirs = source.listNumbers(kind)[Symbol.asyncIterator]();
    let present = await theirs.next();
    for await (const number of imported(kind)) {
      while (!present.done && present.value < number) present = await theirs.next();
      if (!present.done && present.value === number) continue;
      yield* await confirmRemoved(source, [{ kind, number, entry: source.entryOf(nameOf({ kind, number })) }]);
    }
    await theirs.return?.();
  }
}

/** Without those that have been put back under the same name. */
export async function confirmRemoved(
  source: ImportSource,
  removed: readonly RemovedObject[],
): Promise<readonly RemovedObject[]> {
  const gone: RemovedObject[] = [];
  for (const object of removed) if ((await source.find(nameOf(object))) === null) gone.push(object);
  return gone;
}

function nameOf({ kind, number }: Pick<RemovedObject, 'kind' | 'number'>): SourceName {
  return kind === 'certificate' ? { kind, serialNumber: number } : { kind, id: number };
}

/** Nothing that a CA has certified may be forgotten: it can still be presented, and its revocation asked for. */
export function removalFinding({ kind, number, entry }: RemovedObject, source: string): Finding {
  return {
    kind: 'removed-at-source',
    verdict: 'accepted',
    message: `${kind} ${number} was removed from the source; the record keeps it`,
    provenance: { source, entry },
  };
}
