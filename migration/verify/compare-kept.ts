// Compares entries that are kept as they came: by a digest of every attribute, and attribute by attribute where that differs. No value is ever shown,
// because some are wrapped keys.
import { hash } from 'node:crypto';
import { type KeptEntry, type KeptKind, keptKinds, type Store } from '#ca-core/engine';
import { parsePrefixedNumber } from '#codecs/dogtag-directory';
import { type DirectoryEntry, encodeLdifEntry } from '#codecs/ldif';
import { type ImportSource, keptSourceKinds, type SourceKeptEntry, type SourceKeptSet } from '#importers';
import { sha256 } from './comparable-parts.ts';
import { DifferenceList } from './difference-list.ts';
import type { ImportFindings } from './import-findings.ts';
import type { VerifiedKind } from './verification-report.ts';

const pageSize = 1_000;

interface Noted {
  readonly digest: string;
  readonly entry: string;
}

/** Notes what the source holds while it is read for other comparisons, then reads the rest. */
export class KeptComparison {
  readonly #noted = new Map<KeptKind, Map<string, Noted>>();

  note(sets: readonly SourceKeptSet[] = []): void {
    for (const { kind, entries } of sets) {
      const noted = this.#noted.get(kind) ?? new Map<string, Noted>();
      this.#noted.set(kind, noted);
      for (const { name, content } of entries) noted.set(name, { digest: digestOf(content), entry: content.dn });
    }
  }

  /** One result for each kind of which either side holds anything. */
  async compare(
    source: ImportSource,
    store: Pick<Store, 'keptEntries'>,
    findings: ImportFindings,
    signal: AbortSignal | undefined,
  ): Promise<VerifiedKind[]> {
    for (const kind of keptSourceKinds)
      for await (const { kept } of source.read(kind, null)) {
        signal?.throwIfAborted();
        this.note(kept);
      }
    const results: VerifiedKind[] = [];
    for (const kind of keptKinds) {
      const result = await this.#compareKind(kind, source, store, findings);
      if (result.sourceCount + result.recordCount > 0) results.push(result);
    }
    return results;
  }

  async #compareKind(
    kind: KeptKind,
    source: ImportSource,
    store: Pick<Store, 'keptEntries'>,
    findings: ImportFindings,
  ): Promise<VerifiedKind> {
    const noted = this.#noted.get(kind) ?? new Map<string, Noted>();
    const missing = new Set(noted.keys());
    const suspects = new Set<string>();
    let recordCount = 0;
    for await (const { name, contentDigest } of listAll(kind, store)) {
      recordCount += 1;
      missing.delete(name);
      if (noted.get(name)?.digest !== contentDigest) suspects.add(name);
    }
    // Either side may have changed between the two readings, so those that differ are looked at once more.
    const again = await lookAgain(kind, new Set([...suspects, ...missing]), source);
    const differences = new DifferenceList();
    for (const name of [...suspects, ...missing])
      compareEntry(kind, name, again.get(name) ?? null, await store.keptEntries.find(kind, name), {
        differences,
        reason: findings.explainMissing(noted.get(name)?.entry ?? null),
      });
    return { kind, sourceCount: noted.size, recordCount, ranges: [], ...differences.result() };
  }
}

async function* listAll(kind: KeptKind, { keptEntries }: Pick<Store, 'keptEntries'>) {
  let after: string | null = null;
  for (;;) {
    const lines = await keptEntries.list(kind, after, pageSize);
    yield* lines;
    const last = lines.at(-1);
    if (last === undefined || lines.length < pageSize) return;
    after = last.name;
  }
}

async function lookAgain(
  kind: KeptKind,
  names: ReadonlySet<string>,
  source: ImportSource,
): Promise<ReadonlyMap<string, SourceKeptEntry>> {
  const found = new Map<string, SourceKeptEntry>();
  const take = (sets: readonly SourceKeptSet[] = []) => {
    for (const set of sets)
      if (set.kind === kind) for (const entry of set.entries) if (names.has(entry.name)) found.set(entry.name, entry);
  };
  if (names.size === 0) return found;
  const readable = keptSourceKinds.find((candidate) => candidate === kind);
  if (readable !== undefined) for await (const { kept } of source.read(readable, null)) take(kept);
  else if (kind === 'issuing-point') for await (const { kept } of source.read('crl', null)) take(kept);
  else
    for (const name of names)
      if (/^[0-9]{1,100}$/.test(name)) take((await source.find({ kind: 'request', id: BigInt(name) }))?.kept);
  return found;
}

function compareEntry(
  kind: KeptKind,
  name: string,
  source: SourceKeptEntry | null,
  record: KeptEntry | null,
  { differences, reason }: { readonly differences: DifferenceList; readonly reason: string | null },
): void {
  if (source === null && record === null) return;
  const object = name;
  if (record === null)
    differences.add({ object, part: 'missing', source: 'present', record: 'absent', explanation: reason });
  else if (source === null)
    differences.add({ object, part: 'extra', source: 'absent', record: 'present', explanation: null });
  else {
    const [left, right] = [partsOf(source.content), partsOf(record.content)];
    const all = Object.fromEntries(Object.keys({ ...left, ...right }).map((part) => [part, left[part] ?? 'absent']));
    const isLater = kind === 'issuing-point' && hasLaterCrl(source.content, record.content);
    differences.addParts(object, all, { ...fill(all), ...right }, (part) =>
      kind === 'issuing-point' ? explainIssuingPoint(part, isLater) : null,
    );
  }
}

const fill = (parts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(parts).map((part) => [part, 'absent']));

/** Digests of the values of each attribute, by its description in lower case. */
function partsOf(content: DirectoryEntry): Record<string, string> {
  return Object.fromEntries(
    [...content.attributes()].map(([description, values]) => [
      description.toLowerCase(),
      values
        .map((value) => sha256(value))
        .sort()
        .join(' '),
    ]),
  );
}

/** Dogtag writes down what its next CRL will have to bring, so these change whenever somebody revokes. */
const notesForNextCrl = new Set([
  'revokedcerts',
  'unrevokedcerts',
  'expiredcerts',
  'firstunsaved',
  'crlsize',
  'deltasize',
]);

function explainIssuingPoint(part: string, isLater: boolean): string | null {
  if (isLater) return 'Dogtag has made a CRL since the record was brought up to date';
  return notesForNextCrl.has(part) ? "Dogtag's notes for its next CRL, which change with every revocation" : null;
}

function hasLaterCrl(source: DirectoryEntry, record: DirectoryEntry): boolean {
  return ['crlNumber', 'deltaNumber'].some((attribute) => {
    const [now, then] = [source, record].map((entry) => parsePrefixedNumber(entry.findText(attribute) ?? ''));
    return now != null && then != null && now > then;
  });
}

function digestOf(content: DirectoryEntry): string {
  return hash('sha256', encodeLdifEntry(content), 'hex');
}
