// Compares entries that are kept as they came: by a digest of every attribute, and attribute by attribute where that differs. No value is ever shown,
// because some are wrapped keys.
import { hash } from 'node:crypto';
import { type KeptEntry, type KeptKind, keptKinds, type Store } from '#ca-core/engine';
import { parsePrefixedNumber } from '#codecs/dogtag-directory';
import { type DirectoryEntry, encodeLdifEntry } from '#codecs/ldif';
import { type ImportSource, keptSourceKinds, type SourceKeptEntry, type SourceKeptSet } from '#importers';
import { sha256 } from './comparable-parts.ts';
import type { Comparison } from './compare-numbered.ts';
import { DifferenceList } from './difference-list.ts';
import type { VerifiedKind } from './verification-report.ts';

const pageSize = 1_000;

interface Noted {
  readonly digest: string;
  readonly entry: string;
}

type KeptSides = Pick<Comparison, 'source' | 'findings' | 'signal'> & { readonly store: Pick<Store, 'keptEntries'> };

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
  async compare({ source, store, findings, signal }: KeptSides): Promise<VerifiedKind[]> {
    for (const kind of keptSourceKinds)
      for await (const { kept } of source.read(kind, null)) {
        signal?.throwIfAborted();
        this.note(kept);
      }
    const results: VerifiedKind[] = [];
    for (const kind of keptKinds) {
      const result = await this.#compareKind(kind, { source, store, findings });
      if (result.sourceCount + result.recordCount > 0) results.push(result);
    }
    return results;
  }

  async #compareKind(kind: KeptKind, { source, store, findings }: Omit<KeptSides, 'signal'>): Promise<VerifiedKind> {
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
    const differences = new DifferenceList(kind, findings);
    for (const name of [...suspects, ...missing])
      await compareEntry(kind, name, again.get(name) ?? null, await store.keptEntries.find(kind, name), differences);
    const counts = { sourceCount: noted.size, recordCount, madeHereCount: 0 };
    return { kind, ...counts, ranges: [], ...(await differences.result()) };
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

async function compareEntry(
  kind: KeptKind,
  name: string,
  source: SourceKeptEntry | null,
  record: KeptEntry | null,
  differences: DifferenceList,
): Promise<void> {
  const object = name;
  const entry = source?.content.dn ?? null;
  if (source !== null && record === null)
    await differences.add({ object, entry, part: 'missing', source: 'present', record: 'absent' });
  else if (source === null && record !== null)
    await differences.add({ object, entry, part: 'extra', source: 'absent', record: 'present' });
  else if (source !== null && record !== null) {
    const [left, right] = [partsOf(source.content), partsOf(record.content)];
    const absent = fill({ ...left, ...right });
    const isLater = kind === 'issuing-point' && hasLaterCrl(source.content, record.content);
    await differences.addParts(object, entry, { ...absent, ...left }, { ...absent, ...right }, async (part) =>
      kind === 'issuing-point' ? explainIssuingPoint(part, isLater) : {},
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

function explainIssuingPoint(part: string, isLater: boolean): { readonly explanation?: string } {
  if (isLater) return { explanation: 'Dogtag has made a CRL since the record was brought up to date' };
  const explanation = "Dogtag's notes for its next CRL, which change with every revocation";
  return notesForNextCrl.has(part) ? { explanation } : {};
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
